"""Statements as a page shows them: by property, what is held beside what is only said, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from garrison.rdf.terms import GAR, RDF_TYPE
from garrison.services.description import HELD_MODALITIES, Apparatus, Claim, Statement
from garrison.services.lookup import Term
from garrison.services.surroundings import DERIVED
from garrison.web.presentation import Presentation

_HELD = {"polarity": ("affirmed",), "modality": HELD_MODALITIES, "standing": ("accepted",)}
# What every reader looks for first.
_FIRST = [RDF_TYPE.value, *(GAR + name for name in ("kind", "summary", "passage", "assertedBy", "edtf", "place"))]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why the triples of a claim are not held."""

    name: str  # denied, rejected, rival, rumoured or hinted: the gravest reason
    reasons: tuple[Term, ...]  # the concepts that say so; none if the claim is not weighed

    @property
    def is_accepted_denial(self) -> bool:
        """Tell if the edition follows a source that says it was not so."""
        return self.name == "denied"


@dataclass(frozen=True, slots=True)
class Flag:
    """A word beside a value."""

    name: str  # the slug of a concept; emended, disputed
    concept: Term | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One value, with the claims that give it."""

    statement: Statement
    verdict: Verdict | None = None  # none: it is held
    also: tuple[ox.Literal, ...] = ()  # the same text in other languages

    def flags(self, apparatus: Apparatus) -> list[Flag]:
        """What a reader has to know before opening the evidence: what is not as usual in any of its claims."""
        return flags_of(self.statement.claims, apparatus)

    @property
    def voices(self) -> tuple[str, ...]:
        """Who says so, each once."""
        return tuple(dict.fromkeys(voice for claim in self.statement.claims for voice in claim.iris("assertedBy")))


@dataclass(frozen=True, slots=True)
class Row:
    """The values of one property."""

    property: str
    held: tuple[Shown, ...] = ()
    contested: tuple[Shown, ...] = ()  # said of the same thing, and not held

    def claims(self) -> frozenset[str]:
        """The claims that stand side by side."""
        return frozenset(c.iri for shown in (*self.held, *self.contested) for c in shown.statement.claims)


def verdict_of(claim: Claim) -> Verdict | None:
    """Weigh a claim in a word; nothing if its triples are held."""
    if claim.is_accepted:
        return None
    lacking = [name for name, kept in _HELD.items() if claim.concept(name) not in kept]
    reasons = tuple(value for name in lacking for value in claim.values(name)[:1])
    found = {name: claim.concept(name) for name in lacking}
    grave = ("rejected", "rival") if found.get("standing") else ("denied", "rumoured", "hinted")
    name = next((each for each in grave if each in found.values()), "unweighed")
    return Verdict(name, reasons)


def flags_of(claims: Sequence[Claim], apparatus: Apparatus) -> list[Flag]:
    """In what claims differ from a plain statement that is certainly read.

    Where one of several claims is plain there is nothing to say, unless somebody disputes one of them.
    """
    found = [
        Flag(claims[0].concept(aspect), claims[0].values(aspect)[0])
        for aspect, plain in (("certainty", "certain"), ("modality", "stated"))
        if claims and claims[0].values(aspect) and all(claim.concept(aspect) != plain for claim in claims)
    ]
    if claims and all(claim.values("dependsOn") for claim in claims):
        found.append(Flag("emended"))
    answers = [answer for claim in claims for answer in apparatus.answers.get(claim.iri, ())]
    return [*found, Flag("disputed")] if any(answer.property == "disputes" for answer in answers) else found


def rows(held: Iterable[Statement], contested: Iterable[Statement], show: Presentation) -> list[Row]:
    """Group by property: what every reader looks for first, then in order of the property's name."""
    kept, said = _by_property(held), _by_property(contested)
    ordered = sorted({**kept, **said}, key=lambda p: (_rank(p), show.name(p).text.casefold()))
    return [Row(each, shown(kept.get(each, ()), show), shown(said.get(each, ()), show)) for each in ordered]


def shown(statements: Iterable[Statement], show: Presentation) -> tuple[Shown, ...]:
    """The values in order; texts that the same claims give in several languages stand in the reader's own."""
    origins: dict[object, list[Statement]] = {}
    for statement in statements:
        origins.setdefault(_origin(statement), []).append(statement)
    return tuple(each for several in origins.values() for each in _in_one_language(several, show))


def _in_one_language(statements: list[Statement], show: Presentation) -> Iterable[Shown]:
    best = show.choose([statement.value for statement in statements])
    language = best.language if best else ""
    own = [s for s in statements if _language(s.value) in ("", language)]
    others = [s.value for s in statements if s not in own and isinstance(s.value, ox.Literal)]
    also = {0: tuple(others)}
    return [Shown(s, _verdict(s), also.get(n, ())) for n, s in enumerate(own)]


def is_shown(statement: Statement) -> bool:
    """Tell if somebody said it: what the build derives from a date is for sorting and comparing."""
    return statement.property not in DERIVED


def _verdict(statement: Statement) -> Verdict | None:
    return verdict_of(statement.claims[0]) if statement.claims else None


def _origin(statement: Statement) -> object:
    """Texts in a language, by the claims that give them; everything else stands for itself."""
    claims = tuple(claim.iri for claim in statement.claims)
    text = "" if _language(statement.value) else str(statement.value)
    return (str(statement.subject), statement.property, claims, text)


def _language(value: Term) -> str:
    return (value.language or "") if isinstance(value, ox.Literal) else ""


def _by_property(statements: Iterable[Statement]) -> dict[str, list[Statement]]:
    found: dict[str, list[Statement]] = {}
    for statement in statements:
        found.setdefault(statement.property, []).append(statement)
    return found


def _rank(property: str) -> int:
    return _FIRST.index(property) if property in _FIRST else len(_FIRST)
