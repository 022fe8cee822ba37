"""What is said of one thing, as values: its statements, the claims behind them, and what points to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from garrison.rdf.terms import GAR
from garrison.services.lookup import Term

PAGE_SIZE = 100  # incoming links a page shows; a hub may have thousands
HELD_MODALITIES = ("stated", "testified", "judged")


@dataclass(frozen=True, slots=True)
class Claim:
    """Who says something, how surely, and where: the description of one claim."""

    iri: str
    properties: Mapping[str, tuple[Term, ...]]  # property IRI -> values, in the default graph

    @property
    def slug(self) -> str:
        """The last part of its address, such as ``c0231``."""
        return self.iri.rsplit("/", 1)[-1]

    def values(self, local_name: str) -> tuple[Term, ...]:
        """The values of one ``gar:`` property."""
        return self.properties.get(GAR + local_name, ())

    def concept(self, local_name: str) -> str:
        """The slug of the concept that a weighing property has (``certain``, ``denied``, …), or nothing."""
        return next((value.value.rsplit("/", 1)[-1] for value in self.values(local_name)), "")

    @property
    def is_accepted(self) -> bool:
        """Tell if its triples stand in the default graph."""
        return (
            self.concept("standing") == "accepted"
            and self.concept("polarity") == "affirmed"
            and self.concept("modality") in HELD_MODALITIES
        )


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
    labels: Mapping[str, tuple[ox.Literal, ...]]  # IRI -> labels, of everything named here
    is_cut: bool  # more claims or statements speak of the thing than are looked through

    def values(self, property: str) -> list[Term]:
        """The thing's values of one property."""
        return [statement.value for statement in self.statements if statement.property == property]
