"""The first rows of a result, for a person: what a page can show, and whether there is more."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from garrison.engine.interface import QueryRequest
from garrison.errors import EndpointError, QueryRefused
from garrison.rdf.terms import EDTF
from garrison.services.lookup import Term, read_names, read_names_async
from garrison.services.query import QueryService

MAX_ROWS = 500
MAX_BYTES = 4_000_000  # of those rows; a page is made in the process that answers everybody
MAX_LABELLED = 1_500  # IRIs that are looked up; those beyond show their short name
MAX_LABELLED_BYTES = 150_000  # of all of them together: they stand in one query
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
    labels: Mapping[str, tuple[ox.Literal, ...]] = field(default_factory=dict)  # of the IRIs in the rows
    dates: Mapping[str, str] = field(default_factory=dict)  # of those that have one: EDTF


def preview(service: QueryService, request: QueryRequest, form: str) -> Preview:
    """Read at most ``MAX_ROWS`` rows with the labels of what they name, then let go of the query.

    :raises EndpointError: as the service does.
    """
    data = bytearray()
    with service.start(_by_lines(request, form)) as run:
        for chunk in run.chunks():
            data += chunk
            if _is_enough(data):
                break
    return _labelled(service, _read(bytes(data), form), request)


def preview_soon(service: QueryService, request: QueryRequest, form: str, patience_s: float) -> Preview | None:
    """Do as :func:`preview`, or give it up and return ``None`` if the rows are not there in time.

    :param patience_s: seconds; a query that needs more is ended.
    """
    data = bytearray()
    end = time.monotonic() + patience_s
    with service.start(_by_lines(request, form)) as run:
        while not _is_enough(data):
            if not run.wait(end - time.monotonic()):
                return None
            if not (chunk := run.first()):
                break
            data += chunk
    return _labelled(service, _read(bytes(data), form), request)


async def preview_async(service: QueryService, request: QueryRequest, form: str) -> Preview:
    """Do as :func:`preview`, from an event loop."""
    data = bytearray()
    async with await service.start_async(_by_lines(request, form)) as run:
        async for chunk in run.chunks():
            data += chunk
            if _is_enough(data):
                break
    shown = _read(bytes(data), form)
    with suppress(EndpointError):
        return _with_names(shown, await read_names_async(service.engine, _named(shown, request), request.view))
    return shown


def _labelled(service: QueryService, shown: Preview, request: QueryRequest) -> Preview:
    """The rows with the labels of what they name; a page without them is better than none."""
    with suppress(EndpointError):
        return _with_names(shown, read_names(service.engine, _named(shown, request), request.view))
    return shown


def _with_names(shown: Preview, names: Mapping[str, tuple[ox.Literal, ...]]) -> Preview:
    labels = {iri: tuple(name for name in all if name.datatype != EDTF) for iri, all in names.items()}
    dates = {iri: name.value for iri, all in names.items() for name in all if name.datatype == EDTF}
    return replace(shown, labels={iri: all for iri, all in labels.items() if all}, dates=dates)


def _named(shown: Preview, request: QueryRequest) -> list[str]:
    """The IRIs of the parameters and in the rows, as many as are looked up; each once, triple terms looked into."""
    found = {term[1:-1]: None for term in request.substitutions.values() if term.startswith("<")}
    left = MAX_LABELLED_BYTES
    for row in shown.rows:
        ahead = [term for term in row if isinstance(term, ox.NamedNode | ox.Triple)]
        while ahead and len(found) < MAX_LABELLED:
            term = ahead.pop()
            if isinstance(term, ox.Triple):
                ahead += [part for part in term if isinstance(part, ox.NamedNode | ox.Triple)]
            elif term.value not in found and left > (size := len(term.value.encode())):
                found[term.value] = None
                left -= size
    return list(found)


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
