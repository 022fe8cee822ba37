"""A thing in the middle, what leads to it on its left and what it leads to on its right, by property.

The picture is for the eye. Whoever draws one puts the same links beside it as a list.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from garrison.web.drawing.lettering import shortened, width_of
from garrison.web.drawing.links import safe_address
from garrison.web.drawing.map_drawing import identify
from garrison.web.templating import environment

_WIDTH = 960.0
_MIDDLE, _HALF = 480.0, 96.0  # of the box of the thing itself
_REACH = 172.0  # from the middle to the dots
_ROW, _HEADING, _GAP = 25.0, 24.0, 10.0  # heights of a neighbour and of a property, and between properties
_MARGIN = 14.0
_FONT_PX, _BESIDE = 12.5, 11.0  # of a name, and from a dot to it
_ROOM = _MIDDLE - _REACH - _BESIDE - 4.0  # for a name, with the verdict that stands behind it
_BOLD = 1.2  # times as wide: the letters of a verdict
_LINE, _LETTERS, _LINES = 20.0, 22, 3  # of the thing's own name


@dataclass(frozen=True, slots=True)
class Ray:
    """A neighbour: what it is called, where it leads, and how the link to it stands."""

    label: str
    href: str
    verdict: str = "held"  # or rival, rejected, denied, rumoured, hinted, unweighed
    language: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """The neighbours by one property."""

    name: str
    is_out: bool  # the thing is its subject
    rays: tuple[Ray, ...]


@dataclass(frozen=True, slots=True)
class _PlacedRay:
    ray: Ray
    x: float
    y: float
    curve: str


@dataclass(frozen=True, slots=True)
class _PlacedBranch:
    branch: Branch
    x: float
    y: float
    rays: tuple[_PlacedRay, ...]


def draw_star(title: str, branches: Sequence[Branch], *, language: str = "en") -> Markup:
    """Draw it as SVG.

    :param language: of what the picture itself says: ``en`` or ``ru``.
    """
    sides = [[b for b in branches if b.is_out == is_out] for is_out in (False, True)]
    lines = textwrap.wrap(shortened(title, _LETTERS * _LINES), _LETTERS)[:_LINES] or [title[:_LETTERS]]
    height = max(*map(_height, sides), _LINE * len(lines) + 30) + 2 * _MARGIN
    middle = height / 2
    left = 0.0 if sides[0] else _MIDDLE - _HALF - _MARGIN
    right = _WIDTH if sides[1] else _MIDDLE + _HALF + _MARGIN
    placed = [branch for side in sides for branch in _placed(side, middle)]
    return Markup(  # the template escapes what it is given
        environment(language)
        .get_template("drawn_star.html")
        .render(
            id=identify("star", title, branches),
            title=title,
            lines=lines,
            line_height=_LINE,
            box=(_MIDDLE - _HALF, middle - _LINE * len(lines) / 2 - 10, 2 * _HALF, _LINE * len(lines) + 20),
            middle=(_MIDDLE, middle),
            view=(left, 0.0, right - left, height),
            branches=placed,
            fitted=_fitted,
            beside=_BESIDE,
            safe_address=safe_address,
        )
    )


def _fitted(text: str, behind: str = "") -> str:
    """As much of a name as has room before what stands behind it."""
    room, said = _ROOM - width_of(behind, _FONT_PX * _BOLD), shortened(text)
    longest = len(said)
    while longest > 1 and width_of(said, _FONT_PX) > room:
        longest -= 1
        said = shortened(text, longest=longest)
    return said


def _height(branches: Sequence[Branch]) -> float:
    rows = sum(_HEADING + _ROW * len(branch.rays) for branch in branches)
    return rows + _GAP * max(0, len(branches) - 1)


def _placed(branches: Sequence[Branch], middle: float) -> list[_PlacedBranch]:
    """Branches below one another, about the middle."""
    top = middle - _height(branches) / 2
    found = []
    for branch in branches:
        side = 1 if branch.is_out else -1
        x, first = _MIDDLE + side * _REACH, top + _HEADING + _ROW / 2
        rays = tuple(
            _PlacedRay(ray, x, first + _ROW * n, _curve(side, middle, x, first + _ROW * n))
            for n, ray in enumerate(branch.rays)
        )
        found.append(_PlacedBranch(branch, x, top + _HEADING - 6, rays))
        top += _HEADING + _ROW * len(branch.rays) + _GAP
    return found


def _curve(side: int, middle: float, x: float, y: float) -> str:
    start, end = _MIDDLE + side * _HALF, x - side * 7
    bend = (start + end) / 2
    return f"M{start:.1f} {middle:.1f}C{bend:.1f} {middle:.1f} {bend:.1f} {y:.1f} {end:.1f} {y:.1f}"
