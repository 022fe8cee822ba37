"""``/api/complete`` and ``/api/card``: what the editor and the tables ask while somebody writes or points.

Both are open to any client: a notebook or another editor completes terms as the query page does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from garrison.engine.interface import Engine
from garrison.errors import ParameterRefused
from garrison.services.cards import Card, read_card
from garrison.services.completion import MOST, Completer, Completions, Term
from garrison.web.drawing.dates import date_in_words
from garrison.web.presentation import Presentation
from garrison.web.reader import Reader
from garrison.web.representations import current_reader, keep_in_memory

_MAX_TEXT = 300  # characters of a sentence on a card


def completion_pages(engine: Engine, completer: Completer) -> Blueprint:
    """Complete terms, and tell things in short."""
    pages = Blueprint("completion", __name__)

    @pages.get("/api/complete")
    def complete() -> Response:
        asked = request.args
        kind, view = asked.get("kind", "entity"), asked.get("view", "")
        found = completer.complete(
            asked.get("q", ""), kind, view, asked.get("class", ""), asked.get("property", ""), _most(asked)
        )
        return _json({"kind": kind, "view": view, **_as_json(found, current_reader())})

    @pages.get("/api/card")
    def card() -> Response:
        return _json(_card(read_card(engine, request.args.get("iri", "")), current_reader()))

    return pages


def _most(asked: Mapping[str, str]) -> int:
    given = asked.get("limit", str(MOST))
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:6]) <= MOST):
        raise ParameterRefused(f"limit must be a number from 1 to {MOST}; this is {given[:50]!r}.", "limit")
    return int(given)


def _as_json(found: Completions, reader: Reader) -> dict[str, Any]:
    show = Presentation(reader, found.labels)
    return {"terms": [_term(show, term) for term in found.terms], "isWhole": found.is_whole}


def _term(show: Presentation, term: Term) -> dict[str, Any]:
    label = show.name(term.iri) if term.kind != "prefix" else None
    said = {
        "iri": term.iri,
        "name": term.name,
        "label": label.text if label else term.name,
        "language": label.language if label else "",
        "kind": term.kind,
        "count": term.count,
    }
    return said | ({"class": show.name(term.class_iri).text} if term.class_iri else {})


def _card(card: Card, reader: Reader) -> dict[str, Any]:
    show = Presentation(reader, {**card.labels, card.iri: card.names})
    name, text = show.name(card.iri), show.choose(card.texts)
    return {
        "iri": card.iri,
        "href": show.link(card.iri),
        "label": name.text,
        "language": name.language,
        "description": _short(text.text) if text else "",
        "descriptionLanguage": text.language if text else "",
        "kinds": list(dict.fromkeys(show.name(kind).text for kind in card.kinds)),
        "dates": [date_in_words(edtf, reader.interface) for edtf in card.dates],
    }


def _short(text: str) -> str:
    return text if len(text) <= _MAX_TEXT else text[:_MAX_TEXT].rsplit(" ", 1)[0] + "…"


def _json(value: object) -> Response:
    body = json.dumps(value, ensure_ascii=False).encode()
    response = Response(body, content_type="application/json")
    response.headers["Cache-Control"] = "no-cache"  # keep it, and ask each time if it still holds
    response.add_etag()
    response.make_conditional(request.environ)
    keep_in_memory()
    return response
