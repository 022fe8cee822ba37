"""What lies under a map: land, coast and borders, as data of SVG paths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi

from garrison.web.drawing.clipping import Point, Sheet, clip_line, clip_ring, path_data, unrolled
from garrison.web.drawing.generalised import line_for
from garrison.web.drawing.outline import Circle, Line, Outline, Ring, outline_for
from garrison.web.drawing.projection import Azimuthal, View, longitude_and_latitude, unit_vector

_MARGIN = 4.0  # pixels around the sheet, so that no edge of a clipped area is seen
_SMALLEST = 1.6  # pixels; a smaller island is no more than dust


@dataclass(frozen=True, slots=True)
class Base:
    """Path data; empty where there is none."""

    land: str = ""
    coast: str = ""
    borders: str = ""


def base_of(view: View) -> Base:
    """Land, coast and borders of a map; drawn once for each view."""
    outline = outline_for(view.pixels_per_km)
    return _drawn(view, outline) if outline else Base()


@lru_cache(maxsize=256)
def _drawn(view: View, outline: Outline) -> Base:
    return _region(view, outline) if isinstance(view.projection, Azimuthal) else _world(view, outline)


def _region(view: View, outline: Outline) -> Base:
    near = _Near(view, outline)
    sheet = Sheet(-_MARGIN, -_MARGIN, view.width + _MARGIN, view.height + _MARGIN)

    def lines(chosen: Sequence[int]) -> str:
        placed = (near.place(i) for i in chosen if near.is_near(i))
        return path_data(part for points in placed if _is_seen(points) for part in clip_line(points, sheet))

    rings = ([point for i in ring.lines for point in near.place(i)[:-1]] for ring in near.rings())
    areas = (clip_ring(ring, sheet) for ring in rings if _is_seen(ring))
    return Base(path_data(areas, is_closed=True), lines(outline.coast), lines(outline.borders))


def _world(view: View, outline: Outline) -> Base:
    """Areas and lines go on beyond the meridian where the sheet ends, and come in again on its other side."""
    earth = Sheet(-180.0, -90.0, 180.0, 90.0)
    sheet = Sheet(-_MARGIN, -_MARGIN, view.width + _MARGIN, view.height + _MARGIN)

    def line(i: int) -> list[Point]:
        return line_for(outline, i, view.pixels_per_km)

    def lines(chosen: Sequence[int]) -> str:
        whole = (copy for i in chosen for copy in _copies(line(i)))
        parts = (view.place_all(part) for line in whole for part in clip_line(line, earth))
        return path_data(part for points in parts if _is_seen(points) for part in clip_line(points, sheet))

    rings = (unrolled([point for i in ring.lines for point in line(i)[:-1]]) for ring in outline.rings)
    # A ring that comes back elsewhere runs around a pole, which is not on the sheet.
    closed = (ring for ring in rings if abs(ring[0][0] - ring[-1][0]) < 180)
    cut = (view.place_all(area) for ring in closed for copy in _copies(ring) if (area := clip_ring(copy, earth)))
    areas = (clip_ring(points, sheet) for points in cut if _is_seen(points))
    return Base(path_data(areas, is_closed=True), lines(outline.coast), lines(outline.borders))


def _copies(points: Sequence[Point]) -> list[list[Point]]:
    """The same once around the earth, wherever it may be seen."""
    first, last = min(x for x, _ in points), max(x for x, _ in points)
    return [[(x + turn, y) for x, y in points] for turn in (-360, 0, 360) if last + turn > -180 and first + turn < 180]


class _Near:
    """What of the earth is on a map or near it."""

    def __init__(self, view: View, outline: Outline) -> None:
        self._view = view
        self._outline = outline
        self._lines = {i for i in _near(view, outline.line_circles) if _is_on_sheet(view, outline.lines[i])}
        self._rings = _near(view, outline.ring_circles)
        self._placed: dict[int, list[Point]] = {}

    def is_near(self, i: int) -> bool:
        """Tell if a line may be seen."""
        return (i if i >= 0 else ~i) in self._lines

    def rings(self) -> Iterator[Ring]:
        """The areas that may be seen.

        One that only surrounds the antipode would turn inside out; no line of it is near.
        """
        for at in sorted(self._rings):
            ring = self._outline.rings[at]
            if ring.radius < pi / 3 or any(map(self.is_near, ring.lines)):
                yield ring

    def place(self, i: int) -> list[Point]:
        """A line on the sheet if it may be seen, else its ends, between which an area goes on."""
        at = i if i >= 0 else ~i
        if at not in self._placed:
            is_near, view = at in self._lines, self._view
            points = line_for(self._outline, at, view.pixels_per_km) if is_near else self._outline.lines[at].ends
            self._placed[at] = view.place_all(points)
        return self._placed[at] if i >= 0 else self._placed[at][::-1]


def _near(view: View, circles: Sequence[Circle]) -> set[int]:
    """Which lines, or what they surround, may be seen."""
    (x, y, z), reach, found = unit_vector(*view.projection.middle), view.reach * 1.05, set()
    for i, (u, v, w, radius) in enumerate(circles):
        apart, nearness = reach + radius, x * u + y * v + z * w
        # Nearly all lines are far away: the first sum, which is never more than the cosine, tells that without it.
        if nearness >= 1 - apart * apart / 2 and (apart >= pi or nearness >= cos(apart)):
            found.add(i)
    return found


def _is_on_sheet(view: View, line: Line) -> bool:
    """Tell if the circle around a line meets the sheet; if not, its ends do as well: their chord lies in the circle."""
    x, y = view.place(*longitude_and_latitude(line.middle))
    # What is farther from the middle of the projection than this is stretched less.
    stretch = 1 / cos(min(view.reach * 1.05 + 2 * line.radius, 3.0) / 2)
    far = line.radius * view.scale * stretch + _MARGIN
    return -far <= x <= view.width + far and -far <= y <= view.height + far


def _is_seen(points: Sequence[Point]) -> bool:
    """Tell if a line or an area is large enough to be drawn."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return max(xs) - min(xs) + max(ys) - min(ys) > 2 * _SMALLEST
