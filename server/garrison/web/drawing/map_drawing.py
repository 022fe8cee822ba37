"""A map of points: what each is called and where it leads, over coast and borders where they are built.

The picture is for the eye. Whoever draws one puts the same things beside it as a list or a table.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from garrison.web.drawing.base_map import base_of
from garrison.web.drawing.clipping import path_data
from garrison.web.drawing.graticule import graticule_of, scale_bar_of
from garrison.web.drawing.lettering import Lettering, Rectangle, find_room, shortened
from garrison.web.drawing.links import safe_address
from garrison.web.drawing.projection import KM_PER_DEGREE, WORLD, Box, View, box_of, is_on_earth, view_of
from garrison.web.templating import environment

_TOGETHER = 9.0  # pixels; marks that are nearer are one
_MARK = 4.5  # radius of a mark
_QUIET_MARK = 3.0
_FULL_MARK = 9.0  # of one that stands for several points
_LISTED = 3  # names beside one mark
_LEAST_DEGREES = 1.2  # of latitude that a map shows
_LEAST_ABOUT_ONE = 4.0  # of latitude that a map of one place shows
_MARGIN = 0.16  # of the points' box, on each side
_SHORT_FRAME = 12  # letters of the name of a frame that stays whole
_FRAME_FONT_PX = 16.0  # a little more than it is: these are bold
_EDGE = 5.0  # pixels at the edge of the sheet that stay free of names


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A point, what it is called, and where it leads."""

    longitude: float
    latitude: float
    label: str
    href: str = ""
    note: str = ""  # said of it when it is pointed at
    kind: str = ""  # a word for style sheets and markers, such as ``event``
    language: str = ""  # of the label
    radius_m: float = 0.0  # within which it is, where the point is not exact
    count: int = 1  # of the things that it stands for
    things: tuple[str, ...] = ()  # these things, where several points may stand for the same
    is_named: bool = True  # beside its mark


