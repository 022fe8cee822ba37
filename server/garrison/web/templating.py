"""The pages' templates, rendered with autoescape, for the Flask application and for the ASGI door alike.

What a page says stands in the templates in English; ``frontend/messages/ru/*.po`` has it in Russian, in the format of
GNU gettext, which translators' tools know. The catalogues are read as they are, so nothing has to be compiled.
"""

from __future__ import annotations

import contextlib
import io
import re
import zlib
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import jinja2
import pyoxigraph as ox
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from jinja2 import BytecodeCache, Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from garrison.web import terms
from garrison.web.assets import assets
from garrison.web.dates import date_in_words
from garrison.web.negotiation import INTERFACES
from garrison.web.presentation import visible
from garrison.web.reader import Reader

FRONTEND = Path(__file__).parents[1] / "frontend"
MESSAGES = FRONTEND / "messages"
_KEPT_MESSAGES = 2_000  # more than the templates have
_CODE = re.compile("`([^`]+)`")


def render(template: str, reader: Reader, **context: Any) -> str:
    """Render one template of ``frontend/templates`` in the reader's language."""
    page = environment(reader.interface).get_template(template)
    return page.render(reader=reader, at=reader.at, assets=assets(), **context)


def compile_templates() -> None:
    """Compile every template, a second of work that no reader of a page should wait for."""
    for language in INTERFACES:
        made = environment(language)
        for name in made.list_templates():
            made.get_template(name)


@cache
def environment(language: str) -> Environment:
    """The templates in one language of the interface."""
    # A misspelt name in a template is an error, not an empty place on a page; hence StrictUndefined.
    made = Environment(
        loader=FileSystemLoader(FRONTEND / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=_compiled(),
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals["_"] = made.globals["gettext"] = saying(translations(language))
    made.globals["terms"] = terms
    made.tests["iri"] = lambda term: isinstance(term, ox.NamedNode)
    made.tests["literal"] = lambda term: isinstance(term, ox.Literal)
    made.filters["visible"] = visible
    made.filters["in_words"] = lambda text: date_in_words(text, language)
    made.filters["coded"] = coded
    made.filters["number"] = terms.grouped
    made.filters["percent"] = terms.percent
    return made


class _Compiled(FileSystemBytecodeCache):
    """Templates that were compiled once for this user, a second of work; in every language their code is the same."""

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except Exception:  # whatever a damaged file makes of itself; it is written anew
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):  # the disk is full, or somebody has cleared up: the next one compiles too
            super().dump_bytecode(bucket)


def _compiled() -> BytecodeCache | None:
    """Where they are kept; None where the machine has no place that is the user's own.

    What they are compiled with is part of their names; Jinja itself looks at a template's text and at Python's version.
    """
    made_with = zlib.crc32(Path(__file__).read_bytes())
    try:
        return _Compiled(pattern=f"garrison-{jinja2.__version__}-{made_with:08x}-%s.cache")
    except (RuntimeError, OSError):
        return None


def saying(translated: Translations) -> Callable[..., Markup]:
    """What templates call as ``_``: a message in one language, with what stands between its words escaped.

    Jinja's own takes four calls to look a message up, and a page has some hundred of them.
    """

    @lru_cache(_KEPT_MESSAGES)
    def message(text: str) -> Markup:
        return Markup(translated.gettext(text))

    @lru_cache(_KEPT_MESSAGES)
    def plain(text: str) -> Markup:
        return message(text) % {}  # a sign of percent is written twice in all of them

    def say(text: str, /, **variables: object) -> Markup:
        return message(text) % variables if variables else plain(text)

    return say


def coded(text: str) -> Markup:
    """A text of ours with what stands between backticks as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))


@cache
def translations(language: str) -> Translations:
    """What pages say, in one language; what is not translated stays English."""
    whole = Catalog(locale=language)
    for path in sorted((MESSAGES / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and message.string:
                    whole[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return Translations(compiled)


def marked(text: str) -> str:
    """Mark a text of the code as one that pages show, so that a translation is demanded; return it as it is."""
    return text
