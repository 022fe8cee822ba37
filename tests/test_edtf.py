"""EDTF as days: a date means within, an interval means lasted, an open end means nothing."""

from __future__ import annotations

import calendar
import re
from datetime import date

import pytest
from edtf import EDTFParseException, parse_edtf
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from garrison.rdf import edtf
from garrison.rdf.edtf import Days, NotEdtf, days


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("text", "begin", "latest_begin", "earliest_end", "end"),
    [
        ("1944-10-15", "1944-10-15", "1944-10-15", "1944-10-15", "1944-10-15"),
        ("1944-11", "1944-11-01", "1944-11-30", "1944-11-01", "1944-11-30"),
        ("1944-02", "1944-02-01", "1944-02-29", "1944-02-01", "1944-02-29"),
        ("1975", "1975-01-01", "1975-12-31", "1975-01-01", "1975-12-31"),
        ("199X", "1990-01-01", "1999-12-31", "1990-01-01", "1999-12-31"),
        ("[1990..1994]", "1990-01-01", "1994-12-31", "1990-01-01", "1994-12-31"),
        ("[1945..]", "1945-01-01", None, "1945-01-01", None),
        ("[..1944-10]", None, "1944-10-31", None, "1944-10-31"),
        ("1944-10?", "1944-10-01", "1944-10-31", "1944-10-01", "1944-10-31"),
        ("1944-10~", "1944-10-01", "1944-10-31", "1944-10-01", "1944-10-31"),
        ("1944-06/1944-12", "1944-06-01", "1944-06-30", "1944-12-01", "1944-12-31"),
        ("1945-05-07/1945-05-08", "1945-05-07", "1945-05-07", "1945-05-08", "1945-05-08"),
        ("1941-07/..", "1941-07-01", "1941-07-31", None, None),
        ("1945-05-09/", "1945-05-09", "1945-05-09", None, None),
        ("../1956", None, None, "1956-01-01", "1956-12-31"),
    ],
)
def test_a_date_is_read_as_bounds(
    text: str, begin: str | None, latest_begin: str | None, earliest_end: str | None, end: str | None
) -> None:
    assert days(text) == Days(day(begin), day(latest_begin), day(earliest_end), day(end))


@pytest.mark.parametrize(
    "text",
    [
        *("", "3 May 1901", "1944-13", "1944-02-30", "1945/1944", "10/15/1944", "1944-10-15T", "\u0661944", "a" * 5000),
        *(" 1944", "1944 ", "1944//1945", "1944/1945/1946", "1944/[1945..1946]", "/", "../..", "[1945..1944]", "-0044"),
    ],
)
def test_what_is_no_date_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(NotEdtf) as refused:
        days(text)
    assert "\n" not in str(refused.value)


@given(st.dates(min_value=date(1, 1, 1)), st.dates(min_value=date(1, 1, 1)))
def test_an_interval_of_days_has_these_days_as_bounds(one: date, other: date) -> None:
    first, last = sorted([one, other])
    assert days(f"{first}/{last}") == Days(first, first, last, last)


@given(st.integers(1, 9999), st.integers(1, 12))
def test_a_month_ends_on_its_last_day(year: int, month: int) -> None:
    found = days(f"{year:04d}-{month:02d}")
    assert found.begin == date(year, month, 1)
    assert found.end == date(year, month, calendar.monthrange(year, month)[1])


@given(st.text(max_size=40) | st.text(alphabet="0124XST-/.,[]{}?~%:", max_size=24))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        found = days(text)
    except NotEdtf:
        return
    if found.begin and found.end:
        assert found.begin <= found.end


@pytest.mark.parametrize("text", ["1944-24", "1944-21", "1944-24/1945-21", "[1944-33..]"])
def test_a_season_has_no_days_and_asks_for_months(text: str) -> None:
    """Northern or southern, this winter or the one before: nothing says so, and a day must not be made up."""
    with pytest.raises(NotEdtf, match="write the months"):
        days(text)


def test_an_enormous_year_is_refused_and_not_worked_out() -> None:
    """Worked out, this year has a billion digits."""
    with pytest.raises(NotEdtf):
        days("Y1E999999999")


def test_reading_a_date_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """What a library prints would stand in the middle of findings that a program reads."""
    with pytest.raises(NotEdtf):
        days("1944-1X")
    assert capsys.readouterr() == ("", "")


@given(st.from_regex(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", fullmatch=True))
def test_a_plain_date_is_read_as_the_library_reads_it(text: str) -> None:
    """Level 0 is read without the library, so what it says of the same date is compared."""
    assume(text[:4] >= "0001" and not re.match(r"\d{4}-(2[1-9]|3\d|4[01])", text))
    try:
        parsed = parse_edtf(text)
        first, last = (date(*moment[:3]) for moment in (parsed.lower_strict(), parsed.upper_strict()))
    except (EDTFParseException, ValueError):
        with pytest.raises(NotEdtf):
            days(text)
    else:
        assert days(text) == Days(first, last, first, last)


_PLAIN = r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"


@settings(deadline=None, max_examples=60)  # the library takes its time
@given(st.from_regex(rf"{_PLAIN}[?~%]|\[{_PLAIN}\.\.\]|\[\.\.{_PLAIN}\]|[\[]{_PLAIN}\.\.{_PLAIN}\]", fullmatch=True))
def test_what_is_read_without_the_library_is_what_it_reads(text: str) -> None:
    assume("0000" not in text and not re.search(r"\d{4}-(2[1-9]|3\d|4[01])", text))
    try:
        parsed = parse_edtf(text)
        moments = (parsed.lower_strict(), parsed.upper_strict())
        first, last = (None if isinstance(moment, float) else date(*moment[:3]) for moment in moments)
    except (EDTFParseException, ValueError, TypeError):
        with pytest.raises(NotEdtf):
            days(text)
        return
    if first and last and first > last:
        with pytest.raises(NotEdtf, match="ends before it begins"):
            days(text)
    else:
        assert days(text) == Days(first, last, first, last)


@pytest.mark.parametrize("text", ["{1944..1946}", "[1944-09..1944-11]", "[1944-10-20..]", "[..1944]", "1944-10-15~"])
def test_a_range_is_read_without_the_library(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = parse_edtf(text)
    ends = [None if isinstance(m, float) else date(*m[:3]) for m in (parsed.lower_strict(), parsed.upper_strict())]
    monkeypatch.setattr(edtf, "parse_edtf", None)
    days.cache_clear()
    assert [days(text).begin, days(text).end] == ends
