"""Charts, and what no drawing does whatever the data say."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.conftest import (
    HOSTILE,
    printable,
    svg,
)
from garrison.web.drawing.chart_drawing import ChartRow, draw_chart
from garrison.web.drawing.course_drawing import CourseLane, draw_course
from garrison.web.drawing.links import safe_address
from garrison.web.drawing.map_drawing import MapPoint, draw_map
from garrison.web.drawing.timeline_drawing import TimelineEntry, draw_timeline


def test_names_and_numbers_become_bars() -> None:
    drawn = draw_chart(("Country", "Events"), [("Norway", 12), ("Finland", "30"), ("Nowhere", "many")], "Events")
    widths = re.findall(r'<rect class="core" x="0\.0%" width="([\d.]+)%"', drawn)
    assert [float(width) for width in widths] == [40.0, 100.0]
    assert "Nowhere" not in drawn


def test_dates_and_numbers_become_a_line() -> None:
    drawn = draw_chart(("Year", "Events"), [("1944", 12), ("1945-05", 30), ("1946", -4)], "Events")
    assert drawn.count('class="course"') == 2 and "May 1945" in drawn


@settings(deadline=None, max_examples=40)
@given(st.lists(st.builds(ChartRow, st.text(max_size=10), st.floats()), max_size=8))
def test_drawing_a_chart_never_fails(rows: list[ChartRow]) -> None:
    svg(printable(draw_chart(("a", "b"), rows, "Any")))


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JaVaScript:alert(1)",
        "data:text/html,x",
        "//evil.example/",
        "/\tx",
        " javascript:x",
        "x:y",
        "",
    ],
)
def test_no_drawing_leads_to_what_a_browser_would_run(href: str) -> None:
    assert safe_address(href) == ""
    drawn = draw_map([MapPoint(1, 2, "x", href)], "t") + draw_timeline([TimelineEntry("x", href, "1944")], "t")
    drawn += draw_chart(("a", "b"), [ChartRow("x", 1, href)], "t")
    drawn += draw_course([CourseLane("x", (TimelineEntry("x", href, "1944"),), href)], "t")
    assert "href=" not in re.sub(r'href="#[\w-]+"', "", drawn)


def test_labels_are_text_whatever_they_hold() -> None:
    drawn = draw_map([MapPoint(1, 2, HOSTILE, "/", HOSTILE, HOSTILE, HOSTILE)], HOSTILE, description=HOSTILE)
    drawn += draw_timeline([TimelineEntry(HOSTILE, "/", HOSTILE, HOSTILE, HOSTILE, HOSTILE)], HOSTILE)
    drawn += draw_chart((HOSTILE, HOSTILE), [ChartRow(HOSTILE, 1, "/", HOSTILE)], HOSTILE)
    drawn += draw_course([CourseLane(HOSTILE, (TimelineEntry(HOSTILE, "/", "1944"),), HOSTILE)], HOSTILE)
    assert "<script" not in drawn and not re.search(r'\s(style|on\w+)="', drawn)
