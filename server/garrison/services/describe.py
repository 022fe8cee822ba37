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
from garrison.rdf.terms import GAR, INFERRED
from garrison.services.description import PAGE_SIZE, Claim, Description, Incoming, Statement
from garrison.services.lookup import Term, construct, select, values

ID = re.compile(r"[a-z]+/[a-z0-9-]+")
_MAX_STATEMENTS = 2_000

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
        :raises UnknownResource: if no triple speaks of it.
        """
        thing = ox.NamedNode(iri)
        outgoing = self._outgoing(thing)
        mentions = self._mentions(thing)
        contents = self._contents(thing)
        incoming = self._incoming(thing, page)
        if not (outgoing or mentions or incoming.total):
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
        return Description(iri, statements, contested, contents, own, incoming, labels)

    def triples(self, iri: str, page: int = 1) -> list[ox.Triple]:
        """The triples that describe ``iri``: all that it is subject of, and a page of those that point to it.

        :raises UnknownResource: if no triple of the default graph speaks of it.
        """
        thing = ox.NamedNode(iri)
        query = f"""{_PREFIXES}
        CONSTRUCT {{ {thing} ?p ?o . ?o rdfs:label ?label . ?s ?q {thing} }}
        WHERE {{
          {{ {thing} ?p ?o OPTIONAL {{ ?o rdfs:label ?label }} }}
          UNION {{ SELECT ?s ?q WHERE {{ {_asserted_links(thing, "?q")} }} ORDER BY ?q ?s {_slice(page)} }}
        }}"""
        triples = construct(self._engine, query)
        if not triples:
            raise UnknownResource(f"The edition has nothing called {iri}.")
        return triples

    def pages(self, iri: str) -> int:
        """How many pages of links point to ``iri``, at least one."""
        links = _asserted_links(ox.NamedNode(iri), "?p")
        total = int(select(self._engine, f"SELECT (COUNT(*) AS ?n) WHERE {{ {links} }}")[0]["n"].value)
        return max(1, -(-total // PAGE_SIZE))

    def graph(self, claim_iri: str) -> list[ox.Triple]:
        """The triples of a claim's own graph."""
        return construct(self._engine, f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{claim_iri}> {{ ?s ?p ?o }} }}")

    def _outgoing(self, thing: ox.NamedNode) -> list[Statement]:
        rows = select(
            self._engine,
            f"""SELECT ?p ?o (EXISTS {{ GRAPH {INFERRED} {{ {thing} ?p ?o }} }} AS ?inferred)
            WHERE {{ {thing} ?p ?o }} ORDER BY ?p ?o LIMIT {_MAX_STATEMENTS}""",
        )
        return [Statement(thing, row["p"].value, row["o"], (), row["inferred"].value == "true") for row in rows]

    def _mentions(self, thing: ox.NamedNode) -> list[tuple[str, Statement]]:
        """Triples of claims in which the thing stands, with the claim's IRI."""
        rows = select(
            self._engine,
            f"""{_PREFIXES}SELECT ?claim ?s ?p ?o WHERE {{
              {{ GRAPH ?claim {{ {thing} ?p ?o }} BIND({thing} AS ?s) }}
              UNION {{ GRAPH ?claim {{ ?s ?p {thing} }} BIND({thing} AS ?o) }}
              ?claim a gar:Claim
            }} ORDER BY ?claim ?p ?o ?s LIMIT {_MAX_STATEMENTS}""",
        )
        return [(row["claim"].value, Statement(row["s"], row["p"].value, row["o"])) for row in rows]

    def _contents(self, thing: ox.NamedNode) -> tuple[Statement, ...]:
        rows = select(
            self._engine,
            f"""SELECT ?s ?p ?o WHERE {{ GRAPH {thing} {{ ?s ?p ?o }} }}
            ORDER BY ?s ?p ?o LIMIT {_MAX_STATEMENTS}""",
        )
        return tuple(Statement(row["s"], row["p"].value, row["o"]) for row in rows)

    def _incoming(self, thing: ox.NamedNode, page: int) -> Incoming:
        links = _asserted_links(thing, "?p")
        counts = select(self._engine, f"SELECT ?p (COUNT(*) AS ?n) WHERE {{ {links} }} GROUP BY ?p ORDER BY ?p")
        rows = select(self._engine, f"SELECT ?s ?p WHERE {{ {links} }} ORDER BY ?p ?s {_slice(page)}")
        return Incoming(
            tuple(Statement(row["s"], row["p"].value, thing) for row in rows),
            {row["p"].value: int(row["n"].value) for row in counts},
            page,
        )

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


def _asserted_links(thing: ox.NamedNode, property: str) -> str:
    """The pattern of what points to a thing, without what is inferred: that would repeat each of them."""
    link = f"?s {property} {thing}"
    return f"{link} FILTER NOT EXISTS {{ GRAPH {INFERRED} {{ {link} }} }}"


def _slice(page: int) -> str:
    return f"LIMIT {PAGE_SIZE} OFFSET {(page - 1) * PAGE_SIZE}"


def read_labels(engine: Engine, iris: Iterable[str]) -> dict[str, tuple[ox.Literal, ...]]:
    """The labels of many things at once."""
    wanted = values(ox.NamedNode(iri) for iri in iris)
    if not wanted:
        return {}
    rows = select(
        engine,
        f"""{_PREFIXES}SELECT ?x ?label WHERE {{
          VALUES ?x {{ {wanted} }} ?x rdfs:label|skos:prefLabel ?label
        }} ORDER BY ?x ?label""",
    )
    labels: dict[str, tuple[ox.Literal, ...]] = {}
    for row in rows:
        labels[row["x"].value] = (*labels.get(row["x"].value, ()), row["label"])
    return labels


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
