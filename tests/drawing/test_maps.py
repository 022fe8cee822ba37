"""Maps: every place where it is, nothing covered, nothing invented."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.conftest import (
    BARI,
    CORNERS,
    KIRKENES,
    MURMANSK,
    SVG,
    build_outline,
    latitudes,
    longitudes,
    printable,
    svg,
    texts,
)
from garrison.web.drawing import outline
from garrison.web.drawing.base_map import base_of
from garrison.web.drawing.generalised import _generalised, line_for
from garrison.web.drawing.map_drawing import MapFrame, MapPoint, draw_map, points_as_json
from garrison.web.drawing.projection import Box, view_of


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
    svg(printable(draw_map(places, "Any")))
