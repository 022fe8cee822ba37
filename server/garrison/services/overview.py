"""What an edition holds, counted: the figures and the first ways in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from garrison.engine.interface import Engine
from garrison.rdf.terms import GAR, INFERRED
from garrison.services.lookup import read_labels, select

_SHOWN = 6  # things named per class
# Parts of the apparatus; a reader comes for people, places and events.
_APPARATUS = {GAR + name for name in ("Claim", "Passage", "Emendation", "Holding", "Appraisal")}


@dataclass(frozen=True, slots=True)
class ClassCount:
    """A class, how many things are of it, and the most connected of those that are of no narrower one."""

    iri: str
    count: int
    things: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """Figures of the whole edition."""

    title: tuple[ox.Literal, ...]  # of the dataset, in several languages; empty if it has none
    description: tuple[ox.Literal, ...]
    counts: Mapping[str, int]  # claims, passages, emendations, things, triples
    classes: tuple[ClassCount, ...]
    labels: Mapping[str, tuple[ox.Literal, ...]]


def read_overview(engine: Engine) -> Overview:
    """Count, and choose the things that most claims speak of.

    :raises EndpointError: if the engine cannot answer.
    """
    rows = select(
        engine,
        f"""SELECT ?class (COUNT(?x) AS ?n) WHERE {{
          ?x a ?class FILTER(STRSTARTS(STR(?class), "{GAR}"))
          FILTER NOT EXISTS {{ GRAPH {INFERRED} {{ ?x a ?class }} }}
        }} GROUP BY ?class ORDER BY DESC(?n) ?class""",
    )
    counted = {row["class"].value: int(row["n"].value) for row in rows}
    every = select(engine, "SELECT ?class (COUNT(?x) AS ?n) WHERE { ?x a ?class } GROUP BY ?class")
    totals = {row["class"].value: int(row["n"].value) for row in every}
    narrowest = {iri: count for iri, count in counted.items() if iri not in _APPARATUS}
    classes = tuple(ClassCount(iri, totals[iri], _most_connected(engine, iri)) for iri in narrowest)
    triples = int(select(engine, "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")[0]["n"].value)
    counts = {
        "things": sum(narrowest.values()),
        "claims": counted.get(GAR + "Claim", 0),
        "passages": counted.get(GAR + "Passage", 0),
        "emendations": counted.get(GAR + "Emendation", 0),
        "triples": triples,
    }
    named = {each.iri for each in classes} | {thing for each in classes for thing in each.things}
    title, description = _texts(engine, "title"), _texts(engine, "description")
    return Overview(title, description, counts, classes, read_labels(engine, named))


def _texts(engine: Engine, property: str) -> tuple[ox.Literal, ...]:
    """What the edition says of itself: a dataset's own texts, not those of the ontology."""
    rows = select(
        engine,
        f"""PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX owl: <http://www.w3.org/2002/07/owl#>
        SELECT DISTINCT ?text WHERE {{
          ?dataset dcterms:title ?title ; dcterms:{property} ?text
          FILTER NOT EXISTS {{ ?dataset a owl:Ontology }}
        }} ORDER BY ?text""",
    )
    return tuple(row["text"] for row in rows if isinstance(row["text"], ox.Literal))


def _most_connected(engine: Engine, class_iri: str) -> tuple[str, ...]:
    rows = select(
        engine,
        f"""SELECT ?x (COUNT(?s) AS ?n) WHERE {{
          ?x a <{class_iri}> FILTER NOT EXISTS {{ GRAPH {INFERRED} {{ ?x a <{class_iri}> }} }}
          FILTER ISIRI(?x)
          OPTIONAL {{ ?s ?p ?x }}
        }} GROUP BY ?x ORDER BY DESC(?n) ?x LIMIT {_SHOWN}""",
    )
    return tuple(row["x"].value for row in rows)
