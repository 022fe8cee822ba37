"""Extended Date/Time Format (ISO 8601-2) as days: between which days something began and ended.

A date means *within*: ``1944-11`` is some time in November 1944. An interval means *lasted*:
``1944-06/1944-12`` began some time in June and ended some time in December. An open or unknown end says nothing.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from time import struct_time
from typing import Protocol, cast

from edtf import EDTFParseException, parse_edtf

# What the library is asked to read. It takes a second slash for a date, spaces for nothing, works out
# "Y1E999999999" to the last digit, and prints what it cannot read on standard output; none of that reaches it.
_PART = r"[?~%]?(?:[0-9]{2}|XX)[?~%]?"
_YEAR = r"[?~%]?(?:[0-9]{4}|[0-9]{3}X|[0-9]{2}XX|[0-9]XXX)(?:S[0-9])?[?~%]?"
_TIME = r"T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:Z|[+-][0-9]{2}(?::[0-9]{2})?)?"
_DATE = rf"{_YEAR}(?:-{_PART}(?:-{_PART}(?:{_TIME})?)?)?"
_SIDE = rf"(?:{_DATE}|\.\.)?"
_MEMBERS = rf"(?:\.\.)?{_DATE}(?:(?:,|\.\.){_DATE})*(?:\.\.)?"
_READABLE = re.compile(rf"{_DATE}|{_SIDE}/{_SIDE}|\[{_MEMBERS}\]|\{{{_MEMBERS}\}}")
_SEASON = re.compile(r"[0-9X]{4}[?~%]?-[?~%]?(?:2[1-9]|3[0-9]|4[01])")
_PLAIN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_ALONE = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"
_RANGE = re.compile(rf"\[({_ALONE})?\.\.({_ALONE})?\]|\{{({_ALONE})\.\.({_ALONE})\}}")
_MAX_LENGTH = 200  # characters; a set of fifteen days is shorter


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


@lru_cache(maxsize=4096)  # the same date stands in several claims, and is read by the check and by the build
def days(text: str) -> Days:
    """Read EDTF, levels 0 to 2 within the years 1 to 9999, as bounds in days.

    Qualifiers (``?``, ``~``, ``%``) do not widen the bounds: doubt is stated by the claim's certainty.

    :raises NotEdtf: if the text is not EDTF, names no day, lies outside these years, or ends before it begins.
    """
    if len(text) > _MAX_LENGTH or not _READABLE.fullmatch(text):
        raise NotEdtf(_refusal(text))
    if _SEASON.search(text):
        # The library ends the winter of 1944 on its 31 December; ISO 8601-2 gives seasons no days at all.
        raise NotEdtf(f"{text!r} names a season, which has no fixed days: write the months, as 1944-12/1945-02.")
    if text.startswith(("[", "{")) or "/" not in text:
        first, last = _bounds(text)
        if first and last and first > last:
            raise NotEdtf(f"{text!r} ends before it begins.")
        return Days(first, last, first, last)
    start, end = text.split("/", 1)
    begin, latest_begin = _side(start)
    earliest_end, latest_end = _side(end)
    if not (begin or earliest_end):
        raise NotEdtf(f"{text!r} names no day at all.")
    if begin and latest_end and begin > latest_end:
        raise NotEdtf(f"{text!r} ends before it begins.")
    return Days(begin, latest_begin, earliest_end, latest_end)


def _side(text: str) -> tuple[date | None, date | None]:
    """One side of an interval; ``..`` is open and empty is unknown, and neither bounds anything."""
    return (None, None) if text in ("", "..") else _bounds(text)


def _bounds(text: str) -> tuple[date | None, date | None]:
    if plain := _PLAIN.fullmatch(text):
        year, month, day = plain.groups()
        return _of_calendar(text, int(year), int(month) if month else None, int(day) if day else None)
    if _PLAIN.fullmatch(text[:-1]) and text[-1] in "?~%":
        return _bounds(text[:-1])
    if (found := _RANGE.fullmatch(text)) and (ends := _ends(found)):
        return ends
    try:
        parsed = cast(_Parsed, parse_edtf(text))
        return _day(parsed.lower_strict()), _day(parsed.upper_strict())
    except (EDTFParseException, ValueError, TypeError, AttributeError, IndexError, OverflowError) as error:
        # The library raises whatever its parts raise; all of it means that this is no date that we can use.
        raise NotEdtf(_refusal(text)) from error


def _ends(found: re.Match[str]) -> tuple[date | None, date | None] | None:
    """Of a set that is one range between plain dates; ``None`` for what is left to the library.

    That reads these too, in 10 to 60 milliseconds, for which whoever asked for the page of an event would wait.
    """
    first, last = found[1] or found[3] or "", found[2] or found[4] or ""
    if len(first) != len(last) and first and last:
        return None
    begin, end = (_bounds(side) if side else (None, None) for side in (first, last))
    return (begin[0], end[1]) if first or last else None


def _of_calendar(text: str, year: int, month: int | None, day: int | None) -> tuple[date, date]:
    """A year, month or day of ISO 8601 (EDTF, level 0). The calendar knows it a thousand times sooner than the library,
    which reads a grammar for it, and most dates are of this form.
    """
    try:
        if month is None:
            return date(year, 1, 1), date(year, 12, 31)
        if day is None:
            return date(year, month, 1), date(year, month, monthrange(year, month)[1])
        return date(year, month, day), date(year, month, day)
    except ValueError as error:
        raise NotEdtf(_refusal(text)) from error


def _refusal(text: str) -> str:
    shown = text if len(text) <= 40 else text[:40] + "…"
    return f"{shown!r} is no EDTF date, such as 1944-10-15, 1944-10 or 1944-06/1944-12."


def _day(moment: struct_time | float) -> date | None:
    """The day; ``None`` for the open side of a set such as ``[1945..]``, which the library gives as infinity."""
    if isinstance(moment, float):
        return None
    return date(moment[0], moment[1], moment[2])
