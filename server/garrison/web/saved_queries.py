"""The saved queries: ``/queries`` lists them, ``/queries/<name>`` explains one, ``/api/<name>`` runs it.

The first two are pages, JSON, and RDF: a saved query has its page for an address, as the dataset has, since it is a
document of ours and no part of the history. ``/.well-known/sparql-examples`` is where clients of the SIB's convention
look for such a catalogue.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from garrison.edition.catalogue import Catalogue, SavedQuery
from garrison.edition.views.queries import CATALOGUE, ENDPOINT, iri_of, tell_catalogue
from garrison.rdf.formats import DATASETS, TRIPLES, Format
from garrison.services.dataset_descriptions import Addresses
from garrison.services.query import QueryService
from garrison.settings import Settings
from garrison.web.clients import Clients
from garrison.web.gallery import SUBJECTS, QueryPages, look_through, tags_of
from garrison.web.planning import plan_saved
from garrison.web.remembering import is_repeatable
from garrison.web.representations import Representation, Resource, choose, moved, respond, split_extension
from garrison.web.result_views import VIEW_NAMES
from garrison.web.serialisation import serialise
from garrison.web.sparql import carry_out, own_address, peer, request_parts
from garrison.web.templating import render

WELL_KNOWN = "/.well-known/sparql-examples"
_GRAPHS = (*TRIPLES, *DATASETS)
_JSON = Format("json", "application/json", "json", "triples", "JSON")
_FORMATS = (_JSON, *_GRAPHS)
_SEARCH = ("q", "tag")  # parameters of the gallery


def saved_query_pages(settings: Settings, catalogue: Catalogue, service: QueryService, clients: Clients) -> Blueprint:
    """The catalogue, its queries, and their answers."""
    pages = Blueprint("saved_queries", __name__)
    pages_of = QueryPages(service)

    @pages.get("/queries")
    @pages.get("/queries.<extension>")
    def listing(extension: str = "") -> Response:
        thing = Resource(CATALOGUE.value, "/queries", _FORMATS, chosen=_given(_SEARCH))
        return _all(catalogue, choose(thing, extension, settings.public_url))

    @pages.get(WELL_KNOWN)
    @pages.get(f"{WELL_KNOWN}.<extension>")
    def well_known(extension: str = "") -> Response:
        thing = Resource(CATALOGUE.value, WELL_KNOWN, _GRAPHS)
        return _all(catalogue, choose(thing, extension, settings.public_url))

    @pages.get("/queries/<name>")
    def one(name: str) -> BaseResponse:
        if request.path.endswith("/"):
            return moved(f"/queries/{name}")
        stem, extension = split_extension(name, _FORMATS)
        query = catalogue.find(stem)
        chosen = _given(parameter.name for parameter in query.parameters)
        thing = Resource(iri_of(query).value, f"/queries/{query.name}", _FORMATS, chosen=chosen)
        wanted = choose(thing, extension, settings.public_url)
        client = clients.identify(peer(), request_parts(settings).headers).name
        return _one(pages_of, query, wanted, own_address(settings), client)

    @pages.get("/api/<name>")
    def run(name: str) -> Response:
        parts = request_parts(settings)
        client = clients.identify(peer(), parts.headers).name
        plan = plan_saved(service, catalogue.find(name), parts, client)
        return carry_out(service, plan)

    return pages


def _given(names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Those parameters that the current request sets."""
    return tuple((name, value) for name in names if (value := request.args.get(name)))


def _all(catalogue: Catalogue, wanted: Representation) -> Response:
    words, tag = (dict(wanted.resource.chosen).get(name, "") for name in _SEARCH)
    queries = look_through(catalogue.queries.values(), words, tag)
    if wanted.format == _JSON:
        return respond(wanted, _json([as_json(query) for query in queries]))
    if wanted.format:
        return respond(wanted, _graph(wanted, wanted.format, *queries))
    page = render(
        "queries.html",
        wanted.reader,
        found=Catalogue({query.name: query for query in queries}).by_subject(),
        count=len(queries),
        words=words,
        tag=tag,
        tags=tags_of(catalogue.queries.values()),
        subjects=SUBJECTS,
        view_names=VIEW_NAMES,
        resource=wanted.resource,
    )
    return respond(wanted, page.encode("utf-8"))


def _one(pages: QueryPages, query: SavedQuery, wanted: Representation, base: str, client: str) -> Response:
    if wanted.format == _JSON:
        return respond(wanted, _json(as_json(query) | {"query": query.text}))
    if wanted.format:
        return respond(wanted, _graph(wanted, wanted.format, query))
    context = pages.context(query, dict(wanted.resource.chosen), wanted.reader, base, client)
    page = render("query.html", wanted.reader, **context, base=base, resource=wanted.resource)
    is_for_all = context["result"] is not None and is_repeatable(query.text)
    return respond(wanted, page.encode("utf-8"), is_for_all=is_for_all)


def _graph(wanted: Representation, format: Format, *queries: SavedQuery) -> bytes:
    """Queries as RDF, to be sent to the edition wherever it is published, and here."""
    here = [Addresses(wanted.base).endpoint()] if wanted.base else []
    return serialise(tell_catalogue(queries, [ENDPOINT, *here]), format)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8") + b"\n"


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
