"""``/ontology`` and what lies below it: documents, their versions, and terms with their definitions.

A term is ``ontology#Name``, and the part after the hash never reaches a server: the page gives each term that
anchor. ``/ontology/Name``, which people type, leads there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from garrison.errors import UnknownResource
from garrison.rdf.formats import TRIPLES, Format
from garrison.rdf.prefixes import BASE
from garrison.services.near import NearNames
from garrison.services.ontologies import RDF_TYPE, Ontologies, OntologyDocument
from garrison.settings import Settings
from garrison.web.presentation import Presentation, Text, short_name
from garrison.web.representations import Representation, Resource, choose, moved, respond, split_extension
from garrison.web.serialisation import serialise
from garrison.web.templating import render

_OWL = "http://www.w3.org/2002/07/owl#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_DCTERMS = "http://purl.org/dc/terms/"
_SH = "http://www.w3.org/ns/shacl#"
SECTIONS = (
    ("Classes", _OWL + "Class"),
    ("Object properties", _OWL + "ObjectProperty"),
    ("Datatype properties", _OWL + "DatatypeProperty"),
    ("Annotation properties", _OWL + "AnnotationProperty"),
    ("Schemes", _SKOS + "ConceptScheme"),
    ("Concepts", _SKOS + "Concept"),
    ("Shapes", _SH + "NodeShape"),
)
_LINKS = (
    ("is a kind of", _RDFS + "subClassOf"),
    ("is a kind of", _RDFS + "subPropertyOf"),
    ("the other way round", _OWL + "inverseOf"),
    ("from", _RDFS + "domain"),
    ("to", _RDFS + "range"),
    ("in the scheme", _SKOS + "inScheme"),
    ("narrower than", _SKOS + "broader"),
    ("checks", _SH + "targetClass"),
)


@dataclass(frozen=True, slots=True)
class TermView:
    """One term as the page shows it."""

    iri: str
    anchor: str
    definition: Text | None
    note: Text | None
    examples: tuple[str, ...]
    links: tuple[tuple[str, tuple[str, ...]], ...]  # what the link says, and where it leads


def ontology_pages(settings: Settings, ontologies: Ontologies, near: NearNames, types: Mapping[str, str]) -> Blueprint:
    """``/ontology``, its documents, and the short way to a term."""
    pages = Blueprint("ontology", __name__)

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
        return respond(representation, _page(ontologies, document, representation).encode("utf-8"))

    return pages


def _data(document: OntologyDocument, format: Format, types: Mapping[str, str]) -> bytes:
    """The file as its editors wrote it, or its triples in another format."""
    if format.name == "turtle":
        return document.path.read_bytes()
    return serialise((ox.Quad(t.subject, t.predicate, t.object) for t in document.triples), format, types)


def _page(ontologies: Ontologies, document: OntologyDocument, representation: Representation) -> str:
    show = Presentation(representation.reader, ontologies.labels())
    sections = [
        (title, [_view(document, show, term) for term in document.terms(kind) if _is_own(document, term)])
        for title, kind in SECTIONS
    ]
    return render(
        "ontology.html",
        representation.reader,
        document=document,
        documents=sorted({each.iri for each in ontologies.documents.values()}),
        show=show,
        title=show.choose(document.values(document.iri, _DCTERMS + "title")) or show.name(document.iri),
        about=show.choose(document.values(document.iri, _DCTERMS + "description")),
        version=show.choose(document.values(document.iri, _OWL + "versionInfo")),
        sections=[(title, views) for title, views in sections if views],
        representation=representation,
        short_name=short_name,
    )


def _view(document: OntologyDocument, show: Presentation, term: str) -> TermView:
    links = [(says, tuple(document.named(term, property))) for says, property in _LINKS]
    definitions = document.values(term, _SKOS + "definition") or document.values(term, _RDFS + "comment")
    return TermView(
        iri=term,
        anchor=term.partition("#")[2] or term.removeprefix(BASE + "id/"),
        definition=show.choose(definitions or document.values(term, _DCTERMS + "description")),
        note=show.choose(document.values(term, _SKOS + "scopeNote")),
        examples=tuple(e.value for e in document.values(term, _SKOS + "example") if isinstance(e, ox.Literal)),
        links=tuple((says, iris) for says, iris in links if iris),
    )


def _is_own(document: OntologyDocument, term: str) -> bool:
    """Terms of other vocabularies are declared for OWL's sake only."""
    return term.startswith(BASE) and term != document.iri
