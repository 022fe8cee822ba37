"""Queries of our own to the engine, answered as terms: what pages and catalogues look up.

Nothing from a request is put into a query's text: callers pass terms, which pyoxigraph checks and writes.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from garrison.engine.interface import Engine, QueryRequest
from garrison.rdf.terms import LABEL

_JSON = "application/sparql-results+json"
_NTRIPLES = "application/n-triples"

_DEFINITION = "http://www.w3.org/2004/02/skos/core#definition"
_PREF_LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel"

Term = ox.NamedNode | ox.BlankNode | ox.Literal


def select(engine: Engine, query: str) -> list[ox.QuerySolution]:
    """Evaluate a SELECT to its end.

    :raises EndpointError: if the engine cannot answer.
    """
    results = ox.parse_query_results(_read(engine, QueryRequest(query, _JSON)), ox.QueryResultsFormat.JSON)
    assert isinstance(results, ox.QuerySolutions)
    return list(results)


def construct(engine: Engine, query: str) -> list[ox.Triple]:
    """Evaluate a CONSTRUCT to its end.

    :raises EndpointError: if the engine cannot answer.
    """
    quads = ox.parse(_read(engine, QueryRequest(query, _NTRIPLES)), ox.RdfFormat.N_TRIPLES)
    return [quad.triple for quad in quads]


def values(terms: Iterable[ox.NamedNode]) -> str:
    """The terms for a ``VALUES`` block."""
    return " ".join(sorted({str(term) for term in terms}))


def read_labels(engine: Engine, iris: Iterable[str]) -> dict[str, tuple[ox.Literal, ...]]:
    """The labels of many things at once."""
    return _read_texts(engine, iris, f"<{LABEL.value}>|<{_PREF_LABEL}>")


def read_definitions(engine: Engine, iris: Iterable[str]) -> dict[str, tuple[ox.Literal, ...]]:
    """The definitions of many concepts at once."""
    return _read_texts(engine, iris, f"<{_DEFINITION}>")


def _read_texts(engine: Engine, iris: Iterable[str], path: str) -> dict[str, tuple[ox.Literal, ...]]:
    wanted = values(ox.NamedNode(iri) for iri in iris)
    if not wanted:
        return {}
    rows = select(engine, f"SELECT ?x ?text WHERE {{ VALUES ?x {{ {wanted} }} ?x {path} ?text }} ORDER BY ?x ?text")
    texts: dict[str, tuple[ox.Literal, ...]] = {}
    for row in rows:
        if isinstance(row["text"], ox.Literal):
            texts[row["x"].value] = (*texts.get(row["x"].value, ()), row["text"])
    return texts


def _read(engine: Engine, request: QueryRequest) -> bytes:
    with engine.start(request) as run:
        return run.first() + b"".join(run.chunks())
