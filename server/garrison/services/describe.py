"""What the edition says of one thing: its triples, the claims behind them, and what points to it.

The default graph gives what is accepted; claims that are denied, hinted, rumoured, rival or rejected are
kept apart from it all the way to the page, so that nobody reads one for the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pyoxigraph as ox

from garrison.engine.interface import Engine
from garrison.errors import UnknownResource
from garrison.rdf.terms import GAR, INFERRED, LABEL
from garrison.services.description import (
    SHOWN,
    WEIGHING,
    Apparatus,
    Claim,
    Description,
    Incoming,
    Record,
    Statement,
)
from garrison.services.evidence import read_apparatus, read_outlines
from garrison.services.incoming import read_incoming
from garrison.services.lookup import Term, construct, read_definitions, read_labels, select, values

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
        apparatus = read_apparatus(self._engine, {claim for claim, _ in mentions} | ({iri} if contents else set()))
        making = _making(mentions, apparatus.claims)
        incoming = replace(incoming, statements=_with_claims(incoming.statements, making))
        statements = _with_claims(outgoing, making)
        contested = _contested(mentions, apparatus.claims)
        subjects = {s.subject.value for s in incoming.statements if isinstance(s.subject, ox.NamedNode)}
        apparatus = replace(apparatus, records={**read_outlines(self._engine, subjects), **apparatus.records})
        named = iris_of((*statements, *contested, *contents, *incoming.statements)) | named_by(apparatus) | {iri}
        weighing = named_by(apparatus, WEIGHING) | values_of(statements, GAR + "identity")
        return Description(
            iri,
            statements,
            contested,
            contents,
            apparatus.claims.get(iri) if contents else None,
            incoming,
            apparatus,
            read_labels(self._engine, named),
            read_definitions(self._engine, weighing),
            is_cut or not incoming.is_counted or len(mentions) >= _MAX_MENTIONS,
        )

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


_Spoken = tuple[Term, str, Term]  # subject, property, value


def _making(mentions: list[tuple[str, Statement]], claims: Mapping[str, Claim]) -> dict[_Spoken, tuple[Claim, ...]]:
    """The accepted claims that make each triple."""
    making: dict[_Spoken, tuple[Claim, ...]] = {}
    for claim, said in mentions:
        if claims[claim].is_accepted:
            key = (said.subject, said.property, said.value)
            making[key] = (*making.get(key, ()), claims[claim])
    return making


def _with_claims(statements: Iterable[Statement], making: Mapping[_Spoken, tuple[Claim, ...]]) -> tuple[Statement, ...]:
    """Put beside statements of the default graph the accepted claims that make them."""
    return tuple(replace(each, claims=making.get((each.subject, each.property, each.value), ())) for each in statements)


def _contested(mentions: list[tuple[str, Statement]], claims: Mapping[str, Claim]) -> tuple[Statement, ...]:
    """What only claims say that are not accepted; those that are weighed alike stand together."""
    found: dict[tuple[_Spoken, tuple[str, ...]], tuple[Claim, ...]] = {}
    for claim, said in mentions:
        if not claims[claim].is_accepted:
            key = ((said.subject, said.property, said.value), claims[claim].weight)
            found[key] = (*found.get(key, ()), claims[claim])
    return tuple(Statement(*spoken, making) for (spoken, _weight), making in found.items())


def values_of(statements: Iterable[Statement], property: str) -> set[str]:
    """The things that are values of a property."""
    return {s.value.value for s in statements if s.property == property and isinstance(s.value, ox.NamedNode)}


def iris_of(statements: Iterable[Statement]) -> set[str]:
    """Everything that statements name."""
    named: set[str] = set()
    for statement in statements:
        named.add(statement.property)
        named |= {term.value for term in (statement.subject, statement.value) if isinstance(term, ox.NamedNode)}
    return named


def named_by(apparatus: Apparatus, properties: Iterable[str] = SHOWN) -> set[str]:
    """Everything that claims, passages and emendations name by these ``gar:`` properties."""
    records: list[Record] = [*apparatus.claims.values(), *apparatus.records.values()]
    return {iri for record in records for name in properties for iri in record.iris(name)}


def _triple(statement: Statement) -> ox.Triple:
    assert not isinstance(statement.subject, ox.Literal)  # in RDF 1.1 no literal is a subject
    return ox.Triple(statement.subject, ox.NamedNode(statement.property), statement.value)
