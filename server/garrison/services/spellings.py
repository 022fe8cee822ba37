"""From an address as somebody wrote it to the IRI that the edition means by it.

The same IRI travels percent-encoded and not, composed and decomposed (Unicode's NFC and NFD), with http for https,
with a slash at its end. RFC 3987, section 5.3: https://www.rfc-editor.org/rfc/rfc3987#section-5.3
"""

from __future__ import annotations

import unicodedata
from urllib.parse import quote, unquote

import pyoxigraph as ox

from garrison.rdf.prefixes import BASE

_UNENCODED = BASE.partition("://")[2]


def spellings(iri: str) -> tuple[str, ...]:
    """The IRIs that may be meant, likeliest first; none if this can be no IRI."""
    if any(unicodedata.category(character) == "Cc" for character in unquote(iri, errors="replace")):
        return ()
    scheme, separator, rest = iri.strip().rstrip("/").partition("://")
    if scheme.lower() in ("http", "https") and rest.lower().startswith(_UNENCODED):
        scheme, rest = BASE.partition("://")[0], _UNENCODED + rest[len(_UNENCODED) :]
    decoded = unquote(rest, errors="replace")
    composed = unicodedata.normalize("NFC", decoded)
    written = (
        composed,
        decoded,
        unicodedata.normalize("NFD", decoded),
        quote(composed, safe="/#:@!$&'()*+,;=~-._"),
        rest,
    )
    return tuple(dict.fromkeys(iri for each in written if _is_iri(iri := f"{scheme}{separator}{each}")))


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True
