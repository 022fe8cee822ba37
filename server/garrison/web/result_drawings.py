"""From the rows of a result to the pictures of ``web.drawing``: which column is a name, a place, a time, a number."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import pyoxigraph as ox
from markupsafe import Markup

from garrison.rdf.edtf import NotEdtf, days
from garrison.rdf.terms import EDTF
from garrison.rdf.wkt import read_point
from garrison.services.preview import Preview, Row
from garrison.services.result_shape import Shape
from garrison.web.drawing.chart_drawing import ChartRow, draw_chart
from garrison.web.drawing.dates import date_in_words
from garrison.web.drawing.map_drawing import MapPoint, draw_map
from garrison.web.drawing.timeline_drawing import TimelineEntry, draw_timeline
from garrison.web.presentation import Presentation, Text

_MOST_CHARTS = 3  # number columns that are drawn, each by itself
_RADII = ("metres", "meters", "radius", "uncertainty")
_TIME_OF_DAY = re.compile(r"(?<=\d)(T.*|Z|[+-]\d\d:\d\d)$")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture of a result."""

    picture: Markup
    left_out: int  # rows that it has no place for
    places: str = ""  # of a map: what a browser shows when it opens it, as JSON


class RowPictures:
    """Draws the rows of one result for one reader."""

    def __init__(self, result: Preview, shape: Shape, show: Presentation, title: str) -> None:
        self._result = result
        self._shape = shape
        self._show = show
        self._title = title
        self._language = show.reader.interface

    def map(self) -> Drawing:
        """A point for each row that has one."""
        by_row = [list(self._points(row)) for row in self._result.rows]
        points = list(dict.fromkeys(point for points in by_row for point in points))
        picture = draw_map(points, self._title, language=self._language)
        return Drawing(picture, sum(not points for points in by_row), _places(points))

    def timeline(self) -> Drawing:
        """An entry for each row that has a date."""
        entries = [self._entry(row) for row in self._result.rows]
        dated = [entry for entry in entries if entry.edtf]
        picture = draw_timeline(list(dict.fromkeys(dated)), self._title, language=self._language)
        return Drawing(picture, len(entries) - len(dated))

    def chart(self) -> Drawing:
        """A bar for each row that has a number, and a chart for each column of them."""
        drawn, counted = Markup(), set[int]()
        for at in self._shape.numbers[:_MOST_CHARTS]:
            rows = {n: row for n, row in enumerate(self._result.rows) if isinstance(row[at], ox.Literal)}
            bars = [bar for row in rows.values() if (bar := self._bar(row, at))]
            counted |= rows.keys()
            name, number = self._key_name(at), self._result.columns[at]
            drawn += draw_chart((name, number), bars, number, language=self._language)
        return Drawing(drawn, len(self._result.rows) - len(counted))

    def _points(self, row: Row) -> Iterator[MapPoint]:
        name, href = self._name(row), self._href(row)
        for at in self._shape.points:
            term = row[at]
            if isinstance(term, ox.Literal) and (position := read_point(term.value)):
                yield MapPoint(
                    position.longitude,
                    position.latitude,
                    name.text,
                    href,
                    self._when(row),
                    language=name.language,
                    radius_m=self._radius(row),
                )

    def _radius(self, row: Row) -> float:
        for at in self._shape.numbers:
            if self._result.columns[at].lower() in _RADII and isinstance(term := row[at], ox.Literal):
                with suppress(ValueError):
                    return max(0.0, float(term.value))
        return 0.0

    def _entry(self, row: Row) -> TimelineEntry:
        name = self._name(row)
        return TimelineEntry(name.text, self._href(row), self._edtf(row), language=name.language)

    def _when(self, row: Row) -> str:
        edtf = self._edtf(row)
        return date_in_words(edtf, self._language) if edtf else ""

    def _edtf(self, row: Row) -> str:
        """The row's time. Two days are those between which it was, since nobody says that it lasted from one to the
        other; unless the thing itself has a date with just these days, which says it.
        """
        for at in self._shape.dates:
            if isinstance(term := row[at], ox.Literal) and term.datatype == EDTF:
                return term.value
        first, last = (self._day(row, at) for at in self._shape.span(self._result.columns))
        if exact := self._own_date(row, first, last):
            return exact
        if first and last:
            return first if first == last else f"[{first}..{last}]"
        return f"{first}/" if first else f"/{last}" if last else ""

    def _own_date(self, row: Row, first: str, last: str) -> str:
        """The date of the thing that a row is about, if its days are those of the row."""
        term = row[self._shape.named] if self._shape.named is not None else None
        edtf = self._result.dates.get(term.value, "") if isinstance(term, ox.NamedNode) else ""
        with suppress(NotEdtf):
            known = days(edtf)
            own = {str(day) for day in (known.begin, known.latest_begin, known.earliest_end, known.end) if day}
            if (first or last) and {first, last} - {""} <= own:
                return edtf
        return ""

    def _day(self, row: Row, at: int | None) -> str:
        term = row[at] if at is not None else None
        return _TIME_OF_DAY.sub("", term.value) if isinstance(term, ox.Literal) else ""

    def _bar(self, row: Row, at: int) -> ChartRow | None:
        term, name = row[at], self._key(row, at)
        assert isinstance(term, ox.Literal)
        with suppress(ValueError):
            return ChartRow(name.text, float(term.value), self._href(row), name.language)
        return None

    def _key_columns(self, number: int) -> list[int]:
        """What a number is of: the columns before it, but for those that only name another."""
        labels = set(self._shape.labels.values())
        texts = [at for at in (*self._shape.iris, *self._shape.texts, *self._shape.dates) if at not in labels]
        return sorted(at for at in texts if at < number) or sorted(texts)[:1]

    def _key_name(self, number: int) -> str:
        return " · ".join(self._result.columns[at] for at in self._key_columns(number))

    def _key(self, row: Row, number: int) -> Text:
        names = [name for at in self._key_columns(number) if (name := self._called(row, at)).text]
        languages = {name.language for name in names}
        return Text(" · ".join(name.text for name in names), languages.pop() if len(languages) == 1 else "")

    def _name(self, row: Row) -> Text:
        shape = self._shape
        if shape.named is not None:
            return self._called(row, shape.named)
        return self._called(row, shape.label) if shape.label is not None else Text(self._when(row))

    def _called(self, row: Row, at: int) -> Text:
        """What a cell is called: a thing by its label in the reader's language, else by its column of labels."""
        term = row[at]
        if isinstance(term, ox.NamedNode) and term.value not in self._show.labels and at in self._shape.labels:
            term = row[self._shape.labels[at]] or term
        if isinstance(term, ox.NamedNode):
            return self._show.name(term.value)
        if isinstance(term, ox.Literal):
            return Text(term.value[:200], term.language or "")
        return Text("" if term is None else str(term)[:200])

    def _href(self, row: Row) -> str:
        term = row[self._shape.named] if self._shape.named is not None else None
        return (self._show.link(term.value) or "") if isinstance(term, ox.NamedNode) else ""


def _places(points: Iterable[MapPoint]) -> str:
    """The points as ``src/map.ts`` takes them: those at one spot are one, with what stands there as a list."""
    spots: dict[tuple[float, float], list[MapPoint]] = {}
    for point in points:
        spots.setdefault((point.longitude, point.latitude), []).append(point)
    told = [_place(*at, together) for at, together in spots.items()]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) if told else ""


def _place(longitude: float, latitude: float, points: Sequence[MapPoint]) -> dict[str, object]:
    first = points[0]
    place: dict[str, object] = {"longitude": longitude, "latitude": latitude, "radius": max(p.radius_m for p in points)}
    if len(points) == 1:
        items = [{"label": first.note}] if first.note else []
        return place | {"label": first.label, "href": first.href, "language": first.language, "items": items}
    items = [{"label": p.label, "href": p.href, "language": p.language, "when": p.note} for p in points]
    return place | {"label": f"{latitude:.2f}, {longitude:.2f}", "items": items}
