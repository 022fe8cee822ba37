"""Dates on a line: what is known of one, and where on an axis it stands, in percent of its length."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta

from babel.dates import format_date

from garrison.rdf.edtf import NotEdtf, days
from garrison.web.drawing.lettering import width_of

_MARGIN = 0.02  # of the axis, on each side
_FEW = 0.06  # of the dates, that may lie beyond the axis on either side; one of many always may
_MANY = 6
_WORTH = 0.6  # of the whole length, that an axis without these few must be shorter than
_YEARS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
_MONTHS = (1, 2, 3, 6)
_DAYS = (1, 2, 5, 10)
_MOST_YEARS, _MOST_MONTHS, _MOST_DAYS = 9, 6, 6  # ticks whose names fit beside each other on a phone
_LEAST_DAYS = 10  # that an axis shows
_PHONE_PX, _FONT_PX = 320.0, 11.0  # the narrowest axis, and the letters of its names
_EDGE = 4.0  # percent from either end, within which a name begins or ends at its line


@dataclass(frozen=True, slots=True)
class Span:
    """What a date says: within which days something was, or from when to when it lasted."""

    begin: date | None
    latest_begin: date | None
    earliest_end: date | None
    end: date | None
    lasted: bool  # an interval; else some time within
    is_start_open: bool = False  # it has no beginning that anybody states; else a missing one is unknown
    is_end_open: bool = False

    @property
    def known(self) -> list[date]:
        """The days that it names."""
        return [day for day in (self.begin, self.latest_begin, self.earliest_end, self.end) if day]

    @property
    def is_day(self) -> bool:
        return not self.lasted and self.begin is not None and self.begin == self.end


def read_span(edtf: str) -> Span | None:
    """What a date says; ``None`` if it is no EDTF that names a day."""
    try:
        known = days(edtf)
    except NotEdtf:
        return None
    if edtf.startswith(("[", "{")):
        is_open = (edtf[1:].startswith(".."), edtf[:-1].endswith(".."))
        return Span(known.begin, known.begin, known.end, known.end, False, *is_open)
    start, slash, end = edtf.partition("/")
    return Span(known.begin, known.latest_begin, known.earliest_end, known.end, bool(slash), start == "..", end == "..")


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the axis; a lesser one has no name."""

    at: float  # percent
    name: str = ""


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """From one day to another."""

    first: date
    last: date

    def at(self, day: date) -> float:
        """Where a day begins, in percent; beyond the axis it is less than 0 or more than 100."""
        length = (self.last - self.first).days or 1
        return 100.0 * (day - self.first).days / length

    def ticks(self, language: str = "en") -> list[Tick]:
        """Lines at round dates."""
        length = (self.last - self.first).days
        if length > 366 * 2.5:
            return _spaced(self._years(length / 365.2425))
        return _spaced(self._months(length / 30.4, language) if length > 70 else self._days(length, language))

    def _years(self, count: float) -> list[Tick]:
        step = next((step for step in _YEARS if count / step <= _MOST_YEARS), _YEARS[-1])
        lesser = max(1, step // 5) if step >= 5 else 1
        start = self.first.year // lesser * lesser
        starts = (date(year, 1, 1) for year in range(max(1, start), self.last.year + 1, lesser))
        return [
            Tick(self.at(day), str(day.year) if day.year % step == 0 or day.year == step else "")
            for day in starts
            if self.first <= day <= self.last
        ]

    def _months(self, count: float, language: str) -> list[Tick]:
        step = next((step for step in _MONTHS if count / step <= _MOST_MONTHS), _MONTHS[-1])
        starts = _first_days(self.first, self.last)
        return [Tick(self.at(day), _month_name(day, language) if (day.month - 1) % step == 0 else "") for day in starts]

    def _days(self, count: int, language: str) -> list[Tick]:
        step = next((step for step in _DAYS if count / step <= _MOST_DAYS), _DAYS[-1])
        every = [self.first + timedelta(n) for n in range(count + 1)]
        return [
            Tick(
                self.at(day), _day_name(day, language) if day.day == 1 or (day.day % step == 0 and day.day < 30) else ""
            )
            for day in every
            if step < 10 or day.day % 5 == 0 or day.day == 1
        ]


def _spaced(ticks: list[Tick]) -> list[Tick]:
    """Without a name that the one at either end, which is moved inwards, would run into on a phone."""
    named = [tick for tick in ticks if tick.name]
    ends = ((named[0], named[1]), (named[-1], named[-2])) if len(named) > 1 else ()
    crowded = [beside for end, beside in ends if not _EDGE <= end.at <= 100 - _EDGE and not _has_room(end, beside)]
    return [Tick(tick.at) if tick in crowded else tick for tick in ticks]


def _has_room(end: Tick, beside: Tick) -> bool:
    wide = width_of(end.name, _FONT_PX) + width_of(beside.name, _FONT_PX) / 2
    return abs(end.at - beside.at) * _PHONE_PX / 100 > wide


def fitted(spans: Iterable[Span]) -> TimeAxis | None:
    """The axis of some dates.

    A few that lie far off from all others are beyond it: else these would lie on one spot.
    """
    known = [span for span in spans if span.known]
    if not known:
        return None
    firsts, lasts = sorted(min(span.known) for span in known), sorted(max(span.known) for span in known)
    few = max(int(len(known) * _FEW), int(len(known) >= _MANY))
    whole = (lasts[-1] - firsts[0]).days
    first, last = firsts[0], lasts[-1]
    if few and (lasts[-1 - few] - firsts[0]).days < whole * _WORTH:
        last = _last_near(lasts, few)
    if few and (last - firsts[few]).days < (last - firsts[0]).days * _WORTH:
        first = _first_near(firsts, few)
    return padded(first, last)


def _last_near(lasts: Sequence[date], few: int) -> date:
    """The last day before the widest gap among the few last."""
    tail = lasts[-1 - few :]
    gap = max(range(len(tail) - 1), key=lambda i: tail[i + 1] - tail[i])
    return tail[gap]


def _first_near(firsts: Sequence[date], few: int) -> date:
    """The first day after the widest gap among the few first."""
    head = firsts[: few + 1]
    gap = max(range(len(head) - 1), key=lambda i: head[i + 1] - head[i])
    return head[gap + 1]


def padded(first: date, last: date) -> TimeAxis:
    """An axis with room at its ends, and of some length."""
    length = max((last - first).days, 1)
    more = max(int(length * _MARGIN) + 1, (_LEAST_DAYS - length) // 2 + 1)
    return TimeAxis(_moved(first, -more), _moved(last, more))


def _moved(day: date, by: int) -> date:
    return date.fromordinal(min(max(day.toordinal() + by, 1), date(MAXYEAR, 12, 31).toordinal()))


def _first_days(first: date, last: date) -> list[date]:
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    starts = (date(month // 12, month % 12 + 1, 1) for month in months)
    return [day for day in starts if first <= day <= last]


def _month_name(day: date, language: str) -> str:
    return format_date(day, "LLL y", locale=language)


def _day_name(day: date, language: str) -> str:
    return format_date(day, "d MMM", locale=language)
