"""The whole course of things at a glance: one lane for each group, in it a mark for each dated thing, one axis for all.

Marks carry no names, since there is no room: a list that names them stands on the same page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from garrison.web.drawing.links import safe_address
from garrison.web.drawing.map_drawing import identify
from garrison.web.drawing.timeline_drawing import Row, TimelineEntry, axis_of, kinds_of, rows_of
from garrison.web.templating import environment

_STEP_PX = 10  # between the marks of a stack
_BAND_PX = 18  # height of one mark's band
_MOST = 12  # marks of a stack; more lie on each other
_MARK = 1.5  # percent that a mark takes
_END = 5.0  # percent that an open or unknown end takes
_APART = 0.2  # percent between two marks


@dataclass(frozen=True, slots=True)
class CourseLane:
    """A group, where its name leads, and what happened."""

    name: str
    entries: tuple[TimelineEntry, ...]
    href: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark, and how far below the top of its lane it is."""

    row: Row
    top: int


@dataclass(frozen=True, slots=True)
class Stack:
    """A lane as it is drawn."""

    name: str
    href: str
    placed: tuple[Placed, ...]
    height: int


def draw_course(
    lanes: Sequence[CourseLane],
    title: str,
    *,
    language: str = "en",
    first: date | None = None,
    last: date | None = None,
) -> Markup:
    """Draw lanes in the order that they are given in; what has no date is left out.

    :param language: of what the drawing itself says: ``en`` or ``ru``.
    """
    axis = axis_of([entry.edtf for lane in lanes for entry in lane.entries], first, last)
    rows = [rows_of([entry for entry in lane.entries if entry.edtf], axis, language) for lane in lanes]
    stacks = [_stacked(lane, each) for lane, each in zip(lanes, rows, strict=True)]
    return Markup(  # the template escapes what it is given
        environment(language)
        .get_template("drawn_course.html")
        .render(
            id=identify("course", title, lanes),
            title=title,
            lanes=stacks,
            ticks=axis.ticks(language) if axis else [],
            shown=kinds_of(row for each in rows for row in each),
            safe_address=safe_address,
        )
    )


def _stacked(lane: CourseLane, rows: Sequence[Row]) -> Stack:
    """Each mark as high in its lane as it finds room."""
    ends: list[float] = []  # of each level, where its last mark ends
    placed = []
    for row in rows:
        start, end = _reach(row)
        level = next((i for i, taken in enumerate(ends) if taken + _APART <= start), len(ends))
        level = min(level, _MOST - 1)
        if level == len(ends):
            ends.append(end)
        ends[level] = max(ends[level], end)
        placed.append(Placed(row, level * _STEP_PX))
    return Stack(lane.name, lane.href, tuple(placed), _BAND_PX + _STEP_PX * max(0, len(ends) - 1))


def _reach(row: Row) -> tuple[float, float]:
    """From where to where a mark is seen, in percent."""
    if row.day is not None:
        return row.day - _MARK / 2, row.day + _MARK / 2
    if not row.bars:
        return (100.0 - _MARK, 100.0) if "after" in row.beyond else (0.0, _MARK)
    starts = [
        bar.start - _END if bar.kind.endswith("before") else bar.middle - max(bar.width, _MARK) / 2 for bar in row.bars
    ]
    ends = [
        bar.start + _END if bar.kind.endswith("after") else bar.middle + max(bar.width, _MARK) / 2 for bar in row.bars
    ]
    return min(starts), max(ends)
