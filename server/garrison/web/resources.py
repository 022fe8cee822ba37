"""Every IRI of the edition answers: ``/id/<kind>/<slug>`` as a page or as RDF.

A claim's own triples are shown on its page, and come with it in the formats that can hold a named graph; in
the others they are left out, since without their graph a denied claim would read as a fact.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox
from flask import Blueprint, Response, request

from garrison.engine.interface import Engine
from garrison.errors import UnknownResource
from garrison.rdf.formats import TRIPLES, Format
from garrison.rdf.prefixes import BASE, PREFIXES
from garrison.rdf.terms import GAR, LABEL, RDF_TYPE
from garrison.rdf.terms import ID as ID_BASE
from garrison.services.describe import ID, DescribeService
from garrison.services.description import HELD_MODALITIES, Claim, Description, Statement
from garrison.services.lookup import Term
from garrison.web.negotiation import negotiate, reader_language
from garrison.web.planning import is_page
from garrison.web.presentation import Presentation, query_address
from garrison.web.templating import render

DATASETS: tuple[Format, ...] = (
    Format("trig", "application/trig", "trig", "triples", "TriG"),
    Format("nquads", "application/n-quads", "nq", "triples", "N-Quads", (), ("nq",)),
)
_LAST_PAGE = 1_000_000
_HOLDS_GRAPHS = ("trig", "nquads", "jsonld")
_DCTERMS = "http://purl.org/dc/terms/"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
# Shown in the heading of the page, not again in its table.
_IN_HEADING = {
    LABEL.value,
    GAR + "coinedLabel",
    _DCTERMS + "description",
    _SKOS + "prefLabel",
    _SKOS + "definition",
}
# The build derives these from the date; they are for sorting and for comparing.
_DERIVED = {GAR + name for name in ("begin", "end", "latestBegin", "earliestEnd")}
# For checking by machine; nobody reads a digest.
_TECHNICAL = {
    GAR + "digest",
    GAR + "textDigest",
    "http://www.w3.org/ns/oa#start",
    "http://www.w3.org/ns/oa#end",
    "http://www.w3.org/2000/01/rdf-schema#isDefinedBy",
}
_FIRST = [GAR + name for name in ("kind", "summary", "passage", "assertedBy", "edtf", "place")]


@dataclass(frozen=True, slots=True)
class Group:
    """The statements of one property, as one row of a table."""

    property: str
    statements: tuple[Statement, ...]


def resource_pages(engine: Engine) -> Blueprint:
    """The addresses below ``/id/``, and the dataset's own."""
    pages = Blueprint("resources", __name__)
    service = DescribeService(engine)

    @pages.get("/id/<kind>/<slug>")
    def resource(kind: str, slug: str) -> Response:
        identifier = f"{kind}/{slug}"
        if not ID.fullmatch(identifier):
            raise UnknownResource(f"{identifier!r} cannot name anything: kinds and slugs are a-z, 0-9 and hyphens.")
        return _answer(service, ID_BASE + identifier)

    @pages.get("/dataset")
    def dataset() -> Response:
        return _answer(service, BASE + "dataset")

    return pages


def _answer(service: DescribeService, iri: str) -> Response:
    format_name, accept = request.args.get("format"), request.headers.get("Accept")
    if is_page(format_name, accept):
        return _page(service, iri)
    return _rdf(service, iri, negotiate(accept, (*TRIPLES, *DATASETS), format_name))


def serialise(quads: Iterable[ox.Quad], format: Format) -> bytes:
    """Write statements in one of our formats, with the edition's prefixes, in a stable order."""
    rdf_format = ox.RdfFormat.from_media_type(format.media_type)
    assert rdf_format is not None
    statements = sorted(quads, key=str)
    used = " ".join(map(str, statements))
    prefixes = {prefix: namespace for prefix, namespace in PREFIXES.items() if f"<{namespace}" in used}
    written = ox.serialize(statements, format=rdf_format, prefixes=prefixes)
    assert written is not None  # no output file was given
    return written


def alternate_links(formats: Iterable[Format], address: str) -> str:
    """A ``Link`` header that names the other representations (RFC 8288)."""
    return ", ".join(f'<{address}?format={f.name}>; rel="alternate"; type="{f.media_type}"' for f in formats)


