"""The history that an edition tells: its events, the theatres in which they crowd, and the names of all of these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from garrison.engine.interface import Engine
from garrison.services.events import Event, Events, Site, read_events
from garrison.services.lookup import read_labels
from garrison.services.theatres import Theatre, find_theatres


@dataclass(frozen=True, slots=True)
class History:
    """What happened in an edition; fixed as long as its snapshot is served."""

    events: Events
    theatres: tuple[Theatre, ...]
    labels: Mapping[str, tuple[ox.Literal, ...]]

    def scenes(self, events: Iterable[Event]) -> list[tuple[Site, list[Event]]]:
        """The places with coordinates at which some events happened, those with most of them first."""
        found: dict[str, list[Event]] = {}
        for event in events:
            for place in event.places:
                if place in self.events.sites:
                    found.setdefault(place, []).append(event)
        ordered = sorted(found.items(), key=lambda each: (-len(each[1]), each[0]))
        return [(self.events.sites[place], at) for place, at in ordered]

    def within(self, theatre: Theatre) -> list[Event]:
        """What happened in a theatre."""
        return [self.events.events[iri] for iri in theatre.events]

    def elsewhere(self) -> list[Event]:
        """What happened in no theatre: in more than one, or nobody says where."""
        inside = {iri for theatre in self.theatres for iri in theatre.events}
        return [event for iri, event in self.events.events.items() if iri not in inside]

    def states(self, theatre: Theatre) -> list[str]:
        """The states in which the places lie that a theatre is named after."""
        around = (self.events.within.get(place, frozenset()) for place in theatre.named_after)
        return sorted(self.events.states.intersection(*[frozenset[str]().union(*around)]))


def read_history(engine: Engine) -> History:
    """Read what happened, and find the theatres.

    :raises EndpointError: if the engine cannot answer.
    """
    events = read_events(engine)
    named = {*events.events, *events.sites, *events.states}
    named |= {place for event in events.events.values() for place in event.places}
    return History(events, find_theatres(events), read_labels(engine, named))
