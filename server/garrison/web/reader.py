"""Who reads a page: in which language, and how its links keep to that.

The language of an address wins over the browser's. Links name it wherever a page would else come in another one, or is
not in English, so that what is shared or bookmarked stays as it was read; a page depends on nothing else, so its entity
tag does not either. Knows no framework: the door and Flask both make one from the parts of a
request.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode

from garrison.web.negotiation import INTERFACES, LANGUAGES, reader_language

_MAX_PARAMETERS = 100


@dataclass(frozen=True, slots=True)
class Reader:
    """The reader of one page."""

    language: str = LANGUAGES[0]  # of labels: one of LANGUAGES
    is_kept: bool = False  # links name the language, since without it this browser would get another
    path: str = "/"  # of the page, percent-decoded
    parameters: tuple[tuple[str, str], ...] = ()  # of the page, without ``lang``

    @property
    def interface(self) -> str:
        """The language of what the page itself says; whoever reads native names reads English around them."""
        return self.language if self.language in INTERFACES else INTERFACES[0]

    def at(self, address: str) -> str:
        """An address on this server, with the language if links keep it."""
        if not self.is_kept:
            return address
        before, mark, fragment = address.partition("#")
        return f"{before}{'&' if '?' in before else '?'}lang={self.language}{mark}{fragment}"

    def here_in(self, language: str) -> str:
        """This page in another language."""
        return self.here(lang=language)

    def here(self, **changed: str) -> str:
        """This page with some parameters changed; an empty one is left out."""
        kept = {"lang": self.language} if self.is_kept else {}
        others = [(name, value) for name, value in self.parameters if name not in changed]
        given = urlencode([*others, *((n, v) for n, v in {**kept, **changed}.items() if v)])
        return quote(self.path, safe="/-._~") + (f"?{given}" if given else "")


def reader_of(path: str, query_string: bytes, accept_language: str | None) -> Reader:
    """The reader whom a request comes from.

    :param query_string: as it was sent; one that cannot be read says nothing.
    """
    pairs = _parameters(query_string)
    asked = next((value for name, value in pairs if name == "lang"), "")
    parameters = tuple((name, value) for name, value in pairs if name != "lang")
    preferred = reader_language(accept_language)
    language = asked if asked in LANGUAGES else preferred
    return Reader(language, language != preferred or language != LANGUAGES[0], path, parameters)


def _parameters(query_string: bytes) -> list[tuple[str, str]]:
    try:
        text = query_string.decode("utf-8", "replace")
        return parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_PARAMETERS)
    except ValueError:
        return []
