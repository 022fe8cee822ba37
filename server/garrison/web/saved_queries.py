"""The saved queries: ``/queries`` lists them, ``/queries/<name>`` explains one, ``/api/<name>`` runs it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, jsonify, request

from garrison.engine.interface import QueryRequest
from garrison.errors import ParameterRefused, ProtocolError
from garrison.rdf.formats import OFFERED
from garrison.rdf.sparql import bind
from garrison.services.catalogue import Catalogue, SavedQuery
from garrison.services.query import QueryService
from garrison.web.negotiation import negotiate, reader_language, wants_html
from garrison.web.presentation import query_address
from garrison.web.sparql import html_page, result_page, streamed
from garrison.web.templating import render


def saved_query_pages(catalogue: Catalogue, service: QueryService) -> Blueprint:
    """The three addresses."""
    pages = Blueprint("saved_queries", __name__)

    def language() -> str:
        return request.args.get("lang") or reader_language(request.headers.get("Accept-Language"))

    @pages.get("/queries")
    def listing() -> Response:
        if _is_for_a_person():
            return html_page(render("queries.html", subjects=catalogue.by_subject(), language=language()))
        return jsonify([as_json(query) for query in catalogue.queries.values()])

    @pages.get("/queries/<name>")
    def page(name: str) -> Response:
        query = catalogue.find(name)
        if not _is_for_a_person():
            return jsonify(as_json(query) | {"query": query.text})
        return html_page(
            render(
                "query.html",
                query=query,
                summary=query.summary_in(language()),
                formats=OFFERED[service.admit(query.text).form],
                edit_address=query_address(_ready_to_edit(query, service)) + "&edit=1",
            )
        )

    @pages.get("/api/<name>")
    def run(name: str) -> Response:
        query = catalogue.find(name)
        call, format_name = read_call(query, request.query_string)
        form = service.admit(call.query).form
        accept = request.headers.get("Accept")
        if format_name == "html" or (format_name is None and wants_html(accept)):
            return result_page(service, call, form, query.summary_in(language()), request.full_path, editable=False)
        format = negotiate(accept, OFFERED[form], format_name)
        call = replace(call, media_type=format.media_type, client=request.remote_addr or "")
        return streamed(service.start(call), format)

    return pages


def _ready_to_edit(query: SavedQuery, service: QueryService) -> str:
    """The query with its parameters at their defaults, as a text that runs in any editor."""
    return bind(query.body, service.admit(query.body), query.bind({}))


def read_call(query: SavedQuery, query_string: bytes) -> tuple[QueryRequest, str | None]:
    """The request for a saved query with the parameters of an address, and the format asked for.

    :raises ParameterRefused: for an unknown, repeated or unfit parameter.
    :raises ProtocolError: if the address is not UTF-8.
    """
    try:
        pairs = parse_qsl(query_string.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError as error:
        raise ProtocolError("The parameters are not UTF-8, or more than 100.") from error
    given: dict[str, str] = {}
    for name, value in pairs:
        if name in given:
            raise ParameterRefused(f"The parameter {name} is given twice.", name)
        given[name] = value
    format_name = given.pop("format", None) or None
    given.pop("lang", None)
    return QueryRequest(query.text, "", substitutions=query.bind(given)), format_name


def as_json(query: SavedQuery) -> dict[str, Any]:
    """A saved query as an object of the listing."""
    example = {parameter.name: parameter.default for parameter in query.parameters}
    return {
        "name": query.name,
        "subject": query.subject,
        "summary": dict(query.summary),
        "description": query.description,
        "tags": list(query.tags),
        "parameters": {p.name: {"type": p.type, "default": p.default} for p in query.parameters},
        "returns": list(query.returns),
        "url": f"/api/{query.name}",
        "page": f"/queries/{query.name}",
        "example": f"/api/{query.name}" + (f"?{urlencode(example)}" if example else ""),
    }


def _is_for_a_person() -> bool:
    asked = request.args.get("format")
    return asked == "html" or (asked is None and wants_html(request.headers.get("Accept")))
