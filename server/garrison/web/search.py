"""``/search``: find a thing by any of its names, as a page and as JSON. The search box of every page asks here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, jsonify, request

from garrison.errors import ParameterRefused
from garrison.rdf.formats import Format
from garrison.rdf.terms import ID
from garrison.services.search import PAGE_SIZE, Found, Hit, SearchService, Wanted
from garrison.web.negotiation import negotiate
from garrison.web.planning import is_page
from garrison.web.presentation import Presentation, Text
from garrison.web.reader import Reader
from garrison.web.representations import current_reader
from garrison.web.sparql import html_page
from garrison.web.templating import marked, render

_PATH = "/search"
_JSON = Format("json", "application/json", "json", "triples", "JSON")
_MAX_TEXT = 200  # characters of what is searched for
_MAX_SHOWN = 100  # things on one page, at most
_DAY = re.compile(r"(\d{4})(-\d\d)?(-\d\d)?")
NO_PLACE = marked("No place is called so; leave it out, or take one from the list.")
NO_DAY = marked("This is no year, month or day, such as 1944, 1944-10 or 1944-10-25.")
KINDS = {
    "person": marked("People"),
    "unit": marked("Military units"),
    "group": marked("Groups and organisations"),
    "state": marked("States"),
    "place": marked("Places"),
    "event": marked("Events"),
    "operation": marked("Operations"),
    "agreement": marked("Agreements"),
    "appraisal": marked("Judgements"),
    "materiel": marked("Materiel"),
    "monument": marked("Monuments"),
    "work": marked("Works"),
    "source": marked("Sources"),
}  # in this order; kinds of other editions come last, by their own names


@dataclass(frozen=True, slots=True)
class HitView:
    """A thing as the list shows it."""

    iri: str
    name: Text
    classes: tuple[str, ...]
    about: Text | None
    found_by: Text | None  # the name that fits, where it is not the one shown
    is_garble: bool
    date: str  # in EDTF, of what happened


def search_pages(service: SearchService) -> Blueprint:
    """The search."""
    pages = Blueprint("search", __name__)

    @pages.get(_PATH)
    def search() -> Response:
        wanted, faults = _wanted(service)
        reader, found = current_reader(), service.find(wanted)
        format_name, accept = request.args.get("format"), request.headers.get("Accept")
        if is_page(format_name, accept):
            return html_page(_page(service, reader, wanted, found, faults))
        negotiate(accept, (_JSON,), format_name)
        for name, fault in faults.items():  # a program must not take more things for those that it asked for
            raise ParameterRefused(f"The parameter {name} is {request.args[name][:_MAX_TEXT]!r}. {fault}", name)
        return jsonify(_document(service, reader, wanted, found))

    return pages


def _wanted(service: SearchService) -> tuple[Wanted, Mapping[str, str]]:
    """What the address asks for, and what of it is no place or no day, which is left out.

    :raises ParameterRefused: for a number that is none.
    """
    faults: dict[str, str] = {}
    wanted = Wanted(
        text=request.args.get("q", "").strip()[:_MAX_TEXT],
        kind=request.args.get("kind", "").strip(),
        place=_place(service, faults),
        since=_day("from", "-01", "-01", faults),
        until=_day("to", "-12", "-31", faults),
        page=_number("page", 1, 100_000),
        page_size=_number("limit", PAGE_SIZE, _MAX_SHOWN),
    )
    return wanted, faults


def _place(service: SearchService, faults: dict[str, str]) -> str:
    given = request.args.get("place", "").strip()
    iri = given if not given or given.startswith(ID) else service.place_named(given[:_MAX_TEXT])
    if given and not iri:
        faults["place"] = NO_PLACE
    return iri


def _day(name: str, month: str, day: str, faults: dict[str, str]) -> str:
    """A year, month or day, as the first or the last day of it."""
    given = request.args.get(name, "").strip()
    match = _DAY.fullmatch(given)
    if given and not match:
        faults[name] = NO_DAY
    return match[1] + (match[2] or month) + (match[3] or day) if match else ""


def _number(name: str, default: int, largest: int) -> int:
    given = request.args.get(name, "")
    if not given:
        return default
    if not given.isascii() or not given.isdigit() or not 1 <= int(given[:9]) <= largest:
        raise ParameterRefused(f"{name} is a number from 1 to {largest}.", name)
    return int(given)


def _page(service: SearchService, reader: Reader, wanted: Wanted, found: Found, faults: Mapping[str, str]) -> str:
    classes = {iri for hit in found.hits for iri in hit.thing.classes}
    places = service.places()[:200]
    show = Presentation(reader, service.labels({*classes, *places}))
    shown = [_view(show, hit) for hit in found.hits]
    ordered = sorted(places, key=lambda iri: show.name(iri).text.casefold())
    kinds = [(kind, name, found.kinds[kind]) for kind, name in KINDS.items() if kind in found.kinds]
    kinds += [(kind, kind.capitalize(), count) for kind, count in found.kinds.items() if kind not in KINDS]
    return render(
        "search.html",
        reader,
        wanted=wanted,
        given={name: request.args.get(name, "") for name in ("q", "kind", "place", "from", "to")},
        faults=faults,
        found=found,
        hits=shown,
        kinds=kinds,
        places=ordered,
        show=show,
        json_address=reader.here(format="json", page="", lang=""),
    )


def _view(show: Presentation, hit: Hit) -> HitView:
    thing = hit.thing
    labels = [ox.Literal(name.text, language=name.language or None) for name in thing.names if name.origin == "label"]
    name = show.choose(labels) or Text(thing.names[0].text)
    found_by = Text(hit.name.text, hit.name.language) if hit.name and hit.name.text != name.text else None
    return HitView(
        thing.iri,
        name,
        tuple(thing.classes),
        show.choose(thing.descriptions),
        found_by,
        hit.name is not None and hit.name.origin == "garble",
        thing.date if thing.kind in ("event", "operation", "agreement") else "",
    )


def _document(service: SearchService, reader: Reader, wanted: Wanted, found: Found) -> dict[str, Any]:
    """The same page as JSON."""
    show = Presentation(reader, service.labels({iri for hit in found.hits for iri in hit.thing.classes}))
    return {
        "query": wanted.text,
        "total": found.total,
        "page": found.page,
        "pages": found.pages,
        "kinds": dict(found.kinds),
        "results": [_result(show, hit) for hit in found.hits],
    }


def _result(show: Presentation, hit: Hit) -> dict[str, Any]:
    view = _view(show, hit)
    return {
        "iri": view.iri,
        "url": Presentation.href(view.iri),
        "label": view.name.text,
        "language": view.name.language,
        "kind": hit.thing.kind,
        "types": [show.name(iri).text for iri in view.classes],
        "description": view.about.text if view.about else "",
        "matched": hit.name.text if hit.name else "",
        "matched as": hit.name.origin if hit.name else "",
        "date": hit.thing.date or None,
        "score": round(hit.score, 3),
    }
