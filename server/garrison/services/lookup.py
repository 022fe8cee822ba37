"""Queries of our own to the engine, answered as terms: what pages and catalogues look up.

Nothing from a request is put into a query's text: callers pass terms, which pyoxigraph checks and writes.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from garrison.engine.interface import Engine, QueryRequest

_JSON = "application/sparql-results+json"
_NTRIPLES = "application/n-triples"

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


def _read(engine: Engine, request: QueryRequest) -> bytes:
    with engine.start(request) as run:
        return run.first() + b"".join(run.chunks())
