"""Find a thing by any of its names, in any script and spelling, with small errors of typing; by kind, place and time.

Each word of what is asked has to fit a word of one name: as typed, as its beginning, as it sounds (see
:mod:`garrison.services.folding`), or but for a letter or two. Names that fit better come first, then things that more
of the edition speaks of.
"""

from __future__ import annotations

import bisect
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyoxigraph as ox
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from garrison.engine.interface import Engine
from garrison.services.folding import sound, words
from garrison.services.lookup import read_labels
from garrison.services.names import Name, Thing, read_things

PAGE_SIZE = 25  # things a page shows
MAX_WORDS = 8  # of what is asked that are compared
_MAX_NEAR = 200  # words of the edition that one misspelt word may stand for
_BEGINNING, _SOUND, _TYPING = 0.9, 0.85, 0.7  # what a word that fits so is worth, of 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; what is empty does not matter."""

    text: str = ""
    kind: str = ""  # as in addresses: person, place, …
    place: str = ""  # IRI
    since: str = ""  # days, ISO 8601
    until: str = ""
    page: int = 1
    page_size: int = PAGE_SIZE


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found, and the name by which it was."""

    thing: Thing
    name: Name | None  # none where no text was asked for
    score: float  # of 1


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what fits, the best first."""

    hits: tuple[Hit, ...]
    total: int
    kinds: Mapping[str, int]  # what fits by kind, whichever kind is asked for
    page: int
    pages: int


class SearchService:
    """Searches the names of an edition."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, wanted: Wanted) -> Found:
        """Find what fits.

        :raises EndpointError: if the engine cannot answer.
        """
        fitting = [hit for hit in self._by_name(wanted.text) if _fits(hit.thing, wanted)]
        kinds = Counter(hit.thing.kind for hit in fitting)
        chosen = [hit for hit in fitting if wanted.kind in ("", hit.thing.kind)]
        chosen.sort(key=lambda hit: (-hit.score - _standing(hit.thing), hit.thing.iri))
        pages = max(1, math.ceil(len(chosen) / wanted.page_size))
        page = min(max(1, wanted.page), pages)
        shown = chosen[(page - 1) * wanted.page_size : page * wanted.page_size]
        return Found(tuple(shown), len(chosen), dict(sorted(kinds.items())), page, pages)

    def places(self) -> list[str]:
        """The places that something can be asked for at, as IRIs: those that most things are tied to first."""
        counts = Counter(place for thing in self._things.values() for place in thing.places)
        return [place for place, _ in sorted(counts.items(), key=lambda each: (-each[1], each[0]))]

    def labels(self, iris: Iterable[str]) -> Mapping[str, tuple[ox.Literal, ...]]:
        """Labels of the classes and places that a page names."""
        return read_labels(self._engine, iris)

    def place_named(self, text: str) -> str:
        """The IRI of the place that goes by a name, or nothing."""
        known = set(self.places())
        best = max(
            (hit for hit in self._by_name(text) if hit.thing.iri in known), key=lambda hit: hit.score, default=None
        )
        return best.thing.iri if best else ""

    @cached_property
    def _things(self) -> dict[str, Thing]:
        return read_things(self._engine)

    @cached_property
    def _index(self) -> _Index:
        return _Index(self._things.values())

    def _by_name(self, text: str) -> Iterable[Hit]:
        asked = words(text)[:MAX_WORDS]
        if not asked:
            return () if text.strip() else (Hit(thing, None, 0.0) for thing in self._things.values())
        return self._index.find(asked)


class _Index:
    """The words of all names, and which names have them."""

    def __init__(self, things: Iterable[Thing]) -> None:
        self._names: list[tuple[Thing, Name, int]] = []  # with the number of its words
        self._with_word: dict[str, set[int]] = defaultdict(set)
        for thing in things:
            for name in thing.names:
                told = words(name.text)
                for word in told:
                    self._with_word[word].add(len(self._names))
                self._names.append((thing, name, len(told)))
        self._words = sorted(self._with_word)
        self._sounding: dict[str, list[str]] = defaultdict(list)
        for word in self._words:
            self._sounding[sound(word)].append(word)
        self._sounds = sorted(self._sounding)

    def find(self, asked: list[str]) -> list[Hit]:
        """Find the things with a name that every word fits, each with the name that fits best."""
        scores = self._scores(asked[0])
        for word in asked[1:]:
            more = self._scores(word)
            scores = {number: score + more[number] for number, score in scores.items() if number in more}
        best: dict[str, Hit] = {}
        for number, score in scores.items():
            thing, name, length = self._names[number]
            worth = score / len(asked) * (0.8 + 0.2 * min(1.0, len(asked) / max(1, length)))
            if thing.iri not in best or best[thing.iri].score < worth:
                best[thing.iri] = Hit(thing, name, worth)
        return list(best.values())

    def _scores(self, asked: str) -> dict[int, float]:
        """How well a word fits each name that it fits."""
        scores: dict[int, float] = {}
        for word, worth in self._alike(asked).items():
            for number in self._with_word[word]:
                scores[number] = max(worth, scores.get(number, 0.0))
        return scores

    def _alike(self, asked: str) -> dict[str, float]:
        """The words of the edition that a word may stand for, with what each is worth."""
        sounds = sound(asked)
        alike = {word: _TYPING * likeness for word, likeness in self._misspelt(asked, sounds).items()}
        alike |= {word: _SOUND for begun in _beginning(self._sounds, sounds) for word in self._sounding[begun]}
        alike |= {word: _SOUND + 0.03 for word in self._sounding.get(sounds, ())}
        alike |= dict.fromkeys(_beginning(self._words, asked), _BEGINNING)
        return alike | ({asked: 1.0} if asked in self._with_word else {})

    def _misspelt(self, asked: str, sounds: str) -> dict[str, float]:
        """Words but for a letter; but for two, where a word has more than seven."""
        if len(asked) < 4:
            return {}
        allowed = 1 if len(asked) <= 7 else 2
        found: dict[str, float] = {}
        for near, distance, _ in self._near(self._words, asked, allowed):
            found[near] = 1 - distance / len(asked)
        for near, distance, _ in self._near(self._sounds, sounds, allowed if len(sounds) > 4 else 0):
            found |= {word: max(found.get(word, 0.0), 1 - distance / len(asked)) for word in self._sounding[near]}
        return found

    @staticmethod
    def _near(known: list[str], asked: str, allowed: int) -> list[tuple[str, float, int]]:
        scorer: Any = DamerauLevenshtein.distance  # whose types rapidfuzz declares for texts and for lists at once
        near: list[tuple[str, float, int]] = process.extract(
            asked, known, scorer=scorer, score_cutoff=allowed, limit=_MAX_NEAR
        )
        return near


def _beginning(known: list[str], start: str) -> list[str]:
    """The words that begin so, of a sorted list."""
    first = bisect.bisect_left(known, start)
    last = bisect.bisect_left(known, start + "\uffff")
    return known[first:last]


def _fits(thing: Thing, wanted: Wanted) -> bool:
    """Tell if place and time are as asked; what has no time is at none."""
    if wanted.place and wanted.place != thing.iri and wanted.place not in thing.places:
        return False
    if not (wanted.since or wanted.until):
        return True
    begin, end = thing.begin or thing.end, thing.end or thing.begin
    return bool(begin) and (not wanted.until or begin <= wanted.until) and (not wanted.since or end >= wanted.since)


def _standing(thing: Thing) -> float:
    """What it counts that the edition speaks of a thing, less than how well a name fits."""
    return min(0.12, 0.03 * math.log10(1 + thing.links))
