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
from garrison.rdf.terms import GAR, LABEL
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
from garrison.services.evidence import outlines, read_apparatus
from garrison.services.incoming import incoming
from garrison.services.lookup import Lookups, Term, construct, select, values
from garrison.services.said import MAX_MENTIONS, Said, leaving_from, look_up

ID = re.compile(r"[a-z]+/[a-z0-9-]+")


class DescribeService:
    """Describes things of the edition from the engine's dataset."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def describe(self, iri: str, page: int = 1) -> Description:
        """Collect what the edition says of ``iri``.

        :param page: which page of incoming links, from 1.
        :raises UnknownResource: if no triple speaks of it, or its links end before this page.
        """
        said, apparatus = self._said(ox.NamedNode(iri), page)
        making = _making(said.mentions, apparatus.claims)
        incoming = replace(said.incoming, statements=_with_claims(said.incoming.statements, making))
        statements = _with_claims(said.outgoing, making)
        contested = _contested(said.mentions, apparatus.claims)
        named = iris_of((*statements, *contested, *said.contents, *incoming.statements)) | named_by(apparatus) | {iri}
        weighing = named_by(apparatus, WEIGHING) | values_of(statements, GAR + "identity")
        with Lookups(self._engine) as lookups:
            labels, definitions = lookups.labels(named), lookups.definitions(weighing)
            return Description(
                iri,
                statements,
                contested,
                said.contents,
                apparatus.claims.get(iri) if said.contents else None,
                incoming,
                apparatus,
                labels.found(),
                definitions.found(),
                said.is_cut or not incoming.is_counted or len(said.mentions) >= MAX_MENTIONS,
            )

    def _said(self, thing: ox.NamedNode, page: int) -> tuple[Said, Apparatus]:
        """What is said of a thing, and what stands behind the claims that say so."""
        with Lookups(self._engine) as lookups:
            said = look_up(lookups, thing, page)
            if not (said.outgoing or said.mentions or said.incoming.statements):
                raise UnknownResource(f"The edition has nothing called {thing.value}.")
            subjects = {s.subject.value for s in said.incoming.statements if isinstance(s.subject, ox.NamedNode)}
            listed = outlines(lookups, subjects)
            claims = {claim for claim, _ in said.mentions} | ({thing.value} if said.contents else set())
            apparatus = read_apparatus(self._engine, claims)
            return said, replace(apparatus, records={**listed.found(), **apparatus.records})

    def triples(self, iri: str, page: int = 1) -> tuple[list[ox.Triple], Incoming]:
        """The triples that describe ``iri``: all that it is subject of, and a page of those that point to it.

        :raises UnknownResource: if no triple of the default graph speaks of it, or its links end before this page.
        """
        thing = ox.NamedNode(iri)
        with Lookups(self._engine) as lookups:
            leaving, links = leaving_from(lookups, thing), incoming(lookups, thing, page)
            (outgoing, _is_cut), arriving = leaving.found(), links.found()
        if not (outgoing or arriving.statements):
            raise UnknownResource(f"The edition has nothing called {iri}.")
        named = values(statement.value for statement in outgoing if isinstance(statement.value, ox.NamedNode))
        labels = f"CONSTRUCT WHERE {{ ?thing <{LABEL.value}> ?label }} VALUES ?thing {{ {named} }}"
        return [_triple(s) for s in (*outgoing, *arriving.statements)] + construct(self._engine, labels), arriving

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
