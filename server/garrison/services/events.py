"""What happened, when and where, as the default graph has it: what maps and timelines of a whole edition show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from garrison.engine.interface import Engine
from garrison.rdf.terms import EDTF, GAR, RDFS
from garrison.rdf.wkt import Position, read_point
from garrison.services.lookup import select, values

MAX_EVENTS = 500  # that are read; the earliest
_MAX_PLACES = 3_000
_PREFIXES = f"PREFIX gar: <{GAR}> PREFIX rdfs: <{RDFS}> "


@dataclass(frozen=True, slots=True)
class Site:
    """A place that has coordinates."""

    iri: str
    position: Position
    radius_m: float = 0.0  # within which it is


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, with what is known of when and where."""

    iri: str
    edtf: str = ""
    places: tuple[str, ...] = ()
    wholes: tuple[str, ...] = ()  # the events that it is part of


@dataclass(frozen=True, slots=True)
class Events:
    """All events, the places among which they were, and how these lie in each other."""

    events: Mapping[str, Event] = field(default_factory=dict)  # in the order of their dates, undated last
    sites: Mapping[str, Site] = field(default_factory=dict)  # by place
    within: Mapping[str, frozenset[str]] = field(default_factory=dict)  # place -> the places around it
    states: frozenset[str] = frozenset()  # the places that are states
    is_cut: bool = False  # there are more

    @property
    def dated(self) -> list[Event]:
        """Those that can stand on a timeline."""
        return [event for event in self.events.values() if event.edtf]


def read_events(engine: Engine) -> Events:
    """Read what happened: events, and agreements by the day of their signature.

    :raises EndpointError: if the engine cannot answer.
    """
    rows = select(
        engine,
        f"""{_PREFIXES}SELECT ?event (MIN(?date) AS ?edtf) (MIN(?day) AS ?begin) WHERE {{
          VALUES ?class {{ gar:Event gar:Agreement }} ?event a ?class FILTER ISIRI(?event)
          OPTIONAL {{ ?event gar:edtf ?date FILTER(DATATYPE(?date) = {EDTF}) }}
          OPTIONAL {{ ?event gar:begin|gar:end ?day }}
        }} GROUP BY ?event ORDER BY (!BOUND(?begin)) ?begin ?edtf ?event LIMIT {MAX_EVENTS + 1}""",
    )
    dates = {row["event"].value: row["edtf"].value if row["edtf"] else "" for row in rows[:MAX_EVENTS]}
    places, wholes = _pairs(engine, "gar:place", dates), _pairs(engine, "gar:subEventOf", dates)
    events = {iri: Event(iri, edtf, places.get(iri, ()), wholes.get(iri, ())) for iri, edtf in dates.items()}
    within = _read_within(engine)
    return Events(events, _read_sites(engine), within, _read_states(engine), len(rows) > MAX_EVENTS)


def _pairs(engine: Engine, property: str, subjects: Iterable[str]) -> dict[str, tuple[str, ...]]:
    wanted = values(ox.NamedNode(iri) for iri in subjects)
    found: dict[str, tuple[str, ...]] = {}
    if wanted:
        where = f"VALUES ?s {{ {wanted} }} ?s {property} ?o FILTER ISIRI(?o)"
        for row in select(engine, f"{_PREFIXES}SELECT DISTINCT ?s ?o WHERE {{ {where} }} ORDER BY ?s ?o"):
            found[row["s"].value] = (*found.get(row["s"].value, ()), row["o"].value)
    return found


def _read_sites(engine: Engine) -> dict[str, Site]:
    """Places with coordinates that can be read, and how far these may be off."""
    rows = select(
        engine,
        f"""{_PREFIXES}SELECT ?place (SAMPLE(?text) AS ?wkt) (MAX(?metres) AS ?radius) WHERE {{
          ?place gar:coordinates ?text
          OPTIONAL {{ GRAPH ?claim {{ ?place gar:coordinates ?text }} ?claim gar:coordinateUncertainty ?metres }}
        }} GROUP BY ?place ORDER BY ?place LIMIT {_MAX_PLACES}""",
    )
    found = {}
    for row in rows:
        position = read_point(row["wkt"].value) if row["wkt"] else None
        if position and isinstance(row["place"], ox.NamedNode):
            found[row["place"].value] = Site(row["place"].value, position, _number(row["radius"]))
    return found


def _number(term: object) -> float:
    try:
        return max(0.0, float(term.value)) if isinstance(term, ox.Literal) else 0.0
    except ValueError:
        return 0.0


def _read_within(engine: Engine) -> dict[str, frozenset[str]]:
    rows = select(engine, f"{_PREFIXES}SELECT ?place ?around WHERE {{ ?place gar:within ?around }} LIMIT 20000")
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["place"].value, set()).add(row["around"].value)
    return {place: frozenset(around) for place, around in found.items()}


def _read_states(engine: Engine) -> frozenset[str]:
    rows = select(engine, f"{_PREFIXES}SELECT ?state WHERE {{ ?state a gar:State }} LIMIT {_MAX_PLACES}")
    return frozenset(row["state"].value for row in rows)
