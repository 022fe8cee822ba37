"""From longitude and latitude to the plane, by equal-area projections of the sphere, fitted to what is to be seen.

A region is drawn by Lambert's azimuthal projection about its middle, where shapes and distances are truest; what is too
wide for that by the Equal Earth projection of the whole world. Pure: no input, no output, no state.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import acos, asin, atan2, cos, degrees, hypot, isfinite, radians, sin, sqrt
from typing import Protocol

EARTH_RADIUS_M = 6_371_008.8  # mean radius
KM_PER_DEGREE = 111.195  # of latitude
_WIDEST_REGION = 75.0  # degrees about its middle; beyond, an azimuthal map misleads
_MOST_POINTS_OF_A_SIDE = 24  # of a box, that are looked at to fit it
# Šavrič, Patterson and Jenny, "The Equal Earth map projection", 2018, https://doi.org/10.1080/13658816.2018.1504949
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = sqrt(3) / 2

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """What lies between two meridians and two parallels, in degrees.

    ``east`` exceeds 180 where the box crosses that meridian.
    """

    west: float
    south: float
    east: float
    north: float

    @property
    def middle(self) -> Point:
        return (self.west + self.east) / 2, (self.south + self.north) / 2

    def grown(self, share: float, least: float) -> Box:
        """With a margin on each side: a share of its size, and no smaller in all than ``least`` degrees of latitude."""
        longitude, latitude = self.middle
        shrinking = max(0.05, cos(radians(latitude)))
        height = max((self.north - self.south) * (1 + 2 * share), least)
        width = min(max((self.east - self.west) * (1 + 2 * share), least / shrinking), 360.0)
        north, south = min(90.0, latitude + height / 2), max(-90.0, latitude - height / 2)
        return Box(longitude - width / 2, south, longitude + width / 2, north)

    def around(self) -> list[Point]:
        """Points along its four sides, in turn."""
        n = _MOST_POINTS_OF_A_SIDE
        across = [self.west + (self.east - self.west) * i / n for i in range(n + 1)]
        lower, upper = [(x, self.south) for x in across], [(x, self.north) for x in across]
        return lower + upper[::-1]

    def border(self) -> list[Point]:
        """Points along its four sides."""
        n = _MOST_POINTS_OF_A_SIDE
        steps = [i / n for i in range(n + 1)]
        across = [self.west + (self.east - self.west) * step for step in steps]
        up = [self.south + (self.north - self.south) * step for step in steps]
        sides = [(x, y) for x in across for y in (self.south, self.north)]
        return sides + [(x, y) for y in up for x in (self.west, self.east)]


WORLD = Box(-180.0, -57.0, 180.0, 84.0)  # without what nobody lives on


def box_of(points: Iterable[Point]) -> Box | None:
    """The smallest box around points; it crosses the meridian of 180° where that makes it smaller."""
    seen = list(points)
    if not seen:
        return None
    longitudes = sorted({turned(x, 0.0) for x, _ in seen})
    following = [*longitudes[1:], longitudes[0] + 360]
    gaps = [after - before for before, after in zip(longitudes, following, strict=True)]
    widest = max(range(len(gaps)), key=lambda i: gaps[i])
    west = following[widest] - (360 if widest == len(gaps) - 1 else 0)
    latitudes = [y for _, y in seen]
    return Box(west, min(latitudes), west + 360 - gaps[widest], max(latitudes))


def turned(longitude: float, middle: float) -> float:
    """The same meridian, at most 180 degrees from another."""
    return (longitude - middle + 180.0) % 360.0 - 180.0 + middle


Vector = tuple[float, float, float]


def unit_vector(longitude: float, latitude: float) -> Vector:
    """The point on a sphere of radius 1."""
    x, y = radians(longitude), radians(latitude)
    return cos(y) * cos(x), cos(y) * sin(x), sin(y)


def longitude_and_latitude(vector: Vector) -> Point:
    """Where a unit vector points to, in degrees."""
    x, y, z = vector
    return degrees(atan2(y, x)), degrees(asin(max(-1.0, min(1.0, z))))


def angle_between(one: Vector, other: Vector) -> float:
    """The angle of two unit vectors in radians."""
    return acos(max(-1.0, min(1.0, one[0] * other[0] + one[1] * other[1] + one[2] * other[2])))


def mean_vector(vectors: Iterable[Vector]) -> Vector:
    """The direction in which most of some unit vectors point."""
    seen = list(vectors)
    x, y, z = (sum(vector[axis] for vector in seen) for axis in range(3))
    length = hypot(x, y, z)
    return (x / length, y / length, z / length) if length > 1e-9 else seen[0]


class Projection(Protocol):
    """A way to put the sphere on the plane; units are radii of the sphere, y grows southwards as on a page."""

    @property
    def middle(self) -> Point:
        """Longitude and latitude of the plane's origin."""

    def project_all(self, points: Iterable[Point]) -> list[Point]:
        """The places in the plane of longitudes and latitudes."""


