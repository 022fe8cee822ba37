"""Where things stand in a Turtle or TriG file: the line at which each subject's block begins.

RDF parsers forget lines, so this reads the text once more: a lexer over the tokens of Turtle 1.1 (section 6.5), which
knows strings, comments and brackets, and nothing of meaning. Linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

_TOKEN = re.compile(
    r"""
    (?P<blank>[ \t\r\n]+|\#[^\r\n]*)
  | (?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''
        |"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
  | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
  | (?P<number>[+-]?(?:\d+\.\d*[eE][+-]?\d+|\.?\d+[eE][+-]?\d+|\d*\.\d+))
  | (?P<prefix>@prefix\b|@base\b|(?i:prefix|base)(?=[ \t\r\n]))
  | (?P<label>_:[\w](?:[\w-]|\.(?=[\w.-]*[\w-]))*)
  | (?P<name>(?:[^\W\d_][\w.-]*)?:(?:[\w:%-]|\\.|\.(?=[\w:%.-]*[\w:%-]))*)
  | (?P<mark>[.;,{}()\[\]])
  | (?P<other>[^\s.;,{}()\[\]"'<\#]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclass(frozen=True, slots=True)
class Block:
    """A subject with what is said of it, from ``line`` (counted from 1) on."""

    subject: str  # IRI, or label of a blank node as it is written
    graph: str | None  # the same of the graph it stands in; None: the default graph
    line: int


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    line: int


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks in order, and each graph as a block of its own name inside itself.

    Text that is not Turtle yields what can be recognised; the parser says what is wrong with it.
    """
    scanner = _Scanner()
    for token in _tokens(text):
        yield from scanner.take(token)


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        if kind != "blank":
            yield _Token(kind, match[0], line)
        line += match[0].count("\n")


class _Scanner:
    """Reads tokens one by one and knows whether the next term is a subject."""

    def __init__(self) -> None:
        self._prefixes: dict[str, str] = {}
        self._base = ""
        self._declaring: list[str] | None = None  # words of a prefix declaration so far
        self._depth = 0  # of ( and [
        self._graph: str | None = None
        self._opened_at = 0  # line at which the name of this graph stands
        self._expects_subject = True
        self._held: tuple[str, int] | None = None  # a first term: subject, or name of a graph

    def take(self, token: _Token) -> Iterator[Block]:
        if self._declaring is not None:
            self._declare(token)
        elif token.kind == "prefix" and self._expects_subject:
            self._declaring = []
        elif token.kind == "mark":
            yield from self._mark(token.text)
        else:
            yield from self._term(token)

    def _declare(self, token: _Token) -> None:
        assert self._declaring is not None
        self._declaring.append(token.text)
        if token.kind == "iri":
            if len(self._declaring) > 1:
                self._prefixes[self._declaring[0]] = self._resolve(token.text)
            else:
                self._base = self._resolve(token.text)
            self._declaring = None

    def _mark(self, mark: str) -> Iterator[Block]:
        if mark in "([":
            yield from self._release()
            self._depth += 1
            self._expects_subject = False
        elif mark in ")]":
            self._depth = max(0, self._depth - 1)
        elif mark == "{":
            self._open()
            if self._graph:
                yield Block(self._graph, self._graph, self._opened_at)
        elif mark == "}":
            self._graph, self._expects_subject, self._held = None, True, None
        elif mark == "." and self._depth == 0:
            self._expects_subject, self._held = True, None

    def _open(self) -> None:
        self._graph, self._opened_at = self._held or (None, 0)
        self._expects_subject, self._held = True, None

    def _term(self, token: _Token) -> Iterator[Block]:
        if self._held:
            yield from self._release()
        elif self._expects_subject and self._depth == 0 and token.kind in ("iri", "name", "label"):
            self._expects_subject = False
            self._held = (self._resolve(token.text), token.line)

    def _release(self) -> Iterator[Block]:
        """The held term was a subject, since something other than a brace follows."""
        if self._held:
            subject, line = self._held
            self._held = None
            yield Block(subject, self._graph, line)

    def _resolve(self, text: str) -> str:
        if text.startswith("<"):
            return _absolute(self._base, _unescaped(text[1:-1]))
        if text.startswith("_:"):
            return text
        prefix, _, local = text.partition(":")
        return self._prefixes.get(prefix + ":", prefix + ":") + local.replace("\\", "")


def _unescaped(iri: str) -> str:
    """Numeric escapes are the only ones in an IRI (Turtle 1.1, section 6.4)."""
    return _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), iri)


def _absolute(base: str, iri: str) -> str:
    """Resolve a relative IRI. An absolute one is left alone: joining would take the last ``#`` off a namespace."""
    if _ABSOLUTE.match(iri) or not base:
        return iri
    try:
        return urljoin(base, iri) + ("#" if iri.endswith("#") else "")
    except ValueError:  # a base that is no address, which the parser reports
        return iri
