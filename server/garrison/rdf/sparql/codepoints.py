"""Codepoint escapes in names, variables and keywords, which the evaluator knows in strings and IRIs only.

The characters themselves are put in their place, and spaces behind the name, so that whatever follows stays where it
was. An escape of anything that no name is made of is left, for the scanner to refuse.
https://www.w3.org/TR/sparql11-query/#codepointEscape
"""

from __future__ import annotations

import re

from garrison.rdf.sparql.tokens import CODEPOINT, IRI, REST, STRINGS

_NAME = rf"(?P<name>(?:[{REST}:.%?$@]|{CODEPOINT})++)"
_KEPT = (*(string.pattern for string in STRINGS.values()), IRI.pattern, r"#[^\r\n]*+")
_PIECE = re.compile("|".join((*_KEPT, _NAME, r"\\.")))  # the last is an escape of a local name, such as \'
_ESCAPE = re.compile(CODEPOINT)
_OF_NAMES = re.compile(rf"[{REST}:]")
_EITHER = re.compile(r"<[^\x00-\x20<>\"{}|^`]*'")  # an IRI with an apostrophe, or less than a text: only grammar tells


def without_escapes(text: str) -> str:
    """Return a query as the evaluator understands it; what has no such escape as it is."""
    if ("\\u" not in text and "\\U" not in text) or _EITHER.search(text):
        return text
    return _PIECE.sub(_decoded, text)


def _decoded(piece: re.Match[str]) -> str:
    name = piece["name"]
    return _ESCAPE.sub(_character, name).ljust(len(name)) if name else piece[0]


def _character(escape: re.Match[str]) -> str:
    character = chr(int(escape[0][2:], 16))
    return character if _OF_NAMES.fullmatch(character) else escape[0]
