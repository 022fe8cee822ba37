"""The first page, as a page and as data, and what operators ask."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, jsonify, request

from garrison.engine.interface import Engine
from garrison.rdf.formats import TRIPLES, Format
from garrison.services.dataset_descriptions import DATASET
from garrison.services.figures import read_figures
from garrison.services.history import History, read_history
from garrison.services.overview import Overview, read_overview
from garrison.services.publication import Publication
from garrison.settings import Settings
from garrison.web.assets import assets
from garrison.web.front_data import as_json, as_triples
from garrison.web.front_page import front_page
from garrison.web.presentation import Presentation
from garrison.web.reader import Reader
from garrison.web.representations import Resource, choose, respond
from garrison.web.serialisation import serialise
from garrison.web.templating import render

_JSON = Format("json", "application/json", "json", "triples", "JSON")


class _Start(Resource):
    """The first page; its path takes no extension, so each representation is asked for by name."""

    def address(self, format: Format | None, **parameters: object) -> str:
        """Where one representation lives."""
        given = {"format": format.name if format else "html", **parameters}
        return "/?" + urlencode({name: value for name, value in given.items() if value})


START = _Start(DATASET.value, "/", (_JSON, *TRIPLES))


def start_pages(settings: Settings, publication: Publication, engine: Engine) -> Blueprint:
    """``/`` and ``/health``."""
    pages = Blueprint("start", __name__)
    written = _Written(publication, engine)

    @pages.get("/")
    def start() -> Response:
        representation = choose(START, "html" if _takes_anything() else "", settings.public_url)
        reader = replace(representation.reader, parameters=())
        return respond(representation, written.body(representation.format, reader))

    @pages.get("/health")
    def health() -> Response:
        """200 when queries are answered; the engine's silence is a 503 problem."""
        status = engine.status()
        return jsonify(
            status="ok",
            version=publication.version,
            quads=status.quads,
            readers={
                "idle": status.idle,
                "busy": status.busy,
                "paused": status.paused,
                "queued": status.queued,
            },
            claims=publication.statistics.get("claims", 0),
            queries=len(publication.catalogue.queries),
        )

    return pages


def _takes_anything() -> bool:
    """Tell if a client has no wish: who looks at an address for the first time gets the page."""
    return "format" not in request.args and request.headers.get("Accept", "*/*").strip() in ("", "*/*")


def _ways() -> set[str]:
    """The addresses that this server has pages at."""
    return {rule.rule for rule in current_app.url_map.iter_rules()}


class _Written:
    """The first page in each language and format, written once: a snapshot never changes."""

    def __init__(self, publication: Publication, engine: Engine) -> None:
        self._publication = publication
        self._engine = engine
        self._bodies: dict[tuple[str, Reader], bytes] = {}
        self._assets = assets()
        self._overview: Overview | None = None
        self._history: History | None = None

    @property
    def overview(self) -> Overview:
        """The edition in numbers."""
        if self._overview is None:
            self._overview = read_overview(self._engine)
        return self._overview

    @property
    def history(self) -> History:
        """What happened."""
        if self._history is None:
            self._history = read_history(self._engine)
        return self._history

    def body(self, format: Format | None, reader: Reader) -> bytes:
        """The bytes of a representation for a reader."""
        if self._assets != assets():  # the bundle was built while we served
            self._assets, self._bodies = assets(), {}
        key = (format.name if format else "html", reader)
        if key not in self._bodies:
            self._bodies[key] = self._write(format, reader)
        return self._bodies[key]

    def _write(self, format: Format | None, reader: Reader) -> bytes:
        if format is None:
            return self._page(reader).encode()
        if format is _JSON:
            figures = read_figures(self._engine, reader.interface)
            return json.dumps(as_json(self.history, figures, reader), ensure_ascii=False, indent=1).encode() + b"\n"
        return serialise(as_triples(self._engine, self.history), format)

    def _page(self, reader: Reader) -> str:
        return render(
            "start.html",
            reader,
            overview=self.overview,
            figures=read_figures(self._engine, reader.interface),
            drawn=front_page(self.history, reader),
            publication=self._publication,
            show=Presentation(reader, self.overview.labels),
            subjects=self._publication.catalogue.by_subject(),
            start=START,
            ways=_ways(),
        )
