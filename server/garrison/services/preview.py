"""The first rows of a result, for a person: what a page can show, and whether there is more."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pyoxigraph as ox

from garrison.engine.interface import QueryRequest
from garrison.services.lookup import Term
from garrison.services.query import QueryService

MAX_ROWS = 500
_TSV = "text/tab-separated-values"
_NTRIPLES = "application/n-triples"
_JSON = "application/sparql-results+json"


@dataclass(frozen=True, slots=True)
class Preview:
    """Rows under named columns; a boolean result has neither."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    is_whole: bool  # nothing was left out
    boolean: bool | None = None


def preview(service: QueryService, request: QueryRequest, form: str) -> Preview:
    """Read at most ``MAX_ROWS`` rows, then let go of the query.

    TSV and N-Triples have one row a line, so a result that was not read to its end is still whole rows.

    :raises EndpointError: as the service does.
    """
    if form == "ASK":
        data, _ = _read_lines(service, replace(request, media_type=_JSON))
        return Preview((), (), True, bool(ox.parse_query_results(data, ox.QueryResultsFormat.JSON)))
    if form == "SELECT":
        data, is_whole = _read_lines(service, replace(request, media_type=_TSV))
        solutions = ox.parse_query_results(data, ox.QueryResultsFormat.TSV)
        assert isinstance(solutions, ox.QuerySolutions)
        columns = tuple(variable.value for variable in solutions.variables)
        rows = tuple(tuple(solution[column] for column in columns) for solution in solutions)
        return Preview(columns, rows, is_whole)
    data, is_whole = _read_lines(service, replace(request, media_type=_NTRIPLES))
    triples = [quad.triple for quad in ox.parse(data, ox.RdfFormat.N_TRIPLES)]
    return Preview(
        ("subject", "predicate", "object"),
        tuple((t.subject, t.predicate, t.object) for t in triples),
        is_whole,
    )


def _read_lines(service: QueryService, request: QueryRequest) -> tuple[bytes, bool]:
    """The first lines, with the header that TSV has, and whether they are all."""
    limit = MAX_ROWS + (request.media_type == _TSV)
    with service.start(request) as run:
        data = run.first()
        for chunk in run.chunks():
            data += chunk
            if data.count(b"\n") > limit:
                break
    lines = data.split(b"\n")
    lines = [line + b"\n" for line in lines if line]
    return b"".join(lines[:limit]), len(lines) <= limit
