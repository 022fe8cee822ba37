"""The first page, and what operators ask."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from garrison.engine.interface import Engine
from garrison.services.overview import Overview, read_overview
from garrison.services.publication import Publication
from garrison.web.presentation import Presentation
from garrison.web.representations import current_reader
from garrison.web.sparql import html_page
from garrison.web.templating import render


def start_pages(publication: Publication, engine: Engine) -> Blueprint:
    """``/`` and ``/health``."""
    pages = Blueprint("start", __name__)
    overview: list[Overview] = []  # read once: a snapshot never changes

    def current() -> Overview:
        if not overview:
            overview.append(read_overview(engine))
        return overview[0]

    @pages.get("/")
    def start() -> Response:
        reader, what = current_reader(), current()
        return html_page(
            render(
                "start.html",
                reader,
                overview=what,
                publication=publication,
                show=Presentation(reader, what.labels),
                subjects=publication.catalogue.by_subject(),
            )
        )

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
            claims=current().counts.get("claims", 0),
            queries=len(publication.catalogue.queries),
        )

    return pages
