"""What is said of one thing, as values: its statements, the claims behind them, and what points to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from garrison.rdf.terms import GAR, OA
from garrison.services.lookup import Term

_MAX_DIGITS = 12  # of a position in a text
PAGE_SIZE = 100  # incoming links a page shows; a hub may have thousands
_EDITORIAL_NOTE = "http://www.w3.org/2004/02/skos/core#editorialNote"
CLAIMED_IN = (
    "urn:x-garrison:claimed-in"  # from a passage to its claims: gar:passage the other way round, in records only
)
HELD_MODALITIES = ("stated", "testified", "judged")
WEIGHING = ("certainty", "modality", "polarity", "standing", "bound")  # gar: properties that weigh a claim
SHOWN = (*WEIGHING, "assertedBy", "source", "editor")  # and those whose values pages name


@dataclass(frozen=True, slots=True)
class Record:
    """What the default graph says of one part of the apparatus: a claim, a passage, an emendation."""

    iri: str
    properties: Mapping[str, tuple[Term, ...]]  # property IRI -> values

    @property
    def slug(self) -> str:
        """The last part of its address, such as ``c0231``."""
        return self.iri.rsplit("/", 1)[-1]

    def values(self, local_name: str) -> tuple[Term, ...]:
        """The values of one ``gar:`` property."""
        return self.properties.get(GAR + local_name, ())

    def all(self, property: str) -> tuple[Term, ...]:
        """The values of one property, by its IRI."""
        return self.properties.get(property, ())

    def offset(self, name: str) -> int | None:
        """Where it begins (``start``) or ends (``end``) in its source, in characters, if that is known."""
        text = next((value.value for value in self.all(OA + name)), "")
        return int(text) if text.isdecimal() and len(text) < _MAX_DIGITS else None

    def iris(self, local_name: str) -> tuple[str, ...]:
        """The things that are values of one ``gar:`` property."""
        return tuple(value.value for value in self.values(local_name) if isinstance(value, ox.NamedNode))

    def concept(self, local_name: str) -> str:
        """The slug of the concept that a weighing property has (``certain``, ``denied``, …), or nothing."""
        return next((value.value.rsplit("/", 1)[-1] for value in self.values(local_name)), "")

    @property
    def claimed_in(self) -> tuple[Term, ...]:
        """Of a passage: the claims that it has, where a list wants them."""
        return self.all(CLAIMED_IN)

    @property
    def notes(self) -> tuple[Term, ...]:
        """The editors' reasons, in several languages."""
        return self.properties.get(_EDITORIAL_NOTE, ())


@dataclass(frozen=True, slots=True)
class Claim(Record):
    """Who says something, how surely, and where: the description of one claim."""

    @property
    def weight(self) -> tuple[str, ...]:
        """How it is weighed: standing, polarity and modality."""
        return tuple(self.concept(name) for name in ("standing", "polarity", "modality"))

    @property
    def is_accepted(self) -> bool:
        """Tell if its triples stand in the default graph."""
        return (
            self.concept("standing") == "accepted"
            and self.concept("polarity") == "affirmed"
            and self.concept("modality") in HELD_MODALITIES
        )


@dataclass(frozen=True, slots=True)
class Apparatus:
    """What stands behind claims: their passages, their emendations, and the claims that they answer and are told in."""

    records: Mapping[str, Record] = field(default_factory=dict)  # IRI -> passage, emendation
    claims: Mapping[str, Claim] = field(default_factory=dict)  # IRI -> claim, those that only others name among them
    answers: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)  # claim -> the claims that answer it

    def answering(self, claim: Claim, property: str) -> tuple[str, ...]:
        """The claims that dispute or refine a claim, without those that it disputes or refines itself."""
        found = (answer.claim for answer in self.answers.get(claim.iri, ()) if answer.property == property)
        return tuple(iri for iri in found if iri not in claim.iris(property))

    def voices(self, claim: Claim) -> tuple[Claim, ...]:
        """The claims through which we hear of a claim: the outermost voice first, the claim itself last."""
        chain: list[Claim] = []
        found: Claim | None = claim
        while found is not None and found not in chain:
            chain.append(found)
            found = next((self.claims[each] for each in found.iris("reportedIn") if each in self.claims), None)
        return tuple(reversed(chain))


@dataclass(frozen=True, slots=True)
class Answer:
    """One claim disputes or refines another."""

    property: str  # local name: disputes, refines
    claim: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One triple about the thing, with the claims that make it."""

    subject: Term
    property: str
    value: Term
    claims: tuple[Claim, ...] = ()
    is_inferred: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """A page of the triples that point to the thing.

    To most things few do: then these are the asserted ones, in order, and counted by property. To a hub more do than
    are worth counting for each visitor: then they come as the engine finds them, with those that are inferred.
    """

    statements: tuple[Statement, ...]
    counts: Mapping[str, int]  # property -> how many on all pages; of a hub nothing
    page: int  # from 1
    has_next: bool

    @property
    def is_counted(self) -> bool:
        """Tell if it is known how many there are."""
        return bool(self.counts) or not self.statements

    @property
    def total(self) -> int:
        """How many there are on all pages, if they are counted."""
        return sum(self.counts.values())

    @property
    def pages(self) -> int:
        """How many pages there are, at least one, if they are counted."""
        return max(1, -(-self.total // PAGE_SIZE))


@dataclass(frozen=True, slots=True)
class Description:
    """All that a page about one thing shows."""

    iri: str
    statements: tuple[Statement, ...]  # in the default graph
    contested: tuple[Statement, ...]  # only in claims that are not accepted; the thing is subject or value
    contents: tuple[Statement, ...]  # of a claim: the triples of its graph
    own: Claim | None  # of a claim: how it is weighed
    incoming: Incoming
    apparatus: Apparatus
    labels: Mapping[str, tuple[ox.Literal, ...]]  # IRI -> labels, of everything named here
    definitions: Mapping[str, tuple[ox.Literal, ...]]  # IRI -> definitions, of the concepts that weigh
    is_cut: bool  # more claims or statements speak of the thing than are looked through

    def values(self, property: str) -> list[Term]:
        """The thing's values of one property."""
        return [statement.value for statement in self.statements if statement.property == property]
