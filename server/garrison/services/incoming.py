"""What points to a thing, a page at a time, at a cost that does not grow with how much does.

Sorting and counting read every link. That is done for things with few of them; for a hub the engine is asked for a
slice as it stands: the order is the store's own, the same for as long as the snapshot is served.
"""

from __future__ import annotations

import pyoxigraph as ox

from garrison.errors import UnknownResource
from garrison.rdf.terms import INFERRED
from garrison.services.description import PAGE_SIZE, Incoming, Statement
from garrison.services.lookup import Lookup, Lookups, Term

MAX_COUNTED = 2_000  # links, inferred ones too; with more a thing is a hub


def incoming(lookups: Lookups, thing: ox.NamedNode, page: int) -> Lookup[Incoming]:
    """Begin to read one page of links.

    What is found raises :class:`~garrison.errors.UnknownResource` if the links end before this page.

    :param page: from 1.
    """
    few = lookups.select(_links(thing, MAX_COUNTED + 1))
    return Lookup(lambda: _page(lookups, thing, page, few.found()))


def _page(lookups: Lookups, thing: ox.NamedNode, page: int, few: list[ox.QuerySolution]) -> Incoming:
    is_hub = len(few) > MAX_COUNTED
    found = _of_hub(lookups, thing, page) if is_hub else _in_order(few, thing, page)
    if page > 1 and not found.statements:
        raise UnknownResource(f"The links to {thing.value} end before page {page}.")
    return found


def _in_order(few: list[ox.QuerySolution], thing: ox.NamedNode, page: int) -> Incoming:
    """Asserted links only: the inferred ones would repeat each of them."""
    links = sorted(((link.value, subject) for subject, link, inferred in few if inferred.value != "true"), key=_order)
    counts: dict[str, int] = {}
    for property, _subject in links:
        counts[property] = counts.get(property, 0) + 1
    shown = links[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    statements = tuple(Statement(subject, property, thing) for property, subject in shown)
    return Incoming(statements, counts, page, has_next=len(links) > page * PAGE_SIZE)


def _order(link: tuple[str, Term]) -> tuple[str, bool, str]:
    """By property, then as SPARQL orders terms: what has no name comes first."""
    property, subject = link
    return (property, isinstance(subject, ox.NamedNode), subject.value)


def _of_hub(lookups: Lookups, thing: ox.NamedNode, page: int) -> Incoming:
    rows = lookups.select(_links(thing, PAGE_SIZE + 1, (page - 1) * PAGE_SIZE)).found()
    statements = tuple(
        Statement(row["s"], row["p"].value, thing, (), row["inferred"].value == "true") for row in rows[:PAGE_SIZE]
    )
    return Incoming(statements, {}, page, has_next=len(rows) > PAGE_SIZE)


def _links(thing: ox.NamedNode, most: int, offset: int = 0) -> str:
    some = f"SELECT ?s ?p WHERE {{ ?s ?p {thing} }} LIMIT {most} OFFSET {offset}"
    is_inferred = f"EXISTS {{ GRAPH {INFERRED} {{ ?s ?p {thing} }} }}"
    return f"SELECT ?s ?p ({is_inferred} AS ?inferred) WHERE {{ {{ {some} }} }}"
