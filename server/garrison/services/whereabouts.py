"""Where a thing is, or where its events were, and when: what a page draws as a map and as a timeline.

Only what the edition holds is drawn; what is denied, hinted at or disputed is not put on a map.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pyoxigraph as ox

from garrison.engine.interface import Engine
from garrison.rdf.terms import GAR
from garrison.services.description import Description
from garrison.services.lookup import Lookup, Lookups, values

MAX_SPOTS = 60
MAX_MOMENTS = 24
_MAX_LINKS = 2_000  # looked through
_MAX_DIGITS = 8  # of metres
_AT = f"<{GAR}place>|<{GAR}from>|<{GAR}to>"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with a point, and why it is shown."""

    place: str
    wkt: str
    event: str = ""  # of the thing, that was there; nothing if the thing itself is there
    uncertainty_m: float = 0.0  # how far the point may be off, where the editors say


@dataclass(frozen=True, slots=True)
class Moment:
    """A thing with a date."""

    thing: str
    edtf: str


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The places and the dates around one thing."""

    spots: tuple[Spot, ...]
    moments: tuple[Moment, ...]  # the thing's own first, then as they began
    labels: dict[str, tuple[ox.Literal, ...]]
    is_cut: bool  # there are more places or dates than are drawn


def read_whereabouts(engine: Engine, description: Description) -> Whereabouts:
    """Read them; of a hub only the places and dates of its own.

    :raises EndpointError: if the engine cannot answer.
    """
    thing = ox.NamedNode(description.iri)
    is_place = any(statement.value == ox.NamedNode(GAR + "Place") for statement in description.statements)
    is_hub = not description.incoming.is_counted
    with Lookups(engine) as lookups:
        placing = (_places_within if is_place else _places_of)(lookups, thing, is_hub)
        dating = _moments(lookups, thing, is_hub)
        spots, moments = placing.found(), dating.found()
        shown, dated = spots[:MAX_SPOTS], tuple(moments[:MAX_MOMENTS])
        measuring = _uncertainties(lookups, {spot.place for spot in shown})
        named = {spot.place for spot in shown} | {spot.event for spot in shown} | {moment.thing for moment in dated}
        naming, reach = lookups.labels(named - {""}), measuring.found()
        shown = [replace(spot, uncertainty_m=reach.get((spot.place, spot.wkt), 0.0)) for spot in shown]
        is_cut = len(spots) > len(shown) or len(moments) > len(dated)
        return Whereabouts(tuple(shown), dated, naming.found(), is_cut)


def _places_within(lookups: Lookups, thing: ox.NamedNode, is_hub: bool) -> Lookup[list[Spot]]:
    """Begin to look up the place's own point, and those of the places within it."""
    within = f"UNION {{ ?place <{GAR}within> {thing} ; <{GAR}coordinates> ?wkt }}"
    rows = lookups.select(
        f"""SELECT DISTINCT ?place ?wkt (?place = {thing} AS ?own) WHERE {{
          {{ {thing} <{GAR}coordinates> ?wkt BIND({thing} AS ?place) }} {"" if is_hub else within}
        }} ORDER BY DESC(?own) ?place LIMIT {MAX_SPOTS + 1}"""
    )
    return Lookup(lambda: [Spot(row["place"].value, row["wkt"].value) for row in rows.found()])


def _places_of(lookups: Lookups, thing: ox.NamedNode, is_hub: bool) -> Lookup[list[Spot]]:
    """Begin to look up the points of the thing's own places, and of the places of its events."""
    pointing = f"UNION {{ {{ SELECT ?event WHERE {{ ?event ?how {thing} }} LIMIT {_MAX_LINKS} }} {{ {_EVENT_AT} }} }}"
    rows = lookups.select(
        f"""SELECT DISTINCT ?place ?wkt ?event WHERE {{
          {{ {thing} <{GAR}coordinates> ?wkt BIND({thing} AS ?place) }}
          UNION {{ {thing} {_AT} ?place . ?place <{GAR}coordinates> ?wkt }}
          UNION {{ {{ {_from(thing, "?event")} }} {{ {_EVENT_AT} }} }}
          {"" if is_hub else pointing}
        }} ORDER BY BOUND(?event) ?event ?place LIMIT {MAX_SPOTS + 1}"""
    )
    return Lookup(lambda: [_spot(row) for row in rows.found()])


def _spot(row: ox.QuerySolution) -> Spot:
    return Spot(row["place"].value, row["wkt"].value, row["event"].value if row["event"] else "")


def _uncertainties(lookups: Lookups, places: set[str]) -> Lookup[dict[tuple[str, str], float]]:
    """Begin to look up how far each point may be off, by place and point: its claim says so."""
    if not places:
        return Lookup(dict)
    rows = lookups.select(
        f"""SELECT ?place ?wkt ?metres WHERE {{
          VALUES ?place {{ {values(map(ox.NamedNode, places))} }}
          ?claim <{GAR}coordinateUncertainty> ?metres GRAPH ?claim {{ ?place <{GAR}coordinates> ?wkt }}
        }}"""
    )
    return Lookup(lambda: _metres(rows.found()))


def _metres(rows: Iterable[ox.QuerySolution]) -> dict[tuple[str, str], float]:
    found = {(row["place"].value, row["wkt"].value): row["metres"].value for row in rows}
    return {key: float(metres) for key, metres in found.items() if metres.isdecimal() and len(metres) < _MAX_DIGITS}


def _from(thing: ox.NamedNode, variable: str) -> str:
    """What a thing leads to, but for what it is a part of: beside a war of six years the days of a battle are one."""
    leads = f"{thing} ?how {variable} FILTER(?how != <{GAR}subEventOf>)"
    return f"SELECT {variable} WHERE {{ {leads} }} LIMIT {_MAX_LINKS}"


_EVENT_AT = f"?event a <{GAR}Event> ; {_AT} ?place . ?place <{GAR}coordinates> ?wkt"


def _moments(lookups: Lookups, thing: ox.NamedNode, is_hub: bool) -> Lookup[list[Moment]]:
    """Begin to look up the thing's own date, and those of events, agreements and works that it has to do with."""
    pointing = f"UNION {{ SELECT ?x WHERE {{ ?x ?how {thing} }} LIMIT {_MAX_LINKS} }}"
    rows = lookups.select(
        f"""SELECT DISTINCT ?x ?edtf WHERE {{
          {{ BIND({thing} AS ?x) }}
          UNION {{ {_from(thing, "?x")} }} {"" if is_hub else pointing}
          ?x <{GAR}edtf> ?edtf FILTER(isIRI(?x))
          FILTER(?x = {thing} || NOT EXISTS {{ ?x a <{GAR}Agent> }})
          OPTIONAL {{ ?x <{GAR}begin> ?begin }} OPTIONAL {{ ?x <{GAR}end> ?end }}
        }} ORDER BY DESC(?x = {thing}) COALESCE(?begin, ?end) ?x LIMIT {MAX_MOMENTS + 1}"""
    )
    return Lookup(lambda: [Moment(row["x"].value, row["edtf"].value) for row in rows.found()])
