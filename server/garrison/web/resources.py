"""Every IRI of the edition answers: ``/id/<kind>/<slug>`` as a page or as RDF.

A claim's own triples are shown on its page, and come with it in the formats that can hold a named graph; in
the others they are left out, since without their graph a denied claim would read as a fact.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from garrison.engine.interface import Engine
from garrison.errors import UnknownResource
from garrison.rdf.formats import DATASETS, TRIPLES
from garrison.rdf.prefixes import BASE
from garrison.rdf.terms import ID as ID_BASE
from garrison.services.citation import Citation, CitationService
from garrison.services.describe import ID, DescribeService
from garrison.services.description import Description
from garrison.services.lookup import Lookup, Lookups
from garrison.services.near import NearNames
from garrison.services.publication import Publication
from garrison.services.spellings import spellings
from garrison.services.surroundings import Surroundings, is_apparatus, surround
from garrison.services.whereabouts import read_whereabouts
from garrison.settings import Settings
from garrison.web.figures import Figures, figures_of
from garrison.web.paging import page_of_links
from garrison.web.presentation import Presentation, Room
from garrison.web.reader import Reader
from garrison.web.representations import Representation, Resource, choose, moved, respond, split_extension
from garrison.web.resource_page import View, resource_page
from garrison.web.serialisation import serialise
from garrison.web.structured_data import schema_classes

_HOLDS_GRAPHS = ("trig", "nquads", "jsonld")


def resource_pages(
    settings: Settings,
    publication: Publication,
    engine: Engine,
    near: NearNames,
    types: Mapping[str, str],
    documents: Collection[str],
    room: Room,
) -> Blueprint:
    """The addresses below ``/id/``, and the way there from any spelling of an IRI.

    :param documents: IRIs that answer though the dataset says nothing of them.
    :param room: where sources are read as a whole.
    """
    pages = Blueprint("resources", __name__)
    service = DescribeService(engine)
    citing = CitationService(engine, publication.version)
    classes = schema_classes(publication.ontologies.superclasses())

    @pages.get("/id")
    def look_up() -> BaseResponse:
        """Lead from an IRI, however it is spelt, to its address here."""
        iri = request.args.get("iri", "")
        meant = [each for each in spellings(iri) if each.startswith(BASE)]
        found = next((each for each in meant if each in documents), None) or service.find(meant)
        if not found:
            raise UnknownResource(f"The edition has nothing called {iri!r}; /id?iri=… takes an IRI.", near.near(iri))
        return redirect(Presentation.href(found) or "/", 303)

    @pages.get("/id/<path:rest>")
    def resource(rest: str) -> BaseResponse:
        if rest.endswith("/"):
            return moved(f"/id/{rest.rstrip('/')}")
        offered = (*TRIPLES, *DATASETS) if rest.startswith("claim/") else TRIPLES
        identifier, extension = split_extension(rest, offered)
        iri = ID_BASE + identifier if ID.fullmatch(identifier) else service.find(spellings(ID_BASE + identifier))
        try:
            if iri is None:
                raise UnknownResource(f"The edition has nothing called {identifier!r}.")
            path = Presentation.href(iri) or ""
            return answer(Resource(iri, path, offered, cited_at=f"/cite{path}"), extension)
        except UnknownResource as error:
            raise UnknownResource(str(error), near.near(ID_BASE + identifier)) from error

    def answer(thing: Resource, extension: str) -> Response:
        representation = choose(thing, extension, settings.public_url)
        if representation.format:
            return _data(service, representation, types)
        with Lookups(engine) as lookups:
            cited = citing.find(lookups, thing.iri)
            description = service.describe(thing.iri, representation.page)
            view = _view(engine, description, representation.reader, cited, room)
        body = resource_page(representation, view, classes)
        return respond(representation, body.encode("utf-8"), has_next=description.incoming.has_next)

    return pages


def _data(service: DescribeService, representation: Representation, types: Mapping[str, str]) -> Response:
    iri, page, format = representation.resource.iri, representation.page, representation.format
    assert format is not None
    triples, incoming = service.triples(iri, page)
    quads = [ox.Quad(t.subject, t.predicate, t.object) for t in triples]
    if "/id/claim/" in iri and format.name in _HOLDS_GRAPHS:
        name = ox.NamedNode(iri)
        quads += [ox.Quad(t.subject, t.predicate, t.object, name) for t in service.graph(iri)]
    quads += page_of_links(representation, incoming)
    return respond(representation, serialise(quads, format, types), has_next=incoming.has_next)


def _view(engine: Engine, description: Description, reader: Reader, cited: Lookup[Citation | None], room: Room) -> View:
    """Look up what the page of a thing shows beside its description."""
    around, figures = Surroundings(), Figures()
    if is_apparatus(description):
        around = surround(engine, description)
    else:
        figures = figures_of(read_whereabouts(engine, description), description.iri, reader)
    return View(description, around, figures, cited.found(), room)
