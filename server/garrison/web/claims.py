"""``/claims``: every claim, to be chosen by what it speaks of, when, by whom, and how it is weighed.

The choice stands in the address, as a form sends it without script; the same address is JSON and CSV, and leads to the
query that has the same rows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import pyoxigraph as ox
from flask import Blueprint, Response, request
from markupsafe import Markup

from garrison.engine.interface import Engine
from garrison.errors import UnknownResource
from garrison.rdf.formats import SOLUTIONS, Format
from garrison.rdf.prefixes import BASE
from garrison.services.claim_selection import ClaimTable, Row, as_query
from garrison.services.claims import ClaimReader, ToldClaim, named_in
from garrison.services.lookup import Term
from garrison.services.readings import ReadingService
from garrison.services.search import SearchService
from garrison.settings import Settings
from garrison.web.anchors import reading_path
from garrison.web.claim_filters import Filters, read_filters, short
from garrison.web.presentation import Presentation, query_address
from garrison.web.reader import Reader
from garrison.web.representations import Representation, Resource, choose, respond
from garrison.web.sources import JSON, as_json
from garrison.web.templating import marked, render
from garrison.web.told_json import claim_as_json

CSV = next(format for format in SOLUTIONS if format.name == "csv")
FORMATS: tuple[Format, ...] = (JSON, CSV)
PAGE_SIZE = 40  # claims of a page for people
DATA_SIZE = 1_000  # of a page of data
_KEPT_ITEMS = 4_096  # each of some two kilobytes
# Aspect -> its name in the form.
ASPECT_NAMES = {
    "certainty": marked("Certainty"),
    "modality": marked("How the source puts it"),
    "polarity": marked("Affirmed or denied"),
    "standing": marked("What the editors decide"),
    "voice": marked("Who says so"),
    "source": marked("Source"),
}
_WEIGHED = ("certainty", "modality", "polarity", "standing")
COLUMNS = ("claim", "passage", "source", "start", "says", "summary", "voice", *_WEIGHED, "bound", "emendations")


@dataclass(frozen=True, slots=True)
class Option:
    """A value that an aspect may be narrowed to."""

    value: str  # as it stands in the address
    iri: str
    count: int


def claim_pages(
    settings: Settings, engine: Engine, claims: ClaimReader, readings: ReadingService, search: SearchService
) -> Blueprint:
    """The list of claims."""
    pages = Blueprint("claims", __name__)
    table = ClaimTable(engine)

    @pages.get("/claims")
    @pages.get("/claims.<extension>")
    def listing(extension: str = "") -> Response:
        filters = read_filters(table, search, request.args)
        resource = Resource(f"{BASE}claims", "/claims", FORMATS, chosen=filters.given)
        representation = choose(resource, extension, settings.public_url)
        if representation.format:
            filters.require_sound()
        rows = table.choose(filters.selection, filters.order)
        size = DATA_SIZE if representation.format else PAGE_SIZE
        shown = rows[(representation.page - 1) * size : representation.page * size]
        if representation.page > 1 and not shown:
            raise UnknownResource(f"The claims that are chosen end before page {representation.page}.")
        has_next = len(rows) > representation.page * size
        if representation.format:
            return respond(representation, data(representation, representation.format, shown), has_next)
        return respond(representation, page(representation, filters, rows, shown).encode("utf-8"), has_next)

    def data(representation: Representation, format: Format, shown: Sequence[Row]) -> bytes:
        told = list(claims.read(row.iri for row in shown).values())
        show = Presentation(representation.reader, claims.labels(named_in(told)))
        if format == JSON:
            sources = [{"source": row.source, "start": row.start} for row in shown]
            return as_json([claim_as_json(show, each) | of for each, of in zip(told, sources, strict=True)])
        return _as_csv(show, shown, told)

    def page(representation: Representation, filters: Filters, rows: Sequence[Row], shown: Sequence[Row]) -> str:
        reader, counts = representation.reader, table.counts(filters.selection)
        options = {name: _options(table, filters, name, found) for name, found in counts.items()}
        iris = {each.iri for found in options.values() for each in found}
        iris |= {iri for things in filters.named.values() for iri in things}
        told = claims.read(row.iri for row in shown)
        claims.labels(named_in(told.values()))  # all at once, since each claim is told by itself
        return render(
            "claims.html",
            reader,
            representation=representation,
            show=Presentation(reader, claims.labels(iris)),
            filters=filters,
            options=options,
            aspect_names=ASPECT_NAMES,
            total=len(rows),
            all_claims=len(table.rows),
            is_cut=table.is_cut,
            first=(representation.page - 1) * PAGE_SIZE + 1,
            # Written by a template that escapes.
            listed=[Markup(item(row, reader.language, reader.is_kept)) for row in shown],
            pages=max(1, -(-len(rows) // PAGE_SIZE)),
            query_link=query_address(as_query(filters.selection, filters.order)),
        )

    @lru_cache(_KEPT_ITEMS)
    def item(row: Row, language: str, is_kept: bool) -> str:
        (told,), reader = claims.read([row.iri]).values(), Reader(language, is_kept)
        named = named_in([told]) | ({row.source} - {""})
        return render(
            "claim_told.html",
            reader,
            show=Presentation(reader, claims.labels(named)),
            row=row,
            told=told,
            path=reading_path(readings, row.source, row.passage),
        )

    return pages


def _options(table: ClaimTable, filters: Filters, aspect: str, counts: dict[str, int]) -> list[Option]:
    """The values of an aspect that something would be left of, the most frequent first, and the chosen one."""
    known = table.values(aspect)
    chosen = dict(filters.selection.aspects).get(aspect)
    counted = {**({chosen: 0} if chosen else {}), **counts}
    ordered = sorted(counted, key=lambda iri: (-counted[iri], iri))
    return [Option(short(iri, known), iri, counted[iri]) for iri in ordered]


def _as_csv(show: Presentation, rows: Sequence[Row], told: Sequence[ToldClaim]) -> bytes:
    """A header and a line for each claim; IRIs of one field are parted by a space, sentences by a semicolon."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for row, each in zip(rows, told, strict=True):
        summary = show.choose(each.claim.values("summary"))
        writer.writerow(
            [
                row.iri,
                row.passage,
                row.source,
                "" if row.start is None else row.start,
                as_text(show, each),
                summary.text if summary else "",
                _iris(each, "assertedBy"),
                *(_iris(each, aspect) for aspect in (*_WEIGHED, "bound", "dependsOn")),
            ]
        )
    return written.getvalue().encode("utf-8")


def as_text(show: Presentation, told: ToldClaim) -> str:
    """What a claim says, as a plain text: subject, property and values of each statement."""
    sentences = []
    for subject, properties in told.by_subject():
        pairs = [
            f"{show.name(property).text} {', '.join(_word(show, value) for value in show.readable(values))}"
            for property, values in properties
        ]
        sentences.append(f"{_word(show, subject)}: {', '.join(pairs)}")
    return "; ".join(sentences)


def _word(show: Presentation, term: Term) -> str:
    return show.name(term.value).text if isinstance(term, ox.NamedNode) else term.value


def _iris(told: ToldClaim, local_name: str) -> str:
    return " ".join(sorted(term.value for term in told.claim.values(local_name)))
