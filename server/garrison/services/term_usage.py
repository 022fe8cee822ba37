"""How the terms of an ontology are used in an edition: how often, where for example, and in which saved queries.

Read once, since a snapshot never changes; each example is the first that the engine comes upon, so that an edition of
any size answers at once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from garrison.edition.catalogue import SavedQuery
from garrison.engine.interface import Engine
from garrison.rdf.prefixes import BASE
from garrison.rdf.terms import RDF_TYPE
from garrison.services.lookup import read_labels, select
from garrison.services.publication import Publication

_EXAMPLES = 4  # things shown of a class or concept
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_MATCHES = tuple(f"{_SKOS}{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related"))
_PREFIX = re.compile(r"PREFIX\s+([\w.-]*):\s*<([^>]*)>", re.IGNORECASE)
_NAME = re.compile(r"<([^<>\s]+)>|(?<![\w:<])([A-Za-z][\w.-]*)?:([\w][\w-]*)")
_COMMENT = re.compile(r"(?m)(?:^|\s)#.*$")


@dataclass(frozen=True, slots=True)
class TermUsage:
    """What the pages of the ontology tell of the data."""

    counts: Mapping[str, int]  # class -> things, property -> triples, concept -> triples; of the default graph
    things: Mapping[str, tuple[str, ...]]  # class or concept -> some things that have it
    triples: Mapping[str, ox.Triple]  # property -> a triple with it
    queries: Mapping[str, tuple[SavedQuery, ...]]  # term -> the saved queries that name it
    matches: Mapping[str, tuple[tuple[str, str], ...]]  # concept -> relation and term of another vocabulary
    labels: Mapping[str, tuple[ox.Literal, ...]]  # of what the examples name


def read_term_usage(engine: Engine, publication: Publication, terms: Iterable[str]) -> TermUsage:
    """Look up how these terms are used.

    :raises EndpointError: if the engine cannot answer.
    """
    counted = publication.partitions.get("", {})
    classes, properties = counted.get("classes", {}), counted.get("properties", {})
    ours = [term for term in terms if term.startswith(BASE)]
    concepts = [term for term in ours if term not in classes and term not in properties]
    things, triples = _things(engine, classes, concepts), _triples(engine, set(properties) & set(ours))
    counts = {**classes, **properties, **_concepts(engine)}
    named = {iri for iris in things.values() for iri in iris} | _named(triples.values())
    matches = _matches(engine)
    return TermUsage(counts, things, triples, _queries(publication), matches, read_labels(engine, named))


def _things(engine: Engine, classes: Iterable[str], concepts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    patterns = [(iri, f"?x {RDF_TYPE} <{iri}> FILTER ISIRI(?x)") for iri in classes if iri.startswith(BASE)]
    patterns += [(iri, f"?x ?p <{iri}> FILTER(ISIRI(?x) && !STRSTARTS(STR(?p), '{_SKOS}'))") for iri in concepts]
    found: dict[str, list[str]] = defaultdict(list)
    for row in _union(engine, "?term ?x", patterns, _EXAMPLES):
        found[row["term"].value].append(row["x"].value)
    return {term: tuple(dict.fromkeys(iris)) for term, iris in found.items()}


def _triples(engine: Engine, properties: Iterable[str]) -> dict[str, ox.Triple]:
    patterns = [(iri, f"?s <{iri}> ?o FILTER ISIRI(?s)") for iri in sorted(properties)]
    rows = _union(engine, "?term ?s ?o", patterns, 1)
    return {row["term"].value: ox.Triple(row["s"], ox.NamedNode(row["term"].value), row["o"]) for row in rows}


def _union(
    engine: Engine, variables: str, patterns: Sequence[tuple[str, str]], limit: int, at_once: int = 40
) -> Iterable[ox.QuerySolution]:
    """The first solutions of each pattern, with the term that it asks for as ``?term``; some dozen patterns a query."""
    others = variables.removeprefix("?term ")
    for start in range(0, len(patterns), at_once):
        parts = [
            f"{{ SELECT (<{term}> AS ?term) {others} WHERE {{ {pattern} }} LIMIT {limit} }}"
            for term, pattern in patterns[start : start + at_once]
        ]
        yield from select(engine, f"SELECT {variables} WHERE {{ {' UNION '.join(parts)} }}")


def _concepts(engine: Engine) -> dict[str, int]:
    """How many things each concept is said of."""
    rows = select(
        engine,
        f"""SELECT ?c (COUNT(?x) AS ?n) WHERE {{ ?c <{_SKOS}inScheme> ?scheme . ?x ?p ?c
        FILTER(!STRSTARTS(STR(?p), "{_SKOS}")) }} GROUP BY ?c""",
    )
    return {row["c"].value: int(row["n"].value) for row in rows if row["c"] is not None}


def _matches(engine: Engine) -> dict[str, tuple[tuple[str, str], ...]]:
    listed = " ".join(f"<{relation}>" for relation in _MATCHES)
    rows = select(
        engine,
        f"""SELECT ?c ?relation ?other WHERE {{ VALUES ?relation {{ {listed} }}
        ?c <{_SKOS}inScheme> ?scheme ; ?relation ?other }} ORDER BY ?c ?relation ?other""",
    )
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        found[row["c"].value].append((row["relation"].value, row["other"].value))
    return {term: tuple(pairs) for term, pairs in found.items()}


def _queries(publication: Publication) -> dict[str, tuple[SavedQuery, ...]]:
    naming: dict[str, list[SavedQuery]] = defaultdict(list)
    for query in publication.catalogue.queries.values():
        for iri in named_in(query.body):
            naming[iri].append(query)
    return {iri: tuple(queries) for iri, queries in naming.items()}


def named_in(query: str) -> set[str]:
    """The IRIs that the text of a query names, written out or by a prefix that it declares."""
    text = _COMMENT.sub("", query)
    prefixes = dict(_PREFIX.findall(text))
    found = set()
    for iri, prefix, local in _NAME.findall(_PREFIX.sub("", text)):
        if iri or prefix in prefixes:
            found.add(iri or prefixes[prefix] + local)
    return found


def _named(triples: Iterable[ox.Triple]) -> set[str]:
    terms = (term for triple in triples for term in (triple.subject, triple.object))
    return {term.value for term in terms if isinstance(term, ox.NamedNode)}
