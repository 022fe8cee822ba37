"""What the edition says of one thing: its triples, the claims behind them, and what points to it.

The default graph gives what is accepted; claims that are denied, hinted, rumoured, rival or rejected are
kept apart from it all the way to the page, so that nobody reads one for the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from garrison.engine.interface import Engine
from garrison.errors import UnknownResource
from garrison.rdf.terms import GAR, INFERRED, LABEL
from garrison.services.description import Claim, Description, Incoming, Statement
from garrison.services.incoming import read_incoming
from garrison.services.lookup import Term, construct, read_labels, select, values

ID = re.compile(r"[a-z]+/[a-z0-9-]+")
_MAX_STATEMENTS = 2_000  # of which a thing is the subject
_CROWD = 100  # values of one property that are shown, if a thing has too many statements
_MAX_MENTIONS = 500  # in claims, as subject and as value

_PREFIXES = f"""PREFIX gar: <{GAR}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""


class DescribeService:
    """Describes things of the edition from the engine's dataset."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def describe(self, iri: str, page: int = 1) -> Description:
        """Collect what the edition says of ``iri``.

        :param page: which page of incoming links, from 1.
        :raises UnknownResource: if no triple speaks of it, or its links end before this page.
        """
        thing = ox.NamedNode(iri)
        outgoing, is_cut = self._outgoing(thing)
        incoming = read_incoming(self._engine, thing, page)
        mentions = self._mentions(thing, as_value=incoming.is_counted)
        contents = self._contents(thing)
        if not (outgoing or mentions or incoming.statements):
            raise UnknownResource(f"The edition has nothing called {iri}.")
        claims = self._claims({claim for claim, _ in mentions} | ({iri} if contents else set()))
        statements = tuple(_with_claims(statement, mentions, claims) for statement in outgoing)
        contested = tuple(
            Statement(s.subject, s.property, s.value, (claims[claim],))
            for claim, s in mentions
            if not claims[claim].is_accepted
        )
        labels = self._labels(_iris(thing, (*statements, *contested, *contents, *incoming.statements), claims.values()))
        own = claims.get(iri) if contents else None
        is_cut = is_cut or not incoming.is_counted or len(mentions) >= _MAX_MENTIONS
        return Description(iri, statements, contested, contents, own, incoming, labels, is_cut)

    def triples(self, iri: str, page: int = 1) -> tuple[list[ox.Triple], Incoming]:
        """The triples that describe ``iri``: all that it is subject of, and a page of those that point to it.

        :raises UnknownResource: if no triple of the default graph speaks of it, or its links end before this page.
        """
        thing = ox.NamedNode(iri)
        outgoing, _ = self._outgoing(thing)
        incoming = read_incoming(self._engine, thing, page)
        if not (outgoing or incoming.statements):
            raise UnknownResource(f"The edition has nothing called {iri}.")
        named = values(statement.value for statement in outgoing if isinstance(statement.value, ox.NamedNode))
        labels = f"CONSTRUCT WHERE {{ ?thing <{LABEL.value}> ?label }} VALUES ?thing {{ {named} }}"
        return [_triple(s) for s in (*outgoing, *incoming.statements)] + construct(self._engine, labels), incoming

    def find(self, iris: Iterable[str]) -> str | None:
        """The first of these IRIs that any triple speaks of."""
        wanted = list(iris)
        patterns = ("?x ?p ?o", "?s ?p ?x", "GRAPH ?g { ?x ?p ?o }", "GRAPH ?g { ?s ?p ?x }")
        speaks = " || ".join(f"EXISTS {{ {pattern} }}" for pattern in patterns)
        named = values(map(ox.NamedNode, wanted))
        rows = select(self._engine, f"SELECT ?x WHERE {{ VALUES ?x {{ {named} }} FILTER({speaks}) }}")
        found = {row["x"].value for row in rows}
        return next((iri for iri in wanted if iri in found), None)

    def graph(self, claim_iri: str) -> list[ox.Triple]:
        """The triples of a claim's own graph."""
        return construct(self._engine, f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{claim_iri}> {{ ?s ?p ?o }} }}")

    def _outgoing(self, thing: ox.NamedNode) -> tuple[list[Statement], bool]:
        """What the thing is subject of, in order, and whether that is not all.

        Of too much, each property that has a crowd of values gives some, and the others all of theirs: a body of
        100,000 members still says what it is.
        """
        found = self._statements(thing, f"{thing} ?p ?o")
        if len(found) < _MAX_STATEMENTS:
            return found, False
        by_property: dict[str, list[Statement]] = {}
        for statement in found:
            by_property.setdefault(statement.property, []).append(statement)
        crowds = {name: some for name, some in by_property.items() if len(some) > _CROWD}
        listed = ", ".join(f"<{name}>" for name in sorted(crowds))
        others = self._statements(thing, f"{thing} ?p ?o FILTER(?p NOT IN ({listed}))")
        return others + [statement for some in crowds.values() for statement in some[:_CROWD]], True

    def _statements(self, thing: ox.NamedNode, pattern: str) -> list[Statement]:
        some = f"SELECT ?p ?o WHERE {{ {pattern} }} LIMIT {_MAX_STATEMENTS}"
        is_inferred = f"EXISTS {{ GRAPH {INFERRED} {{ {thing} ?p ?o }} }}"
        rows = select(
            self._engine, f"SELECT ?p ?o ({is_inferred} AS ?inferred) WHERE {{ {{ {some} }} }} ORDER BY ?p ?o"
        )
        return [Statement(thing, row["p"].value, row["o"], (), row["inferred"].value == "true") for row in rows]

    def _mentions(self, thing: ox.NamedNode, as_value: bool) -> list[tuple[str, Statement]]:
        """Triples of claims in which the thing is subject, with the claim's IRI; and value, unless it is a hub."""
        is_claim = f"FILTER(?claim != {INFERRED})"
        subject = f"SELECT ?claim ?p ?o WHERE {{ GRAPH ?claim {{ {thing} ?p ?o }} {is_claim} }} LIMIT {_MAX_MENTIONS}"
        value = f"SELECT ?claim ?s ?p WHERE {{ GRAPH ?claim {{ ?s ?p {thing} }} {is_claim} }} LIMIT {_MAX_MENTIONS}"
        also = f"UNION {{ {{ {value} }} BIND({thing} AS ?o) }}" if as_value else ""
        rows = select(
            self._engine,
            f"""{_PREFIXES}SELECT ?claim ?s ?p ?o WHERE {{
              {{ {{ {subject} }} BIND({thing} AS ?s) }} {also}
              ?claim a gar:Claim
            }} ORDER BY ?claim ?p ?o ?s""",
        )
        return [(row["claim"].value, Statement(row["s"], row["p"].value, row["o"])) for row in rows]

    def _contents(self, thing: ox.NamedNode) -> tuple[Statement, ...]:
        rows = select(
            self._engine,
            f"""SELECT ?s ?p ?o WHERE {{ GRAPH {thing} {{ ?s ?p ?o }} }}
            ORDER BY ?s ?p ?o LIMIT {_MAX_STATEMENTS}""",
        )
        return tuple(Statement(row["s"], row["p"].value, row["o"]) for row in rows)

    def _claims(self, iris: Iterable[str]) -> dict[str, Claim]:
        """The descriptions of these claims, with the summaries of their passages among them."""
        wanted = {ox.NamedNode(iri) for iri in iris}
        if not wanted:
            return {}
        rows = select(
            self._engine,
            f"""{_PREFIXES}SELECT ?claim ?p ?o WHERE {{
              VALUES ?claim {{ {values(wanted)} }}
              {{ ?claim ?p ?o }} UNION {{ ?claim gar:passage/gar:summary ?o BIND(gar:summary AS ?p) }}
            }} ORDER BY ?claim ?p ?o""",
        )
        found: dict[str, dict[str, tuple[Term, ...]]] = {claim.value: {} for claim in wanted}
        for row in rows:
            properties = found[row["claim"].value]
            properties[row["p"].value] = (*properties.get(row["p"].value, ()), row["o"])
        return {iri: Claim(iri, properties) for iri, properties in found.items()}

    def _labels(self, iris: set[str]) -> dict[str, tuple[ox.Literal, ...]]:
        return read_labels(self._engine, iris)


def _with_claims(statement: Statement, mentions: list[tuple[str, Statement]], claims: Mapping[str, Claim]) -> Statement:
    """Put beside a statement of the default graph the accepted claims that make it."""
    making = tuple(
        claims[claim]
        for claim, said in mentions
        if claims[claim].is_accepted
        and (said.subject, said.property, said.value) == (statement.subject, statement.property, statement.value)
    )
    return Statement(statement.subject, statement.property, statement.value, making, statement.is_inferred)


def _iris(thing: ox.NamedNode, statements: Iterable[Statement], claims: Iterable[Claim]) -> set[str]:
    """Everything that a page about ``thing`` names."""
    named = {thing.value}
    for statement in statements:
        named.add(statement.property)
        named |= {term.value for term in (statement.subject, statement.value) if isinstance(term, ox.NamedNode)}
    for claim in claims:
        named.add(claim.iri)
        for terms in claim.properties.values():
            named |= {term.value for term in terms if isinstance(term, ox.NamedNode)}
    return named


def _triple(statement: Statement) -> ox.Triple:
    assert not isinstance(statement.subject, ox.Literal)  # in RDF 1.1 no literal is a subject
    return ox.Triple(statement.subject, ox.NamedNode(statement.property), statement.value)
