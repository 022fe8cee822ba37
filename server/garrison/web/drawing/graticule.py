"""Meridians, parallels and the bar of kilometres. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from garrison.web.drawing.clipping import Point, Sheet, clip_line, path_data
from garrison.web.drawing.projection import KM_PER_DEGREE, WORLD, Azimuthal, Box, View

_STEPS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 45.0)
_APART = 95.0  # pixels between two lines, at least
_SAMPLES = 48  # points of a line
_SHARES = tuple(i / 16 for i in range(17))  # of a sheet's width and height, at which it is looked what is seen there
_LONGEST_BAR = 0.24  # of the sheet's width


@dataclass(frozen=True, slots=True)
class Degree:
    """The name of a line at the edge of a sheet."""

    degrees: str  # without a sign
    side: str  # N, S, E, W, or nothing for the equator and the first meridian
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Graticule:
    """All lines as path data, and their names: of parallels at the left edge, of meridians at the lower one."""

    lines: str
    parallels: tuple[Degree, ...]
    meridians: tuple[Degree, ...]


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """A length on the map, as long as it is on the earth in the middle of the map."""

    km: str
    pixels: float


def graticule_of(view: View) -> Graticule:
    """The lines of whole steps that a sheet has room for."""
    seen, sheet = _seen(view), Sheet(0, 0, view.width, view.height)
    up = _step(_APART / view.pixels_per_km / KM_PER_DEGREE)
    across = _step(up * max(1.0, min(4.0, (seen.east - seen.west) / max(seen.north - seen.south, 1e-6) * 0.75)))
    meridians = [(x, [(x, y) for y in _between(seen.south, seen.north)]) for x in _whole(seen.west, seen.east, across)]
    parallels = [(y, [(x, y) for x in _between(seen.west, seen.east)]) for y in _whole(seen.south, seen.north, up)]
    drawn: list[Sequence[Point]] = []
    lower, left = [], []
    for degrees, line in meridians:
        parts = list(clip_line(view.place_all(line), sheet))
        drawn += parts
        lower += [Degree(_plain(_turned(degrees)), _side(_turned(degrees), "EW"), *part[0]) for part in parts[:1]]
    for degrees, line in parallels:
        parts = list(clip_line(view.place_all(line), sheet))
        drawn += parts
        left += [Degree(_plain(degrees), _side(degrees, "NS"), *part[0]) for part in parts[:1]]
    at_left = tuple(each for each in left if each.x < 1 and 16 < each.y < view.height - 26)
    at_bottom = tuple(each for each in lower if each.y > view.height - 1 and 44 < each.x < view.width - 30)
    return Graticule(path_data(drawn), at_left, at_bottom)


def scale_bar_of(view: View) -> ScaleBar | None:
    """A round number of kilometres; none on a map of the world, where no length holds."""
    if not isinstance(view.projection, Azimuthal):
        return None
    longest = view.width * _LONGEST_BAR / view.pixels_per_km
    power = 10.0 ** floor(log10(longest))
    km = max(step * power for step in (1, 2, 5) if step * power <= longest)
    return ScaleBar(f"{km:g}", km * view.pixels_per_km)


def _seen(view: View) -> Box:
    """The degrees that a sheet shows."""
    if not isinstance(view.projection, Azimuthal):
        return WORLD
    points = _inverted(view, at_edge=True)
    if len(points) < len(_SHARES) * 4 - 4:  # a corner is beyond the earth: then what is farthest lies within
        points = _inverted(view, at_edge=False)
    latitudes, longitudes = [y for _, y in points], [x for x, _ in points]
    north = 90.0 if _is_on(view, 90.0) else max(latitudes)
    south = -90.0 if _is_on(view, -90.0) else min(latitudes)
    if north == 90.0 or south == -90.0:
        middle = view.projection.middle[0]
        return Box(middle - 180, south, middle + 180, north)
    return Box(min(longitudes), south, max(longitudes), north)


def _inverted(view: View, at_edge: bool) -> list[Point]:
    """Longitudes and latitudes of places of a sheet that are on the earth."""
    assert isinstance(view.projection, Azimuthal)
    width, height, ends = view.width, view.height, (0.0, 1.0)
    places = [(width * i, height * j) for i in _SHARES for j in _SHARES if not at_edge or i in ends or j in ends]
    return view.projection.invert_all([((x - view.left) / view.scale, (y - view.top) / view.scale) for x, y in places])


def _is_on(view: View, latitude: float) -> bool:
    x, y = view.place(view.projection.middle[0], latitude)
    return 0 <= x <= view.width and 0 <= y <= view.height


def _step(least: float) -> float:
    return next((step for step in _STEPS if step >= least), _STEPS[-1])


def _whole(first: float, last: float, step: float) -> Iterator[float]:
    return (i * step for i in range(ceil(first / step), floor(last / step) + 1))


def _between(first: float, last: float) -> list[float]:
    return [first + (last - first) * i / _SAMPLES for i in range(_SAMPLES + 1)]


def _turned(longitude: float) -> float:
    return (longitude + 180.0) % 360.0 - 180.0


def _plain(degrees: float) -> str:
    return f"{abs(degrees):g}"


def _side(degrees: float, sides: str) -> str:
    return "" if degrees in (0, -180) else sides[0] if degrees > 0 else sides[1]
