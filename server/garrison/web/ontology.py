"""``/ontology`` and what lies below it: documents, their versions, and terms with their definitions.

A term is ``ontology#Name``, and the part after the hash never reaches a server: the page gives each term that
anchor. ``/ontology/Name``, which people type, leads there.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from garrison.engine.interface import Engine
from garrison.errors import UnknownResource
from garrison.rdf.formats import TRIPLES, Format
from garrison.rdf.prefixes import BASE
from garrison.services.near import NearNames
from garrison.services.ontologies import RDF_TYPE, OntologyDocument
from garrison.services.publication import Publication
from garrison.services.term_usage import read_term_usage
from garrison.settings import Settings
from garrison.web.ontology_page import WrittenPages
from garrison.web.representations import Resource, choose, moved, respond, split_extension
from garrison.web.serialisation import serialise


def ontology_pages(
    settings: Settings, publication: Publication, engine: Engine, near: NearNames, types: Mapping[str, str]
) -> Blueprint:
    """``/ontology``, its documents, and the short way to a term."""
    pages = Blueprint("ontology", __name__)
    ontologies = publication.ontologies
    written = WrittenPages(ontologies, partial(read_term_usage, engine, publication, ontologies.terms()))

    @pages.get("/ontology", defaults={"extension": ""})
    @pages.get("/ontology.<extension>")
    def core(extension: str) -> BaseResponse:
        if request.path.endswith("/"):
            return moved("/ontology")
        return answer(*split_extension(f"ontology.{extension}" if extension else "ontology", TRIPLES))

    @pages.get("/ontology/<path:rest>")
    def below(rest: str) -> BaseResponse:
        if rest.endswith("/"):
            return moved(f"/ontology/{rest.rstrip('/')}")
        for document in ontologies.documents.values():
            if (f"{document.iri}#{rest}", RDF_TYPE) in document.index:
                return redirect(f"/{document.iri.removeprefix(BASE)}#{rest}", 303)
        return answer(*split_extension(f"ontology/{rest}", TRIPLES))

    def answer(name: str, extension: str) -> Response:
        try:
            document = ontologies.find(BASE + name)
        except UnknownResource as error:
            raise UnknownResource(str(error), near.near(BASE + name)) from error
        representation = choose(Resource(BASE + name, f"/{name}", TRIPLES), extension, settings.public_url)
        if representation.format:
            return respond(representation, _data(document, representation.format, types))
        return respond(representation, written.page(document, representation))

    return pages


def _data(document: OntologyDocument, format: Format, types: Mapping[str, str]) -> bytes:
    """The file as its editors wrote it, or its triples in another format."""
    if format.name == "turtle":
        return document.path.read_bytes()
    return serialise((ox.Quad(t.subject, t.predicate, t.object) for t in document.triples), format, types)
