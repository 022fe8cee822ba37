"""Memory by time as SVG: two areas, one upon the other, and a mark for each process that was killed."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT = 900, 360
LEFT, RIGHT, TOP, BOTTOM = 60, 20, 30, 60
COLOURS = {"engine": "#3b6ea5", "HTTP": "#d9a441"}
MARKS = {"reader": "#888888", "pool": "#3b6ea5", "spare": "#5a9367", "worker": "#b8860b"}


def draw(memory: Sequence[tuple[float, float, float]], kills: Sequence[tuple[float, str]]) -> str:
    """Draw (second, MB of HTTP, MB of engine), and (second, what was killed)."""
    seconds = max(at for at, _http, _engine in memory) or 1
    most = 1.1 * max(http + engine for _at, http, engine in memory)
    x = [LEFT + at / seconds * (WIDTH - LEFT - RIGHT) for at, _http, _engine in memory]
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">']
    parts.append(f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>')
    parts.append(_area(x, [_y(http + engine, most) for _at, http, engine in memory], COLOURS["HTTP"]))
    parts.append(_area(x, [_y(engine, most) for _at, _http, engine in memory], COLOURS["engine"]))
    for step in range(5):
        value = most * step / 4
        parts.append(_text(LEFT - 8, _y(value, most) + 4, f"{value:.0f} MB", "end"))
        parts.append(
            _text(LEFT + (WIDTH - LEFT - RIGHT) * step / 4, HEIGHT - BOTTOM + 36, f"{seconds * step / 4:.0f} s")
        )
    for at, kind in kills:
        place = LEFT + at / seconds * (WIDTH - LEFT - RIGHT)
        parts.append(
            f'<line x1="{place:.1f}" x2="{place:.1f}" y1="{HEIGHT - BOTTOM + 4}" y2="{HEIGHT - BOTTOM + 18}" '
            f'stroke="{MARKS[kind]}" stroke-width="2"/>'
        )
    legend = [("pools and readers", COLOURS["engine"]), ("server and workers", COLOURS["HTTP"])]
    legend += [(f"{kind} killed", colour) for kind, colour in MARKS.items()]
    for number, (name, colour) in enumerate(legend):
        parts.append(f'<rect x="{LEFT + 140 * number}" y="8" width="10" height="10" fill="{colour}"/>')
        parts.append(_text(LEFT + 140 * number + 15, 17, name, "start"))
    return "\n".join([*parts, "</svg>\n"])


def _y(value: float, most: float) -> float:
    return HEIGHT - BOTTOM - value / most * (HEIGHT - TOP - BOTTOM)


def _area(x: Sequence[float], y: Sequence[float], colour: str) -> str:
    floor = HEIGHT - BOTTOM
    line = " ".join(f"{left:.1f},{top:.1f}" for left, top in zip(x, y, strict=True))
    return f'<polygon fill="{colour}" points="{x[0]:.1f},{floor} {line} {x[-1]:.1f},{floor}"/>'


def _text(x: float, y: float, text: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="11" text-anchor="{anchor}">{text}</text>'
