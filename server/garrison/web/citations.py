"""``/cite/…``: how to cite the edition, and each thing of it, for people and for reference managers."""

from __future__ import annotations

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as BaseResponse

from garrison.engine.interface import Engine
from garrison.errors import UnknownResource
from garrison.rdf.terms import ID as ID_BASE
from garrison.services.citation import DATASET, Citation, CitationService
from garrison.services.citation_formats import CITATIONS, WRITERS
from garrison.services.describe import ID, DescribeService
from garrison.services.near import NearNames
from garrison.services.publication import Publication
from garrison.services.spellings import spellings
from garrison.settings import Settings
from garrison.web.presentation import Presentation
from garrison.web.representations import Representation, Resource, choose, moved, respond, split_extension
from garrison.web.templating import render


def citation_pages(settings: Settings, publication: Publication, engine: Engine, near: NearNames) -> Blueprint:
    """The addresses below ``/cite``: that of a thing, with ``/cite`` before it."""
    pages = Blueprint("citations", __name__)
    service, describing = CitationService(engine, publication.version), DescribeService(engine)

    @pages.get("/cite")
    def cite() -> BaseResponse:
        return redirect("/cite/dataset", 308)

    @pages.get("/cite/dataset")
    @pages.get("/cite/dataset.<extension>")
    def edition(extension: str = "") -> Response:
        representation = choose(Resource(DATASET.value, "/cite/dataset", CITATIONS), extension, settings.public_url)
        return _answer(representation, service.edition())

    @pages.get("/cite/id/<path:rest>")
    def thing(rest: str) -> BaseResponse:
        if rest.endswith("/"):
            return moved(f"/cite/id/{rest.rstrip('/')}")
        identifier, extension = split_extension(rest, CITATIONS)
        iri = ID_BASE + identifier
        found: str | None = iri if ID.fullmatch(identifier) else describing.find(spellings(iri))
        try:
            if found is None:
                raise UnknownResource(f"The edition has nothing called {identifier!r}.")
            path = f"/cite{Presentation.href(found)}"
            representation = choose(Resource(found, path, CITATIONS), extension, settings.public_url)
            return _answer(representation, service.thing(found))
        except UnknownResource as error:
            raise UnknownResource(str(error), near.near(iri)) from error

    return pages


def _answer(representation: Representation, citation: Citation) -> Response:
    format = representation.format
    if format:
        return respond(representation, WRITERS[format.name](citation).encode("utf-8"))
    page = render(
        "citation.html",
        representation.reader,
        citation=citation,
        href=Presentation(representation.reader).link(citation.url),
        resource=representation.resource,
        written=[(each, WRITERS[each.name](citation).strip()) for each in representation.resource.offered],
    )
    return respond(representation, page.encode("utf-8"))
