"""``/emendations``: the editors' table of garbled readings, what is read instead and why, and what rests on that."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from functools import lru_cache

import pyoxigraph as ox
from flask import Blueprint, Response, request
from markupsafe import Markup

from garrison.engine.interface import Engine
from garrison.errors import ParameterRefused, UnknownResource
from garrison.rdf.formats import SOLUTIONS, TRIPLES, Format
from garrison.rdf.prefixes import BASE
from garrison.rdf.terms import GAR
from garrison.services.emendations import EmendationTable, as_query
from garrison.services.lookup import Term
from garrison.services.readings import Emendation, ReadingService, read_emendations
from garrison.settings import Settings
from garrison.web.anchors import anchor, reading_path
from garrison.web.claim_filters import NO_VALUE, short
from garrison.web.presentation import Presentation, query_address
from garrison.web.reader import Reader
from garrison.web.representations import Representation, Resource, choose, respond
from garrison.web.serialisation import serialise
from garrison.web.sources import JSON, as_json, facts_of
from garrison.web.templating import render
from garrison.web.told_json import emendation_as_json

CSV = next(format for format in SOLUTIONS if format.name == "csv")
FORMATS: tuple[Format, ...] = (JSON, CSV, *TRIPLES)
PAGE_SIZE = 200
_KEPT_PAGES = 64
COLUMNS = ("emendation", "passage", "sic", "reading", "basis", "alternative", "certainty", "claims")


def emendation_pages(settings: Settings, engine: Engine, readings: ReadingService) -> Blueprint:
    """The table."""
    pages = Blueprint("emendations", __name__)
    table = EmendationTable(engine)

    @pages.get("/emendations")
    @pages.get("/emendations.<extension>")
    def listing(extension: str = "") -> Response:
        asked = request.args.get("certainty", "").strip()[:500]
        chosen = _certainty(table, asked)
        given = (("certainty", short(chosen, table.counts())),) if chosen else ()
        representation = choose(
            Resource(f"{BASE}emendations", "/emendations", FORMATS, chosen=given), extension, settings.public_url
        )
        if asked and not chosen and representation.format:
            raise ParameterRefused(f"The parameter certainty is {asked!r}. {NO_VALUE}", "certainty")
        iris = table.choose(chosen)
        shown = tuple(iris[(representation.page - 1) * PAGE_SIZE : representation.page * PAGE_SIZE])
        if representation.page > 1 and not shown:
            raise UnknownResource(f"The emendations end before page {representation.page}.")
        has_next = len(iris) > representation.page * PAGE_SIZE
        if representation.format:
            return respond(representation, data(representation, representation.format, shown), has_next)
        fault = NO_VALUE if asked and not chosen else ""
        return respond(representation, page(representation, shown, len(iris), chosen, fault), has_next)

    def data(representation: Representation, format: Format, shown: Sequence[str]) -> bytes:
        emendations = list(read_emendations(engine, shown).values())
        show = Presentation(representation.reader, readings.labels(_named(emendations)))
        if format == JSON:
            return as_json([emendation_as_json(show, each) for each in emendations])
        if format == CSV:
            return _as_csv(show, emendations)
        rest = ox.NamedNode(GAR + "dependsOn")
        resting = [ox.Quad(ox.NamedNode(claim), rest, ox.NamedNode(e.iri)) for e in emendations for claim in e.claims]
        return serialise([*facts_of(emendations), *resting], format)

    def page(representation: Representation, shown: tuple[str, ...], total: int, chosen: str, fault: str) -> bytes:
        counts, reader = table.counts(), representation.reader
        body = render(
            "emendations.html",
            reader,
            representation=representation,
            show=Presentation(reader, readings.labels(counts)),
            rows=Markup(rows(shown, reader.language, reader.is_kept)),  # written by a template that escapes
            total=total,
            counts={iri: (short(iri, counts), count) for iri, count in counts.items()},
            chosen=chosen,
            fault=fault,
            pages=max(1, -(-total // PAGE_SIZE)),
            query_link=query_address(as_query(chosen)),
        )
        return body.encode("utf-8")

    @lru_cache(_KEPT_PAGES)
    def rows(shown: tuple[str, ...], language: str, is_kept: bool) -> str:
        emendations, reader = list(read_emendations(engine, shown).values()), Reader(language, is_kept)
        sources = table.sources(iri for each in emendations for iri in each.iris("emends"))
        paths = {iri: reading_path(readings, source, iri) for iri, source in sources.items()}
        return render(
            "emendation_rows.html",
            reader,
            show=Presentation(reader, readings.labels(_named(emendations))),
            emendations=emendations,
            passages={iri: path for iri, path in paths.items() if path},
            anchor=anchor,
        )

    return pages


def _certainty(table: EmendationTable, asked: str) -> str:
    """The certainty that a word or an IRI stands for; nothing if no emendation has it."""
    return next((iri for iri in table.counts() if asked in (iri, iri.rsplit("/", 1)[-1])), "") if asked else ""


def _as_csv(show: Presentation, emendations: Iterable[Emendation]) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for each in emendations:
        texts = [_text(show, each.values(name)) for name in ("sic", "reading", "basis", "alternative")]
        writer.writerow(
            [each.iri, " ".join(each.iris("emends")), *texts, " ".join(each.iris("certainty")), " ".join(each.claims)]
        )
    return written.getvalue().encode("utf-8")


def _text(show: Presentation, terms: Sequence[Term]) -> str:
    return "; ".join(term.value for term in show.readable(list(terms)))


def _named(emendations: Iterable[Emendation]) -> set[str]:
    found: set[str] = set()
    for each in emendations:
        found |= {each.iri, *each.iris("emends"), *each.iris("certainty"), *each.claims}
    return found
