"""``/problems``: what the ``type`` of a problem document leads to."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from garrison.errors import UnknownResource
from garrison.web.explanations import EXPLANATIONS
from garrison.web.negotiation import wants_html
from garrison.web.representations import current_reader
from garrison.web.sparql import html_page
from garrison.web.templating import render


def problem_pages() -> Blueprint:
    """The list, and a page with cause and remedy for each."""
    pages = Blueprint("problems", __name__)

    @pages.get("/problems")
    def listing() -> Response:
        explanations = sorted(EXPLANATIONS.values(), key=lambda each: (each.status, each.slug))
        if wants_html(request.headers.get("Accept")):
            return html_page(render("problems.html", current_reader(), explanations=explanations))
        return jsonify([{"type": f"/problems/{e.slug}", "status": e.status, "title": e.title} for e in explanations])

    @pages.get("/problems/<slug>")
    def one(slug: str) -> Response:
        if slug not in EXPLANATIONS:
            raise UnknownResource(f"No problem is called {slug!r}; /problems lists them all.")
        explanation = EXPLANATIONS[slug]
        if wants_html(request.headers.get("Accept")):
            return html_page(
                render("problem.html", current_reader(), explanation=explanation, problem=None, query=None, place=None)
            )
        return jsonify(
            type=f"/problems/{slug}",
            status=explanation.status,
            title=explanation.title,
            cause=explanation.cause,
            remedy=explanation.remedy,
        )

    return pages
