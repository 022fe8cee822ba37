"""The saved queries: ``/queries`` lists them, ``/queries/<name>`` explains one, ``/api/<name>`` runs it.

The first two are pages, JSON, and RDF: a saved query has its page for an address, as the dataset has, since it is a
document of ours and no part of the history. ``/.well-known/sparql-examples`` is where clients of the SIB's convention
look for such a catalogue.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from garrison.edition.catalogue import Catalogue, SavedQuery
from garrison.edition.views.queries import CATALOGUE, ENDPOINT, iri_of, tell_catalogue
from garrison.rdf.formats import DATASETS, OFFERED, TRIPLES, Format
from garrison.rdf.sparql import bind
from garrison.services.dataset_descriptions import Addresses
from garrison.services.query import QueryService
from garrison.settings import Settings
from garrison.web.clients import Clients
from garrison.web.planning import plan_saved
from garrison.web.presentation import query_address
from garrison.web.representations import Representation, Resource, choose, moved, respond, split_extension
from garrison.web.serialisation import serialise
from garrison.web.sparql import carry_out, peer, request_parts
from garrison.web.templating import render

WELL_KNOWN = "/.well-known/sparql-examples"
_GRAPHS = (*TRIPLES, *DATASETS)
_JSON = Format("json", "application/json", "json", "triples", "JSON")
_FORMATS = (_JSON, *_GRAPHS)


def saved_query_pages(settings: Settings, catalogue: Catalogue, service: QueryService, clients: Clients) -> Blueprint:
    """The catalogue, its queries, and their answers."""
    pages = Blueprint("saved_queries", __name__)

    @pages.get("/queries")
    @pages.get("/queries.<extension>")
    def listing(extension: str = "") -> Response:
        thing = Resource(CATALOGUE.value, "/queries", _FORMATS)
        return _all(catalogue, choose(thing, extension, settings.public_url))

    @pages.get(WELL_KNOWN)
    @pages.get(f"{WELL_KNOWN}.<extension>")
    def well_known(extension: str = "") -> Response:
        thing = Resource(CATALOGUE.value, WELL_KNOWN, _GRAPHS)
        return _all(catalogue, choose(thing, extension, settings.public_url))

    @pages.get("/queries/<name>")
    def page(name: str) -> BaseResponse:
        if request.path.endswith("/"):
            return moved(f"/queries/{name}")
        stem, extension = split_extension(name, _FORMATS)
        query = catalogue.find(stem)
        thing = Resource(iri_of(query).value, f"/queries/{query.name}", _FORMATS)
        return _one(service, query, choose(thing, extension, settings.public_url))

    @pages.get("/api/<name>")
    def run(name: str) -> Response:
        parts = request_parts()
        client = clients.identify(peer(), parts.headers).name
        plan = plan_saved(service, catalogue.find(name), parts, client)
        return carry_out(service, plan)

    return pages


def _all(catalogue: Catalogue, wanted: Representation) -> Response:
    queries = catalogue.queries.values()
    if wanted.format == _JSON:
        return respond(wanted, _json([as_json(query) for query in queries]))
    if wanted.format:
        return respond(wanted, _graph(wanted, wanted.format, *queries))
    page = render("queries.html", wanted.reader, subjects=catalogue.by_subject(), resource=wanted.resource)
    return respond(wanted, page.encode("utf-8"))


def _one(service: QueryService, query: SavedQuery, wanted: Representation) -> Response:
    if wanted.format == _JSON:
        return respond(wanted, _json(as_json(query) | {"query": query.text}))
    if wanted.format:
        return respond(wanted, _graph(wanted, wanted.format, query))
    page = render(
        "query.html",
        wanted.reader,
        query=query,
        formats=OFFERED[service.admit(query.text).form],
        edit_address=query_address(_ready_to_edit(query, service)) + "&edit=1",
        resource=wanted.resource,
    )
    return respond(wanted, page.encode("utf-8"))


def _graph(wanted: Representation, format: Format, *queries: SavedQuery) -> bytes:
    """Queries as RDF, to be sent to the edition wherever it is published, and here."""
    here = [Addresses(wanted.base).endpoint()] if wanted.base else []
    return serialise(tell_catalogue(queries, [ENDPOINT, *here]), format)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8") + b"\n"


def _ready_to_edit(query: SavedQuery, service: QueryService) -> str:
    """The query with its parameters at their defaults, as a text that runs in any editor."""
    return bind(query.body, service.admit(query.body), query.bind({}))


def as_json(query: SavedQuery) -> dict[str, Any]:
    """A saved query as an object of the listing."""
    example = {parameter.name: parameter.default for parameter in query.parameters}
    return {
        "name": query.name,
        "iri": iri_of(query).value,
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
