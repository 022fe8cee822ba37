"""Maps, timelines and charts: drawn on the server, honest about what is known, harmless whatever the data say."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from array import array
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from math import hypot, isfinite
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from garrison.rdf.wkt import Position, distance_km, read_point
from garrison.web.drawing import outline
from garrison.web.drawing.base_map import base_of
from garrison.web.drawing.chart_drawing import ChartRow, draw_chart
from garrison.web.drawing.clipping import Sheet, clip_line, clip_ring, path_data, simplified
from garrison.web.drawing.course_drawing import CourseLane, draw_course
from garrison.web.drawing.dates import date_in_words
from garrison.web.drawing.generalised import _generalised, line_for
from garrison.web.drawing.lettering import width_of
from garrison.web.drawing.links import safe_address
from garrison.web.drawing.map_drawing import MapFrame, MapPoint, draw_map, extent_of, points_as_json
from garrison.web.drawing.projection import Azimuthal, Box, box_of, projection_for, view_of
from garrison.web.drawing.time_axis import fitted, read_span
from garrison.web.drawing.timeline_drawing import TimelineEntry, axis_of, draw_timeline, strip_of

SVG = "{http://www.w3.org/2000/svg}"
KIRKENES = MapPoint(30.05, 69.73, "Kirkenes", "/id/place/kirkenes")
MURMANSK = MapPoint(33.1, 68.97, "Murmansk", "/id/place/murmansk")
BARI = MapPoint(16.87, 41.11, "Bari", "/id/place/bari")
HOSTILE = '"><script>alert(1)</script>'

longitudes = st.floats(-180, 180, allow_nan=False)
latitudes = st.floats(-90, 90, allow_nan=False)
points = st.tuples(longitudes, latitudes)
years = st.integers(1, 9999).map(lambda year: f"{year:04d}")
days_of_edtf = st.dates(date(1, 1, 2), date(9998, 12, 30)).map(date.isoformat)
dates = st.one_of(
    years, days_of_edtf, days_of_edtf.map(lambda day: day[:7]), st.sampled_from(["194X", "19XX", "1944?"])
)
edtf = st.one_of(
    dates,
    st.builds(
        "{}/{}".format, st.one_of(dates, st.sampled_from(["", ".."])), st.one_of(dates, st.just(".."), st.just(""))
    ),
    st.builds("[{}..{}]".format, years, years),
    dates.map("[{}..]".format),
    dates.map("[..{}]".format),
    st.text(max_size=30),
)


CORNERS = [(28.0, 69.0), (32.0, 69.0), (32.0, 70.5), (28.0, 70.5), (28.0, 69.0)]


def build_outline(folder: Path, lines: Sequence[Sequence[tuple[float, float]]], ring: list[int]) -> None:
    """A world of one island about Kirkenes, in every detail."""
    starts = [sum(map(len, lines[:n])) for n in range(len(lines))]
    told = [[start, len(line), 30.0, 69.75, 4.0] for start, line in zip(starts, lines, strict=True)]
    index = {"unit": 10000, "lines": told, "rings": [ring], "coast": list(range(len(lines))), "borders": []}
    for detail in ("110m", "50m", "10m"):
        (folder / f"outline-{detail}.json").write_text(json.dumps(index), "utf-8")
        numbers = array("i", (round(10000 * x) for line in lines for point in line for x in point))
        (folder / f"outline-{detail}.bin").write_bytes(numbers.tobytes())


@pytest.fixture
def island(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A world of one square island about Kirkenes, built in every detail."""
    build_outline(tmp_path, [CORNERS], [0])
    monkeypatch.setattr(outline, "BUILT", tmp_path)
    yield


