"""What is said of one thing: what it is subject of, what points to it, and what claims say with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from garrison.rdf.terms import GAR, INFERRED
from garrison.services.description import Incoming, Statement
from garrison.services.incoming import MAX_COUNTED, incoming
from garrison.services.lookup import Lookup, Lookups

MAX_MENTIONS = 500  # in claims, as subject and as value
_MAX_STATEMENTS = 2_000  # of which a thing is the subject
_CROWD = 100  # values of one property that are shown, if a thing has too many statements


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of one thing, as it is looked up at once."""

    outgoing: list[Statement]
    is_cut: bool  # the thing is subject of more
    incoming: Incoming
    mentions: list[tuple[str, Statement]]  # claim, and what it says
    contents: tuple[Statement, ...]  # of the graph that has the thing's name


def look_up(lookups: Lookups, thing: ox.NamedNode, page: int) -> Said:
    """Look up what is said of a thing.

    :param page: which page of incoming links, from 1.
    :raises UnknownResource: if its links end before this page.
    """
    leaving, mentioning, holding = leaving_from(lookups, thing), _mentions(lookups, thing), _contents(lookups, thing)
    arriving = incoming(lookups, thing, page).found()  # the most by far, so that its reader need not wait for us
    (outgoing, is_cut), mentions, contents = leaving.found(), mentioning.found(), holding.found()
    if not arriving.is_counted:  # of the claims that name a hub too many would be looked through
        mentions = _mentions(lookups, thing, as_value=False).found()
    return Said(outgoing, is_cut, arriving, mentions, contents)


def leaving_from(lookups: Lookups, thing: ox.NamedNode) -> Lookup[tuple[list[Statement], bool]]:
    """Begin to look up what the thing is subject of, in order, and whether that is not all.

    Of too much, each property that has a crowd of values gives some, and the others all of theirs: a body of
    100,000 members still says what it is.
    """
    rows = lookups.select(_leaving(thing))
    return Lookup(lambda: _in_bounds(lookups, thing, _statements(thing, rows.found())))


def _in_bounds(lookups: Lookups, thing: ox.NamedNode, found: list[Statement]) -> tuple[list[Statement], bool]:
    if len(found) < _MAX_STATEMENTS:
        return found, False
    by_property: dict[str, list[Statement]] = {}
    for statement in found:
        by_property.setdefault(statement.property, []).append(statement)
    crowds = {name: some for name, some in by_property.items() if len(some) > _CROWD}
    listed = ", ".join(f"<{name}>" for name in sorted(crowds))
    others = _statements(thing, lookups.select(_leaving(thing, f"FILTER(?p NOT IN ({listed}))")).found())
    return others + [statement for some in crowds.values() for statement in some[:_CROWD]], True


def _leaving(thing: ox.NamedNode, only: str = "") -> str:
    some = f"SELECT ?p ?o WHERE {{ {thing} ?p ?o {only} }} LIMIT {_MAX_STATEMENTS}"
    is_inferred = f"EXISTS {{ GRAPH {INFERRED} {{ {thing} ?p ?o }} }}"
    return f"SELECT ?p ?o ({is_inferred} AS ?inferred) WHERE {{ {{ {some} }} }} ORDER BY ?p ?o"


def _statements(thing: ox.NamedNode, rows: Iterable[ox.QuerySolution]) -> list[Statement]:
    return [Statement(thing, property.value, value, (), inferred.value == "true") for property, value, inferred in rows]


def _mentions(lookups: Lookups, thing: ox.NamedNode, as_value: bool = True) -> Lookup[list[tuple[str, Statement]]]:
    """Begin to look up the triples of claims in which the thing is subject or value, with the claim's IRI."""
    is_claim = f"FILTER(?claim != {INFERRED})"
    subject = f"SELECT ?claim ?p ?o WHERE {{ GRAPH ?claim {{ {thing} ?p ?o }} {is_claim} }} LIMIT {MAX_MENTIONS}"
    # All of a thing that is no hub, with what is inferred; of a hub no more is looked through.
    some = f"SELECT ?claim ?s ?p WHERE {{ GRAPH ?claim {{ ?s ?p {thing} }} }} LIMIT {MAX_COUNTED + MAX_MENTIONS}"
    value = f"SELECT ?claim ?s ?p WHERE {{ {{ {some} }} {is_claim} }} LIMIT {MAX_MENTIONS}"
    also = f"UNION {{ {{ {value} }} BIND({thing} AS ?o) }}" if as_value else ""
    rows = lookups.select(
        f"""PREFIX gar: <{GAR}> SELECT ?claim ?s ?p ?o WHERE {{
          {{ {{ {subject} }} BIND({thing} AS ?s) }} {also}
          ?claim a gar:Claim
        }} ORDER BY ?claim ?p ?o ?s"""
    )
    return Lookup(lambda: [(claim.value, Statement(s, p.value, o)) for claim, s, p, o in rows.found()])


def _contents(lookups: Lookups, thing: ox.NamedNode) -> Lookup[tuple[Statement, ...]]:
    rows = lookups.select(
        f"""SELECT ?s ?p ?o WHERE {{ GRAPH {thing} {{ ?s ?p ?o }} }}
        ORDER BY ?s ?p ?o LIMIT {_MAX_STATEMENTS}"""
    )
    return Lookup(lambda: tuple(Statement(s, p.value, o) for s, p, o in rows.found()))
