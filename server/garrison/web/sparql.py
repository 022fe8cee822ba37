"""``/sparql`` in Flask: the pages for people, and the whole protocol where no ASGI door stands in front."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, request

from garrison.engine.interface import Engine, EngineStatus, QueryRun
from garrison.errors import UnknownView, UpdateRefused
from garrison.rdf.formats import TRIPLES, Format
from garrison.services.dataset_descriptions import Addresses, service_description
from garrison.services.preview import preview
from garrison.services.publication import Publication
from garrison.services.query import QueryService
from garrison.settings import Settings
from garrison.web.addresses import base_url
from garrison.web.clients import Clients
from garrison.web.headers import preflight, rate_limit
from garrison.web.negotiation import negotiate
from garrison.web.planning import Plan, is_page, plan_query
from garrison.web.protocol import (
    METHODS,
    DescribeOperation,
    Preflight,
    QueryOperation,
    RequestParts,
    endpoint_path,
    read_operation,
)
from garrison.web.query_forms import form_of
from garrison.web.reader import Reader, reader_of
from garrison.web.result_page import ResultPage, query_page
from garrison.web.serialisation import serialise
from garrison.web.templating import render

ALL_METHODS = (
    *METHODS,
    "PUT",
    "DELETE",
    "PATCH",
)  # the protocol module answers 405 itself, with its own Allow


def sparql_endpoint(
    settings: Settings, publication: Publication, engine: Engine, service: QueryService, clients: Clients
) -> Blueprint:
    """``/sparql``, ``/sparql/<view>``, and ``/update`` with its refusal."""
    pages = Blueprint("sparql", __name__)

    @pages.route("/sparql", methods=ALL_METHODS, provide_automatic_options=False)
    @pages.route("/sparql/<view>", methods=ALL_METHODS, provide_automatic_options=False)
    def sparql(view: str = "") -> Response:
        parts = request_parts(settings)
        operation = read_operation(parts)  # reads the view from the path too
        match operation:
            case Preflight():
                return Response(status=204, headers=list(preflight(METHODS)))
            case DescribeOperation() if is_page(operation.format_name, operation.accept):
                return _form(settings, engine, operation)
            case DescribeOperation():
                return _describe(settings, publication, engine, operation)
            case QueryOperation():
                shape = service.admit(operation.query, operation.view)
                plan = plan_query(operation, shape, parts, clients.identify(peer(), parts.headers).name)
                return carry_out(service, plan)

    @pages.route("/update", methods=["POST"])
    def update() -> Response:
        raise UpdateRefused

    return pages


def request_parts(settings: Settings) -> RequestParts:
    """The parts of Flask's current request."""
    fields = {name.lower(): value for name, value in request.headers.items()}
    body = request.get_data(cache=False)
    return RequestParts(request.method, request.query_string, fields, body, request.path, own_address(settings))


def _reader() -> Reader:
    return reader_of(request.path, request.query_string, request.headers.get("Accept-Language"))


def peer() -> str:
    """The address that Flask's current request comes from."""
    return request.remote_addr or ""


def html_page(body: str) -> Response:
    """A page of ours."""
    return Response(body, content_type="text/html; charset=utf-8")


def carry_out(service: QueryService, plan: Plan) -> Response:
    """Answer with a page or a stream."""
    if isinstance(plan.written_as, ResultPage):
        return html_page(plan.written_as.write(preview(service, plan.request, plan.written_as.form)))
    return _streamed(service.start(plan.request), plan.written_as)


def _streamed(run: QueryRun, format: Format) -> Response:
    """Stream a result; a failure after the first bytes breaks the response, it never ends it cleanly."""
    first = run.first()
    if request.method == "HEAD":  # Werkzeug drops the body of HEAD without closing it
        run.close()
        return Response(content_type=format.content_type, headers=list(rate_limit(run.allowance)))

    def chunks() -> Iterator[bytes]:
        with run:
            yield first
            yield from run.chunks()

    response = Response(chunks(), content_type=format.content_type, headers=list(rate_limit(run.allowance)))
    response.call_on_close(run.close)
    return response


def _form(settings: Settings, engine: Engine, operation: DescribeOperation) -> Response:
    """The page that asks for a query."""
    _require_view(engine.status(), operation.view)
    query = operation.draft or form_of(operation.view).example
    page = render(
        "sparql.html",
        _reader(),
        **query_page(operation.view, query, endpoint_path(operation.view)),
        page=None,
        endpoint=_endpoint(settings, operation.view),
        timeout_s=settings.query_timeout_s,
    )
    return html_page(page)


def _describe(settings: Settings, publication: Publication, engine: Engine, operation: DescribeOperation) -> Response:
    status = engine.status()
    _require_view(status, operation.view)
    format = negotiate(operation.accept, TRIPLES, operation.format_name)
    at = Addresses(own_address(settings))
    quads = service_description(publication, at, operation.view)
    return Response(serialise(quads, format), content_type=format.content_type)


def _require_view(status: EngineStatus, view: str) -> None:
    if view and view not in status.views:
        raise UnknownView(view, status.views)


def _endpoint(settings: Settings, view: str) -> str:
    """The endpoint's absolute address."""
    return own_address(settings) + endpoint_path(view)


def own_address(settings: Settings) -> str:
    """The server's address; a request that names no usable host gets a local one."""
    base = base_url(settings.public_url, request.scheme, request.headers.get("Host"))
    return base or f"http://127.0.0.1:{settings.port}"
