"""The first rows of a result, for a person: what a page can show, and whether there is more."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pyoxigraph as ox

from garrison.engine.interface import QueryRequest
from garrison.errors import QueryRefused
from garrison.services.lookup import Term
from garrison.services.query import QueryService

MAX_ROWS = 500
MAX_BYTES = 4_000_000  # of those rows; a page is made in the process that answers everybody
MAX_DEPTH = 16  # triple terms one in the other; each costs the page some calls inside of calls
# One row a line, so that a result that was not read to its end is still whole rows.
_MEDIA_TYPES = {"ASK": "application/sparql-results+json", "SELECT": "text/tab-separated-values"}
_N_TRIPLES = "application/n-triples"

Row = tuple[Term | ox.Triple | None, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """Rows under named columns; a boolean result has neither."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    is_whole: bool  # nothing was left out
    boolean: bool | None = None


def preview(service: QueryService, request: QueryRequest, form: str) -> Preview:
    """Read at most ``MAX_ROWS`` rows, then let go of the query.

    :raises EndpointError: as the service does.
    """
    data = bytearray()
    with service.start(_by_lines(request, form)) as run:
        data += run.first()
        for chunk in run.chunks():
            data += chunk
            if _is_enough(data):
                break
    return _read(bytes(data), form)


async def preview_async(service: QueryService, request: QueryRequest, form: str) -> Preview:
    """Do as :func:`preview`, from an event loop."""
    data = bytearray()
    async with await service.start_async(_by_lines(request, form)) as run:
        data += await run.first()
        async for chunk in run.chunks():
            data += chunk
            if _is_enough(data):
                break
    return _read(bytes(data), form)


def _by_lines(request: QueryRequest, form: str) -> QueryRequest:
    return replace(request, media_type=_MEDIA_TYPES.get(form, _N_TRIPLES))


def _is_enough(data: bytearray) -> bool:
    """Tell if there are more rows than are shown, whether the first line is a header or not.

    :raises QueryRefused: if they are too long for a page.
    """
    if data.count(b"\n") > MAX_ROWS + 1:
        return True
    if len(data) > MAX_BYTES:
        raise QueryRefused(
            f"The first {MAX_ROWS} rows have more than {MAX_BYTES:,} bytes, which no page shows. Ask for them as data, "
            "with format=csv or another.",
            "page-bytes",
            MAX_BYTES,
        )
    return False


def _read(data: bytes, form: str) -> Preview:
    try:
        return _parse(data, form)
    except SyntaxError as error:  # what pyoxigraph wrote it reads, but for the depth of triple terms
        raise _too_deep() from error


def _parse(data: bytes, form: str) -> Preview:
    if form == "ASK":
        return Preview((), (), True, bool(ox.parse_query_results(data, ox.QueryResultsFormat.JSON)))
    shown, is_whole = _first_lines(data, MAX_ROWS + (form == "SELECT"))
    if form == "SELECT":
        solutions = ox.parse_query_results(shown, ox.QueryResultsFormat.TSV)
        assert isinstance(solutions, ox.QuerySolutions)
        columns = tuple(variable.value for variable in solutions.variables)
        found = (tuple(row[column] for column in columns) for row in solutions)
        return Preview(columns, tuple(map(_showable, found)), is_whole)
    triples = [quad.triple for quad in ox.parse(shown, ox.RdfFormat.N_TRIPLES)]
    rows = tuple(_showable((triple.subject, triple.predicate, triple.object)) for triple in triples)
    return Preview(("subject", "predicate", "object"), rows, is_whole)


def _showable(row: Row) -> Row:
    """Return a row whose triple terms a page can show one in the other.

    :raises QueryRefused: if they are nested deeper.
    """
    for term in row:
        depth = 0
        while isinstance(term, ox.Triple):  # a triple term is the object of another one, and nothing else of it
            term, depth = term.object, depth + 1
        if depth > MAX_DEPTH:
            raise _too_deep()
    return row


def _too_deep() -> QueryRefused:
    return QueryRefused(
        f"A triple term of this result has more than {MAX_DEPTH} others in it, which no page shows. Ask for it as "
        "data, with format=json or another.",
        "page-depth",
        MAX_DEPTH,
    )


def _first_lines(data: bytes, limit: int) -> tuple[bytes, bool]:
    """At most ``limit`` whole lines, and whether they are all."""
    lines = data.split(b"\n")
    if len(lines) <= limit + 1:  # the last line ends with a newline, so the last piece is empty
        return data, True
    return b"\n".join(lines[:limit]) + b"\n", False
