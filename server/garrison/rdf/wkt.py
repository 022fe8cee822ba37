"""Well-known text (``geo:wktLiteral``) as one point: where on the earth a thing is.

A literal may name its coordinate reference system first; without one it is CRS84, longitude before latitude, and
EPSG:4326 has them the other way round (OGC GeoSPARQL 1.1, section 8.5.1). Lines and areas are reduced to a point in
their middle: whoever draws their shape reads them otherwise. https://docs.ogc.org/is/22-047r1/22-047r1.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, isfinite, radians, sin, sqrt

_MAX_LENGTH = 1_000_000  # characters; a detailed coast is shorter
_EARTH_RADIUS_KM = 6_371.0088
_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?"
_WHOLE = re.compile(
    r"\s*(?:<(?P<crs>[^<>\s]*)>\s*)?"
    r"(?P<shape>POINT|MULTIPOINT|LINESTRING|MULTILINESTRING|POLYGON|MULTIPOLYGON)"
    r"(?:\s+(?:ZM|Z|M))?\s*(?P<body>\([-+.\deE,()\s]*\))\s*",
    re.IGNORECASE,
)
_POSITION = re.compile(rf"{_NUMBER}(?:\s+{_NUMBER}){{1,3}}")
_RING = re.compile(r"\(([^()]*)\)")
_CRS84 = re.compile(r"https?://www\.opengis\.net/def/crs/OGC/(?:1\.3|0)/CRS84", re.IGNORECASE)
_EPSG4326 = re.compile(r"https?://www\.opengis\.net/def/crs/EPSG/[\d.]+/4326", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Position:
    """A point on the earth in degrees."""

    longitude: float
    latitude: float


def distance_km(one: Position, other: Position) -> float:
    """The great-circle distance of two points (haversine formula, a sphere of the mean radius)."""
    y1, y2 = radians(one.latitude), radians(other.latitude)
    across = sin((y2 - y1) / 2) ** 2 + cos(y1) * cos(y2) * sin(radians(other.longitude - one.longitude) / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * asin(min(1.0, sqrt(across)))


def read_point(text: str) -> Position | None:
    """The point that a literal names or that stands for its shape; ``None`` for whatever is no such text."""
    found = _WHOLE.fullmatch(text) if len(text) <= _MAX_LENGTH else None
    if found is None or not _is_balanced(found["body"]):
        return None
    is_turned = _latitude_comes_first(found["crs"])
    if is_turned is None:
        return None
    rings = [_positions(ring, is_turned) for ring in _rings(found["shape"].upper(), found["body"])]
    if not rings or any(not ring for ring in rings):
        return None
    return _middle(found["shape"].upper(), [ring for ring in rings if ring])


def _latitude_comes_first(crs: str | None) -> bool | None:
    """The order of a reference system; ``None`` for one that we cannot read."""
    if not crs or _CRS84.fullmatch(crs):
        return False
    return True if _EPSG4326.fullmatch(crs) else None


def _is_balanced(body: str) -> bool:
    depth = 0
    for sign in body:
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return False
    return depth == 0


def _rings(shape: str, body: str) -> list[str]:
    """The innermost lists of positions; the members of a MULTIPOINT may stand between brackets or not."""
    if shape == "MULTIPOINT":
        return [body.replace("(", " ").replace(")", " ")]
    return _RING.findall(body)


def _positions(ring: str, is_turned: bool) -> list[Position]:
    """The positions of a list; empty if one of them is none."""
    found: list[Position] = []
    for part in ring.split(","):
        if not _POSITION.fullmatch(part.strip()):
            return []
        first, second = (float(number) for number in part.split()[:2])
        position = Position(second, first) if is_turned else Position(first, second)
        if not (isfinite(first) and isfinite(second)) or abs(position.longitude) > 180 or abs(position.latitude) > 90:
            return []
        found.append(position)
    return found


def _middle(shape: str, rings: Sequence[Sequence[Position]]) -> Position | None:
    if shape == "POINT":
        return rings[0][0] if len(rings) == len(rings[0]) == 1 else None
    if shape in ("POLYGON", "MULTIPOLYGON"):
        return _centroid(max(rings, key=lambda ring: abs(_area(ring))))
    return _mean([position for ring in rings for position in ring])


def _area(ring: Sequence[Position]) -> float:
    """Twice the signed area."""
    return sum(cross for _, _, cross in _triangles(ring))


def _triangles(ring: Sequence[Position]) -> list[tuple[float, float, float]]:
    """Each triangle of the first corner and a side: the sums of the side's coordinates, and twice the area.

    Coordinates are counted from the first corner: a small area far from zero would else be lost in rounding.
    """
    first = ring[0]
    corners = [(p.longitude - first.longitude, p.latitude - first.latitude) for p in ring]
    pairs = zip(corners, (*corners[1:], corners[0]), strict=True)
    return [(ax + bx, ay + by, ax * by - bx * ay) for (ax, ay), (bx, by) in pairs]


def _centroid(ring: Sequence[Position]) -> Position:
    """The centre of gravity of an area; of a line that came back, the mean."""
    triangles, first = _triangles(ring), ring[0]
    area = sum(cross for _, _, cross in triangles)
    if abs(area) < 1e-12:
        return _mean(ring)
    longitude = first.longitude + sum(x * cross for x, _, cross in triangles) / (3 * area)
    latitude = first.latitude + sum(y * cross for _, y, cross in triangles) / (3 * area)
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):  # of a ring that crosses itself
        return _mean(ring)
    return Position(longitude, latitude)


def _mean(positions: Sequence[Position]) -> Position:
    count = len(positions)
    return Position(sum(p.longitude for p in positions) / count, sum(p.latitude for p in positions) / count)
