"""Choose claims by what they speak of, when, by whom, and how they are weighed; say the same choice as a SPARQL query.

The weighing of all claims is read once and kept, so that every choice can be counted at once; what a claim speaks of is
asked of the engine. :func:`as_query` writes the whole choice as one query, which has the same rows in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

import pyoxigraph as ox

from garrison.engine.interface import Engine
from garrison.rdf.terms import GAR, OA, XSD
from garrison.services.claims import position
from garrison.services.lookup import select, values

# Aspect, as addresses have it -> the property of a claim that it is; the source is that of the passage.
ASPECTS = {
    "certainty": "certainty",
    "modality": "modality",
    "polarity": "polarity",
    "standing": "standing",
    "voice": "assertedBy",
    "source": "source",
}
ORDERS = ("passage", "claim")
MAX_CLAIMS = 50_000  # that are looked through
_KEPT_CHOICES = 256
_PREFIXES = f"PREFIX gar: <{GAR}>\nPREFIX oa: <{OA}>\n"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which claims are wanted: those that fit all that is said here."""

    thing: str = ""  # IRI; speaks of it
    place: str = ""  # IRI; speaks of it, of what lies within, or of what was there
    begin: date | None = None  # says a day, or speaks of something dated, from this day on
    end: date | None = None  # until this day
    aspects: tuple[tuple[str, str], ...] = ()  # aspect -> IRI
    is_emended: bool | None = None  # rests on an emendation

    def without(self, aspect: str) -> Selection:
        """The same, whatever that aspect is."""
        return replace(self, aspects=tuple(each for each in self.aspects if each[0] != aspect))


@dataclass(frozen=True, slots=True)
class Row:
    """Where a claim stands, and how it is weighed."""

    iri: str
    passage: str = ""
    start: int | None = None  # of the passage in the text of its source
    is_emended: bool = False
    aspects: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)  # aspect -> IRIs

    @property
    def source(self) -> str:
        return min(self.aspects.get("source", ()), default="")

    def fits(self, selection: Selection) -> bool:
        """Tell if the weighing is what is wanted."""
        if selection.is_emended not in (None, self.is_emended):
            return False
        return all(iri in self.aspects.get(aspect, ()) for aspect, iri in selection.aspects)


class ClaimTable:
    """All claims of one snapshot, to choose from."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._rows: tuple[Row, ...] | None = None
        self._speaking = lru_cache(_KEPT_CHOICES)(self._ask_who_speaks)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The claims in the order of their passages: texts that are read as a whole come first.

        :raises EndpointError: if the engine cannot answer.
        """
        if self._rows is None:
            self._rows = tuple(sorted(_read_rows(self._engine), key=_in_passage_order))
        return self._rows

    @property
    def is_cut(self) -> bool:
        """Tell if there are more claims than are looked through."""
        return len(self.rows) >= MAX_CLAIMS

    def choose(self, selection: Selection, order: str = ORDERS[0]) -> list[Row]:
        """The claims that fit.

        :raises EndpointError: if the engine cannot answer.
        """
        found = [row for row in self._speak(selection) if row.fits(selection)]
        return sorted(found, key=lambda row: row.iri) if order == "claim" else found

    def counts(self, selection: Selection) -> dict[str, dict[str, int]]:
        """How many claims each value of each aspect would give beside all else that is chosen."""
        speaking = self._speak(selection)
        counted: dict[str, dict[str, int]] = {aspect: {} for aspect in ASPECTS}
        for aspect, found in counted.items():
            others = selection.without(aspect)
            for iri in (iri for row in speaking if row.fits(others) for iri in row.aspects.get(aspect, ())):
                found[iri] = found.get(iri, 0) + 1
        return counted

    def values(self, aspect: str) -> set[str]:
        """The IRIs that an aspect has in any claim."""
        return {iri for row in self.rows for iri in row.aspects.get(aspect, ())}

    def _speak(self, selection: Selection) -> list[Row]:
        conditions = _conditions(selection)
        if not conditions:
            return list(self.rows)
        speaking = self._speaking("\n".join(conditions))
        return [row for row in self.rows if row.iri in speaking]

    def _ask_who_speaks(self, conditions: str) -> frozenset[str]:
        query = f"{_PREFIXES}SELECT DISTINCT ?claim WHERE {{ ?claim a gar:Claim .\n{conditions}\n}}"
        return frozenset(row["claim"].value for row in select(self._engine, query))


def as_query(selection: Selection, order: str = ORDERS[0]) -> str:
    """The choice as a query: a row for each claim, in the same order."""
    fits = [
        f"?claim gar:passage/gar:source {ox.NamedNode(iri)} ."
        if aspect == "source"
        else f"?claim gar:{ASPECTS[aspect]} {ox.NamedNode(iri)} ."
        for aspect, iri in selection.aspects
    ]
    if selection.is_emended is not None:
        fits.append(f"FILTER {'' if selection.is_emended else 'NOT '}EXISTS {{ ?claim gar:dependsOn ?emendation }}")
    wanted = "\n".join(f"  {line}" for part in (*_conditions(selection), *fits) for line in part.splitlines())
    by = "?claim" if order == "claim" else "DESC(BOUND(?start)) ?source ?start ?passage ?claim"
    return f"""{_PREFIXES}
SELECT ?claim (MIN(?in) AS ?passage) (MIN(?of) AS ?source) (MIN(?at) AS ?start)
       (MIN(?says) AS ?voice) (MIN(?sure) AS ?certainty) (MIN(?put) AS ?modality)
       (MIN(?affirms) AS ?polarity) (MIN(?stands) AS ?standing)
WHERE {{
  ?claim a gar:Claim .
{wanted + chr(10) if wanted else ""}  OPTIONAL {{
    ?claim gar:passage ?in
    OPTIONAL {{ ?in gar:source ?of }}
    OPTIONAL {{ ?in oa:start ?at }}
  }}
  OPTIONAL {{ ?claim gar:assertedBy ?says }}
  OPTIONAL {{ ?claim gar:certainty ?sure }}
  OPTIONAL {{ ?claim gar:modality ?put }}
  OPTIONAL {{ ?claim gar:polarity ?affirms }}
  OPTIONAL {{ ?claim gar:standing ?stands }}
}}
GROUP BY ?claim
ORDER BY {by}
"""