@pytest.fixture(autouse=True, scope="module")
def nothing_built() -> Iterator[None]:
    """Whether the bundle is built here makes no difference."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outline, "BUILT", Path(__file__).parent / "nothing")
        yield


def svg(drawn: str) -> ET.Element:
    return ET.fromstring(f'<div xmlns="http://www.w3.org/2000/svg">{drawn}</div>')


def texts(drawn: str) -> list[str]:
    return ["".join(each.itertext()).strip() for each in svg(drawn).iter() if each.tag in (SVG + "tspan", SVG + "text")]


# Geography


def test_equal_areas_stay_equal() -> None:
    """A degree square in the north is as large on the map as it is on the earth."""
    projection = projection_for(Box(0, 40, 40, 72))

    def area(west: float, south: float) -> float:
        ring = [projection.project(west + dx, south + dy) for dx, dy in ((0, 0), (0.1, 0), (0.1, 0.1), (0, 0.1))]
        pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
        return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2

    assert area(10, 41) / area(30, 70) == pytest.approx(0.7529 / 0.3412, rel=0.01)


@settings(deadline=None, max_examples=40)
@given(points, points)
def test_a_region_is_projected_and_back(middle: tuple[float, float], point: tuple[float, float]) -> None:
    projection = Azimuthal(middle)
    x, y = projection.project(*point)
    assert isfinite(x) and isfinite(y)
    back = projection.invert(x, y)
    if back is not None and hypot(x, y) < 1.9:
        assert distance_km(Position(*point), Position(*back)) < 1


@settings(deadline=None, max_examples=40)
@given(st.lists(points, min_size=1, max_size=8))
def test_every_place_is_on_the_map_of_its_own_extent(places: list[tuple[float, float]]) -> None:
    view = view_of(extent_of([MapPoint(x, y, "") for x, y in places]), 400)
    if isinstance(view.projection, Azimuthal):
        for place in places:
            x, y = view.place(*place)
            assert -1 <= x <= view.width + 1 and -1 <= y <= view.height + 1


def test_a_box_crosses_the_meridian_of_180_degrees_where_that_is_shorter() -> None:
    assert box_of([(178, -18), (-172, -14)]) == Box(178, -18, 188, -14)
    assert box_of([(10, 60), (30, 70)]) == Box(10, 60, 30, 70)
    assert box_of([]) is None


def test_a_line_is_cut_at_the_edge_of_the_sheet() -> None:
    sheet = Sheet(0, 0, 10, 10)
    assert list(clip_line([(-5, 5), (5, 5), (5, 20)], sheet)) == [[(0.0, 5.0), (5, 5), (5, 10.0)]]
    assert list(clip_line([(-5, 5), (5, 5), (20, 5), (20, 8), (5, 8)], sheet)) == [
        [(0.0, 5.0), (5, 5), (10.0, 5.0)],
        [(10.0, 8.0), (5, 8)],
    ]
    assert clip_ring([(20, 20), (30, 20), (30, 30)], sheet) == []
    assert len(clip_ring([(-5, -5), (20, -5), (20, 20), (-5, 20)], sheet)) == 4


def test_a_coast_loses_no_more_than_the_eye_would() -> None:
    assert simplified([(0, 0), (5, 0.1), (10, 0), (10, 10)], 0.5) == [(0, 0), (10, 0), (10, 10)]
    assert path_data([[(0, 0), (10.04, 0), (10, -0.5)]]) == "M0 0l10 0 0-.5"


# Well-known text


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("POINT(30.05 69.73)", (30.05, 69.73)),
        ("  point z ( 30.05 69.73 12 )  ", (30.05, 69.73)),
        ("<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT(30.05 69.73)", (30.05, 69.73)),
        ("<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(69.73 30.05)", (30.05, 69.73)),
        ("MULTIPOINT((10 20), (20 40))", (15, 30)),
        ("MULTIPOINT(10 20, 20 40)", (15, 30)),
        ("LINESTRING(10 20, 20 40)", (15, 30)),
        ("POLYGON((0 0, 10 0, 10 10, 0 10, 0 0))", (5, 5)),
        ("POLYGON((0 0, 10 0, 10 10, 0 10, 0 0), (1 1, 2 1, 2 2, 1 1))", (5, 5)),
        ("MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)), ((10 10, 20 10, 20 20, 10 20, 10 10)))", (15, 15)),
    ],
)
def test_well_known_text_is_read_as_a_point(text: str, position: tuple[float, float]) -> None:
    found = read_point(text)
    assert found is not None
    assert (found.longitude, found.latitude) == pytest.approx(position)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "POINT EMPTY",
        "POINT()",
        "POINT(30.05)",
        "POINT(30,05 69,73)",
        "POINT(200 10)",
        "POINT(10 95)",
        "POINT(1e999 0)",
        "POINT(nan 0)",
        "POINT(1 2, 3 4)",
        "POINT((1 2)",
        "POLYGON((1 2, 3))",
        "GEOMETRYCOLLECTION(POINT(1 2))",
        "<http://www.opengis.net/def/crs/EPSG/0/25833> POINT(500000 6000000)",
        "69.73, 30.05",
        "POINT" + "(" * 10_000,
    ],
)
def test_what_is_no_point_gives_none(text: str) -> None:
    assert read_point(text) is None


@settings(deadline=None, max_examples=40)
@given(st.one_of(st.text(), st.from_regex(r"(POINT|POLYGON|MULTIPOINT) ?\([-0-9. ,()]{0,40}\)", fullmatch=True)))
def test_reading_a_point_never_fails(text: str) -> None:
    found = read_point(text)
    assert found is None or (abs(found.longitude) <= 180 and abs(found.latitude) <= 90)


# Maps


def test_a_map_names_its_points_and_leads_to_them() -> None:
    drawn = draw_map([KIRKENES, MURMANSK], "The north")
    assert {"Kirkenes", "Murmansk"} <= set(texts(drawn))
    assert {'href="/id/place/kirkenes"', 'href="/id/place/murmansk"'} <= set(re.findall(r'href="[^"]*"', drawn))
    assert svg(drawn).find(f".//{SVG}title") is not None and "<desc" in drawn


def test_a_map_has_no_coast_where_nothing_is_built() -> None:
    drawn = draw_map([KIRKENES], "A place")
    assert 'class="coast"' not in drawn and 'class="graticule"' in drawn and "km" in texts(drawn)[-1]


def test_a_map_has_a_coast_where_one_is_built(island: None) -> None:
    drawn = svg(draw_map([KIRKENES], "A place"))
    land = drawn.find(f".//{SVG}path[@class='land']")
    assert land is not None and land.get("d", "").endswith("z")
    assert drawn.find(f".//{SVG}path[@class='coast']") is not None


def test_land_far_away_is_not_drawn(island: None) -> None:
    assert 'class="land"' not in draw_map([BARI], "A place")


@pytest.mark.parametrize("seen", [Box(-180, -57, 180, 84), Box(25, 68, 35, 72)])
def test_an_area_of_two_lines_is_that_of_one(seen: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    for name, lines, ring in (("one", [CORNERS], [0]), ("two", [CORNERS[:3], CORNERS[:1:-1]], [0, ~1])):
        (tmp_path / name).mkdir()
        build_outline(tmp_path / name, lines, ring)
        monkeypatch.setattr(outline, "BUILT", tmp_path / name)
        drawn.append(base_of(view_of(seen, 2000)).land)
    assert drawn[0] == drawn[1] != ""


def test_a_line_is_generalised_once_for_maps_of_about_one_scale(island: None) -> None:
    _generalised.cache_clear()
    built = outline.outline_for(1.0)
    assert built is not None
    once = line_for(built, 0, 0.9)
    assert once == line_for(built, 0, 1.0) == line_for(built, ~0, 0.95)[::-1]
    assert [point for point in once if point in CORNERS] == CORNERS
    assert (_generalised.cache_info().misses, _generalised.cache_info().maxsize) == (1, 4096)
    line_for(built, 0, 0.1)
    assert _generalised.cache_info().misses == 2


def distance_to_line(point: tuple[float, float], line: Sequence[tuple[float, float]]) -> float:
    """How far a point is from the nearest segment."""
    here, distances = complex(*point), []
    for start, end in pairwise(complex(*each) for each in line):
        along = ((here - start) * (end - start).conjugate()).real / abs(end - start) ** 2
        distances.append(abs(here - start - (end - start) * min(1.0, max(0.0, along))))
    return min(distances)


@pytest.mark.parametrize("seen", [Box(-120, 43, -97, 60), Box(-160, 20, -60, 70), Box(-180, -57, 180, 84)])
@pytest.mark.parametrize(
    "border", [[(x / 2, 49.0) for x in range(-246, -190)], [(-141.0, y / 2) for y in range(120, 139)]]
)
def test_a_border_along_a_parallel_or_a_meridian_is_bent_as_the_map_is(
    seen: Box, border: list[tuple[float, float]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_outline(tmp_path, [border], [0])
    monkeypatch.setattr(outline, "BUILT", tmp_path)
    view = view_of(seen, 740)
    built = outline.outline_for(view.pixels_per_km)
    assert built is not None
    drawn = view.place_all(line_for(built, 0, view.pixels_per_km))
    off = [distance_to_line(point, drawn) for point in view.place_all(border)]
    assert max(off) < 1.5, max(off)


def test_points_at_one_spot_are_one_mark_that_says_how_many() -> None:
    drawn = draw_map([MapPoint(14.9, 55.1, f"Event {n}", f"/id/event/e{n}") for n in range(10)], "Bornholm")
    said = texts(drawn)
    assert "10" in said and {"Event 0", "Event 1"} <= set(said) and "+ 8 more" in said
    assert drawn.count("<circle") == 1


def test_a_thing_at_two_places_of_one_spot_counts_once() -> None:
    both = ("a", "b")
    here = [MapPoint(24.44, 59.99, name, f"/{name}", things=both) for name in ("Peninsula", "Base")]
    assert "2" in texts(draw_map(here, "Porkkala"))


def test_how_far_a_point_may_be_off_is_drawn() -> None:
    vague = MapPoint(14.9, 55.1, "Bornholm", radius_m=25_000)
    assert 'class="reach"' in draw_map([vague], "m")
    assert 'class="reach"' not in draw_map([KIRKENES], "m")


def test_names_cover_neither_each_other_nor_marks() -> None:
    crowd = [MapPoint(30 + n * 0.05, 69.7, f"A place with a long name {n}") for n in range(30)]
    drawn = svg(draw_map(crowd, "Crowd", width=400))
    lines = [(float(t.get("x", 0)), float(t.get("y", 0))) for t in drawn.iter(SVG + "tspan")]
    assert 0 < len(lines) < 30
    for n, (x, y) in enumerate(lines):
        assert all(abs(y - v) > 11 or abs(x - u) > 60 for u, v in lines[:n])


def test_a_map_of_the_whole_world_has_no_scale_bar() -> None:
    world = [MapPoint(-70, -33, "Santiago"), MapPoint(139, 35, "Tokyo"), MapPoint(2, 48, "Paris")]
    assert "km" not in " ".join(texts(draw_map(world, "World")))


def test_a_map_without_points_is_a_map() -> None:
    assert draw_map([], "Nothing").startswith("<svg")
    assert draw_map([MapPoint(float("nan"), 5, "Nowhere"), MapPoint(5, 95, "Beyond")], "Nothing").startswith("<svg")


def test_a_map_speaks_the_readers_language() -> None:
    said = texts(draw_map([KIRKENES], "Карта", language="ru"))
    assert any("с. ш." in text for text in said) and any("км" in text for text in said)


def test_points_are_told_to_a_map_that_opens() -> None:
    told = json.loads(points_as_json([KIRKENES, MapPoint(5, 95, "Beyond"), MapPoint(1, 2, "x", "javascript:x", "n")]))
    assert [(point["label"], point["href"]) for point in told] == [("Kirkenes", KIRKENES.href), ("x", "")]
    assert told[1]["items"] == [{"label": "n"}]


def test_a_frame_leads_to_where_its_theatre_is_told() -> None:
    frame = MapFrame(Box(28, 69, 34, 70.5), "The north", "#theatre-1")
    drawn = draw_map([KIRKENES, BARI], "All", frames=[frame])
    assert 'href="#theatre-1"' in drawn and "The north" in drawn


@settings(deadline=None, max_examples=40)
@given(st.lists(st.builds(MapPoint, longitudes, latitudes, st.text(max_size=60), st.text(max_size=20)), max_size=12))
def test_drawing_a_map_never_fails(places: list[MapPoint]) -> None:
    svg(_printable(draw_map(places, "Any")))


def _printable(drawn: str) -> str:
    """XML has no word for these characters; HTML, which the drawings are part of, reads them."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]", "", drawn)


# Dates


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
    svg(_printable(draw_timeline(entries, "Any")))
    svg(_printable(draw_course([CourseLane("a", tuple(entries))], "Any")))


def test_a_long_timeline_is_drawn() -> None:
    entries = [TimelineEntry(f"Event {n}", f"/id/event/e{n}", f"{1900 + n % 60}-10") for n in range(400)]
    assert draw_timeline(entries, "Long").count("<li>") == 400 + 1  # and one of the legend


def test_a_course_stacks_what_happened_on_one_day() -> None:
    entries = tuple(TimelineEntry(f"Event {n}", f"/e{n}", "1945-05-09") for n in range(5))
    drawn = draw_course([CourseLane("Bornholm", entries, "#theatre-1")], "All")
    assert sorted(set(re.findall(r'<svg y="(\d+)"', drawn)), key=int) == ["0", "10", "20", "30", "40"]
    assert '<a href="#theatre-1">Bornholm</a>' in drawn


# Charts


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
    svg(_printable(draw_chart(("a", "b"), rows, "Any")))


# Harm


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
