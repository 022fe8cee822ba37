"""The first page in one language: the theatres on a map, and what happened in each, drawn once for a snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from garrison.services.events import Event, Site
from garrison.services.history import History
from garrison.services.theatres import Theatre
from garrison.web.drawing.course_drawing import CourseLane, draw_course
from garrison.web.drawing.map_drawing import MapFrame, MapPoint, draw_map, extent_of
from garrison.web.drawing.timeline_drawing import TimelineEntry, draw_timeline
from garrison.web.narrator import ELSEWHERE, Named, Narrator, anchor
from garrison.web.reader import Reader
from garrison.web.templating import marked

_OVERVIEW_PX = (460.0, 590.0)
_PANEL_PX = (400.0, 340.0)
_TOLD = 8  # events that a mark names when it is pointed at
_FRAME_DEGREES = 1.6  # of latitude that a frame encloses at least
WHERE, WHEN = marked("Where it happened"), marked("When it happened")


@dataclass(frozen=True, slots=True)
class Scene:
    """A theatre on the page; without a map, what happened in none."""

    anchor: str
    places: tuple[Named, ...]  # that it is named after
    states: tuple[Named, ...]  # in which these lie
    count: int  # of events
    map: Markup | None
    timeline: Markup | None
    undated: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What the first page draws; no overview where one theatre, or none, is all that there is."""

    overview: Markup | None
    course: Markup | None
    scenes: tuple[Scene, ...]
    is_whole: bool  # everything that happened is here


def front_page(history: History, reader: Reader) -> FrontPage:
    """Draw for one reader."""
    painter = _Painter(Narrator(history, reader))
    scenes = [painter.scene(number, theatre) for number, theatre in enumerate(history.theatres, 1)]
    scenes += painter.elsewhere()
    has_several = len(history.theatres) > 1
    return FrontPage(
        painter.overview() if has_several else None,
        painter.course() if has_several else None,
        tuple(scenes),
        not history.events.is_cut,
    )


class _Painter:
    """Draws what a narrator names."""

    def __init__(self, narrator: Narrator) -> None:
        self._narrator = narrator
        self._history = narrator.history
        self._language = narrator.language

    def overview(self) -> Markup:
        """All places at which something happened, and a frame around each theatre."""
        inside = {place for theatre in self._history.theatres for place in theatre.sites}
        points = [
            replace(self._point(site, events), is_named=site.iri not in inside, radius_m=0.0)
            for site, events in self._history.scenes(self._history.events.events.values())
        ]
        frames = [self._frame(number, theatre) for number, theatre in enumerate(self._history.theatres, 1)]
        width, height = _OVERVIEW_PX
        title = self._narrator.say(WHERE)
        return draw_map(points, title, language=self._language, width=width, height=height, frames=frames)

    def course(self) -> Markup:
        """All that is dated, one lane for each theatre."""
        lanes = [
            CourseLane(self._narrator.name(theatre, 2), self._entries(self._history.within(theatre)), f"#{anchor(n)}")
            for n, theatre in enumerate(self._history.theatres, 1)
        ]
        rest = self._entries(self._history.elsewhere())
        lanes += [CourseLane(self._narrator.say(marked("Elsewhere")), rest, f"#{ELSEWHERE}")] if rest else []
        return draw_course(lanes, self._narrator.say(WHEN), language=self._language)

    def scene(self, number: int, theatre: Theatre) -> Scene:
        """One theatre: its map, its timeline, and what is not dated."""
        events = self._history.within(theatre)
        points = [self._point(site, at) for site, at in self._history.scenes(events) if site.iri in theatre.sites]
        width, height = _PANEL_PX
        title = f"{self._narrator.say(WHERE)}: {self._narrator.name(theatre)}"
        drawn = draw_map(points, title, language=self._language, width=width, height=height)
        states = tuple(self._narrator.named(iri) for iri in self._history.states(theatre))
        return self._scene(anchor(number), events, self._narrator.places(theatre), states, drawn)

    def elsewhere(self) -> list[Scene]:
        """What happened in no theatre, if there is such a thing."""
        events = self._history.elsewhere()
        return [self._scene(ELSEWHERE, events)] if events else []

    def _scene(
        self,
        at: str,
        events: Sequence[Event],
        places: tuple[Named, ...] = (),
        states: tuple[Named, ...] = (),
        drawn: Markup | None = None,
    ) -> Scene:
        entries = self._entries(events)
        title = f"{self._narrator.say(WHEN)}: {', '.join(place.text for place in places)}".removesuffix(": ")
        is_explained = len(self._history.theatres) > 1  # by the course of all
        timeline = draw_timeline(entries, title, language=self._language, with_legend=not is_explained)
        undated = tuple(self._narrator.named(event.iri) for event in events if not event.edtf)
        return Scene(at, places, states, len(events), drawn, timeline if entries else None, undated)

    def _entries(self, events: Iterable[Event]) -> tuple[TimelineEntry, ...]:
        dated = ((self._narrator.named(event.iri), event.edtf) for event in events if event.edtf)
        return tuple(TimelineEntry(named.text, named.href, edtf, language=named.language) for named, edtf in dated)

    def _point(self, site: Site, events: Sequence[Event]) -> MapPoint:
        place, position = self._narrator.named(site.iri), site.position
        told = [self._narrator.named(event.iri).text for event in events[:_TOLD]] + ["…"] * (len(events) > _TOLD)
        return MapPoint(
            position.longitude,
            position.latitude,
            place.text,
            place.href,
            "\n".join(told),
            language=place.language,
            radius_m=site.radius_m,
            things=tuple(event.iri for event in events),
        )

    def _frame(self, number: int, theatre: Theatre) -> MapFrame:
        positions = [self._history.events.sites[place].position for place in theatre.sites]
        points = [MapPoint(position.longitude, position.latitude, "") for position in positions]
        return MapFrame(extent_of(points, _FRAME_DEGREES), self._narrator.name(theatre, 1), f"#{anchor(number)}")