def _conditions(selection: Selection) -> list[str]:
    """The parts of a query that say what a claim speaks of."""
    parts = []
    if selection.thing:
        parts.append(_speaks_of("thing", f"VALUES ?thing {{ {ox.NamedNode(selection.thing)} }}"))
    if selection.place:
        parts.append(_speaks_of("here", f"?here gar:place?/gar:within? {ox.NamedNode(selection.place)} ."))
    if selection.begin or selection.end:
        parts.append(_dated(selection.begin, selection.end))
    return parts


def _speaks_of(name: str, binding: str) -> str:
    return f"""{{ SELECT DISTINCT ?claim WHERE {{
  {binding}
  {{ GRAPH ?claim {{ ?{name} ?says ?anything }} }} UNION {{ GRAPH ?claim {{ ?anything ?says ?{name} }} }}
}} }}"""


def _dated(begin: date | None, end: date | None) -> str:
    """Says when something was, or speaks of what was then; the lives of people and states are no such thing."""
    tests = [f"(!BOUND(?end) || ?end >= {_day(begin)})"] if begin else []
    tests += [f"(!BOUND(?begin) || ?begin <= {_day(end)})"] if end else []
    days = "?dated gar:edtf ?date OPTIONAL { ?dated gar:begin ?begin } OPTIONAL { ?dated gar:end ?end }"
    return f"""{{ SELECT DISTINCT ?claim WHERE {{
  {{ GRAPH ?claim {{ {days} }} }}
  UNION {{ {days} FILTER NOT EXISTS {{ ?dated a gar:Agent }} GRAPH ?claim {{ ?dated ?says ?anything }} }}
  FILTER({" && ".join(tests)})
}} }}"""


def _day(day: date) -> str:
    return str(ox.Literal(day.isoformat(), datatype=ox.NamedNode(XSD + "date")))


def _listed(iris: Iterable[str]) -> str:
    return values(ox.NamedNode(iri) for iri in iris)


def _in_passage_order(row: Row) -> tuple[bool, str, int, str, str]:
    return (row.start is None, row.source, row.start or 0, row.passage, row.iri)


def _read_rows(engine: Engine) -> list[Row]:
    properties = {GAR + name: aspect for aspect, name in ASPECTS.items() if aspect != "source"}
    properties |= {GAR + "passage": "passage", GAR + "dependsOn": "emendation"}
    rows = select(
        engine,
        f"""{_PREFIXES}SELECT ?claim ?p ?o WHERE {{
          {{ SELECT DISTINCT ?claim WHERE {{ ?claim a gar:Claim FILTER(ISIRI(?claim)) }}
            ORDER BY ?claim LIMIT {MAX_CLAIMS} }}
          OPTIONAL {{ VALUES ?p {{ {_listed(properties)} }} ?claim ?p ?o FILTER(ISIRI(?o)) }}
        }}""",
    )
    found: dict[str, dict[str, set[str]]] = {}
    for row in rows:
        aspects = found.setdefault(row["claim"].value, {})
        if row["p"] is not None:
            aspects.setdefault(properties[row["p"].value], set()).add(row["o"].value)
    starts, sources = _passages(engine)
    return [_row(iri, aspects, starts, sources) for iri, aspects in found.items()]


def _row(iri: str, aspects: Mapping[str, set[str]], starts: Mapping[str, int], sources: Mapping[str, set[str]]) -> Row:
    passages = aspects.get("passage", set())
    weighed = {name: tuple(sorted(found)) for name, found in aspects.items() if name in ASPECTS}
    weighed["source"] = tuple(sorted({source for passage in passages for source in sources.get(passage, ())}))
    start = min((starts[passage] for passage in passages if passage in starts), default=None)
    return Row(iri, min(passages, default=""), start, bool(aspects.get("emendation")), weighed)


def _passages(engine: Engine) -> tuple[dict[str, int], dict[str, set[str]]]:
    """Where passages begin, and whose they are."""
    rows = select(
        engine,
        f"""{_PREFIXES}SELECT DISTINCT ?passage ?source ?start WHERE {{
          ?claim gar:passage ?passage
          OPTIONAL {{ ?passage gar:source ?source FILTER(ISIRI(?source)) }} OPTIONAL {{ ?passage oa:start ?start }}
        }}""",
    )
    starts: dict[str, int] = {}
    sources: dict[str, set[str]] = {}
    for row in rows:
        passage, start = row["passage"].value, position(row["start"])
        if start is not None:
            starts[passage] = min(start, starts.get(passage, start))
        if row["source"] is not None:
            sources.setdefault(passage, set()).add(row["source"].value)
    return starts, sources
