"""The Flask application: every page and every address that is not streamed by the ASGI door.

It is whole by itself: the blueprint for ``/sparql`` answers queries too, so ``flask run`` or any WSGI server
will do where a stream that breaks midway may end as a clean one.
"""

from __future__ import annotations

import re
from functools import partial

from flask import Flask, Response, request
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as BaseResponse

from garrison.edition.views.queries import CATALOGUE, iri_of
from garrison.engine.interface import Engine
from garrison.rdf.terms import INFERRED
from garrison.services.claims import ClaimReader
from garrison.services.completion import Completer
from garrison.services.json_context import json_context
from garrison.services.near import NearNames
from garrison.services.publication import Publication
from garrison.services.query import QueryService
from garrison.services.readings import ReadingService
from garrison.services.search import SearchService
from garrison.services.source_text import SourceText
from garrison.settings import Settings
from garrison.web import headers
from garrison.web.addresses import base_url
from garrison.web.anchors import reading_path
from garrison.web.citations import citation_pages
from garrison.web.claims import claim_pages
from garrison.web.clients import Clients
from garrison.web.completion import completion_pages
from garrison.web.context import context_pages
from garrison.web.datasets import dataset_pages
from garrison.web.emendations import emendation_pages
from garrison.web.graph_view import graph_views
from garrison.web.graphs import graph_pages
from garrison.web.methods import methods_page
from garrison.web.ontology import ontology_pages
from garrison.web.problem_pages import problem_pages
from garrison.web.problems import Answer, problem_of, render_problem
from garrison.web.protocol import endpoint_path, view_of
from garrison.web.representations import current_reader, moved
from garrison.web.resources import resource_pages
from garrison.web.running import running_pages
from garrison.web.saved_queries import saved_query_pages
from garrison.web.search import search_pages
from garrison.web.sources import source_pages
from garrison.web.sparql import sparql_endpoint
from garrison.web.start import start_pages
from garrison.web.templating import FRONTEND


def create_app(
    settings: Settings,
    publication: Publication,
    engine: Engine,
    service: QueryService,
    text: SourceText | None = None,
) -> Flask:
    """Join the parts.

    :param text: of a source, if whoever runs the server holds it.
    """
    app = Flask("garrison", static_folder=str(FRONTEND / "static"))
    app.url_map.strict_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.register_blueprint(start_pages(settings, publication, engine))
    app.register_blueprint(problem_pages())
    search = SearchService(engine)
    app.register_blueprint(search_pages(search))
    clients = Clients(settings)
    app.register_blueprint(running_pages(engine, clients))
    app.register_blueprint(completion_pages(engine, Completer(engine, publication.partitions)))
    app.register_blueprint(sparql_endpoint(settings, publication, engine, service, clients))
    app.register_blueprint(dataset_pages(settings, publication, engine))
    app.register_blueprint(methods_page(publication))
    app.register_blueprint(saved_query_pages(settings, publication.catalogue, service, clients))
    context = json_context(publication.ontologies)
    types = context.types if context else {}
    near = NearNames(engine, publication.ontologies.terms())
    documents = _documents(publication)
    claims = ClaimReader(engine)
    readings = ReadingService(engine, claims)
    room = partial(reading_path, readings)
    app.register_blueprint(resource_pages(settings, publication, engine, near, types, documents, room))
    app.register_blueprint(citation_pages(settings, publication, engine, near))
    app.register_blueprint(ontology_pages(settings, publication, engine, near, types))
    app.register_blueprint(context_pages(context))
    app.register_blueprint(graph_pages(settings, engine))
    app.register_blueprint(graph_views(settings, engine, near))
    app.register_blueprint(source_pages(settings, engine, readings, text))
    app.register_blueprint(claim_pages(settings, engine, claims, readings, search))
    app.register_blueprint(emendation_pages(settings, engine, readings))
    app.before_request(_lead_to_one_slash)
    app.after_request(_add_common_headers)

    @app.errorhandler(Exception)
    def answer_problem(error: Exception) -> Response:
        base = base_url(settings.public_url, request.scheme, request.headers.get("Host"))
        accept, query = request.headers.get("Accept"), request.args.get("query")
        endpoint = endpoint_path(view_of(request.path) or "")
        return as_response(render_problem(problem_of(error), accept, base, query, endpoint, current_reader()))

    return app


def _documents(publication: Publication) -> frozenset[str]:
    """What has an IRI and an address, and no place in the dataset: saved queries, files of the ontology, a graph."""
    queries = (iri_of(query).value for query in publication.catalogue.queries.values())
    return frozenset((CATALOGUE.value, *queries, INFERRED.value, *publication.ontologies.documents))


def as_response(answer: Answer) -> Response:
    """A Flask response from an answer that knows no framework."""
    return Response(answer.body, answer.status, list(answer.headers))


def _lead_to_one_slash() -> BaseResponse | None:
    """Redirect by path alone: Werkzeug would lead to the host that the client names."""
    doubled = isinstance(request.routing_exception, RequestRedirect)
    return moved(re.sub("/+", "/", request.path)) if doubled else None


def _add_common_headers(response: Response) -> Response:
    for name, value in headers.completed(response.headers.items()):
        response.headers.setdefault(name, value)
    if request.method == "OPTIONS":
        for name, value in headers.preflight(tuple(response.headers.get("Allow", "GET").split(", "))):
            response.headers.setdefault(name, value)
    return response
