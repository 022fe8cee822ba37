"""Lines and areas on a sheet: what lies within it, without what the eye would not miss, as an SVG path. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

Point = tuple[float, float]
_STEP = 10  # parts of a pixel that a path tells apart


@dataclass(frozen=True, slots=True)
class Sheet:
    """A rectangle of pixels."""

    left: float
    top: float
    right: float
    bottom: float


def unrolled(line: Sequence[Point]) -> list[Point]:
    """Longitudes that go on where a line crosses the meridian of 180 degrees."""
    turn, found = 0, list(line[:1])
    for (before, _), (x, y) in pairwise(line):
        turn += 360 * ((before - x > 180) - (x - before > 180))
        found.append((x + turn, y))
    return found


def simplified(line: Sequence[Point], tolerance: float) -> list[Point]:
    """A line without the points that lie no farther than so much from it without them (Douglas and Peucker)."""
    if len(line) < 3:
        return list(line)
    kept = {0, len(line) - 1}
    ahead = [(0, len(line) - 1)]
    while ahead:
        first, last = ahead.pop()
        farthest, distance = _farthest(line, first, last)
        if distance > tolerance * tolerance:
            kept.add(farthest)
            ahead += [(first, farthest), (farthest, last)]
    return [line[i] for i in sorted(kept)]


def _farthest(line: Sequence[Point], first: int, last: int) -> tuple[int, float]:
    """The point between two others that is farthest from their segment, and the square of how far."""
    (ax, ay), (bx, by) = line[first], line[last]
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    best, found = first, -1.0
    for i in range(first + 1, last):
        x, y = line[i]
        px, py = x - ax, y - ay
        along = px * dx + py * dy
        if along >= length and length:  # beyond the segment's end
            px, py = x - bx, y - by
        elif along > 0.0:
            px, py = px - along / length * dx, py - along / length * dy
        square = px * px + py * py
        if square > found:
            best, found = i, square
    return best, found


def _where(points: Sequence[Point], sheet: Sheet) -> bool | None:
    """Whether all points are on a sheet, or all beside it on one side; ``None`` if that is not so simple."""
    if not points:
        return False
    xs, ys = [x for x, _ in points], [y for _, y in points]
    left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
    if right < sheet.left or left > sheet.right or bottom < sheet.top or top > sheet.bottom:
        return False
    is_inside = left >= sheet.left and right <= sheet.right and top >= sheet.top and bottom <= sheet.bottom
    return True if is_inside else None


def clip_ring(ring: Sequence[Point], sheet: Sheet) -> list[Point]:
    """The part of an area that lies on a sheet (Sutherland and Hodgman)."""
    if (where := _where(ring, sheet)) is not None:
        return list(ring) if where else []
    for axis, edge, is_upper in ((0, sheet.left, 0), (0, sheet.right, 1), (1, sheet.top, 0), (1, sheet.bottom, 1)):
        ring = _clip_side(ring, axis, edge, bool(is_upper))
        if not ring:
            return []
    return list(ring)


def _clip_side(ring: Sequence[Point], axis: int, edge: float, is_upper: bool) -> list[Point]:
    kept: list[Point] = []
    if not ring:
        return kept
    before = ring[-1]
    was_inside = (before[axis] <= edge) if is_upper else (before[axis] >= edge)
    for point in ring:
        is_inside = (point[axis] <= edge) if is_upper else (point[axis] >= edge)
        if is_inside != was_inside:
            t = (edge - before[axis]) / (point[axis] - before[axis])
            kept.append((before[0] + t * (point[0] - before[0]), before[1] + t * (point[1] - before[1])))
        if is_inside:
            kept.append(point)
        before, was_inside = point, is_inside
    return kept


def clip_line(line: Sequence[Point], sheet: Sheet) -> Iterator[list[Point]]:
    """The parts of a line that lie on a sheet."""
    if (where := _where(line, sheet)) is not None:
        if where and len(line) > 1:
            yield list(line)
        return
    part: list[Point] = []
    for one, other in pairwise(line):
        inside = _clip_segment(one, other, sheet)
        if inside is None:
            if len(part) > 1:
                yield part
            part = []
            continue
        if not part or part[-1] != inside[0]:
            if len(part) > 1:
                yield part
            part = [inside[0]]
        part.append(inside[1])
    if len(part) > 1:
        yield part


def _clip_segment(one: Point, other: Point, sheet: Sheet) -> tuple[Point, Point] | None:
    """The part of a segment that lies on a sheet (Liang and Barsky)."""
    (x, y), dx, dy = one, other[0] - one[0], other[1] - one[1]
    enters, leaves = 0.0, 1.0
    for p, q in ((-dx, x - sheet.left), (dx, sheet.right - x), (-dy, y - sheet.top), (dy, sheet.bottom - y)):
        if p == 0:
            if q < 0:
                return None
        elif p < 0:
            enters = max(enters, q / p)
        else:
            leaves = min(leaves, q / p)
    if enters > leaves:
        return None
    start = one if enters == 0 else (x + enters * dx, y + enters * dy)
    end = other if leaves == 1 else (x + leaves * dx, y + leaves * dy)
    return start, end


def path_data(lines: Iterable[Sequence[Point]], is_closed: bool = False) -> str:
    """SVG path data in tenths of a pixel, by steps: half as long as absolute coordinates."""
    return "".join(_one_path(line, is_closed) for line in lines)


def _one_path(line: Sequence[Point], is_closed: bool) -> str:
    corners: list[tuple[int, int]] = []
    for x, y in line:
        corner = (round(x * _STEP), round(y * _STEP))
        if not corners or corner != corners[-1]:
            corners.append(corner)
    if len(corners) < 3 if is_closed else len(corners) < 2:
        return ""
    (x, y), steps = corners[0], []
    start = f"M{_number(x)}{_separated(y)}l"
    for after_x, after_y in corners[1:]:
        steps.append(f"{_separated(after_x - x)}{_separated(after_y - y)}")
        x, y = after_x, after_y
    return f"{start}{''.join(steps).removeprefix(' ')}{'z' * is_closed}"


# A path is thousands of numbers, and nearly all of them are short steps, which are the same on every map.
@lru_cache(maxsize=4096)
def _number(steps: int) -> str:
    text = f"{steps / _STEP:.1f}".rstrip("0").rstrip(".")
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


@lru_cache(maxsize=4096)
def _separated(steps: int) -> str:
    """A number that stands after another one; a minus parts them too."""
    text = _number(steps)
    return text if text.startswith("-") else " " + text
