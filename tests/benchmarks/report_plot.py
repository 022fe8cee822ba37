"""Times as SVG: a row for each shape, a mark for each server, on a scale of powers of ten."""

from __future__ import annotations

import math
from collections.abc import Mapping

WIDTH, LEFT, TOP, ROW = 900, 190, 70, 34
COLOURS = ("#3b6ea5", "#7fb2d9", "#d9822b", "#7a5195", "#4f9d69")


def draw(title: str, table: Mapping[str, Mapping[str, float]]) -> str:
    """Draw shape -> server -> milliseconds."""
    names = list(dict.fromkeys(name for figures in table.values() for name in figures))
    colours = {name: COLOURS[number % len(COLOURS)] for number, name in enumerate(names)}
    values = [value for figures in table.values() for value in figures.values() if value > 0]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    height = TOP + ROW * len(table) + 20

    def x(value: float) -> float:
        return LEFT + (math.log10(value) - low) / max(1, high - low) * (WIDTH - LEFT - 40)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif">']
    parts += [
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        _text(10, 20, f"{title}: ms at the median", 14),
    ]
    for power in range(low, high + 1):
        at = x(10.0**power)
        parts.append(f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{TOP - 8}" y2="{height - 14}" stroke="#dddddd"/>')
        parts.append(_text(at - 12, TOP - 12, f"{10.0**power:g} ms", 11))
    for number, name in enumerate(names):
        parts.append(f'<circle cx="{LEFT + 140 * number}" cy="36" r="6" fill="{colours[name]}"/>')
        parts.append(_text(LEFT + 140 * number + 10, 40, name, 12))
    for number, (shape, figures) in enumerate(table.items()):
        y = TOP + ROW * number + ROW / 2
        parts.append(_text(10, y + 4, shape, 12))
        for name, value in figures.items():
            if value > 0:
                parts.append(
                    f'<circle cx="{x(value):.1f}" cy="{y:.1f}" r="7" fill="{colours[name]}" fill-opacity="0.85"/>'
                )
    return "\n".join([*parts, "</svg>\n"])


def _text(x: float, y: float, text: str, size: int) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}">{text}</text>'
