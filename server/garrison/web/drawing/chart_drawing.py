"""A chart of two columns: bars for names and numbers, a line for dates and numbers.

Like the timeline it is a list, each row with its number in figures, and a strip for the eye.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, isfinite, log10

from markupsafe import Markup

from garrison.web.drawing.dates import date_in_words
from garrison.web.drawing.links import safe_address
from garrison.web.drawing.map_drawing import identify
from garrison.web.drawing.time_axis import Tick, TimeAxis, fitted, read_span
from garrison.web.templating import environment

_LINE_PX = 180.0  # height of a line's sheet
_MOST_TICKS = 5


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A name or a date, its number, and where it leads."""

    label: str
    number: float
    href: str = ""
    language: str = ""  # of the label


@dataclass(frozen=True, slots=True)
class ChartBar:
    """A row, and its bar in percent."""

    row: ChartRow
    label: str
    figure: str
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class LinePoint:
    """A row, and where on the sheet it is: percent across, pixels down."""

    bar: ChartBar
    x: float
    y: float


def draw_chart(
    columns: Sequence[str], rows: Sequence[ChartRow | Sequence[object]], title: str, *, language: str = "en"
) -> Markup:
    """Draw rows of a name or a date and a number; what has no number is left out.

    :param columns: what the two columns are called.
    :param rows: as such, or as pairs.
    """
    read = [row for each in rows if (row := _row(each))]
    spans = [read_span(row.label) for row in read]
    axis = fitted(span for span in spans if span) if read and all(spans) else None
    scale = _Scale.of([row.number for row in read])
    bars = [_bar(row, scale, axis is not None, language) for row in read]
    points = _points(bars, axis, scale) if axis else []
    return Markup(  # the template escapes what it is given
        environment(language)
        .get_template("drawn_chart.html")
        .render(
            id=identify("chart", title, read),
            title=title,
            columns=columns,
            bars=bars,
            points=points,
            height=_LINE_PX,
            numbers=[(scale.at(number), _figure(number)) for number in scale.ticks],
            down=[(_LINE_PX * (1 - scale.at(number) / 100), _figure(number)) for number in scale.ticks],
            ticks=axis.ticks(language) if axis else list[Tick](),
            safe_address=safe_address,
        )
    )


def _row(given: ChartRow | Sequence[object]) -> ChartRow | None:
    if isinstance(given, ChartRow):
        return given if _can_be_drawn(given.number) else None
    if len(given) < 2:
        return None
    try:
        number = float(str(given[1]))
    except ValueError:
        return None
    return ChartRow(str(given[0]), number) if _can_be_drawn(number) else None


def _can_be_drawn(number: float) -> bool:
    """Tell if a number is one whose scale a computer can still divide."""
    return isfinite(number) and (number == 0 or 1e-250 < abs(number) < 1e250)


@dataclass(frozen=True, slots=True)
class _Scale:
    """From one number to another, with 0 among them."""

    least: float
    most: float
    ticks: tuple[float, ...]

    @classmethod
    def of(cls, numbers: Sequence[float]) -> _Scale:
        least, most = min(0.0, *numbers, 0.0), max(0.0, *numbers, 0.0)
        step = _round_step((most - least) / _MOST_TICKS or 1.0)
        first, last = floor(least / step), ceil(most / step)
        return cls(first * step, max(last, first + 1) * step, tuple(i * step for i in range(first, last + 1)))

    def at(self, number: float) -> float:
        return 100.0 * (number - self.least) / (self.most - self.least)


def _round_step(least: float) -> float:
    power = 10.0 ** floor(log10(least))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least * 0.999)


def _bar(row: ChartRow, scale: _Scale, is_date: bool, language: str) -> ChartBar:
    zero, end = scale.at(0.0), scale.at(row.number)
    label = date_in_words(row.label, language) if is_date else row.label
    return ChartBar(row, label, _figure(row.number), min(zero, end), abs(end - zero))


def _points(bars: Sequence[ChartBar], axis: TimeAxis, scale: _Scale) -> list[LinePoint]:
    found = []
    for bar in bars:
        span = read_span(bar.row.label)
        if span and span.known:
            middle = date.fromordinal((min(span.known).toordinal() + max(span.known).toordinal()) // 2)
            found.append(LinePoint(bar, axis.at(middle), _LINE_PX * (1 - scale.at(bar.row.number) / 100)))
    return sorted(found, key=lambda point: point.x)


def _figure(number: float) -> str:
    text = f"{number:,.0f}" if number == round(number) and abs(number) < 1e15 else f"{number:,.6g}"
    return text.replace(",", "\u202f")
