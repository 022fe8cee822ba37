"""What answers a query: from the operation that a request asks for to an engine request and a way to write
it.

Sans I/O like the protocol; the door and Flask carry the plan out, each in its own way of waiting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from garrison.edition.catalogue import SavedQuery
from garrison.engine.interface import QueryRequest
from garrison.errors import ParameterRefused, ProtocolError
from garrison.rdf.formats import OFFERED, Format
from garrison.rdf.sparql import QueryShape, bind
from garrison.rdf.versions import LOWER_VERSIONS, RDF12, may_hold_triple_terms
from garrison.services.query import QueryService
from garrison.services.result_shape import title_of
from garrison.web.negotiation import accepts_no_triple_terms, negotiate, wants_html
from garrison.web.parameters import parse_parameters
from garrison.web.programs import query_call, saved_call
from garrison.web.protocol import QueryOperation, RequestParts, endpoint_path
from garrison.web.reader import Reader, reader_of
from garrison.web.result_page import ResultPage

_MAX_PARAMETERS = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """What the engine is asked, and what becomes of the result: a page, or a stream in a format."""

    request: QueryRequest
    written_as: Format | ResultPage


def plan_query(operation: QueryOperation, shape: QueryShape, parts: RequestParts, client: str) -> Plan:
    """Plan the answer to a query that the request brings.

    :raises MalformedQuery: and what else :meth:`QueryService.admit` refuses.
    :raises NotAcceptable: if the client accepts nothing that such a result can be written in.
    """
    _require_version(operation.version or shape.version or operation.body_version, shape)
    form = shape.form
    if is_page(operation.format_name, operation.accept):
        return Plan(_request(operation, "", client), _page(operation, form, parts))
    format = negotiate(operation.accept, OFFERED[form], operation.format_name)
    request = _request(operation, format.media_type, client)
    return _in_version(request, format, None if operation.format_name else operation.accept, shape)


def _request(operation: QueryOperation, media_type: str, client: str) -> QueryRequest:
    return QueryRequest(
        query=operation.query,
        media_type=media_type,
        default_graphs=operation.default_graphs,
        named_graphs=operation.named_graphs,
        client=client,
        view=operation.view,
    )


def plan_saved(service: QueryService, query: SavedQuery, parts: RequestParts, client: str) -> Plan:
    """Plan the answer of a saved query with the parameters of an address.

    :raises ParameterRefused: for an unknown, repeated or unfit parameter.
    :raises ProtocolError: if the address is not UTF-8.
    :raises NotAcceptable: as :func:`plan_query`.
    """
    given = _read_parameters(parts.query_string)
    format_name = given.pop("format", None) or None
    given.pop("lang", None)
    asked_view = given.pop("view", "")
    reader = _reader(parts)
    request = saved_request(query, given, client)
    shape = service.admit(query.text)
    form = shape.form
    accept = parts.headers.get("accept")
    if is_page(format_name, accept):
        return Plan(request, saved_page(query, shape, given, reader, parts.base, asked_view))
    format = negotiate(accept, OFFERED[form], format_name)
    request = replace(request, media_type=format.media_type)
    return _in_version(request, format, None if format_name else accept, shape)


def saved_request(query: SavedQuery, given: Mapping[str, str], client: str) -> QueryRequest:
    """What the engine is asked for a saved query.

    :raises ParameterRefused: for an unknown or unfit parameter.
    """
    return QueryRequest(query.text, "", substitutions=query.bind(given), client=client)


def saved_page(
    query: SavedQuery, shape: QueryShape, given: Mapping[str, str], reader: Reader, base: str, asked_view: str = ""
) -> ResultPage:
    """The page of a saved query's answer.

    :param shape: of its whole text.
    :param given: the parameters that somebody set.
    """
    parameters = f"?{urlencode(given)}" if given else ""
    return ResultPage(
        shape.form,
        query.summary_in(reader.interface),
        query.body,
        f"/api/{query.name}{parameters}{'&' if given else '?'}",
        reader,
        saved_call(base, query.name, shape.form, given),
        query,
        given,
        asked_view=asked_view,
        editable=bind(query.text, shape, query.bind(given)),
    )


def is_page(format_name: str | None, accept: str | None) -> bool:
    """Tell if a person wants a page: by ``format=html``, else by what a browser accepts."""
    return format_name == "html" or (format_name is None and wants_html(accept))


def _page(operation: QueryOperation, form: str, parts: RequestParts) -> ResultPage:
    endpoint, parameters = endpoint_path(operation.view), _as_parameters(operation)
    return ResultPage(
        form,
        title_of(operation.query),
        operation.query,
        f"{endpoint}?{urlencode(parameters)}&",
        _reader(parts),
        query_call(parts.base, endpoint, form, operation.query, parameters[1:]),
        endpoint=endpoint,
        view=operation.view,
        asked_view=operation.seen_as,
    )


def _in_version(request: QueryRequest, format: Format, accept: str | None, shape: QueryShape) -> Plan:
    """Announce RDF 1.2 where a triple term may occur, or refuse one to a client that asked for lower versions only."""
    if not may_hold_triple_terms(shape, request.view):
        return Plan(request, format)
    if accepts_no_triple_terms(accept, format):
        return Plan(replace(request, refuse_triple_terms=True), format)
    return Plan(request, format.announcing(RDF12))


def _require_version(version: str, shape: QueryShape) -> None:
    """Hold a query to the version that is announced: by the parameter, else by itself, else by its media type."""
    if version in LOWER_VERSIONS and shape.triple_terms:
        raise ProtocolError(
            f"Version {version} is announced, and the query writes triple terms or reifiers, which SPARQL has since "
            "1.2. Announce version 1.2, or none."
        )


def _reader(parts: RequestParts) -> Reader:
    return reader_of(parts.path, parts.query_string, parts.headers.get("accept-language"))


def _as_parameters(operation: QueryOperation) -> list[tuple[str, str]]:
    """The operation as parameters of a link."""
    defaults = [("default-graph-uri", graph) for graph in operation.default_graphs or ()]
    named = [("named-graph-uri", graph) for graph in operation.named_graphs or ()]
    return [("query", operation.query), *defaults, *named]


def _read_parameters(query_string: bytes) -> dict[str, str]:
    try:
        pairs = parse_parameters(query_string, _MAX_PARAMETERS)
    except ValueError as error:
        raise ProtocolError(f"The parameters are not UTF-8, or more than {_MAX_PARAMETERS}.") from error
    given: dict[str, str] = {}
    for name, value in pairs:
        if name in given:
            raise ParameterRefused(f"The parameter {name} is given twice.", name)
        given[name] = value
    return given
