"""``/sources`` and ``/sources/<slug>``: the sources, and each read passage by passage with its claims at the side.

The text of a source is shown where whoever runs the server holds it (``--source-text``), to browsers on this machine
alone; it is no part of any other representation.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, request
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from garrison.engine.interface import Engine
from garrison.rdf.formats import DATASETS, TRIPLES, Format
from garrison.rdf.prefixes import BASE
from garrison.rdf.terms import GAR
from garrison.services.claim_selection import Selection, as_query
from garrison.services.claims import ToldClaim, read_graphs
from garrison.services.contents import contents
from garrison.services.readings import Described, Reading, ReadingService, Source
from garrison.services.source_text import SourceText
from garrison.settings import Settings
from garrison.web.loopback import kept_to_ourselves, may_be_shown
from garrison.web.presentation import Presentation, query_address
from garrison.web.reader import Reader
from garrison.web.reading_room import furnish, sic
from garrison.web.representations import Representation, Resource, choose, moved, respond, split_extension
from garrison.web.serialisation import serialise
from garrison.web.templating import render
from garrison.web.told_json import passage_as_json, source_as_json

JSON = Format("json", "application/json", "json", "triples", "JSON")
FORMATS = (JSON, *TRIPLES, *DATASETS)
HOLD_GRAPHS = ("trig", "nquads", "jsonld")  # formats that keep the triples of a claim in its graph
_DESCRIPTION = "http://purl.org/dc/terms/description"
_KEPT_PAGES = 64  # each of some hundred kilobytes


def source_pages(
    settings: Settings, engine: Engine, readings: ReadingService, text: SourceText | None = None
) -> Blueprint:
    """The list of sources, and their reading rooms.

    :param text: of a source, if whoever runs the server holds it.
    """
    pages = Blueprint("sources", __name__)

    @pages.get("/sources")
    @pages.get("/sources.<extension>")
    def listing(extension: str = "") -> Response:
        resource = Resource(f"{BASE}sources", "/sources", FORMATS)
        return _all(readings, choose(resource, extension, settings.public_url))

    @pages.get("/sources/<name>")
    def reading_room(name: str) -> BaseResponse:
        if request.path.endswith("/"):
            return moved(f"/sources/{name}")
        address, extension = split_extension(name, FORMATS)
        source = readings.source(address)
        resource = Resource(source.iri, f"/sources/{address}", FORMATS, cited_at=f"/cite/id/source/{address}")
        representation = choose(resource, extension, settings.public_url)
        if representation.format:
            return _data(engine, readings, source, representation, representation.format)
        return page(source, representation)

    def page(source: Source, representation: Representation) -> Response:
        is_held = text is not None and text.digest in source.digests
        is_shown = is_held and _is_asked_from_here()
        reader = representation.reader
        content = written(source.address, representation.page, reader.language, reader.is_kept, is_shown)
        body = render(
            "source.html",
            reader,
            representation=representation,
            show=Presentation(reader, readings.labels([source.iri])),
            source=source,
            content=Markup(content),  # written by a template that escapes
            pages=readings.pages(source),
        )
        has_next = readings.pages(source) > representation.page
        # Who remembers an answer knows neither peer nor proxies: with the text or without, it may be for others only.
        response = respond(representation, body.encode("utf-8"), has_next, is_for_all=not is_held)
        return _kept_here(response, representation.base) if is_shown else response

    @lru_cache(_KEPT_PAGES)
    def written(address: str, page: int, language: str, is_kept: bool, is_shown: bool) -> str:
        """What stands on a page of a source, whatever the address it is asked by."""
        reading = readings.read(readings.source(address), page)
        shown = text.text if text and is_shown else None
        return _content(engine, readings, reading, Reader(language, is_kept), shown)

    return pages


def facts_of(things: Iterable[Described]) -> list[ox.Quad]:
    """What is written of things, as statements of the default graph."""
    return [
        ox.Quad(ox.NamedNode(thing.iri), ox.NamedNode(property), value)
        for thing in things
        for property, values in thing.facts.items()
        for value in values
    ]


def descriptions_of(claims: Iterable[ToldClaim]) -> list[ox.Quad]:
    """What is written of claims beside their graphs; the summary is that of their passage."""
    return [
        ox.Quad(ox.NamedNode(told.iri), ox.NamedNode(property), value)
        for told in claims
        for property, values in told.claim.properties.items()
        for value in values
        if property != GAR + "summary"
    ]


def as_json(value: Any) -> bytes:
    """A document of JSON, as people read it too."""
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"


def _all(readings: ReadingService, representation: Representation) -> Response:
    sources = readings.sources()
    labels = readings.labels({iri for source in sources for iri in (source.iri, *_named(source))})
    show, format = Presentation(representation.reader, labels), representation.format
    if format == JSON:
        return respond(representation, as_json([source_as_json(show, source) for source in sources]))
    if format:
        return respond(representation, serialise(facts_of(sources), format))
    body = render(
        "sources.html",
        representation.reader,
        representation=representation,
        show=show,
        sources=sources,
        description=_DESCRIPTION,
    )
    return respond(representation, body.encode("utf-8"))


def _data(
    engine: Engine, readings: ReadingService, source: Source, representation: Representation, format: Format
) -> Response:
    reading = readings.read(source, representation.page)
    has_next = reading.pages > representation.page
    if format == JSON:
        show = Presentation(representation.reader, reading.labels)
        told = source_as_json(show, source) | {
            "page": reading.page,
            "pages": reading.pages,
            "passages": [passage_as_json(show, passage) for passage in reading.passages],
        }
        return respond(representation, as_json(told), has_next)
    quads = [*facts_of([source, *reading.passages, *reading.emendations]), *descriptions_of(reading.claims)]
    if format.name in HOLD_GRAPHS:  # in the others, a claim that is denied would read as a fact
        quads += read_graphs(engine, {told.iri for told in reading.claims})
    return respond(representation, serialise(quads, format), has_next)


def _content(engine: Engine, readings: ReadingService, reading: Reading, reader: Reader, text: str | None) -> str:
    sections = contents(engine, reading.passages)
    labels = reading.labels | readings.labels(section.land for section in sections)
    query = query_address(as_query(Selection(aspects=(("source", reading.source.iri),))))
    return render(
        "reading.html",
        reader,
        room=furnish(reading, sections, text),
        show=Presentation(reader, labels),
        description=_DESCRIPTION,
        authors=set(reading.source.iris("author")),
        query_link=query,
        sic=sic,
    )


def _named(source: Source) -> list[str]:
    return [iri for name in ("kind", "author", "mirrorOf", "publishedIn") for iri in source.iris(name)]


def _is_asked_from_here() -> bool:
    fields = {name.lower(): value for name, value in request.headers.items()}
    return may_be_shown(request.remote_addr or "", fields)


def _kept_here(response: Response, base: str) -> Response:
    response.headers.pop("ETag", None)
    for name, value in kept_to_ourselves(base):
        response.headers[name] = value
    return response
