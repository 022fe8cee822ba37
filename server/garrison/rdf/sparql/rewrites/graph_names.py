"""``GRAPH ?g`` around what does not look at a graph itself: the name is said where the evaluator loses it.

Of ``GRAPH ?g { … }`` the standard asks for the solutions in each named graph, with ``?g`` its name (SPARQL 1.1, section
18.6, https://www.w3.org/TR/sparql11-query/#defn_evalGraph). The evaluator gives the name to each pattern instead. So a
subquery that does not have ``?g`` among its own variables looks at all graphs together, and ``VALUES`` gives none.
"""

from __future__ import annotations

from collections.abc import Iterator

from garrison.rdf.sparql.rewrites.groups import Edit, Part, Reading, braces, parts_of, pattern_of
from garrison.rdf.sparql.tokens import Kind
from garrison.rdf.sparql.words import AGGREGATES

_NAMELESS = frozenset(("VALUES", "GRAPH"))  # parts that give no name
_PASSIVE = frozenset(("FILTER", "BIND"))
_HOLDS_GROUPS = frozenset(("GROUP", "GRAPH", "OPTIONAL", "MINUS", "FILTER", "BIND"))  # of the last two EXISTS does


def graph_names(reading: Reading) -> Iterator[Edit]:
    """Yield what to write into a query, so that every ``GRAPH ?g`` gives its name."""
    if pattern := pattern_of(reading, 0, len(reading.tokens) - 1):
        yield from _in_group(reading, pattern, "")


def _in_group(reading: Reading, opened: int, graph: str) -> Iterator[Edit]:
    """Look through a group.

    :param graph: the variable of the GRAPH that it stands in; empty, if none.
    """
    if reading.word(opened + 1) == "SELECT":
        yield from _in_subquery(reading, opened + 1, reading.closing(opened), graph)
        return
    parts = parts_of(reading, opened)
    if graph and _gives_no_name(parts):
        yield _behind(reading, opened, f" GRAPH {graph} {{ }} ")
    for part in parts:
        inside = _graph_of(reading, part, graph)
        for inner in braces(reading, part) if part.kind in _HOLDS_GROUPS else ():
            yield from _in_group(reading, inner, inside)


def _graph_of(reading: Reading, part: Part, graph: str) -> str:
    """Return the variable of the GRAPH that the groups of a part stand in."""
    if part.kind == "GRAPH":
        name = reading.tokens[part.first + 1]
        return name.text if name.kind is Kind.VARIABLE else ""
    # MINUS asks whether two solutions share a variable, and the name would be one.
    return "" if part.kind == "MINUS" else graph


def _gives_no_name(parts: list[Part]) -> bool:
    kinds = {part.kind for part in parts} - _PASSIVE
    return bool(kinds) and kinds <= _NAMELESS


def _in_subquery(reading: Reading, first: int, end: int, graph: str) -> Iterator[Edit]:
    """Look through a subquery whose SELECT is at ``first``, and give it the name if that is all it takes."""
    pattern = pattern_of(reading, first, end)
    closed = reading.closing(pattern)
    modifiers = {reading.word(index) for index in range(closed + 1, end)}
    if graph and graph[1:] not in reading.variables_in(first, end) and not modifiers & {"LIMIT", "OFFSET"}:
        yield from _naming(reading, first, pattern, end, f" {graph} ")
    yield from _in_group(reading, pattern, graph)


def _naming(reading: Reading, first: int, pattern: int, end: int, name: str) -> Iterator[Edit]:
    closed = reading.closing(pattern)
    projected = first + (reading.word(first + 1) in ("DISTINCT", "REDUCED"))
    if reading.sign(projected + 1) == "*":
        if reading.word(pattern + 1) != "SELECT":  # which gives the name itself
            yield _behind(reading, pattern, f" GRAPH{name}{{ }} ")
        return
    yield _behind(reading, projected, name)
    if reading.word(closed + 1) == "GROUP":
        yield _behind(reading, closed + 2, name)
    elif any(reading.word(index) in AGGREGATES for index in (*range(first, pattern), *range(closed, end))):
        yield _behind(reading, closed, f" GROUP BY{name}")


def _behind(reading: Reading, index: int, text: str) -> Edit:
    offset = reading.tokens[index].end
    return Edit(offset, offset, text)