@dataclass(frozen=True, slots=True)
class MapFrame:
    """A part of a map that is told of elsewhere, what it is called, and where that is."""

    box: Box
    label: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame as it is drawn."""

    frame: MapFrame
    outline: str  # path data
    lettering: Lettering | None


@dataclass(frozen=True, slots=True)
class Spot:
    """One mark, and the points that it stands for."""

    x: float
    y: float
    points: tuple[MapPoint, ...]
    circle: float  # pixels about it within which its points are
    lettering: Lettering | None  # none where there is no room

    @property
    def count(self) -> int:
        """How many things are here."""
        things = {thing for point in self.points for thing in point.things}
        return len(things) or sum(point.count for point in self.points)

    @property
    def is_quiet(self) -> bool:
        """Tell if it has neither a name nor a number."""
        return not any(point.is_named for point in self.points)

    @property
    def radius(self) -> float:
        if self.is_quiet:
            return _QUIET_MARK
        return _FULL_MARK if self.count > 1 else _MARK

    @property
    def named(self) -> tuple[MapPoint, ...]:
        """The points that are named beside the mark."""
        named = tuple(point for point in self.points if point.is_named)
        return named if len(named) <= _LISTED else named[: _LISTED - 1]

    @property
    def unnamed(self) -> int:
        """How many of those that have a name it has no room for."""
        return sum(point.is_named for point in self.points) - len(self.named)

    @property
    def href(self) -> str:
        """Where the mark itself leads, if all its points lead there."""
        return safe_address(self.points[0].href) if len({point.href for point in self.points}) == 1 else ""


def draw_map(
    points: Sequence[MapPoint],
    title: str,
    *,
    language: str = "en",
    width: float = 640,
    height: float | None = None,
    extent: Box | None = None,
    frames: Sequence[MapFrame] = (),
    description: str = "",
) -> Markup:
    """Draw points as SVG; without any, the extent or the whole world.

    :param language: of what the map itself says: ``en`` or ``ru``.
    :param frames: parts of it that a frame is drawn around.
    :param extent: what is shown at least; else what the points need. Points outside it are left out.
    :param height: in pixels of the drawing; else as the extent needs.
    """
    on_earth = [point for point in points if is_on_earth(point.longitude, point.latitude)]
    view = view_of(extent or extent_of(on_earth), width, height)
    spots = _spots(on_earth, view)
    taken = [_around(spot) for spot in spots] + [Rectangle(0, view.height - 34, view.width * 0.3, view.height)]
    framed = _framed(frames, view, taken)
    return Markup(  # the template escapes what it is given
        environment(language)
        .get_template("drawn_map.html")
        .render(
            id=identify("map", title, points, view),
            title=title,
            description=description,
            view=view,
            base=base_of(view),
            graticule=graticule_of(view),
            scale_bar=scale_bar_of(view),
            frames=framed,
            spots=_lettered(spots, view, taken),
            safe_address=safe_address,
            shortened=shortened,
        )
    )


def points_as_json(points: Sequence[MapPoint]) -> str:
    """The points for a map that opens in a browser (``src/map.ts``)."""
    told = [
        {
            "label": point.label,
            "longitude": point.longitude,
            "latitude": point.latitude,
            "href": safe_address(point.href),
            "language": point.language,
            "radius": point.radius_m,
            "items": [{"label": point.note}] if point.note else [],
        }
        for point in points
        if is_on_earth(point.longitude, point.latitude)
    ]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def extent_of(points: Sequence[MapPoint], least_degrees: float | None = None) -> Box:
    """What a map of these points shows: all of them, with what lies around.

    :param least_degrees: of latitude that it shows, if not as many as are good for a map.
    """
    box = box_of((point.longitude, point.latitude) for point in points)
    if box is None:
        return WORLD
    about = max(point.radius_m / 1000 / KM_PER_DEGREE for point in points)
    is_one = box.north - box.south + box.east - box.west < 0.05
    least = least_degrees or (_LEAST_ABOUT_ONE if is_one else _LEAST_DEGREES)
    return box.grown(_MARGIN, max(least, 2.6 * about))


def _spots(points: Sequence[MapPoint], view: View) -> list[Spot]:
    """The marks, in the order of their first points, which have the first choice of room for their names."""
    gathered: list[tuple[float, float, list[MapPoint]]] = []
    for point in points:
        x, y = view.place(point.longitude, point.latitude)
        if not (0 <= x <= view.width and 0 <= y <= view.height):
            continue
        near = next((spot for spot in gathered if abs(spot[0] - x) + abs(spot[1] - y) < _TOGETHER), None)
        if near:
            near[2].append(point)
        else:
            gathered.append((x, y, [point]))
    return [Spot(x, y, _distinct(members), _circle(members, view), None) for x, y, members in gathered]


def _distinct(points: Sequence[MapPoint]) -> tuple[MapPoint, ...]:
    """What is said twice is drawn once, and counted."""
    found: dict[tuple[str, str], MapPoint] = {}
    for point in points:
        key = (point.label, point.href)
        found.setdefault(key, point)
    return tuple(found.values())


def _circle(points: Sequence[MapPoint], view: View) -> float:
    """How far the points may be off, where that can be seen."""
    pixels = max(point.radius_m for point in points) / 1000 * view.pixels_per_km
    return pixels if pixels > _FULL_MARK else 0.0


def _around(spot: Spot) -> Rectangle:
    return Rectangle(spot.x - spot.radius, spot.y - spot.radius, spot.x + spot.radius, spot.y + spot.radius)


def _sheet(view: View) -> Rectangle:
    return Rectangle(_EDGE, _EDGE, view.width - _EDGE, view.height - _EDGE)


def _framed(frames: Sequence[MapFrame], view: View, taken: list[Rectangle]) -> list[Frame]:
    """Frames with their names beside them; these take their room before the points' names."""
    corners = [view.place_all(frame.box.around()) for frame in frames]
    areas = [_bounds(each) for each in corners]
    taken += areas
    found = []
    for frame, outline, area in zip(frames, corners, areas, strict=True):
        x, y = (area.left + area.right) / 2, (area.top + area.bottom) / 2
        gap = max(area.right - area.left, area.bottom - area.top) / 2 + 4
        name = [shortened(frame.label, _SHORT_FRAME)]
        room = find_room(x, y, gap, name, _sheet(view), taken, _FRAME_FONT_PX)
        taken += [room.taken] if room else []
        found.append(Frame(frame, path_data([outline], is_closed=True), room))
    return found


def _bounds(points: Sequence[tuple[float, float]]) -> Rectangle:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Rectangle(min(xs), min(ys), max(xs), max(ys))


def _lettered(spots: Sequence[Spot], view: View, taken: list[Rectangle]) -> list[Spot]:
    """The marks with their names, where these have room."""
    found = []
    for spot in spots:
        lines = [shortened(point.label) for point in spot.named] + ["+ 999 more"] * bool(spot.unnamed)
        room = find_room(spot.x, spot.y, spot.radius + 4, lines, _sheet(view), taken) if lines else None
        if room:
            taken.append(room.taken)
        found.append(replace(spot, lettering=room))
    return found


def identify(kind: str, title: str, *content: object) -> str:
    """An ``id`` that no other drawing of a page has."""
    return f"{kind}-{zlib.crc32(repr((title, content)).encode('utf-8', 'replace')):08x}"
