"""The map and the timeline of a thing's page, with the same told in words beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox
from markupsafe import Markup

from garrison.rdf.wkt import read_point
from garrison.services.whereabouts import Moment, Spot, Whereabouts
from garrison.web.drawing.map_drawing import MapPoint, draw_map
from garrison.web.drawing.time_axis import read_span
from garrison.web.drawing.timeline_drawing import TimelineEntry, axis_of, draw_timeline
from garrison.web.presentation import Presentation
from garrison.web.reader import Reader
from garrison.web.templating import marked, translations

_MAP_SIZE = (380, 285)  # pixels: a map beside the heading, to see at a glance
_DRAWN = 8  # dates that are drawn at once
_NOTED = 4  # events that a mark on the map names
_NOTHING = Markup("")
MAP_TITLE, TIME_TITLE = marked("Where it was"), marked("When it was")


@dataclass(frozen=True, slots=True)
class Located:
    """A place on the map, and the events of the thing that were there; none if the thing itself is there."""

    place: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """What is drawn on a page; empty where there is nothing to draw."""

    map: Markup = _NOTHING
    timeline: Markup = _NOTHING  # the first dates
    whole_timeline: Markup = _NOTHING  # all of them, if there are more
    moments: int = 0
    places: tuple[Located, ...] = ()
    points: str = ""  # the marks of the map as JSON, for a map that opens on a click
    is_cut: bool = False
    labels: Mapping[str, tuple[ox.Literal, ...]] = field(default_factory=dict)


def figures_of(where: Whereabouts, thing: str, reader: Reader) -> Figures:
    """Draw them for a reader."""
    show = Presentation(reader, where.labels)
    located = _by_place(where.spots)
    marks = {place: point for place, spots in located.items() if (point := _point(place, spots, show))}
    drawn = list(marks.values())
    say, language = translations(reader.interface).gettext, reader.interface
    width, height = _MAP_SIZE
    chart = draw_map(drawn, say(MAP_TITLE), language=language, width=width, height=height) if drawn else Markup("")
    entries = _entries(where.moments, thing, show)
    few, whole = (
        _timeline(some, where.moments, thing, reader)
        for some in (entries[:_DRAWN], entries if len(entries) > _DRAWN else [])
    )
    places = tuple(Located(place, tuple(s.event for s in spots if s.event)) for place, spots in located.items())
    points = json.dumps([_as_json(mark, located[place], show) for place, mark in marks.items()], ensure_ascii=False)
    return Figures(chart, few, whole, len(entries), places if drawn else (), points, where.is_cut, where.labels)


def _by_place(spots: tuple[Spot, ...]) -> dict[str, list[Spot]]:
    found: dict[str, list[Spot]] = {}
    for spot in spots:
        found.setdefault(spot.place, []).append(spot)
    return found


def _point(place: str, spots: list[Spot], show: Presentation) -> MapPoint | None:
    position = read_point(spots[0].wkt)
    if position is None:
        return None
    name, events = show.name(place), [show.name(spot.event).text for spot in spots if spot.event]
    note = "; ".join(events[:_NOTED]) + ("; …" if len(events) > _NOTED else "")
    return MapPoint(
        position.longitude,
        position.latitude,
        name.text,
        show.link(place) or "",
        note,
        language=name.language,
        radius_m=spots[0].uncertainty_m,
    )


def _as_json(mark: MapPoint, spots: list[Spot], show: Presentation) -> dict[str, object]:
    events = [(show.name(spot.event), show.link(spot.event)) for spot in spots if spot.event]
    return {
        "label": mark.label,
        "longitude": mark.longitude,
        "latitude": mark.latitude,
        "href": mark.href,
        "language": mark.language,
        "radius": mark.radius_m,
        "items": [{"label": name.text, "href": href or "", "language": name.language} for name, href in events],
    }


def _entries(moments: tuple[Moment, ...], thing: str, show: Presentation) -> list[TimelineEntry]:
    """The thing's own date above the others; one day alone is said in the table, and needs no picture."""
    if len(moments) == 1 and len(moments[0].edtf) == len("1944-10-15"):
        return []
    say = translations(show.reader.interface).gettext
    own, others = say(marked("Its own date")), say(marked("What it has to do with"))
    entries = []
    for moment in moments:
        name = show.name(moment.thing)
        group = "" if len(moments) == 1 else own if moment.thing == thing else others
        href = "" if moment.thing == thing else show.link(moment.thing) or ""
        entries.append(TimelineEntry(name.text, href, moment.edtf, group, name.language))
    lanes = {entry.group for entry in entries}
    return entries if len(lanes) > 1 else [_without_lane(entry) for entry in entries]


def _timeline(entries: list[TimelineEntry], moments: tuple[Moment, ...], thing: str, reader: Reader) -> Markup:
    """Draw dates on an axis that has room for the thing's own, however far it lies from the others."""
    axis = axis_of(entry.edtf for entry in entries)
    if axis is None:
        return Markup("")
    spans = [read_span(moment.edtf) for moment in moments if moment.thing == thing]
    known = [day for span in spans if span for day in span.known]
    return draw_timeline(
        entries,
        translations(reader.interface).gettext(TIME_TITLE),
        language=reader.interface,
        first=min(known) if known and min(known) < axis.first else None,
        last=max(known) if known and max(known) > axis.last else None,
    )


def _without_lane(entry: TimelineEntry) -> TimelineEntry:
    return TimelineEntry(entry.label, entry.href, entry.edtf, "", entry.language)
