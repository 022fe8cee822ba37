"""``/methods``: how the edition was made, in its own words: ``graph_data/METHODS.md``, in Russian ``METHODS.ru.md``."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Blueprint, Response, request
from markdown_it import MarkdownIt
from markupsafe import Markup

from garrison.errors import UnknownResource
from garrison.services.publication import Publication
from garrison.web.negotiation import wants_html
from garrison.web.representations import current_reader
from garrison.web.sparql import html_page
from garrison.web.templating import render

_FILE = Path("graph_data") / "METHODS.md"
_IN_RUSSIAN = _FILE.with_suffix(".ru.md")
_NUMBER = re.compile(r"<code>([cpe])(\d{3,})</code>")
_KINDS = {"c": "claim", "p": "passage", "e": "emendation"}
# No HTML from the file, and no link but to the web: an edition is anybody's.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def methods_page(publication: Publication) -> Blueprint:
    """One page, for people as HTML, else as the Markdown that it is written in."""
    pages = Blueprint("methods", __name__)

    @pages.get("/methods")
    def methods() -> Response:
        reader = current_reader()
        path = publication.folder / _FILE
        in_russian = publication.folder / _IN_RUSSIAN
        if not path.is_file():
            raise UnknownResource(f"This edition does not say how it was made: it has no {_FILE}.")
        language = "ru" if reader.interface == "ru" and in_russian.is_file() else "en"
        text = (in_russian if language == "ru" else path).read_text("utf-8")
        if wants_html(request.headers.get("Accept")):
            return html_page(render("methods.html", reader, body=Markup(as_html(text)), language=language))
        headers = {"Content-Language": language}
        return Response(text, content_type="text/markdown; charset=utf-8", headers=headers)

    return pages


def as_html(text: str) -> str:
    """Render Markdown; the numbers of claims, passages and emendations lead to their pages."""
    html: str = _MARKDOWN.render(text)
    html = html.replace("<table>", '<div class="scroll" tabindex="0"><table>').replace("</table>", "</table></div>")
    html = html.replace("<pre>", '<pre tabindex="0">')
    return _NUMBER.sub(lambda m: f'<a href="/id/{_KINDS[m[1]]}/{m[1]}{m[2]}"><code>{m[1]}{m[2]}</code></a>', html)
