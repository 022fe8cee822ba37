"""``/graph/around/<kind>/<slug>``: what stands one link away from a thing, as a picture, as a list, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response
from werkzeug.wrappers import Response as BaseResponse

from garrison.engine.interface import Engine
from garrison.errors import UnknownResource
from garrison.rdf.formats import Format
from garrison.rdf.terms import ID as ID_BASE
from garrison.services.describe import ID, DescribeService
from garrison.services.near import NearNames
from garrison.services.neighbourhood import MAX_NEIGHBOURS, Edge, Neighbourhood, read_neighbourhood
from garrison.services.spellings import spellings
from garrison.settings import Settings
from garrison.web.drawing.star_drawing import Branch, Ray, draw_star
from garrison.web.presentation import Presentation, short_name
from garrison.web.representations import Representation, Resource, choose, moved, respond, split_extension
from garrison.web.statements import verdict_of
from garrison.web.templating import render

AROUND = "/graph/around/"
_FORMATS = (Format("json", "application/json", "json", "triples", "JSON"),)
_MAX_DRAWN = 44  # neighbours that a picture can show so that they can be read
_MAX_EXPLORED = 150  # things that the graph in the browser holds


@dataclass(frozen=True, slots=True)
class Link:
    """A link on the page."""

    edge: Edge
    neighbour: str
    verdict: str  # held, or why it is not


@dataclass(frozen=True, slots=True)
class Bundle:
    """The links of one property in one direction."""

    property: str
    is_out: bool
    links: tuple[Link, ...]


def graph_views(settings: Settings, engine: Engine, near: NearNames) -> Blueprint:
    """The view around every thing of the edition."""
    pages = Blueprint("graph_views", __name__)
    service = DescribeService(engine)

    @pages.get("/graph/around/<path:rest>")
    def around(rest: str) -> BaseResponse:
        if rest.endswith("/"):
            return moved(f"{AROUND}{rest.rstrip('/')}")
        identifier, extension = split_extension(rest, _FORMATS)
        iri = ID_BASE + identifier
        found: str | None = iri if ID.fullmatch(identifier) else service.find(spellings(iri))
        try:
            if found is None or not found.startswith(ID_BASE):
                raise UnknownResource(f"The edition has nothing called {identifier!r}.")
            representation = choose(Resource(found, graph_path(found), _FORMATS), extension, settings.public_url)
            return _answer(representation, read_neighbourhood(engine, service.describe(found)))
        except UnknownResource as error:
            raise UnknownResource(str(error), near.near(iri)) from error

    return pages


def graph_path(iri: str) -> str:
    """The path of the view around a thing of the edition."""
    return AROUND + quote(iri.removeprefix(ID_BASE), safe="/-._~")


def _answer(representation: Representation, found: Neighbourhood) -> Response:
    if representation.format:
        return respond(representation, json.dumps(as_json(found), ensure_ascii=False, indent=1).encode("utf-8"))
    show = Presentation(representation.reader, found.labels)
    bundles = _bundles(found, show)
    page = render(
        "graph_around.html",
        representation.reader,
        n=found,
        show=show,
        bundles=bundles,
        star=_star(found, bundles, show) if 0 < len(found.neighbours) <= _MAX_DRAWN else "",
        graph_path=graph_path,
        max_explored=_MAX_EXPLORED,
        representation=representation,
    )
    return respond(representation, page.encode("utf-8"))


def as_json(found: Neighbourhood) -> dict[str, object]:
    """The view as data: all names in all languages, so that the same address always answers alike."""
    things = (found.iri, *found.neighbours)
    voices = {voice for edge in found.edges for claim in edge.claims for voice in claim.iris("assertedBy")}
    classes = {name for thing in things for name in found.classes[thing]}
    properties = {edge.property for edge in found.edges}
    return {
        "around": found.iri,
        "limit": MAX_NEIGHBOURS,
        "isWhole": not found.is_cut,
        "nodes": [
            {
                "iri": iri,
                "page": Presentation.href(iri),
                "graph": f"{graph_path(iri)}.json",
                "classes": list(found.classes[iri]),
            }
            for iri in things
        ],
        "edges": [_edge_as_json(edge) for edge in found.edges],
        "names": {iri: _names(found, iri) for iri in sorted({*things, *voices, *classes, *properties})},
    }


def _edge_as_json(edge: Edge) -> dict[str, object]:
    return {
        "from": edge.start,
        "property": edge.property,
        "to": edge.end,
        "isHeld": edge.is_held,
        "verdict": _verdict(edge),
        "claims": [
            {"iri": claim.iri, "page": Presentation.href(claim.iri), "assertedBy": list(claim.iris("assertedBy"))}
            for claim in edge.claims
        ],
    }


def _names(found: Neighbourhood, iri: str) -> dict[str, object]:
    labels: dict[str, str] = {}
    for label in found.labels.get(iri, ()):
        labels.setdefault(label.language or "", label.value)
    return {"short": short_name(iri), "labels": labels}


def _verdict(edge: Edge) -> str:
    found = None if edge.is_held else verdict_of(edge.claims[0])
    return found.name if found else "held"


def _bundles(found: Neighbourhood, show: Presentation) -> list[Bundle]:
    """What leads away from the thing, then what leads to it, by the name of the property."""
    gathered: dict[tuple[bool, str], list[Link]] = {}
    for edge in found.edges:
        is_out = edge.start == found.iri
        gathered.setdefault((not is_out, edge.property), []).append(Link(edge, found.beyond(edge), _verdict(edge)))
    ordered = sorted(gathered, key=lambda key: (key[0], show.property_name(key[1]).text.casefold()))
    return [Bundle(property, not is_in, _in_order(gathered[is_in, property], show)) for is_in, property in ordered]


def _in_order(links: Iterable[Link], show: Presentation) -> tuple[Link, ...]:
    return tuple(sorted(links, key=lambda link: (not link.edge.is_held, show.name(link.neighbour).text.casefold())))


def _star(found: Neighbourhood, bundles: list[Bundle], show: Presentation) -> str:
    branches = [
        Branch(
            show.property_name(bundle.property).text, bundle.is_out, tuple(_ray(link, show) for link in bundle.links)
        )
        for bundle in bundles
    ]
    return draw_star(show.name(found.iri).text, branches, language=show.reader.interface)


def _ray(link: Link, show: Presentation) -> Ray:
    name = show.name(link.neighbour)
    return Ray(name.text, show.reader.at(graph_path(link.neighbour)), link.verdict, name.language)
