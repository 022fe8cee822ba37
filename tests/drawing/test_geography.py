"""Places as numbers: read from well-known text, projected, cut and generalised."""

from __future__ import annotations

from math import hypot, isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.conftest import (
    points,
)
from garrison.rdf.wkt import Position, distance_km, read_point
from garrison.web.drawing.clipping import Sheet, clip_line, clip_ring, path_data, simplified
from garrison.web.drawing.map_drawing import MapPoint, extent_of
from garrison.web.drawing.projection import Azimuthal, Box, box_of, projection_for, view_of


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
