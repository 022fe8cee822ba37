"""``/context/<version>.jsonld``: the one JSON-LD context of the edition, under the version of its ontology.

Documents that we write do not refer to it: each carries the part that it uses, so that a program without a network
reads it. Who writes JSON of their own refers to this address.
"""

from __future__ import annotations

import hashlib
import json

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from garrison.errors import UnknownResource
from garrison.services.json_context import JsonContext

_KEEP_S = 86_400  # seconds that a copy may be used unasked: the address names its version


def context_pages(context: JsonContext | None) -> Blueprint:
    """The context, and the way to its current version."""
    pages = Blueprint("context", __name__)

    @pages.get("/context")
    @pages.get("/context.jsonld")
    def current() -> BaseResponse:
        if context is None:
            raise UnknownResource("This edition has no ontology of its own, and so no context.")
        return redirect(f"/context/{context.version}.jsonld", 302)

    @pages.get("/context/<version>.jsonld")
    def versioned(version: str) -> Response:
        if context is None or version != context.version:
            there = f"; the current one is {context.version}" if context else ""
            raise UnknownResource(f"The context has no version {version!r} here{there}.")
        body = json.dumps(context.document(), ensure_ascii=False, indent=1).encode() + b"\n"
        response = Response(body, content_type="application/ld+json")
        response.headers["Cache-Control"] = f"public, max-age={_KEEP_S}"
        response.set_etag(hashlib.sha256(body).hexdigest()[:32])
        response.make_conditional(request.environ)
        return response

    return pages
