"""Extended Date/Time Format (ISO 8601-2) as days: between which days something began and ended.

A date means *within*: ``1944-11`` is some time in November 1944. An interval means *lasted*:
``1944-06/1944-12`` began some time in June and ended some time in December. An open or unknown end says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from time import struct_time
from typing import Protocol, cast

from edtf import EDTFParseException, parse_edtf


class NotEdtf(ValueError):
    """The text is not EDTF; the sentence says which part is not."""


@dataclass(frozen=True, slots=True)
class Days:
    """Strict bounds in days; ``None`` where nothing is known."""

    begin: date | None  # earliest day on which it may have begun
    latest_begin: date | None  # latest such day
    earliest_end: date | None  # earliest day on which it may have ended
    end: date | None  # latest such day


class _Parsed(Protocol):
    def lower_strict(self) -> struct_time | float: ...

    def upper_strict(self) -> struct_time | float: ...


def days(text: str) -> Days:
    """Read EDTF, levels 0 to 2, as bounds in days.

    Qualifiers (``?``, ``~``, ``%``) do not widen the bounds: doubt is stated by the claim's certainty.

    :raises NotEdtf: if the text is not EDTF, lies before year 1 or after year 9999, or ends before it begins.
    """
    if text.startswith(("[", "{")) or "/" not in text:
        first, last = _bounds(text)
        return Days(first, last, first, last)
    start, end = text.split("/", 1)
    begin, latest_begin = _side(start)
    earliest_end, latest_end = _side(end)
    if begin and latest_end and begin > latest_end:
        raise NotEdtf(f"{text!r} ends before it begins.")
    return Days(begin, latest_begin, earliest_end, latest_end)


def _side(text: str) -> tuple[date | None, date | None]:
    """One side of an interval; ``..`` is open and empty is unknown, and neither bounds anything."""
    return (None, None) if text in ("", "..") else _bounds(text)


def _bounds(text: str) -> tuple[date | None, date | None]:
    try:
        parsed = cast(_Parsed, parse_edtf(text))
        return _day(parsed.lower_strict()), _day(parsed.upper_strict())
    except (EDTFParseException, ValueError, TypeError, AttributeError, IndexError, OverflowError) as error:
        # The library raises whatever its parts raise; all of it means that this is no date that we can use.
        raise NotEdtf(f"{text!r} is no EDTF date, such as 1944-10-15, 1944-10 or 1944-06/1944-12.") from error


def _day(moment: struct_time | float) -> date | None:
    """The day; ``None`` for the open side of a set such as ``[1945..]``, which the library gives as infinity."""
    if isinstance(moment, float):
        return None
    return date(moment[0], moment[1], moment[2])
