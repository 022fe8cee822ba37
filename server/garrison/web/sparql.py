"""``/sparql`` in Flask: the pages for people, and the whole protocol where no ASGI door stands in front."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, request

from garrison.engine.interface import Engine, QueryRequest, QueryRun
from garrison.errors import UpdateRefused
from garrison.rdf.formats import OFFERED, TRIPLES, Format
from garrison.services.preview import MAX_ROWS, preview
from garrison.services.query import QueryService
from garrison.settings import Settings
from garrison.web.addresses import base_url
from garrison.web.headers import preflight
from garrison.web.negotiation import negotiate, reader_language, wants_html
from garrison.web.presentation import Presentation, query_address
from garrison.web.protocol import (
    METHODS,
    DescribeOperation,
    Preflight,
    QueryOperation,
    RequestParts,
    choose_format,
    query_request,
    read_operation,
)
from garrison.web.resources import serialise
from garrison.web.service_description import service_description
from garrison.web.templating import render

ALL_METHODS = (
    *METHODS,
    "PUT",
    "DELETE",
    "PATCH",
)  # the protocol module answers 405 itself, with its own Allow
EXAMPLE = """PREFIX gar: <https://w3id.org/garrison/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?label ?day ?place
WHERE {
  ?event a gar:Capture ;
         rdfs:label ?label ;
         gar:place ?place .
  OPTIONAL { ?event gar:begin ?day }
  FILTER(LANG(?label) = "en")
}
ORDER BY (!BOUND(?day)) ?day
"""


def sparql_endpoint(settings: Settings, engine: Engine, service: QueryService) -> Blueprint:
    """``/sparql``, and ``/update`` with its refusal."""
    pages = Blueprint("sparql", __name__)

    @pages.route("/sparql", methods=ALL_METHODS, provide_automatic_options=False)
    def sparql() -> Response:
        operation = read_operation(request_parts())
        match operation:
            case Preflight():
                return Response(status=204, headers=list(preflight(METHODS)))
            case DescribeOperation() if operation.format_name is None and wants_html(operation.accept):
                return _form(settings, EXAMPLE)
            case DescribeOperation():
                return _describe(settings, engine, operation)
            case QueryOperation() if "edit" in request.args and wants_html(operation.accept):
                return _form(settings, operation.query)
            case QueryOperation():
                return _answer(service, operation)

    @pages.route("/update", methods=["POST"])
    def update() -> Response:
        raise UpdateRefused

    return pages


def request_parts() -> RequestParts:
    """The parts of Flask's current request."""
    fields = {name.lower(): value for name, value in request.headers.items()}
    return RequestParts(request.method, request.query_string, fields, request.get_data(cache=False))


def html_page(body: str) -> Response:
    """A page of ours."""
    return Response(body, content_type="text/html; charset=utf-8")


def result_page(
    service: QueryService, query: QueryRequest, form: str, title: str, address: str, editable: bool
) -> Response:
    """The first rows of a result as a page.

    :param address: where the same result is had as data, without ``format``.
    """
    shown = preview(service, query, form)
    return html_page(
        render(
            "results.html",
            result=shown,
            title=title,
            query=query.query,
            editable=editable,
            formats=OFFERED[form],
            address=address + ("&" if "?" in address else "?"),
            max_rows=MAX_ROWS,
            show=Presentation(reader_language(request.headers.get("Accept-Language"))),
        )
    )


def streamed(run: QueryRun, format: Format) -> Response:
    """Stream a result; a failure after the first bytes breaks the response, it never ends it cleanly."""
    first = run.first()

    def chunks() -> Iterator[bytes]:
        with run:
            yield first
            yield from run.chunks()

    response = Response(chunks(), content_type=format.content_type)
    response.call_on_close(run.close)
    return response


def _answer(service: QueryService, operation: QueryOperation) -> Response:
    form = service.admit(operation.query).form
    client = request.remote_addr or ""
    if operation.format_name is None and wants_html(operation.accept):
        query = query_request(operation, OFFERED[form][0], client)
        address = request.full_path if request.method == "GET" else query_address(operation.query)
        return result_page(service, query, form, "Result", address, editable=True)
    format = choose_format(operation, form)
    return streamed(service.start(query_request(operation, format, client)), format)


def _form(settings: Settings, query: str) -> Response:
    """The page that asks for a query."""
    timeout_s = settings.query_timeout_s
    return html_page(render("sparql.html", query=query, endpoint=_endpoint(settings), timeout_s=timeout_s))


def _describe(settings: Settings, engine: Engine, operation: DescribeOperation) -> Response:
    format = negotiate(operation.accept, TRIPLES, operation.format_name)
    triples = service_description(_endpoint(settings), engine.status())
    return Response(serialise(triples, format), content_type=format.content_type)


def _endpoint(settings: Settings) -> str:
    """The endpoint's absolute address; a request that names no usable host gets a local one."""
    base = base_url(settings.public_url, request.scheme, request.headers.get("Host"))
    return f"{base or f'http://127.0.0.1:{settings.port}'}/sparql"
