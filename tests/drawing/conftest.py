"""What the tests of drawings share: a world without coasts or with one island, and readers of what is drawn."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from array import array
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import strategies as st

from garrison.web.drawing import outline
from garrison.web.drawing.map_drawing import MapPoint

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


def printable(drawn: str) -> str:
    """XML has no word for these characters; HTML, which the drawings are part of, reads them."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]", "", drawn)
