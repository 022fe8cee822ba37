"""Dates in words and on an axis: no more exact than what is known."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.conftest import (
    SVG,
    edtf,
    printable,
    svg,
)
from garrison.web.drawing.course_drawing import CourseLane, draw_course
from garrison.web.drawing.dates import date_in_words
from garrison.web.drawing.lettering import width_of
from garrison.web.drawing.time_axis import fitted, read_span
from garrison.web.drawing.timeline_drawing import TimelineEntry, axis_of, draw_timeline, strip_of


@pytest.mark.parametrize(
    ("text", "english", "russian"),
    [
        ("1944-10-15", "15 October 1944", "15 октября 1944"),
        ("1944-10", "October 1944", "октябрь 1944"),
        ("1944", "1944", "1944"),
        ("1945-05-07/1945-05-08", "7–8 May 1945", "7–8 мая 1945"),
        ("1944-10-25/1944-11-08", "25 October – 8 November 1944", "25 октября – 8 ноября 1944"),
        ("1944-10/1945-09-25", "October 1944 – 25 September 1945", "октябрь 1944 – 25 сентября 1945"),
        ("1941-07/..", "from July 1941, end open", "с июля 1941, конец открыт"),
        ("/1944-12-09", "until 9 December 1944, beginning unknown", "до 9 декабря 1944, начало неизвестно"),
        ("[1945..]", "1945 or later", "1945 или позже"),
        ("[1990..1994]", "some time in 1990–1994", "когда-то: 1990–1994"),
        ("[1944,1946]", "1944 or 1946", "1944 или 1946"),
        ("194X", "the 1940s", "1940-е"),
        ("1944?", "1944?", "1944?"),
        ("1944~", "about 1944", "около 1944"),
        ("someday", "someday", "someday"),
    ],
)
def test_a_date_is_told_in_words(text: str, english: str, russian: str) -> None:
    assert (date_in_words(text), date_in_words(text, "ru")) == (english, russian)


@settings(deadline=None, max_examples=40)
@given(edtf)
def test_a_date_always_has_words(text: str) -> None:
    assert isinstance(date_in_words(text), str) and (date_in_words(text) or not text)


def marks_of(text: str) -> list[str]:
    """What a strip shows of a date among others of the same years."""
    axis, span = axis_of(["1940", "1956"]), read_span(text)
    assert axis and span
    bars, day, beyond = strip_of(span, axis)
    return [bar.kind for bar in bars] + ["day"] * (day is not None) + list(beyond)


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("1944-10-15", ["day"]),
        ("1944-10", ["soft"]),
        ("[1942..1944]", ["soft"]),
        ("1944-06-01/1944-12-31", ["core"]),
        ("1944-06/1944-12", ["soft", "core", "soft"]),
        ("1944/1944-12", ["soft", "soft"]),
        ("1941-07/..", ["soft", "open-after"]),
        ("1944-02-23/", ["core", "unknown-after"]),
        ("../1944-10", ["soft", "open-before"]),
        ("/1944-12-09", ["core", "unknown-before"]),
        ("[1945..]", ["soft", "open-after"]),
        ("1990", ["after"]),
        ("1920-01-01/1944-12-31", ["core", "before"]),
        ("1800/2000", ["core", "before", "after"]),
        ("1812-09-07", ["before"]),
    ],
)
def test_a_mark_says_how_exactly_a_thing_is_dated(text: str, marks: list[str]) -> None:
    assert marks_of(text) == marks


def test_what_lasted_is_sure_from_the_latest_beginning_to_the_earliest_end() -> None:
    axis, span = axis_of(["1940", "1949"]), read_span("1944-06/1944-12")
    assert axis and span
    before, core, after = strip_of(span, axis)[0]
    assert before.start == pytest.approx(axis.at(date(1944, 6, 1)))
    assert core.start == pytest.approx(axis.at(date(1944, 6, 30)))
    assert core.start + core.width == pytest.approx(axis.at(date(1944, 12, 2)))
    assert after.start + after.width == pytest.approx(axis.at(date(1945, 1, 1)))


def test_a_year_is_as_long_as_a_year() -> None:
    axis, span = axis_of(["1940", "1949"]), read_span("1944")
    assert axis and span
    (bar,) = strip_of(span, axis)[0]
    assert bar.start == pytest.approx(axis.at(date(1944, 1, 1)))
    assert bar.start + bar.width == pytest.approx(axis.at(date(1945, 1, 1)))


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [
        ("1944-10-07", "1944-10-25", {"10 Oct", "15 Oct", "20 Oct", "25 Oct"}),
        ("1944-02", "1944-12", {"Mar 1944", "May 1944"}),
        ("1940", "1956", {"1940", "1950"}),
        ("1200", "1950", {"1200", "1400", "1900"}),
    ],
)
def test_ticks_stand_at_round_dates(first: str, last: str, names: set[str]) -> None:
    axis = axis_of([first, last])
    assert axis
    named = [tick.name for tick in axis.ticks() if tick.name]
    assert len(named) <= 10
    if first != "1944-02":
        assert names <= set(named) | {"1300"}, named
    assert all(0 <= tick.at <= 100 for tick in axis.ticks())


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(("first", "last"), [("1915-01-12", "1999-05-02"), ("1944-01", "1944-12"), ("1939-09", "1948")])
def test_names_of_ticks_do_not_run_into_each_other_on_a_phone(first: str, last: str, language: str) -> None:
    axis = axis_of([first, last])
    assert axis
    end = -1.0
    for tick in (tick for tick in axis.ticks(language) if tick.name):
        wide = width_of(tick.name, 11) * 100 / 320
        begin = tick.at if tick.at < 4 else tick.at - wide if tick.at > 96 else tick.at - wide / 2
        assert begin > end, tick
        end = begin + wide


def test_one_date_far_off_does_not_press_all_others_together() -> None:
    axis = fitted(span for year in (*range(1940, 1957), 1994) if (span := read_span(str(year))))
    assert axis and axis.last.year < 1960
    assert fitted([]) is None


def test_a_timeline_is_a_list_that_says_the_same_in_words() -> None:
    entries = [
        TimelineEntry("Later", "/id/event/later", "1945-05-09"),
        TimelineEntry("Earlier", "/id/event/earlier", "1944-10", language="en"),
        TimelineEntry("Never", "/id/event/never", "someday"),
    ]
    drawn = draw_timeline(entries, "What happened")
    assert re.findall(r"<a href=\"([^\"]*)\"", drawn) == ["/id/event/earlier", "/id/event/later", "/id/event/never"]
    assert "9 May 1945" in drawn and "October 1944" in drawn and "someday" in drawn
    assert all(each.get("aria-hidden") == "true" for each in svg(drawn).findall(f".//{SVG}svg[@class='strip']"))


def test_a_timeline_has_a_lane_for_each_group() -> None:
    drawn = draw_timeline([TimelineEntry("a", "", "1944", "North"), TimelineEntry("b", "", "1945", "South")], "t")
    assert re.findall(r'class="lane"[^>]*>([^<]+)<', drawn) == ["North", "South"]


def test_a_legend_explains_the_marks_that_are_there() -> None:
    days, all_kinds = [TimelineEntry("a", "", "1944-10-15")], [TimelineEntry("a", "", "1944/..")]
    assert "on this day" in draw_timeline(days, "t") and "the end is open" not in draw_timeline(days, "t")
    assert "the end is open" in draw_timeline(all_kinds, "t")
    assert "legend" not in draw_timeline(days, "t", with_legend=False)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.builds(TimelineEntry, st.text(max_size=20), st.text(max_size=20), edtf, st.sampled_from("ab")), max_size=9
    )
)
def test_drawing_a_timeline_never_fails(entries: list[TimelineEntry]) -> None:
    svg(printable(draw_timeline(entries, "Any")))
    svg(printable(draw_course([CourseLane("a", tuple(entries))], "Any")))


def test_a_long_timeline_is_drawn() -> None:
    entries = [TimelineEntry(f"Event {n}", f"/id/event/e{n}", f"{1900 + n % 60}-10") for n in range(400)]
    assert draw_timeline(entries, "Long").count("<li>") == 400 + 1  # and one of the legend


def test_a_course_stacks_what_happened_on_one_day() -> None:
    entries = tuple(TimelineEntry(f"Event {n}", f"/e{n}", "1945-05-09") for n in range(5))
    drawn = draw_course([CourseLane("Bornholm", entries, "#theatre-1")], "All")
    assert sorted(set(re.findall(r'<svg y="(\d+)"', drawn)), key=int) == ["0", "10", "20", "30", "40"]
    assert '<a href="#theatre-1">Bornholm</a>' in drawn
