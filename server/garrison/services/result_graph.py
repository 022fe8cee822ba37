"""The rows of a result as a graph: which things are joined to which, by what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from garrison.rdf.terms import LABEL
from garrison.services.preview import Preview
from garrison.services.result_shape import Shape

_PAIRS = (("from", "to"), ("source", "target"), ("subject", "object"))  # columns that are joined
MOST_NODES = 40  # a picture with more is a thicket
_NAMES = {LABEL.value, "http://www.w3.org/2004/02/skos/core#prefLabel"}


@dataclass(frozen=True, slots=True)
class Edge:
    """Two things, and what joins them: a property, or the name of the second's column."""

    source: str  # an IRI, or a blank node with its underscore
    target: str
    property: str  # an IRI; empty: the column says it
    column: str


@dataclass(frozen=True, slots=True)
class ResultGraph:
    """What is drawn, and what had no room."""

    nodes: tuple[str, ...]  # those with the most edges first
    edges: tuple[Edge, ...]
    left_out: int  # nodes


def graph_of(result: Preview, shape: Shape) -> ResultGraph:
    """Join the things of each row: triples as they are, else the first column's thing with every other."""
    edges = list(dict.fromkeys(_triples(result) if shape.is_graph else _rows(result, shape)))
    degree = Counter(node for edge in edges for node in {edge.source, edge.target})
    ordered = sorted(degree, key=lambda node: (-degree[node], node))
    kept = set(ordered[:MOST_NODES])
    drawn = tuple(edge for edge in edges if edge.source in kept and edge.target in kept)
    return ResultGraph(tuple(ordered[:MOST_NODES]), drawn, len(ordered) - len(kept))


def _triples(result: Preview) -> Iterator[Edge]:
    for subject, predicate, object in result.rows:
        source, target = _node(subject), _node(object)
        if source and target and isinstance(predicate, ox.NamedNode) and predicate.value not in _NAMES:
            yield Edge(source, target, predicate.value, "")


def _rows(result: Preview, shape: Shape) -> Iterator[Edge]:
    for pair in _PAIRS:
        if set(pair) <= {result.columns[at] for at in shape.iris}:
            yield from _pairs(result, shape, *map(result.columns.index, pair))
            return
    first, *others = shape.iris
    for row in result.rows:
        source = _node(row[first])
        for at in others:
            target = _node(row[at])
            if source and target and source != target:
                yield Edge(source, target, "", result.columns[at])


def _pairs(result: Preview, shape: Shape, source: int, target: int) -> Iterator[Edge]:
    """Rows that say themselves what is joined; the next thing in a row says by what."""
    by = next((at for at in shape.iris if at not in (source, target)), None)
    for row in result.rows:
        one, other = _node(row[source]), _node(row[target])
        if one and other:
            yield Edge(one, other, _node(row[by]) if by is not None else "", result.columns[target])


def _node(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return term.value
    return str(term) if isinstance(term, ox.BlankNode) else ""
