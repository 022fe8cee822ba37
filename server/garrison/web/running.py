"""``/api/running``: the queries that are being evaluated, and the end of one on request."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, jsonify, request

from garrison.engine.interface import Engine
from garrison.errors import UnknownResource
from garrison.web.clients import Client, Clients


def running_pages(engine: Engine, clients: Clients) -> Blueprint:
    """List one's own queries and end them; an operator's token reaches those of all."""
    pages = Blueprint("running", __name__)

    def asking() -> Client:
        fields = {name.lower(): value for name, value in request.headers.items()}
        return clients.identify(request.remote_addr or "", fields)

    @pages.get("/api/running")
    def listing() -> Response:
        client = asking()
        queries = [q for q in engine.running() if client.is_operator or q.client == client.name]
        response = jsonify([asdict(query) for query in queries])
        response.headers["Cache-Control"] = "no-store"
        return response

    @pages.delete("/api/running/<id>")
    def end(id: str) -> Response:
        client = asking()
        if not engine.cancel(id, None if client.is_operator else client.name):
            raise UnknownResource(
                "No query of yours runs under this id; it may have ended. /api/running lists those that run. "
                "A query of somebody else is ended with an operator's token."
            )
        return Response(status=204)

    return pages
