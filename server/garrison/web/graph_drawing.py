"""A graph as SVG: its things on a circle, those that are joined near each other, and lines between them.

Small, and the same each time. The list of its edges beside it says all that the picture does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from garrison.services.result_graph import Edge, ResultGraph

WIDTH, HEIGHT = 820, 820
_RADIUS = 190.0  # of the circle
_GAP = 9.0  # between a node and its name
_BEND = 0.35  # how far a line leans towards the middle
_LETTERS = 26  # of a name


@dataclass(frozen=True, slots=True)
class Node:
    """A thing with its place; its name is turned to stand away from the middle."""

    iri: str
    x: float
    y: float
    turn: float  # degrees
    is_left: bool

    @property
    def transform(self) -> str:
        """Where the name stands, and how it is turned."""
        return f"translate({self.x:.1f} {self.y:.1f}) rotate({self.turn:.1f})"

    @property
    def gap(self) -> float:
        return -_GAP if self.is_left else _GAP


@dataclass(frozen=True, slots=True)
class Line:
    """An edge as the data of a path."""

    edge: Edge
    path: str


@dataclass(frozen=True, slots=True)
class GraphDrawing:
    """All that the template draws."""

    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    width: int = WIDTH
    height: int = HEIGHT


def place_graph(graph: ResultGraph) -> GraphDrawing:
    """Give everything its place."""
    ordered = _in_order(graph)
    nodes = {iri: _node(iri, at, len(ordered)) for at, iri in enumerate(ordered)}
    lines = tuple(Line(edge, _path(nodes[edge.source], nodes[edge.target])) for edge in graph.edges)
    return GraphDrawing(tuple(nodes.values()), lines)


def shortened(name: str) -> str:
    """A name of a length that has room."""
    return name if len(name) <= _LETTERS else name[: _LETTERS - 1].rstrip() + "…"


def _in_order(graph: ResultGraph) -> Sequence[str]:
    """From the thing with the most edges outward, what is joined to it next to it."""
    joined: dict[str, list[str]] = defaultdict(list)
    for edge in graph.edges:
        joined[edge.source].append(edge.target)
        joined[edge.target].append(edge.source)
    ordered: dict[str, None] = {}
    for start in graph.nodes:
        ahead = [start]
        while ahead:
            node = ahead.pop()
            if node not in ordered:
                ordered[node] = None
                ahead += [each for each in reversed(joined[node]) if each not in ordered]
    return list(ordered)


def _node(iri: str, at: int, count: int) -> Node:
    angle = 2 * pi * at / max(1, count) - pi / 2
    x, y = WIDTH / 2 + _RADIUS * cos(angle), HEIGHT / 2 + _RADIUS * sin(angle)
    is_left = cos(angle) < -1e-9
    turn = angle * 180 / pi + (180 if is_left else 0)
    return Node(iri, x, y, turn, is_left)


def _path(one: Node, other: Node) -> str:
    """A line that leans towards the middle; of a thing to itself, a loop."""
    if one.iri == other.iri:
        return f"M{one.x:.1f} {one.y:.1f}m-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0"
    middle_x, middle_y = (one.x + other.x) / 2, (one.y + other.y) / 2
    x = middle_x + (WIDTH / 2 - middle_x) * _BEND
    y = middle_y + (HEIGHT / 2 - middle_y) * _BEND
    return f"M{one.x:.1f} {one.y:.1f}Q{x:.1f} {y:.1f} {other.x:.1f} {other.y:.1f}"
