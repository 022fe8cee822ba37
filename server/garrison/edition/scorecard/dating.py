"""Measures of dates: read as EDTF, and brought down to the right days."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from pyoxigraph import Quad

from garrison.edition.deriving import DATES
from garrison.edition.edition import Edition
from garrison.edition.rules.dates import edtf_is_valid
from garrison.edition.scorecard.metric import Metric, none_of, share
from garrison.rdf.terms import gar

_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_SET = re.compile(r"\[(.*)\.\.(.*)\]")
Side = tuple[date | None, date | None]
Bounds = set[tuple[str, str]]  # gar:begin and its like by name, and the day


def dates(edition: Edition) -> Iterator[Metric]:
    """Every date is EDTF, and what the build derives from it is what the calendar says."""
    yield none_of("dates that are no EDTF", {finding.term for finding in edtf_is_valid(edition)})
    derived = _derived(edition)
    written = {f"{_key(quad)} {quad.object}": quad for quad in edition.written if quad.predicate == gar("edtf")}
    expected = {name: _calendar(str(_text(quad))) for name, quad in written.items()}
    plain = {name for name, days in expected.items() if days is not None}
    right = {name for name in plain if derived[_key(written[name])] == expected[name]}
    yield share("dates whose first and last days are those of the calendar", right, plain)


def _derived(edition: Edition) -> dict[str, Bounds]:
    """The bounds of each thing in each graph."""
    names = {gar(name): name for name in DATES}
    found: dict[str, Bounds] = defaultdict(set)
    for quad in edition.derived:
        if quad.predicate in names:
            found[_key(quad)].add((names[quad.predicate], str(_text(quad))))
    return found


def _calendar(text: str) -> Bounds | None:
    """The bounds that a date means, worked out without the library that the build uses.

    It knows what a historian writes: days, months, years, intervals, and one of a span (``[1944-09..1944-11]``).
    Of anything else it says nothing.
    """
    span, sides = _SET.fullmatch(text), text.split("/")
    read = [_days(side) for side in (span.groups() if span else sides)]
    begin, end = read[0], read[-1]
    if begin is None or end is None or len(read) > 2:
        return None
    if span:
        begin = end = (begin[0], end[1])
    return {(name, day.isoformat()) for name, day in zip(DATES, (*begin, *end), strict=True) if day}


def _days(text: str) -> Side | None:
    """First and last day of a day, a month or a year; none of an open or unknown side."""
    if text in ("", ".."):
        return None, None
    parts = _DATE.fullmatch(text.rstrip("?~%"))
    if not parts:
        return None
    year, first_month, last_month = int(parts[1]), int(parts[2] or 1), int(parts[2] or 12)
    last_day = int(parts[3] or monthrange(year, last_month)[1])
    return date(year, first_month, int(parts[3] or 1)), date(year, last_month, last_day)


def _key(quad: Quad) -> str:
    return f"{quad.subject} {quad.graph_name}"


def _text(quad: Quad) -> object:
    return getattr(quad.object, "value", "")
