"""Every name that things of an edition go by, and what else a search looks at; read once, as a snapshot never changes.

A thing is found by its labels, by what sources call it (``gar:name``), and by the garble that an emendation mended: who
has the garbled article before them searches for what is printed there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox
from rapidfuzz import fuzz

from garrison.engine.interface import Engine
from garrison.rdf.terms import GAR, ID, INFERRED
from garrison.services.folding import words
from garrison.services.lookup import select

MAX_NAMES = 200_000  # that are read
_NAMED = 45.0  # of 100: a reading that is little more than a name; a whole sentence is nobody's
_PREFIXES = f"""PREFIX gar: <{GAR}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/>
"""
_WHERE = "gar:place gar:within gar:from gar:to"  # relations that say where


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a thing."""

    text: str
    language: str = ""
    origin: str = "label"  # label, source or garble


@dataclass(slots=True)
class Thing:
    """What can be found."""

    iri: str
    names: list[Name] = field(default_factory=list)
    descriptions: list[ox.Literal] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)  # as somebody wrote them; none where a thing is only spoken of
    places: set[str] = field(default_factory=set)  # where it is, or where that happened which it took part in
    date: str = ""  # its own, in EDTF; empty: none is held
    begin: str = ""  # first and last day of it, or of what it took part in; empty: unknown
    end: str = ""
    links: int = 0  # triples that point to it

    @property
    def kind(self) -> str:
        """The kind that its address names: ``person``, ``place``, …"""
        return self.iri.removeprefix(ID).partition("/")[0]


def read_things(engine: Engine) -> dict[str, Thing]:
    """All that has a name, by IRI.

    :raises EndpointError: if the engine cannot answer.
    """
    things: dict[str, Thing] = {}
    for iri, name in _labels(engine):
        things.setdefault(iri, Thing(iri)).names.append(name)
    _read_classes(engine, things)
    _read_descriptions(engine, things)
    _read_links(engine, things)
    _read_places(engine, things)
    _read_dates(engine, things)
    _read_days(engine, things)
    for iri, name in _garbles(engine, things):
        things[iri].names.append(name)
    return things


def _labels(engine: Engine) -> Iterable[tuple[str, Name]]:
    rows = select(
        engine,
        f"""{_PREFIXES}SELECT ?x ?name ?origin WHERE {{
          {{ ?x rdfs:label|skos:altLabel ?name BIND("label" AS ?origin) }}
          UNION {{ ?x gar:name ?name BIND("source" AS ?origin) }}
          FILTER(STRSTARTS(STR(?x), "{ID}") && ISLITERAL(?name))
          FILTER NOT EXISTS {{ ?x skos:inScheme ?scheme }} FILTER NOT EXISTS {{ ?x a skos:ConceptScheme }}
        }} ORDER BY ?x ?origin ?name LIMIT {MAX_NAMES}""",
    )
    for row in rows:
        yield row["x"].value, Name(row["name"].value, row["name"].language or "", row["origin"].value)


def _read_classes(engine: Engine, things: dict[str, Thing]) -> None:
    rows = select(
        engine,
        f"""SELECT ?x ?class WHERE {{ ?x a ?class FILTER(STRSTARTS(STR(?x), "{ID}"))
        FILTER NOT EXISTS {{ GRAPH {INFERRED} {{ ?x a ?class }} }} }} ORDER BY ?x ?class""",
    )
    for row in rows:
        if row["x"].value in things:
            things[row["x"].value].classes.append(row["class"].value)


def _read_descriptions(engine: Engine, things: dict[str, Thing]) -> None:
    for row in select(engine, f"{_PREFIXES}SELECT ?x ?text WHERE {{ ?x dcterms:description ?text }} ORDER BY ?x ?text"):
        if row["x"].value in things and isinstance(row["text"], ox.Literal):
            things[row["x"].value].descriptions.append(row["text"])


def _read_links(engine: Engine, things: dict[str, Thing]) -> None:
    counts = f"""SELECT ?x (COUNT(*) AS ?n) WHERE {{ ?s ?p ?x FILTER(STRSTARTS(STR(?x), "{ID}")) }} GROUP BY ?x"""
    for row in select(engine, counts):
        if row["x"].value in things:
            things[row["x"].value].links = int(row["n"].value)


def _read_places(engine: Engine, things: dict[str, Thing]) -> None:
    """Where things are, where events were, and so where those were who took part; with all that these lie within."""
    rows = select(
        engine,
        f"""{_PREFIXES}SELECT DISTINCT ?x ?place WHERE {{
          {{ VALUES ?where {{ {_WHERE} }} ?x ?where ?place }}
          UNION {{ VALUES ?where {{ gar:place gar:from gar:to }} ?event ?where ?place ; ?relation ?x
                   FILTER(?relation NOT IN (gar:place, gar:from, gar:to, gar:kind, gar:identity)) }}
          FILTER ISIRI(?place) }}""",
    )
    direct: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        direct[row["x"].value].add(row["place"].value)
    for iri, places in direct.items():
        if iri in things:
            things[iri].places |= places.union(*(direct.get(place, set()) for place in places))


def _read_dates(engine: Engine, things: dict[str, Thing]) -> None:
    """What the edition holds of when a thing was: no day of another thing stands in for one that is not known."""
    for row in select(engine, f"{_PREFIXES}SELECT ?x ?date WHERE {{ ?x gar:edtf ?date FILTER ISLITERAL(?date) }}"):
        if row["x"].value in things:
            things[row["x"].value].date = row["date"].value


def _read_days(engine: Engine, things: dict[str, Thing]) -> None:
    """First and last days, of what is known of either."""
    for row in select(
        engine,
        f"""{_PREFIXES}SELECT ?x (MIN(?day) AS ?first) (MAX(?day) AS ?last) WHERE {{
          VALUES ?which {{ gar:begin gar:end }}
          {{ ?x ?which ?day }} UNION {{ ?event a gar:Event ; ?relation ?x ; ?which ?day }}
          FILTER ISIRI(?x)
        }} GROUP BY ?x""",
    ):
        if row["x"] is not None and row["x"].value in things:
            thing = things[row["x"].value]
            thing.begin, thing.end = row["first"].value, row["last"].value


def _garbles(engine: Engine, things: dict[str, Thing]) -> Iterable[tuple[str, Name]]:
    """The garbled words that stand in a source for a thing: those whose reading is its name, more than any other's."""
    rows = select(
        engine,
        f"""{_PREFIXES}SELECT DISTINCT ?sic ?reading ?x WHERE {{
          ?emendation gar:sic ?sic ; gar:reading ?reading .
          ?claim gar:dependsOn ?emendation
          GRAPH ?claim {{ {{ ?x ?p ?o }} UNION {{ ?s ?q ?x }} FILTER ISIRI(?x) }}
        }} ORDER BY ?sic ?reading ?x LIMIT {MAX_NAMES}""",
    )
    likeness: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows:
        sic, iri = row["sic"].value, row["x"].value
        if iri in things:
            likeness[sic][iri] = max(_likeness(things[iri], row["reading"].value), likeness[sic].get(iri, 0.0))
    for sic, of in likeness.items():
        best = max(of.values())
        yield from ((iri, Name(sic, "", "garble")) for iri in sorted(of) if _NAMED <= of[iri] == best)


def _likeness(thing: Thing, reading: str) -> float:
    """How much of a reading is a name of the thing, of 100."""
    said = " ".join(words(reading))
    return max(fuzz.token_sort_ratio(said, " ".join(words(name.text))) for name in thing.names)
