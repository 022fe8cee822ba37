"""The lines of an outline with no more points than maps of about one scale can show.

They are kept for the next map: those of one edition mostly show the same shores, and nearly all points of a shore are
too near to the others to be seen.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import ceil, cos, degrees, hypot, log2, radians, sqrt

from garrison.web.drawing.clipping import Point, simplified, unrolled
from garrison.web.drawing.outline import Outline
from garrison.web.drawing.projection import KM_PER_DEGREE

_TOLERANCE = 0.6  # pixels that a line may be off, twice: by thinning, and by straightening
_SCALES = 2  # between one and twice as fine
_KEPT_LINES = 4_096  # each of some ten points: fewer than 10 MB


def line_for(outline: Outline, i: int, pixels_per_km: float) -> list[Point]:
    """A line for a map of a scale, in degrees; where it crosses the meridian of 180 degrees, they go on.

    :param i: its number; ``~i`` is the line backwards.
    """
    finest = 2.0 ** (ceil(log2(pixels_per_km) * _SCALES) / _SCALES)
    points = _generalised(outline, i if i >= 0 else ~i, _TOLERANCE / finest / KM_PER_DEGREE)
    return points if i >= 0 else points[::-1]


@lru_cache(_KEPT_LINES)
def _generalised(outline: Outline, at: int, tolerance: float) -> list[Point]:
    """A line whose points are off by so many degrees of latitude at most, each way."""
    points = unrolled(_thinned(outline.read(at), tolerance))
    length = _length(points)
    flat = [(x * length, y) for x, y in points]
    return _in_steps([(x / length, y) for x, y in simplified(flat, tolerance)], tolerance)


def _in_steps(points: list[Point], tolerance: float) -> list[Point]:
    """With points on the way where a step is long: a border along a parallel is straight in degrees, bent on a map.

    Where a parallel is bent most, a chord of an angle ``a`` is off by ``a * a / 16`` of the earth's radius.
    """
    longest = degrees(sqrt(16 * radians(tolerance)))
    kept = points[:1]
    for (before_x, before_y), (x, y) in pairwise(points):
        east, north = x - before_x, y - before_y
        steps = ceil(hypot(east, north) / longest)
        kept += [(before_x + east * n / steps, before_y + north * n / steps) for n in range(1, steps)]
        kept.append((x, y))
    return kept


def _thinned(points: list[Point], tolerance: float) -> list[Point]:
    """Without the points that lie nearer than so much to the one before; most of them, so this comes first."""
    length = _length(points)
    (before_x, before_y), kept = points[0], points[:1]
    for point in points[1:-1]:
        x, y = point
        if abs(x - before_x) * length + abs(y - before_y) > tolerance:
            kept.append(point)
            before_x, before_y = x, y
    return [*kept, *points[1:][-1:]]


def _length(points: list[Point]) -> float:
    """A degree of longitude in degrees of latitude, where it is longest on a line: nearest to the equator."""
    return max(0.01, cos(radians(min([abs(y) for _, y in points]))))
