"""The dataset as a whole: ``/dataset`` (DCAT), ``/.well-known/void`` and the downloads of ``/dumps``."""

from __future__ import annotations

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, request, send_file
from werkzeug.wrappers import Response as BaseResponse

from garrison.edition.dumps import SUMS
from garrison.engine.interface import Engine
from garrison.errors import UnknownResource
from garrison.rdf.formats import TRIPLES
from garrison.services.dataset_descriptions import DATASET, Addresses, dcat_description, void_description
from garrison.services.lookup import Term, construct
from garrison.services.publication import Publication
from garrison.settings import Settings
from garrison.web.addresses import base_url
from garrison.web.presentation import Presentation
from garrison.web.representations import Representation, Resource, choose, respond
from garrison.web.serialisation import serialise
from garrison.web.templating import render

VOID = "/.well-known/void"
_TEXTS = ("title", "description", "rights", "provenance")  # of dcterms:, in this order on the page
_DCTERMS = "http://purl.org/dc/terms/"
_GZIP = "application/gzip"


def dataset_pages(settings: Settings, publication: Publication, engine: Engine) -> Blueprint:
    """What the dataset is, what it holds in numbers, and its files."""
    pages = Blueprint("datasets", __name__)

    @pages.get("/dataset")
    @pages.get("/dataset.<extension>")
    def dataset(extension: str = "") -> Response:
        return answer(Resource(DATASET.value, "/dataset", TRIPLES, cited_at="/cite/dataset"), extension)

    @pages.get(VOID)
    @pages.get(f"{VOID}.<extension>")
    def void(extension: str = "") -> Response:
        return answer(Resource(DATASET.value, VOID, TRIPLES), extension)

    @pages.get("/dumps")
    def dumps() -> BaseResponse:
        return redirect("/dataset", 303)

    @pages.get("/dumps/latest/<file>")
    def latest(file: str) -> BaseResponse:
        """The address to bookmark; what it leads to never changes."""
        return redirect(f"/dumps/{publication.version}/{_require(publication, publication.version, file)}", 302)

    @pages.get("/dumps/<version>/<file>")
    def dump(version: str, file: str) -> Response:
        return _file(publication, _require(publication, version, file))

    def answer(thing: Resource, extension: str) -> Response:
        representation = choose(thing, extension, settings.public_url)
        at = Addresses(base_url(settings.public_url, request.scheme, request.headers.get("Host")) or _local(settings))
        if representation.format is None:
            return respond(representation, _page(publication, engine, at, representation).encode("utf-8"))
        if thing.path == VOID:
            quads = [*void_description(publication, at)]
        else:
            told = construct(engine, f"CONSTRUCT WHERE {{ {DATASET} ?p ?o }}")
            quads = [*dcat_description(publication, at), *(_quad(triple) for triple in told)]
        return respond(representation, serialise(quads, representation.format))

    return pages


def _require(publication: Publication, version: str, file: str) -> str:
    """The name of a file that is there; the address itself never becomes a path.

    :raises UnknownResource: for another version or file, saying what there is.
    """
    if version != publication.version:
        raise UnknownResource(f"Only version {publication.version} is published here; /dumps/latest leads to it.")
    if file != SUMS and file not in publication.dumps:
        listed = ", ".join((*publication.dumps, SUMS))
        raise UnknownResource(f"There is no download called {file!r}. There are {listed}.")
    return file


def _file(publication: Publication, file: str) -> Response:
    """Send a download, whole or in part (RFC 9110, section 14)."""
    if file == SUMS:
        sums = "".join(f"{dump.sha256}  {name}\n" for name, dump in publication.dumps.items())
        return Response(sums, content_type="text/plain; charset=utf-8")
    dump = publication.dumps[file]
    response = send_file(dump.path, _GZIP, as_attachment=True, download_name=file, conditional=True, etag=dump.sha256)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"  # the version is in the address
    return response


def _page(publication: Publication, engine: Engine, at: Addresses, representation: Representation) -> str:
    told = construct(engine, f"CONSTRUCT WHERE {{ {DATASET} ?p ?o }}")
    show = Presentation(representation.reader)
    texts = {name: show.choose(_values(told, _DCTERMS + name)) for name in _TEXTS}
    return render(
        "dataset.html",
        representation.reader,
        texts=texts,
        publication=publication,
        counts=publication.partitions.get("", {}),
        addresses=at,
        resource=representation.resource,
        sums=SUMS,
        has_methods=(publication.folder / "graph_data" / "METHODS.md").is_file(),
    )


def _values(triples: list[ox.Triple], predicate: str) -> list[Term]:
    return [t.object for t in triples if t.predicate.value == predicate and not isinstance(t.object, ox.Triple)]


def _quad(triple: ox.Triple) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object)


def _local(settings: Settings) -> str:
    """Where a request that names no usable host may find this server."""
    return f"http://127.0.0.1:{settings.port}"
