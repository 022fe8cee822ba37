"""The land of the world as the bundle's build wrote it (``frontend/atlas.mjs``), in three degrees of detail.

Points are read line by line as a map needs them. Where nothing is built there is no outline, and maps have no coast.
"""

from __future__ import annotations

import json
import mmap
import sys
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import radians
from pathlib import Path

from garrison.web.assets import BUILT
from garrison.web.drawing.projection import Point, Vector, angle_between, mean_vector, unit_vector

# From how many pixels per kilometre a detail has more to show than the coarser one, and its name.
_DETAILS = ((0.45, "10m"), (0.1, "50m"), (0.0, "110m"))
_BYTES = 4  # of a number

Circle = tuple[float, float, float, float]  # a unit vector to its middle, and its radius in radians


@dataclass(frozen=True, slots=True)
class Line:
    """Where the points of a line stand in the file, and the circle that holds them all."""

    first: int
    count: int
    middle: Vector
    radius: float  # radians
    ends: tuple[Point, Point]  # longitude and latitude of its first and its last point


@dataclass(frozen=True, slots=True)
class Ring:
    """The lines around an area, and the circle that holds them; ``~i`` is line ``i`` backwards."""

    lines: tuple[int, ...]
    middle: Vector
    radius: float  # radians


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """The land of the world."""

    lines: tuple[Line, ...]
    rings: tuple[Ring, ...]
    coast: tuple[int, ...]
    borders: tuple[int, ...]
    points: mmap.mmap
    unit: int  # of a degree
    line_circles: tuple[Circle, ...]
    ring_circles: tuple[Circle, ...]

    def line(self, i: int) -> Line:
        """A line, whichever way it runs."""
        return self.lines[i if i >= 0 else ~i]

    def read(self, i: int) -> list[Point]:
        """Longitudes and latitudes of a line."""
        line = self.line(i)
        return _points(self.points, line.first, line.count, self.unit)


def outline_for(pixels_per_km: float) -> Outline | None:
    """The outline with the detail that a map of this scale can show; ``None`` where nothing is built."""
    return _outline(next(name for least, name in _DETAILS if pixels_per_km >= least))


def read_outlines() -> None:
    """Read all that is built, which the first map would wait for."""
    for _, detail in _DETAILS:
        _outline(detail)


def _outline(detail: str) -> Outline | None:
    path = BUILT / f"outline-{detail}.json"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=len(_DETAILS))
def _read(path: Path, _modified: int) -> Outline:
    told = json.loads(path.read_text("utf-8"))
    with path.with_suffix(".bin").open("rb") as file:
        points = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    lines = tuple(_line(points, told["unit"], *each) for each in told["lines"])
    rings = tuple(_ring(indexes, lines) for indexes in told["rings"])
    coast, borders = tuple(told["coast"]), tuple(told["borders"])
    return Outline(lines, rings, coast, borders, points, told["unit"], _circles(lines), _circles(rings))


def _line(points: mmap.mmap, unit: int, first: int, count: int, x: float, y: float, radius: float) -> Line:
    (begin,), (end,) = (_points(points, at, 1, unit) for at in (first, first + count - 1))
    return Line(first, count, unit_vector(x, y), radians(radius), (begin, end))


def _points(points: mmap.mmap, first: int, count: int, unit: int) -> list[Point]:
    numbers = array("i", points[2 * _BYTES * first : 2 * _BYTES * (first + count)])
    if sys.byteorder == "big":
        numbers.byteswap()
    return [(x / unit, y / unit) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]


def _circles(parts: Sequence[Line] | Sequence[Ring]) -> tuple[Circle, ...]:
    """Every map asks which are near, so that they stand ready."""
    return tuple((*part.middle, part.radius) for part in parts)


def _ring(indexes: Iterable[int], lines: tuple[Line, ...]) -> Ring:
    kept = tuple(indexes)
    parts = [lines[i if i >= 0 else ~i] for i in kept]
    middle = mean_vector(part.middle for part in parts)
    return Ring(kept, middle, max(angle_between(middle, part.middle) + part.radius for part in parts))
