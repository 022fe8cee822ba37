"""What somebody may have meant who asked for an address that names nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypedDict

from rapidfuzz import fuzz, process

from garrison.engine.interface import Engine
from garrison.rdf.prefixes import BASE
from garrison.rdf.terms import ID
from garrison.services.lookup import read_labels, select

_MAX_NAMES = 100_000  # of things and labels each, that are compared
_MAX_LENGTH = 200  # characters of what was asked for that are compared
_MAX_NEAR = 5
_CUTOFF = 65.0  # of 100: below it, names have letters in common and no more


class Near(TypedDict):
    """A thing of the edition with a name like the one that was asked for."""

    iri: str
    label: str


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of one sort, and what each names."""

    texts: list[str]  # lower case
    iris: list[str]

    def like(self, text: str) -> Iterable[tuple[float, str]]:
        found = process.extract(text, self.texts, scorer=fuzz.ratio, limit=20, score_cutoff=_CUTOFF)
        return ((score, self.iris[index]) for _, score, index in found)


class NearNames:
    """Finds things by names that are nearly theirs: the address, the last part of it, or a label."""

    def __init__(self, engine: Engine, terms: Iterable[str]) -> None:
        """Compare with everything that the engine's dataset describes, and with these ``terms``."""
        self._engine = engine
        self._terms = [term for term in terms if term.startswith(BASE)]

    def near(self, iri: str) -> tuple[Near, ...]:
        """The likeliest first; none where nothing is like it."""
        asked = _tail(iri.removeprefix(BASE)[:_MAX_LENGTH])
        best: dict[str, float] = {}
        for names, text in zip(self._names, (asked, _slug(asked), _slug(asked).replace("-", " ")), strict=True):
            for score, found in names.like(text.lower()):
                best[found] = max(score, best.get(found, 0.0))
        nearest = sorted(best, key=lambda found: (-best[found], found))[:_MAX_NEAR]
        labels = read_labels(self._engine, nearest)
        return tuple(Near(iri=found, label=_label(found, labels.get(found, ()))) for found in nearest)

    @cached_property
    def _names(self) -> tuple[_Names, _Names, _Names]:
        """Addresses, slugs and labels; read once, at the first slip: a snapshot never changes."""
        things = f"SELECT DISTINCT ?x WHERE {{ ?x a ?type FILTER(STRSTARTS(STR(?x), {ID!r})) }} LIMIT {_MAX_NAMES}"
        iris = [row["x"].value for row in select(self._engine, things)] + self._terms
        labelled = f"""SELECT ?x ?label WHERE {{
          ?x <http://www.w3.org/2000/01/rdf-schema#label> ?label FILTER(STRSTARTS(STR(?x), {BASE!r}))
        }} LIMIT {_MAX_NAMES}"""
        labels = select(self._engine, labelled)
        tails = [_tail(iri.removeprefix(BASE)).lower() for iri in iris]
        return (
            _Names(tails, iris),
            _Names([_slug(tail) for tail in tails], iris),
            _Names([row["label"].value.lower() for row in labels], [row["x"].value for row in labels]),
        )


def _tail(path: str) -> str:
    """``place/quay`` of ``id/place/quay``, ``ontology/Capture`` of ``ontology#Capture``."""
    return path.replace("#", "/").removeprefix("id/")


def _slug(tail: str) -> str:
    return tail.rpartition("/")[2]


def _label(iri: str, labels: Iterable[object]) -> str:
    """A label in English if there is one, else the end of the address."""
    ordered = sorted(labels, key=lambda label: getattr(label, "language", None) != "en")
    return str(getattr(ordered[0], "value", "")) if ordered else _slug(_tail(iri))
