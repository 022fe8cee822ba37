"""The saved queries: ``/queries`` lists them, ``/queries/<name>`` explains one, ``/api/<name>`` runs it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request

from garrison.edition.catalogue import Catalogue, SavedQuery
from garrison.rdf.formats import OFFERED
from garrison.rdf.sparql import bind
from garrison.services.query import QueryService
from garrison.web.clients import Clients
from garrison.web.negotiation import reader_language
from garrison.web.planning import is_page, plan_saved
from garrison.web.presentation import query_address
from garrison.web.sparql import carry_out, html_page, peer, request_parts
from garrison.web.templating import render


def saved_query_pages(catalogue: Catalogue, service: QueryService, clients: Clients) -> Blueprint:
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
        parts = request_parts()
        client = clients.identify(peer(), parts.headers).name
        plan = plan_saved(service, catalogue.find(name), parts, client)
        return carry_out(service, plan)

    return pages


def _ready_to_edit(query: SavedQuery, service: QueryService) -> str:
    """The query with its parameters at their defaults, as a text that runs in any editor."""
    return bind(query.body, service.admit(query.body), query.bind({}))


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
        "view": query.view,
        "url": f"/api/{query.name}",
        "page": f"/queries/{query.name}",
        "example": f"/api/{query.name}" + (f"?{urlencode(example)}" if example else ""),
    }


def _is_for_a_person() -> bool:
    return is_page(request.args.get("format"), request.headers.get("Accept"))
