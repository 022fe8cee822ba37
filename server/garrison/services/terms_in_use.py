"""Which terms a dataset uses, how often, and where: what completion offers while a query is written.

Read once for a snapshot and a view of it. What has to be counted triple by triple is counted only in a dataset of a
size that this takes moments in; a larger one has its properties and classes from the counts of the build, and its
entities in no order of use.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from garrison.engine.interface import Engine
from garrison.errors import EndpointError
from garrison.services.lookup import select

_LARGEST = 2_000_000  # quads that are counted
_MOST = 100_000  # rows of one sort; what is beyond is not offered
_LABELS = "<http://www.w3.org/2000/01/rdf-schema#label>|<http://www.w3.org/2004/02/skos/core#prefLabel>"
_PROP = "http://www.wikidata.org/prop/"  # of Wikidata, where the label is that of the property's own item

Counts = Mapping[str, int]  # IRI -> how many triples


@dataclass(frozen=True, slots=True)
class TermsInUse:
    """The IRIs of one dataset, by what they are in its triples."""

    properties: Counts
    classes: Counts  # how many things are of it
    entities: Counts  # how many triples have it for a value; everything that is a subject is here too
    labels: Mapping[str, tuple[ox.Literal, ...]]
    class_of: Mapping[str, str] = field(default_factory=dict)  # the narrowest that a thing has
    properties_of: Mapping[str, Counts] = field(default_factory=dict)  # by class
    values_of: Mapping[str, Counts] = field(default_factory=dict)  # by property


def read_terms(engine: Engine, view: str, partitions: Mapping[str, Any]) -> TermsInUse:
    """Read the terms of a view; ``""`` is the dataset itself.

    :param partitions: what the build counted of it; empty where an earlier Garrison built.
    """
    reading = _Reading(engine, view)
    labels = reading.labels()
    properties, classes = partitions.get("properties", {}), partitions.get("classes", {})
    if partitions.get("quads", 0) > _LARGEST:
        return TermsInUse(properties, classes, dict.fromkeys(labels, 0), labels)
    properties_of = reading.counted("?s a ?a ; ?b ?o")
    values_of = reading.counted("?s ?a ?b FILTER(isIRI(?b))")
    said = {p: n for p, n in reading.count("GRAPH ?g { ?s ?x ?o }").items() if p not in properties}
    properties = {**(properties or reading.count("?s ?x ?o")), **said}
    classes = classes or reading.count("?s a ?x FILTER(isIRI(?x))")
    entities: Counter[str] = Counter(dict.fromkeys((*labels, *reading.subjects()), 0))
    for values in values_of.values():
        entities.update(values)
    return TermsInUse(
        properties, classes, entities, labels, reading.class_of(classes), properties_of, _of_iris(values_of)
    )


def _of_iris(values_of: Mapping[str, Counts]) -> Mapping[str, Counts]:
    return {property: values for property, values in values_of.items() if values}


class _Reading:
    """The questions, each answered by nothing where the engine has no time for it."""

    def __init__(self, engine: Engine, view: str) -> None:
        self._engine = engine
        self._view = view

    def labels(self) -> dict[str, tuple[ox.Literal, ...]]:
        found: dict[str, tuple[ox.Literal, ...]] = {}
        patterns = [f"?x {_LABELS} ?label"]
        if self._view == "wikidata":
            item = "?item a <http://wikiba.se/ontology#Property> ; <http://www.w3.org/2000/01/rdf-schema#label> ?label"
            patterns.append(f"{item} ; ?role ?x FILTER(STRSTARTS(STR(?x), '{_PROP}'))")
        for pattern in patterns:
            for row in self._rows(f"SELECT DISTINCT ?x ?label WHERE {{ {pattern} FILTER(isIRI(?x)) }}"):
                if isinstance(row["label"], ox.Literal):
                    found[row["x"].value] = (*found.get(row["x"].value, ()), row["label"])
        return found

    def subjects(self) -> list[str]:
        rows = self._rows("SELECT DISTINCT ?x WHERE { ?x ?p ?o FILTER(isIRI(?x)) }")
        return [row["x"].value for row in rows]

    def count(self, pattern: str) -> dict[str, int]:
        rows = self._rows(f"SELECT ?x (COUNT(*) AS ?n) WHERE {{ {pattern} }} GROUP BY ?x")
        return {row["x"].value: int(row["n"].value) for row in rows if isinstance(row["x"], ox.NamedNode)}

    def counted(self, pattern: str) -> dict[str, Counts]:
        rows = self._rows(f"SELECT ?a ?b (COUNT(*) AS ?n) WHERE {{ {pattern} }} GROUP BY ?a ?b")
        counts: dict[str, dict[str, int]] = defaultdict(dict)
        for row in rows:
            if isinstance(row["a"], ox.NamedNode):
                counts[row["a"].value][row["b"].value] = int(row["n"].value)
        return dict(counts)

    def class_of(self, classes: Counts) -> dict[str, str]:
        """Of the classes of a thing the one with the fewest members, which says most."""
        narrowest: dict[str, str] = {}
        for row in self._rows("SELECT ?x ?class WHERE { ?x a ?class FILTER(isIRI(?x) && isIRI(?class)) }"):
            thing, found = row["x"].value, row["class"].value
            if (classes.get(found, 0), found) < (classes.get(held := narrowest.get(thing, ""), _MOST), held):
                narrowest[thing] = found
        return narrowest

    def _rows(self, query: str) -> list[ox.QuerySolution]:
        with suppress(EndpointError):
            return select(self._engine, f"{query} LIMIT {_MOST}", self._view)
        return []
