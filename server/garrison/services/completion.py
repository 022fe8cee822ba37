"""Complete a term while a query is written: only terms that are in the data, by context, the most used first.

A text matches the beginning of any word of a label, in any language and script, or of the local name
(``landing-at-the-quay`` has four words, ``carriedOutBy`` three); a prefixed name or an IRI matches by its beginning.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from garrison.edition.views import VIEWS
from garrison.engine.interface import Engine
from garrison.errors import ParameterRefused, UnknownView
from garrison.rdf.prefixes import prefixes_of
from garrison.rdf.terms import RDF_TYPE
from garrison.services.folding import words
from garrison.services.terms_in_use import Counts, TermsInUse, read_terms

KINDS = ("property", "class", "entity", "prefix")
MOST = 50  # terms in one answer
_MAX_TEXT = 200  # characters that are looked for
# Of functions and units, which occur in queries and in no triple.
_FUNCTIONS = {
    "geof": "http://www.opengis.net/def/function/geosparql/",
    "uom": "http://www.opengis.net/def/uom/OGC/1.0/",
}
_LOCAL_NAME = re.compile(r"[\w](?:[\w.\-]*[\w\-])?|", re.ASCII)  # what needs no escape in a prefixed name
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Term:
    """Something that may stand where the query is being written."""

    iri: str
    name: str | None  # prefixed, where that can be written without an escape
    kind: str
    count: int  # of triples that use it so; of a class, of its members; of a prefix, of the terms that begin so
    class_iri: str = ""  # of an entity: what it is


@dataclass(frozen=True, slots=True)
class Completions:
    """The best terms, and whether there are more."""

    terms: tuple[Term, ...]
    is_whole: bool
    labels: Mapping[str, tuple[ox.Literal, ...]]


class Completer:
    """Knows the terms of a snapshot and of its views; each is read when it is first asked for."""

    def __init__(self, engine: Engine, partitions: Mapping[str, Mapping[str, Any]]) -> None:
        self._engine = engine
        self._partitions = partitions
        self._indexes: dict[str, _Index] = {}
        self._reading = threading.Lock()  # who asks meanwhile waits for what is being read

    def complete(
        self, text: str, kind: str, view: str = "", class_iri: str = "", property_iri: str = "", most: int = MOST
    ) -> Completions:
        """Find terms of a kind.

        :param class_iri: of the subject, if it is known: its properties are offered.
        :param property_iri: before the value, if it is known: the values that it has are offered.
        :raises ParameterRefused: for a kind that there is not.
        :raises UnknownView: if the snapshot has no such view.
        """
        if kind not in KINDS:
            raise ParameterRefused(f"There is no kind {kind!r}; there are {', '.join(KINDS)}.", "kind")
        index = self.index(view)
        if kind == "class" or (kind == "entity" and property_iri == RDF_TYPE.value):
            kind, within = "class", None
        else:
            within = index.within(kind, class_iri, property_iri)
        found = index.find(text[:_MAX_TEXT], kind, within)
        terms = tuple(index.term(iri, kind, count) for iri, count in found[:most])
        return Completions(terms, len(found) <= most, index.labels)

    def index(self, view: str = "") -> _Index:
        """What is known of a view."""
        if view and (view not in VIEWS or view not in self._engine.status().views):
            raise UnknownView(view, self._engine.status().views)
        with self._reading:
            if view not in self._indexes:
                terms = read_terms(self._engine, view, self._partitions.get(view, {}))
                self._indexes[view] = _Index(terms, {**_FUNCTIONS, **prefixes_of(view)})
            return self._indexes[view]


class _Index:
    """The terms of one dataset, by the beginnings of their words."""

    def __init__(self, terms: TermsInUse, prefixes: Mapping[str, str]) -> None:
        self._terms = terms
        self._prefixes = prefixes
        self._namespaces = sorted(((iri, prefix) for prefix, iri in prefixes.items()), key=lambda n: -len(n[0]))
        used = {"property": terms.properties, "class": terms.classes, "entity": terms.entities}
        self._counts: dict[str, Counts] = {**used, "prefix": self._used_prefixes(used.values())}
        self._words = {kind: _Words(self._words_of(counts)) for kind, counts in self._counts.items()}

    @property
    def labels(self) -> Mapping[str, tuple[ox.Literal, ...]]:
        return self._terms.labels

    def within(self, kind: str, class_iri: str, property_iri: str) -> Counts | None:
        """The terms that occur in a context; ``None`` where nothing is known of it."""
        if kind == "property" and class_iri:
            return self._terms.properties_of.get(class_iri)
        if kind == "entity" and property_iri:
            return self._terms.values_of.get(property_iri)
        return None

    def find(self, text: str, kind: str, within: Counts | None) -> list[tuple[str, int]]:
        """All that fit with their counts, the best first; beyond the context only where nothing in it fits."""
        if within is not None and (found := self._ranked(text, kind, within)):
            return found
        return self._ranked(text, kind, self._counts[kind])

    def _ranked(self, text: str, kind: str, counts: Counts) -> list[tuple[str, int]]:
        fitting = self._fitting(text.strip(), kind, counts)
        ordered = sorted(fitting, key=lambda iri: (-fitting[iri], -counts[iri], iri))
        return [(iri, counts[iri]) for iri in ordered]

    def _fitting(self, text: str, kind: str, counts: Counts) -> dict[str, int]:
        """The terms that match, each with how well."""
        if text.startswith("<") or "://" in text:
            begin = text.strip("<>")
            return {iri: 0 for iri in counts if iri.startswith(begin)}
        prefix, colon, local = text.partition(":")
        if colon and kind != "prefix":
            namespace = self._prefixes.get(prefix)
            among = {iri for iri in counts if namespace is not None and iri.startswith(namespace)}
            return {iri: rank for iri, rank in self._by_words(local, kind, counts).items() if iri in among}
        return self._by_words(prefix, kind, counts)

    def _by_words(self, text: str, kind: str, counts: Counts) -> dict[str, int]:
        wanted = words(text)
        if not wanted:  # of nothing that is written all fits, of nothing but signs nothing does
            return {} if text.strip() else dict.fromkeys(counts, 0)
        known = self._words[kind]
        found = set.intersection(*(known.beginning_with(word) for word in wanted))
        first = known.first_words.get
        return {iri: int(any(w.startswith(wanted[0]) for w in first(iri, ()))) for iri in found if iri in counts}

    def term(self, iri: str, kind: str, count: int) -> Term:
        """What is told of one of them."""
        if kind == "prefix":
            return Term(iri, f"{self._prefix_of(iri)}:", kind, count)
        class_iri = self._terms.class_of.get(iri, "") if kind == "entity" else ""
        return Term(iri, self.prefixed(iri), kind, count, class_iri)

    def prefixed(self, iri: str) -> str | None:
        """A name that can stand in a query as it is."""
        for namespace, prefix in self._namespaces:
            if iri.startswith(namespace) and iri != namespace:
                local = iri.removeprefix(namespace)
                return f"{prefix}:{local}" if _LOCAL_NAME.fullmatch(local) else None
        return None

    def _prefix_of(self, namespace: str) -> str:
        return next(prefix for iri, prefix in self._namespaces if iri == namespace)

    def _used_prefixes(self, used: Iterable[Counts]) -> Counts:
        """How many terms begin with each namespace."""
        counts = dict.fromkeys((iri for iri, _ in self._namespaces), 0)
        for iri in {iri for each in used for iri in each}:
            if namespace := next((n for n, _ in self._namespaces if iri.startswith(n)), None):
                counts[namespace] += 1
        return counts

    def _words_of(self, counts: Counts) -> dict[str, list[list[str]]]:
        names = {iri: prefix for iri, prefix in self._namespaces}
        return {
            iri: [
                words(text)
                for text in (names.get(iri) or _local(iri), *(label.value for label in self.labels.get(iri, ())))
            ]
            for iri in counts
        }


class _Words:
    """Every word of every name, in order, so that those that begin alike stand together."""

    def __init__(self, names: Mapping[str, list[list[str]]]) -> None:
        self._entries = sorted({(word, iri) for iri, texts in names.items() for text in texts for word in text})
        self.first_words = {iri: tuple(text[0] for text in texts if text) for iri, texts in names.items()}

    def beginning_with(self, text: str) -> set[str]:
        """What has a word that begins so."""
        found: set[str] = set()
        for at in range(bisect_left(self._entries, (text, "")), len(self._entries)):
            word, iri = self._entries[at]
            if not word.startswith(text):
                break
            found.add(iri)
        return found


def _local(iri: str) -> str:
    """The last part of an IRI, its words apart."""
    return _HUMP.sub(" ", re.split(r"[/#]", iri.rstrip("/#"))[-1])
