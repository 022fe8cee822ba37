"""What points to a thing, a page at a time, at a cost that does not grow with how much does.

Sorting and counting read every link. That is done for things with few of them; for a hub the engine is asked for a
slice as it stands: the order is the store's own, the same for as long as the snapshot is served.
"""

from __future__ import annotations

import pyoxigraph as ox

from garrison.engine.interface import Engine
from garrison.errors import UnknownResource
from garrison.rdf.terms import INFERRED
from garrison.services.description import PAGE_SIZE, Incoming, Statement
from garrison.services.lookup import select

MAX_COUNTED = 2_000  # links, inferred ones too; with more a thing is a hub


def read_incoming(engine: Engine, thing: ox.NamedNode, page: int) -> Incoming:
    """Read one page of links.

    :param page: from 1.
    :raises UnknownResource: if the links end before this page.
    """
    few = f"SELECT ?s WHERE {{ ?s ?p {thing} }} LIMIT {MAX_COUNTED + 1}"
    count = int(select(engine, f"SELECT (COUNT(*) AS ?n) WHERE {{ {{ {few} }} }}")[0]["n"].value)
    found = _of_hub(engine, thing, page) if count > MAX_COUNTED else _in_order(engine, thing, page)
    if page > 1 and not found.statements:
        raise UnknownResource(f"The links to {thing.value} end before page {page}.")
    return found


def _in_order(engine: Engine, thing: ox.NamedNode, page: int) -> Incoming:
    """Asserted links only: the inferred ones would repeat each of them."""
    links = f"?s ?p {thing} FILTER NOT EXISTS {{ GRAPH {INFERRED} {{ ?s ?p {thing} }} }}"
    rows = select(engine, f"SELECT ?s ?p WHERE {{ {links} }} ORDER BY ?p ?s LIMIT {MAX_COUNTED}")
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["p"].value] = counts.get(row["p"].value, 0) + 1
    shown = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    statements = tuple(Statement(row["s"], row["p"].value, thing) for row in shown)
    return Incoming(statements, counts, page, has_next=len(rows) > page * PAGE_SIZE)


def _of_hub(engine: Engine, thing: ox.NamedNode, page: int) -> Incoming:
    slice_ = f"SELECT ?s ?p WHERE {{ ?s ?p {thing} }} LIMIT {PAGE_SIZE + 1} OFFSET {(page - 1) * PAGE_SIZE}"
    is_inferred = f"EXISTS {{ GRAPH {INFERRED} {{ ?s ?p {thing} }} }}"
    rows = select(engine, f"SELECT ?s ?p ({is_inferred} AS ?inferred) WHERE {{ {{ {slice_} }} }}")
    statements = tuple(
        Statement(row["s"], row["p"].value, thing, (), row["inferred"].value == "true") for row in rows[:PAGE_SIZE]
    )
    return Incoming(statements, {}, page, has_next=len(rows) > PAGE_SIZE)