def _rdf(service: DescribeService, iri: str, format: Format) -> Response:
    page = _page_number()
    quads = [ox.Quad(t.subject, t.predicate, t.object) for t in service.triples(iri, page)]
    if "/id/claim/" in iri and format.name in _HOLDS_GRAPHS:
        name = ox.NamedNode(iri)
        quads += [ox.Quad(t.subject, t.predicate, t.object, name) for t in service.graph(iri)]
    response = Response(serialise(quads, format), content_type=format.content_type)
    response.headers["Link"] = _link_header(iri, page, service.pages(iri))
    return response


def _page_number() -> int:
    """Which page of links is asked for; nonsense asks for the first."""
    return min(max(1, request.args.get("page", 1, type=int)), _LAST_PAGE)


def _link_header(iri: str, page: int, pages: int) -> str:
    """What this document describes, its other formats, and the pages of links before and after (RFC 8288)."""
    links = [f'<{iri}>; rel="describes"', alternate_links(_formats(iri), request.path)]
    if page > 1:
        links.append(f'<{request.path}?page={page - 1}>; rel="prev"')
    if page < pages:
        links.append(f'<{request.path}?page={page + 1}>; rel="next"')
    return ", ".join(links)


def _page(service: DescribeService, iri: str) -> Response:
    description = service.describe(iri, _page_number())
    language = request.args.get("lang") or reader_language(request.headers.get("Accept-Language"))
    presentation = Presentation(language, description.labels)
    body = render(
        "resource.html",
        d=description,
        show=presentation,
        types=_types(description),
        weighed_as=_weighed_as(description.own),
        main=_groups(description, presentation, is_inferred=False, technical=False),
        technical=_groups(description, presentation, is_inferred=False, technical=True),
        inferred=_groups(description, presentation, is_inferred=True, technical=False),
        evidences=_evidences(description),
        incoming=_incoming_groups(description, presentation),
        about=presentation.choose(_about(description)),
        formats=_formats(iri),
        path=request.path,
        query_link=query_address(f"SELECT ?property ?value WHERE {{ <{iri}> ?property ?value }}"),
    )
    response = Response(body, content_type="text/html; charset=utf-8")
    response.headers["Link"] = _link_header(iri, description.incoming.page, description.incoming.pages)
    return response


def _formats(iri: str) -> tuple[Format, ...]:
    return (*TRIPLES, *DATASETS) if "/id/claim/" in iri else TRIPLES


def _about(description: Description) -> list[Term]:
    if description.own:
        return list(description.own.values("summary"))
    return description.values(_DCTERMS + "description") or description.values(_SKOS + "definition")


def _weighed_as(own: Claim | None) -> str:
    """Why a claim's triples are not in the default graph, in a word or two; nothing if they are."""
    if own is None or own.is_accepted:
        return ""
    held = {"standing": ("accepted",), "polarity": ("affirmed",), "modality": HELD_MODALITIES}
    reasons = [own.concept(name) for name, kept in held.items() if own.concept(name) not in kept]
    return " and ".join(reason for reason in reasons if reason) or "not weighed"


def _evidences(description: Description) -> list[Claim]:
    """The claims behind what the page says, each once."""
    claims = {claim.iri: claim for statement in description.statements for claim in statement.claims}
    return [claims[iri] for iri in sorted(claims)]


def _types(description: Description) -> list[str]:
    """The classes that somebody wrote down; those that follow stand further below."""
    return [
        statement.value.value
        for statement in description.statements
        if statement.property == RDF_TYPE.value
        and not statement.is_inferred
        and isinstance(statement.value, ox.NamedNode)
    ]


def _groups(description: Description, presentation: Presentation, is_inferred: bool, technical: bool) -> list[Group]:
    chosen = [
        statement
        for statement in description.statements
        if (statement.is_inferred or statement.property in _DERIVED) == is_inferred
        and (statement.property in _TECHNICAL) == technical
        and statement.property not in _IN_HEADING
        and (is_inferred or statement.property != RDF_TYPE.value)
    ]
    return group(chosen, presentation)


def group(statements: Iterable[Statement], presentation: Presentation) -> list[Group]:
    """Group by property: what every reader looks for first, then in order of the property's name."""
    by_property: dict[str, list[Statement]] = {}
    for statement in statements:
        by_property.setdefault(statement.property, []).append(statement)
    ordered = sorted(by_property, key=lambda p: (_rank(p), presentation.name(p).text.casefold()))
    return [Group(property, tuple(by_property[property])) for property in ordered]


def _rank(property: str) -> int:
    return _FIRST.index(property) if property in _FIRST else len(_FIRST)


def _incoming_groups(description: Description, presentation: Presentation) -> list[Group]:
    return group(description.incoming.statements, presentation)
