"""Theatres: where on the earth the events of an edition crowd together, found from the data alone.

Places at which something happened make one theatre if each is near to another of it: nearer than an eighth of how far
the outermost places of all lie apart. What happened at a place without coordinates, or as part of something larger,
belongs to a theatre if all that speaks for one speaks for the same. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from garrison.rdf.wkt import Position, distance_km
from garrison.services.events import Event, Events

_SHARE = 1 / 8  # of the greatest distance, within which places are neighbours
_FARTHEST_KM = 500.0  # that neighbours lie apart, however wide the whole is
_NEAREST_KM = 1.0  # that they may always lie apart
_MOST_SITES = 300  # that are compared, those with most events first
_MOST_THEATRES = 6
_NONE = -1  # the theatre of a site that is in none
_FEWEST_EVENTS = 2  # a place where one thing happened once is no theatre


@dataclass(frozen=True, slots=True)
class Theatre:
    """Places near each other, and the events of which they were the scene."""

    sites: tuple[str, ...]  # with coordinates, those with most events first
    events: tuple[str, ...]  # in the order of their dates
    named_after: tuple[str, ...]  # its outermost places, those with most events first


def find_theatres(events: Events) -> tuple[Theatre, ...]:
    """The theatres, in the order of their first dates."""
    scenes = _scenes(events)
    clusters = _clusters(scenes, {place: events.sites[place].position for place in scenes})
    of_site = {place: number for number, cluster in enumerate(clusters) for place in cluster}
    belongs = _belonging(events, of_site)
    found = []
    for number, cluster in enumerate(clusters):
        own = tuple(iri for iri in events.events if belongs.get(iri) == number)
        sites = sorted(cluster, key=lambda place: (-len(scenes[place]), place))
        found.append(Theatre(tuple(sites), own, _outermost(sites, scenes, events.within)))
    order = {iri: number for number, iri in enumerate(events.events)}
    return tuple(sorted(found, key=lambda theatre: min((order[iri] for iri in theatre.events), default=len(order))))


def _scenes(events: Events) -> dict[str, set[str]]:
    """The places with coordinates at which something happened, and what: those with most events first."""
    found: dict[str, set[str]] = {}
    for event in events.events.values():
        for place in event.places:
            if place in events.sites:
                found.setdefault(place, set()).add(event.iri)
    kept = sorted(found, key=lambda place: (-len(found[place]), place))[:_MOST_SITES]
    return {place: found[place] for place in kept}


def _clusters(scenes: Mapping[str, set[str]], positions: Mapping[str, Position]) -> list[list[str]]:
    """Groups of neighbours in which enough happened, the liveliest first."""
    places = list(positions)
    apart = {(a, b): distance_km(positions[a], positions[b]) for i, a in enumerate(places) for b in places[:i]}
    near_km = min(max(_SHARE * max(apart.values(), default=0.0), _NEAREST_KM), _FARTHEST_KM)
    root = {place: place for place in places}

    def of(place: str) -> str:
        while root[place] != place:
            root[place] = place = root[root[place]]
        return place

    for (one, other), distance in apart.items():
        if distance <= near_km:
            root[of(one)] = of(other)
    groups: dict[str, list[str]] = {}
    for place in places:
        groups.setdefault(of(place), []).append(place)
    counted = [(len(set().union(*(scenes[place] for place in group))), group) for group in groups.values()]
    lively = sorted((each for each in counted if each[0] >= _FEWEST_EVENTS), key=lambda each: (-each[0], each[1]))
    return [group for _, group in lively[:_MOST_THEATRES]]


def _belonging(events: Events, of_site: Mapping[str, int]) -> dict[str, int]:
    """The theatre of each event that has one: by its places, then by what it is part of, then by its parts."""
    around = _theatres_of_areas(events, of_site)
    found: dict[str, int] = {}
    for event in events.events.values():
        exact = [of_site[place] for place in event.places if place in of_site]
        vague = [around[place] for place in event.places if place in around]
        _decide(found, event.iri, exact or vague)
    _by_wholes(events.events, found)
    _by_parts(events.events, found)
    _by_wholes(events.events, found)
    return found


def _decide(found: dict[str, int], iri: str, theatres: Iterable[int]) -> None:
    """An event belongs to a theatre if nothing speaks for another."""
    distinct = set(theatres)
    if len(distinct) == 1:
        found.setdefault(iri, distinct.pop())


def _by_wholes(events: Mapping[str, Event], found: dict[str, int]) -> None:
    for event in events.values():
        if event.iri not in found:
            _decide(found, event.iri, [found[whole] for whole in event.wholes if whole in found])


def _by_parts(events: Mapping[str, Event], found: dict[str, int]) -> None:
    parts: dict[str, list[int]] = {}
    for event in events.values():
        for whole in event.wholes:
            if event.iri in found:
                parts.setdefault(whole, []).append(found[event.iri])
    for iri, theatres in parts.items():
        if iri in events and iri not in found:
            _decide(found, iri, theatres)


def _theatres_of_areas(events: Events, of_site: Mapping[str, int]) -> dict[str, int]:
    """Places without coordinates: by the sites within them, or by the site that they lie within."""
    speaking: dict[str, set[int]] = {}
    for place, around in events.within.items():
        for area in around:
            if place in events.sites and area not in events.sites:
                speaking.setdefault(area, set()).add(of_site.get(place, _NONE))
            if area in of_site and place not in events.sites:
                speaking.setdefault(place, set()).add(of_site[area])
    only = {area: next(iter(theatres)) for area, theatres in speaking.items() if len(theatres) == 1}
    return {area: theatre for area, theatre in only.items() if theatre != _NONE}


def _outermost(
    sites: Iterable[str], scenes: Mapping[str, set[str]], within: Mapping[str, frozenset[str]]
) -> tuple[str, ...]:
    """The sites that lie in no other, those with most events in and around them first."""
    sites = list(sites)
    outer = [place for place in sites if not within.get(place, frozenset()).intersection(sites)]
    inside = {place: [other for other in sites if place in within.get(other, frozenset())] for place in outer}
    told = {p: len(set().union(scenes[p], *(scenes[other] for other in inside[p]))) for p in outer}
    return tuple(sorted(outer, key=lambda place: (-told[place], place)))
