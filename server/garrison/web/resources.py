"""Every IRI of the edition answers: ``/id/<kind>/<slug>`` as a page or as RDF.

A claim's own triples are shown on its page, and come with it in the formats that can hold a named graph; in
the others they are left out, since without their graph a denied claim would read as a fact.
"""

from __future__ import annotations

import pyoxigraph as ox
from flask import Blueprint, Response

from garrison.engine.interface import Engine
from garrison.errors import UnknownResource
from garrison.rdf.formats import TRIPLES, Format
from garrison.rdf.prefixes import BASE
from garrison.rdf.terms import ID as ID_BASE
from garrison.services.describe import ID, DescribeService
from garrison.settings import Settings
from garrison.web.representations import Representation, Resource, choose, respond, split_extension
from garrison.web.resource_page import resource_page
from garrison.web.serialisation import serialise

DATASETS: tuple[Format, ...] = (
    Format("trig", "application/trig", "trig", "triples", "TriG"),
    Format("nquads", "application/n-quads", "nq", "triples", "N-Quads", (), ("nq",)),
)
_HOLDS_GRAPHS = ("trig", "nquads", "jsonld")


def resource_pages(settings: Settings, engine: Engine) -> Blueprint:
    """The addresses below ``/id/``, and the dataset's own."""
    pages = Blueprint("resources", __name__)
    service = DescribeService(engine)

    @pages.get("/id/<path:rest>")
    def resource(rest: str) -> Response:
        offered = (*TRIPLES, *DATASETS) if rest.startswith("claim/") else TRIPLES
        identifier, extension = split_extension(rest, offered)
        if not ID.fullmatch(identifier):
            raise UnknownResource(f"{identifier!r} cannot name anything: kinds and slugs are a-z, 0-9 and hyphens.")
        return answer(Resource(ID_BASE + identifier, f"/id/{identifier}", offered), extension)

    @pages.get("/dataset")
    def dataset() -> Response:
        return answer(Resource(BASE + "dataset", "/dataset", TRIPLES), "")

    def answer(thing: Resource, extension: str) -> Response:
        representation = choose(thing, extension, settings.public_url)
        return _data(service, representation) if representation.format else _page(service, representation)

    return pages


def _data(service: DescribeService, representation: Representation) -> Response:
    iri, page, format = representation.resource.iri, representation.page, representation.format
    assert format is not None
    triples, incoming = service.triples(iri, page)
    quads = [ox.Quad(t.subject, t.predicate, t.object) for t in triples]
    if "/id/claim/" in iri and format.name in _HOLDS_GRAPHS:
        name = ox.NamedNode(iri)
        quads += [ox.Quad(t.subject, t.predicate, t.object, name) for t in service.graph(iri)]
    return respond(representation, serialise(quads, format), has_next=incoming.has_next)


def _page(service: DescribeService, representation: Representation) -> Response:
    description = service.describe(representation.resource.iri, representation.page)
    body = resource_page(representation, description)
    return respond(representation, body.encode("utf-8"), has_next=description.incoming.has_next)
