"""Names beside their marks: how wide they are, and where each has room. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FONT_PX = 12.0
LINE_PX = 14.5
_NARROW, _BROAD = set("ijlftrI.,:;'’\"“”|()[]! "), set("mwMWШЩЖЮФЫшщжюфы@%—")
_SHORT = 24  # letters of a name that stays whole
_LONGEST = 36  # letters of a name on a map; the whole one is in its title


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Pixels that are taken."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Rectangle) -> bool:
        """Tell if two have pixels in common."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def lies_in(self, other: Rectangle) -> bool:
        """Tell if this is within another."""
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.top <= self.top
            and self.bottom <= other.bottom
        )


@dataclass(frozen=True, slots=True)
class Lettering:
    """Where lines of text begin: ``anchor`` is SVG's ``text-anchor``, ``y`` the first base line."""

    x: float
    y: float
    anchor: str
    taken: Rectangle


def width_of(text: str, font_px: float = FONT_PX) -> float:
    """About how wide a text is in a sans serif; a little too much rather than too little."""
    return font_px * sum(_width(letter) for letter in text)


def _width(letter: str) -> float:
    if letter in _NARROW:
        return 0.34
    if letter in _BROAD:
        return 0.88
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.05
    return 0.68 if letter.isupper() else 0.58


def shortened(text: str, short: int = _SHORT, longest: int = _LONGEST) -> str:
    """A name that fits on a map: of a long one, what stands before the brackets."""
    before = text.split(" (")[0]
    if len(text) > short and before:
        text = before
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def find_room(
    x: float,
    y: float,
    gap: float,
    lines: Sequence[str],
    sheet: Rectangle,
    taken: Iterable[Rectangle],
    font_px: float = FONT_PX,
) -> Lettering | None:
    """The first place around a mark where its lines cover nothing; ``None`` if there is none.

    :param gap: pixels between the middle of the mark and the text.
    """
    others = list(taken)
    wide, high = max(width_of(line, font_px) for line in lines), LINE_PX * len(lines)
    for anchor, left, top in (
        ("start", x + gap, y - high / 2),
        ("end", x - gap - wide, y - high / 2),
        ("start", x + gap * 0.7, y - gap * 0.7 - high),
        ("start", x + gap * 0.7, y + gap * 0.7),
        ("end", x - gap * 0.7 - wide, y - gap * 0.7 - high),
        ("end", x - gap * 0.7 - wide, y + gap * 0.7),
        ("middle", x - wide / 2, y - gap - high),
        ("middle", x - wide / 2, y + gap),
    ):
        box = Rectangle(left, top, left + wide, top + high)
        if box.lies_in(sheet) and not any(box.meets(other) for other in others):
            at = {"start": left, "end": left + wide, "middle": x}[anchor]
            return Lettering(at, top + FONT_PX * 0.95, anchor, box)
    return None
