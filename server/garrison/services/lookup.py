"""Queries of our own to the engine, answered as terms: what pages and catalogues look up.

Nothing from a request is put into a query's text: callers pass terms, which pyoxigraph checks and writes.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from garrison.engine.interface import Engine, QueryRequest
from garrison.rdf.terms import GAR, LABEL

_JSON = "application/sparql-results+json"
_NTRIPLES = "application/n-triples"

_DEFINITION = "http://www.w3.org/2004/02/skos/core#definition"
_LABELS = f"<{LABEL.value}>|<http://www.w3.org/2004/02/skos/core#prefLabel>"
_NAMES = f"{_LABELS}|<{GAR}edtf>"

Term = ox.NamedNode | ox.BlankNode | ox.Literal


def select(engine: Engine, query: str, view: str = "") -> list[ox.QuerySolution]:
    """Evaluate a SELECT to its end.

    :param view: of the snapshot; empty: the dataset itself.
    :raises EndpointError: if the engine cannot answer.
    """
    return _solutions(_read(engine, QueryRequest(query, _JSON, view=view)))


def construct(engine: Engine, query: str) -> list[ox.Triple]:
    """Evaluate a CONSTRUCT to its end.

    :raises EndpointError: if the engine cannot answer.
    """
    quads = ox.parse(_read(engine, QueryRequest(query, _NTRIPLES)), ox.RdfFormat.N_TRIPLES)
    return [quad.triple for quad in quads]


def values(terms: Iterable[ox.NamedNode]) -> str:
    """The terms for a ``VALUES`` block."""
    return " ".join(sorted({str(term) for term in terms}))


def read_labels(engine: Engine, iris: Iterable[str], view: str = "") -> dict[str, tuple[ox.Literal, ...]]:
    """The labels of many things at once."""
    request = _asking(iris, _LABELS, view)
    return _by_subject(_read(engine, request)) if request else {}


def read_definitions(engine: Engine, iris: Iterable[str]) -> dict[str, tuple[ox.Literal, ...]]:
    """The definitions of many concepts at once."""
    request = _asking(iris, f"<{_DEFINITION}>", "")
    return _by_subject(_read(engine, request)) if request else {}


def read_names(engine: Engine, iris: Iterable[str], view: str = "") -> dict[str, tuple[ox.Literal, ...]]:
    """The labels of many things at once, and among them the dates of those that have one."""
    request = _asking(iris, _NAMES, view)
    return _by_subject(_read(engine, request)) if request else {}


async def read_names_async(engine: Engine, iris: Iterable[str], view: str = "") -> dict[str, tuple[ox.Literal, ...]]:
    """Do as :func:`read_names`, from an event loop."""
    request = _asking(iris, _NAMES, view)
    if request is None:
        return {}
    async with await engine.start_async(request) as run:
        data = await run.first()
        async for chunk in run.chunks():
            data += chunk
    return _by_subject(data)


def _asking(iris: Iterable[str], path: str, view: str) -> QueryRequest | None:
    wanted = values(ox.NamedNode(iri) for iri in iris)
    query = f"SELECT ?x ?value WHERE {{ VALUES ?x {{ {wanted} }} ?x {path} ?value }} ORDER BY ?x ?value"
    return QueryRequest(query, _JSON, view=view) if wanted else None


def _by_subject(data: bytes) -> dict[str, tuple[ox.Literal, ...]]:
    found: dict[str, tuple[ox.Literal, ...]] = {}
    for row in _solutions(data):
        if isinstance(row["value"], ox.Literal):
            found[row["x"].value] = (*found.get(row["x"].value, ()), row["value"])
    return found


def _solutions(data: bytes) -> list[ox.QuerySolution]:
    results = ox.parse_query_results(data, ox.QueryResultsFormat.JSON)
    assert isinstance(results, ox.QuerySolutions)
    return list(results)


def _read(engine: Engine, request: QueryRequest) -> bytes:
    with engine.start(request) as run:
        return run.first() + b"".join(run.chunks())
