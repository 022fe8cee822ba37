"""Keep XML well-formed: what XML 1.0 cannot hold is refused, what a parser would change is escaped.

https://www.w3.org/TR/xml/#charsets and https://www.w3.org/TR/xml/#sec-line-ends; pyoxigraph 0.5 writes every character
as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import pyoxigraph as ox

from garrison.errors import ResultUnwritable

_FORBIDDEN = bytes(byte for byte in range(0x20) if byte not in b"\t\n\r")
_NONCHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")  # U+FFFE and U+FFFF in UTF-8
_NAME_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_LOCAL_NAME = re.compile(rf"[{_NAME_START}][{_NAME_START}0-9.\-\u00b7\u0300-\u036f\u203f\u2040]*$")


class XmlOutput:
    """Passes XML on as it is written."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output
        self._before = b""  # the last bytes, which may begin a noncharacter

    def write(self, data: bytes) -> int:
        """Write a piece.

        :raises ResultUnwritable: for a character that XML 1.0 has no way to write, not even as a reference.
        """
        joined = self._before + data
        if len(data.translate(None, _FORBIDDEN)) != len(data) or any(each in joined for each in _NONCHARACTERS):
            raise ResultUnwritable(
                "A control character occurs in this result, and XML cannot hold it. Ask for JSON, or for a graph in "
                "Turtle or N-Triples."
            )
        self._before = joined[-2:]
        self._output.write(data.replace(b"\r", b"&#13;"))  # a raw one would be read as a line feed
        return len(data)

    def flush(self) -> None:
        """Nothing is held here."""
        self._output.flush()


def nameable(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Pass triples on whose predicates RDF/XML can write as the name of an element.

    https://www.w3.org/TR/rdf-syntax-grammar/#section-Serialising

    :raises ResultUnwritable: for a predicate whose end is no name, such as ``http://example.org/1``.
    """
    seen: set[str] = set()
    for triple in triples:
        predicate = triple.predicate.value
        if predicate not in seen:
            if not _LOCAL_NAME.search(predicate):
                raise ResultUnwritable(
                    f"RDF/XML writes predicates as names of elements, and <{predicate}> ends in none. Ask for Turtle, "
                    "N-Triples or JSON-LD."
                )
            seen.add(predicate)
        yield triple