@dataclass(frozen=True, slots=True)
class Azimuthal:
    """Lambert's azimuthal equal-area projection (Snyder, "Map projections: a working manual", 1987, 24-2 to 24-4)."""

    middle: Point

    def project(self, longitude: float, latitude: float) -> Point:
        """The place in the plane."""
        return self.project_all(((longitude, latitude),))[0]

    def project_all(self, points: Iterable[Point]) -> list[Point]:
        """The places in the plane of longitudes and latitudes; the antipode of the middle lies on the rim."""
        middle, y0 = self.middle[0], radians(self.middle[1])
        cos_y0, sin_y0 = cos(y0), sin(y0)
        found = []
        for longitude, latitude in points:  # a coast has thousands: what they share is reckoned once
            x, y = radians(longitude - middle), radians(latitude)
            cos_y, sin_y, cos_x = cos(y), sin(y), cos(x)
            nearness = 1.0 + sin_y0 * sin_y + cos_y0 * cos_y * cos_x
            if nearness < 1e-12:  # the antipode is the whole rim
                found.append((2.0, 0.0))
                continue
            k = sqrt(2.0 / nearness)
            found.append((k * cos_y * sin(x), -k * (cos_y0 * sin_y - sin_y0 * cos_y * cos_x)))
        return found

    def invert(self, x: float, y: float) -> Point | None:
        """Longitude and latitude of a place in the plane; ``None`` beyond the rim."""
        return next(iter(self.invert_all(((x, y),))), None)

    def invert_all(self, places: Iterable[Point]) -> list[Point]:
        """Longitudes and latitudes of those places in the plane that are not beyond the rim (Snyder, 20-14, 20-15)."""
        cos_y0, sin_y0 = cos(radians(self.middle[1])), sin(radians(self.middle[1]))
        found = []
        for x, y in places:
            rho = hypot(x, y)
            if rho < 1e-12:
                found.append(self.middle)
            elif rho <= 2.0:
                c = self.angle(rho)
                cos_c, sin_c = cos(c), sin(c)
                latitude = asin(max(-1.0, min(1.0, cos_c * sin_y0 - y * sin_c * cos_y0 / rho)))
                longitude = atan2(x * sin_c, rho * cos_y0 * cos_c + y * sin_y0 * sin_c)
                found.append((self.middle[0] + degrees(longitude), degrees(latitude)))
        return found

    @staticmethod
    def angle(rho: float) -> float:
        """How far from the middle lies what is drawn so far from it, in radians."""
        return 2.0 * asin(min(1.0, rho / 2.0))


@dataclass(frozen=True, slots=True)
class EqualEarth:
    """The Equal Earth projection of the whole world."""

    middle: Point = (0.0, 0.0)

    def project_all(self, points: Iterable[Point]) -> list[Point]:
        """The places in the plane of longitudes and latitudes."""
        return [self.project(*point) for point in points]

    def project(self, longitude: float, latitude: float) -> Point:
        """The place in the plane."""
        if abs(longitude - self.middle[0]) > 180:
            longitude = turned(longitude, self.middle[0])
        t = asin(_M * sin(radians(max(-90.0, min(90.0, latitude)))))
        t2 = t * t
        t6 = t2 * t2 * t2
        x = radians(longitude - self.middle[0]) * cos(t) / (_M * (_A1 + 3 * _A2 * t2 + t6 * (7 * _A3 + 9 * _A4 * t2)))
        return x, -t * (_A1 + _A2 * t2 + t6 * (_A3 + _A4 * t2))


def projection_for(box: Box) -> Projection:
    """The projection that shows a box well."""
    middle = unit_vector(*box.middle)
    widest = max(angle_between(middle, unit_vector(*point)) for point in box.border())
    return EqualEarth() if degrees(widest) > _WIDEST_REGION else Azimuthal(box.middle)


@dataclass(frozen=True, slots=True)
class View:
    """A projection, and where on a sheet it is drawn: in pixels, from the upper left corner."""

    projection: Projection
    scale: float  # pixels per radius of the sphere
    left: float  # the plane's origin on the sheet
    top: float
    width: float
    height: float

    def place(self, longitude: float, latitude: float) -> Point:
        """Where a point is drawn."""
        return self.place_all(((longitude, latitude),))[0]

    def place_all(self, points: Iterable[Point]) -> list[Point]:
        """Where points are drawn."""
        left, top, scale = self.left, self.top, self.scale
        return [(left + scale * x, top + scale * y) for x, y in self.projection.project_all(points)]

    @property
    def pixels_per_km(self) -> float:
        """In the middle of the map."""
        return self.scale / (EARTH_RADIUS_M / 1000)

    @property
    def reach(self) -> float:
        """How far from the projection's middle the farthest corner lies, in radians."""
        farthest = max(hypot(x - self.left, y - self.top) for x in (0, self.width) for y in (0, self.height))
        return Azimuthal.angle(farthest / self.scale)


def view_of(box: Box, width: float, height: float | None = None, ratios: Sequence[float] = (0.5, 1.3)) -> View:
    """Fit a box into a sheet.

    :param height: of the sheet; none makes it as high as the box needs within the ``ratios`` of height to width.
    """
    projection = projection_for(box)
    shown = WORLD if isinstance(projection, EqualEarth) else box
    places = projection.project_all(shown.border())
    xs, ys = [x for x, _ in places], [y for _, y in places]
    wide, high = max(max(xs) - min(xs), 1e-9), max(max(ys) - min(ys), 1e-9)
    sheet = height or width * min(max(high / wide, ratios[0]), ratios[1])
    scale = min(width / wide, sheet / high)
    left = width / 2 - scale * (min(xs) + max(xs)) / 2
    top = sheet / 2 - scale * (min(ys) + max(ys)) / 2
    return View(projection, scale, left, top, width, sheet)


def is_on_earth(longitude: float, latitude: float) -> bool:
    """Tell if these are a longitude and a latitude in degrees."""
    return isfinite(longitude) and isfinite(latitude) and abs(longitude) <= 180 and abs(latitude) <= 90
