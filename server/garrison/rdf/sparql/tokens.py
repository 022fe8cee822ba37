"""The tokens of SPARQL 1.1 (section 19.8) and of the RDF 1.2 syntax in SPARQL 1.2, found in linear time.

Exact on purpose: what this module takes for a name, a string or a comment must be that for the evaluator
too, or a keyword could hide in it. So character classes are the grammar's own and not ``\\w``, and an escape
that the evaluator does not know is an error and not a character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from garrison.errors import MalformedQuery

_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_START = _BASE + "_"
REST = _START + r"0-9\u00b7\u0300-\u036f\u203f-\u2040\-"
_HEX = "[0-9A-Fa-f]"
CODEPOINT = (
    rf"\\u(?![dD][89a-fA-F]){_HEX}{{4}}"
    rf"|\\U(?:0000(?![dD][89a-fA-F]){_HEX}{{4}}|000[1-9A-Fa-f]{_HEX}{{4}}|0010{_HEX}{{4}})"
)
_ESCAPE = rf"(?:\\[tbnrf\"'\\]|{CODEPOINT})"
_PLX = rf"(?:%{_HEX}{{2}}|\\[_~.\-!$&'()*+,;=/?#@%])"

_SPACE = re.compile(r"(?:[ \t\r\n]++|#[^\r\n]*+)*+")
IRI = re.compile(rf"<(?:[^\x00-\x20<>\"{{}}|^`\\]|{CODEPOINT})*+>")
_PREFIX = re.compile(rf"[{_BASE}](?:[{REST}]|\.+(?=[{REST}]))*+")
_LOCAL = re.compile(rf"(?:[{_START}:0-9]|{_PLX})(?:[{REST}:]|{_PLX}|\.+(?=[{REST}:%\\]))*+")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*+")
STRINGS = {
    "'''": re.compile(rf"'''(?:'{{0,2}}(?:[^'\\]|{_ESCAPE}))*+'''"),
    '"""': re.compile(rf'"""(?:"{{0,2}}(?:[^"\\]|{_ESCAPE}))*+"""'),
    "'": re.compile(rf"'(?:[^'\\\r\n]|{_ESCAPE})*+'"),
    '"': re.compile(rf'"(?:[^"\\\r\n]|{_ESCAPE})*+"'),
}


class Kind(Enum):
    """What a token is."""

    VARIABLE = auto()
    IRI = auto()
    NAME = auto()  # prefixed name
    BLANK = auto()
    STRING = auto()
    LANGUAGE = auto()
    NUMBER = auto()
    WORD = auto()
    SIGN = auto()
    END = auto()


_SIMPLE = re.compile(
    rf"(?P<VARIABLE>[?$][{_START}0-9][{_START}0-9\u00b7\u0300-\u036f\u203f-\u2040]*+)"
    rf"|(?P<BLANK>_:[{_START}0-9](?:[{REST}]|\.+(?=[{REST}]))*+)"
    r"|(?P<LANGUAGE>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?)"
    r"|(?P<NUMBER>[0-9]++\.[0-9]*[eE][+-]?[0-9]++|\.?[0-9]++[eE][+-]?[0-9]++|[0-9]*\.[0-9]++|[0-9]++)"
    r"|(?P<SIGN>\|\||&&|!=|>=|>>|\^\^|\{\||\|\}|[{}()\[\].,;=>!*/+\-|^?~])"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the query text, from ``start`` to before ``end`` (code points from 0)."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def place(text: str, offset: int) -> tuple[int, int]:
    """Return line and column of an offset, both from 1; only a line feed ends a line."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def malformed(message: str, text: str, offset: int) -> MalformedQuery:
    line, column = place(text, offset)
    return MalformedQuery(f"Line {line}, column {column}: {message}", line, column)


class Lexer:
    """Takes tokens from a text, one after the other."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._at = 0
        self._no_prefix_until = 0  # so that a long run without a colon is looked through once

    def next(self, less_than: bool) -> Token:
        """Return the next token, :attr:`Kind.END` at the end.

        :param less_than: whether ``<`` is an operator here and not the begin of an IRI; the grammar decides
            this by what stands before, as ``?a<?b&&?c>`` could be read either way.
        :raises MalformedQuery: if no token begins here.
        """
        space = _SPACE.match(self.text, self._at)
        start = space.end() if space else self._at
        token = self._token(start, less_than)
        self._at = token.end
        return token

    def _token(self, start: int, less_than: bool) -> Token:
        first = self.text[start : start + 1]
        if not first:
            return Token(Kind.END, "", start)
        if first == "<":
            return self._less(start, less_than)
        if first in "'\"":
            return self._string(start)
        if simple := _SIMPLE.match(self.text, start):
            return Token(Kind[simple.lastgroup or "SIGN"], simple[0], start)
        return self._name_or_word(start)

    def _less(self, start: int, less_than: bool) -> Token:
        if less_than:
            sign = "<=" if self.text.startswith("<=", start) else "<"
            return Token(Kind.SIGN, sign, start)
        for sign in ("<<(", "<<"):
            if self.text.startswith(sign, start):
                return Token(Kind.SIGN, sign, start)
        if iri := IRI.match(self.text, start):
            return Token(Kind.IRI, iri[0], start)
        raise self._error(start, "this < begins an IRI that is not closed, or holds a forbidden character.")

    def _string(self, start: int) -> Token:
        quote = self.text[start] * 3
        if not self.text.startswith(quote, start):
            quote = quote[0]
        if string := STRINGS[quote].match(self.text, start):
            return Token(Kind.STRING, string[0], start)
        raise self._error(start, "this string is not closed, or holds an escape that SPARQL does not know.")

    def _name_or_word(self, start: int) -> Token:
        colon = self._colon(start)
        if colon is not None:
            local = _LOCAL.match(self.text, colon + 1)
            return Token(Kind.NAME, self.text[start : local.end() if local else colon + 1], start)
        if word := _WORD.match(self.text, start):
            return Token(Kind.WORD, word[0], start)
        character = self.text[start]
        if character == "\\":
            raise self._error(start, "escapes are understood in strings, IRIs and names only.")
        raise self._error(start, f"the character {character!r} has no meaning here.")

    def _colon(self, start: int) -> int | None:
        """Return where the prefix that begins here ends, ``None`` if no prefix begins here."""
        if self.text[start] == ":":
            return start
        if start < self._no_prefix_until:
            return None
        prefix = _PREFIX.match(self.text, start)
        if prefix and self.text.startswith(":", prefix.end()):
            return prefix.end()
        self._no_prefix_until = prefix.end() if prefix else 0
        return None

    def _error(self, start: int, message: str) -> MalformedQuery:
        return malformed(message, self.text, start)
