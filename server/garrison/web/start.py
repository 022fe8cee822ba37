"""The first page, what operators ask, and the explanations of problems."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from garrison.engine.interface import Engine
from garrison.errors import UnknownResource
from garrison.services.overview import Overview, read_overview
from garrison.services.publication import Publication
from garrison.web.explanations import EXPLANATIONS, Explanation
from garrison.web.negotiation import reader_language, wants_html
from garrison.web.presentation import Presentation
from garrison.web.templating import render


def start_pages(publication: Publication, engine: Engine) -> Blueprint:
    """``/``, ``/health`` and ``/problems``."""
    pages = Blueprint("start", __name__)
    overview: list[Overview] = []  # read once: a snapshot never changes

    def current() -> Overview:
        if not overview:
            overview.append(read_overview(engine))
        return overview[0]

    @pages.get("/")
    def start() -> Response:
        language = request.args.get("lang") or reader_language(request.headers.get("Accept-Language"))
        what = current()
        return _html(
            render(
                "start.html",
                overview=what,
                publication=publication,
                show=Presentation(language, what.labels),
                subjects=publication.catalogue.by_subject(),
                language=language,
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

    @pages.get("/problems")
    def problems() -> Response:
        if not wants_html(request.headers.get("Accept")):
            return jsonify([{"type": f"/problems/{e.slug}", "status": e.status, "title": e.title} for e in _all()])
        return _html(render("problems.html", explanations=_all()))

    @pages.get("/problems/<slug>")
    def problem(slug: str) -> Response:
        if slug not in EXPLANATIONS:
            raise UnknownResource(f"No problem is called {slug!r}; /problems lists them all.")
        explanation = EXPLANATIONS[slug]
        if not wants_html(request.headers.get("Accept")):
            return jsonify(
                type=f"/problems/{slug}",
                status=explanation.status,
                title=explanation.title,
                cause=explanation.cause,
                remedy=explanation.remedy,
            )
        return _html(render("problem.html", explanation=explanation, problem=None, query=None, place=None))

    return pages


def _all() -> list[Explanation]:
    return sorted(EXPLANATIONS.values(), key=lambda explanation: (explanation.status, explanation.slug))


def _html(body: str) -> Response:
    return Response(body, content_type="text/html; charset=utf-8")
