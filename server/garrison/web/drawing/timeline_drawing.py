"""A timeline that shows how exactly a thing is dated: a day is a dot, a month or a year the time within which it was.

It is a list for whoever reads it, each entry with its date in words, and beside each a strip of the axis for the eye.
Strips are as wide as the page lets them be: they are measured in percent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from garrison.web.drawing.dates import date_in_words
from garrison.web.drawing.links import safe_address
from garrison.web.drawing.map_drawing import identify
from garrison.web.drawing.time_axis import Span, TimeAxis, fitted, padded, read_span
from garrison.web.templating import environment

_THINNEST = 1.6  # percent; what is shorter is drawn as wide as a mark


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """A thing, its date, and where it leads."""

    label: str
    href: str = ""
    edtf: str = ""
    group: str = ""  # the lane it stands in
    language: str = ""  # of the label
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a strip, from and to in percent."""

    kind: str  # soft: it may have been; core: it was; open-before, open-after, unknown-before, unknown-after
    start: float
    width: float

    @property
    def is_thin(self) -> bool:
        """Tell if it would hardly be seen."""
        return self.width < _THINNEST

    @property
    def middle(self) -> float:
        return self.start + self.width / 2


@dataclass(frozen=True, slots=True)
class Row:
    """An entry, and what its strip shows."""

    entry: TimelineEntry
    when: str
    bars: tuple[Bar, ...] = ()
    day: float | None = None  # where the dot of a day is
    beyond: tuple[str, ...] = ()  # before, after: where it goes on outside the axis


@dataclass(frozen=True, slots=True)
class Lane:
    """The entries of one group."""

    name: str
    rows: tuple[Row, ...]


def draw_timeline(
    entries: Sequence[TimelineEntry],
    title: str,
    *,
    language: str = "en",
    first: date | None = None,
    last: date | None = None,
    with_legend: bool = True,
) -> Markup:
    """Draw entries in the order of their dates, lane by lane in the order of the lanes' first entries.

    :param language: of what the timeline itself says: ``en`` or ``ru``.
    :param first: day with which the axis begins, if not where the entries need it.
    """
    axis = axis_of([entry.edtf for entry in entries], first, last)
    lanes = _lanes(entries, axis, language)
    return Markup(  # the template escapes what it is given
        environment(language)
        .get_template("drawn_timeline.html")
        .render(
            id=identify("time", title, entries),
            title=title,
            lanes=lanes,
            ticks=axis.ticks(language) if axis else [],
            shown=kinds_of(row for lane in lanes for row in lane.rows) if with_legend else set(),
            safe_address=safe_address,
        )
    )


def axis_of(dates: Iterable[str], first: date | None = None, last: date | None = None) -> TimeAxis | None:
    """The axis that some dates need, or from one day to another; ``None`` if nothing says where it is."""
    needed = fitted(span for edtf in dates if (span := read_span(edtf)))
    if not (first or last):
        return needed
    start, stop = first or (needed.first if needed else last), last or (needed.last if needed else first)
    assert start is not None and stop is not None
    return padded(min(start, stop), max(start, stop))


def rows_of(entries: Iterable[TimelineEntry], axis: TimeAxis | None, language: str) -> list[Row]:
    """The entries in the order of their dates, those without one last."""
    found = []
    for entry in entries:
        span = read_span(entry.edtf)
        strip = strip_of(span, axis) if span and axis else ((), None, ())
        found.append((_order(span), Row(entry, date_in_words(entry.edtf, language), *strip)))
    return [row for _, row in sorted(found, key=lambda each: each[0])]


def strip_of(span: Span, axis: TimeAxis) -> tuple[tuple[Bar, ...], float | None, tuple[str, ...]]:
    """The bars of a span, where its day is, and on which sides of the axis it goes on outside."""
    day_length = 100.0 / max(1, (axis.last - axis.first).days)
    positions = [axis.at(day) for day in span.known]
    beyond = ("before",) * (min(positions) < 0) + ("after",) * (max(positions) > 100)
    if max(positions) < 0 or min(positions) > 100:
        return (), None, beyond
    if span.is_day and span.begin:
        return (), axis.at(span.begin) + day_length / 2, beyond
    return tuple(_bars(span, axis, day_length)), None, beyond


def _bars(span: Span, axis: TimeAxis, day_length: float) -> list[Bar]:
    def bar(kind: str, start: date, end: date) -> list[Bar]:
        left, right = max(0.0, axis.at(start)), min(100.0, axis.at(end) + day_length)
        return [Bar(kind, left, right - left)] if right > left else []

    begin, latest, earliest, end = span.begin, span.latest_begin, span.earliest_end, span.end
    bars: list[Bar] = []
    if not span.lasted:
        bars += bar("soft", begin or end or axis.first, end or begin or axis.last)
    else:
        if begin and latest and begin < latest:
            bars += bar("soft", begin, latest)
        if latest and earliest and latest <= earliest:
            bars += bar("core", latest, earliest)
        elif begin and end is None and begin == latest:
            bars += bar("core", begin, begin)
        elif end and begin is None and earliest == end:
            bars += bar("core", end, end)
        if earliest and end and earliest < end:
            bars += bar("soft", earliest, end)
    if begin is None:
        bars += _end("open-before" if span.is_start_open else "unknown-before", axis.at(earliest or end or axis.first))
    if end is None:
        bars += _end("open-after" if span.is_end_open else "unknown-after", axis.at(latest or begin or axis.last))
    return bars


def _end(kind: str, at: float) -> list[Bar]:
    return [Bar(kind, min(100.0, max(0.0, at)), 0.0)]


def _lanes(entries: Sequence[TimelineEntry], axis: TimeAxis | None, language: str) -> list[Lane]:
    groups: dict[str, list[TimelineEntry]] = {}
    for entry in entries:
        groups.setdefault(entry.group, []).append(entry)
    return [Lane(name, tuple(rows_of(members, axis, language))) for name, members in groups.items()]


def _order(span: Span | None) -> tuple[date, date]:
    """By the earliest day, what is not dated last."""
    if span is None or not span.known:
        return date.max, date.max
    return min(span.known), max(span.known)


def kinds_of(rows: Iterable[Row]) -> set[str]:
    """The kinds of marks that a legend has to explain."""
    seen = list(rows)
    kinds = {bar.kind for row in seen for bar in row.bars}
    kinds |= {"day"} if any(row.day is not None for row in seen) else set()
    return kinds | {"beyond"} if any(row.beyond for row in seen) else kinds
