"""Say, for a person, why a text is not a SPARQL query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from garrison.errors import MalformedQuery
from garrison.rdf.sparql.beyond import faults
from garrison.rdf.sparql.grammar import NAMES, Departure, departure
from garrison.rdf.sparql.scanner import Scanner
from garrison.rdf.sparql.shape import Caps
from garrison.rdf.sparql.tokens import Kind, Token, malformed
from garrison.rdf.sparql.words import AGGREGATES, FUNCTIONS

_KINDS = {
    Kind.VARIABLE: "VAR",
    Kind.IRI: "IRI",
    Kind.NAME: "IRI",
    Kind.BLANK: "BLANK",
    Kind.STRING: "STRING",
    Kind.LANGUAGE: "LANGUAGE",
    Kind.NUMBER: "NUMBER",
    Kind.END: "END",
}
_SHOWN = 8  # a longer list helps nobody
_OPERATORS = {"||", "&&", "=", "!=", "<", ">", "<=", ">=", "IN", "NOT", "+", "-", "*", "/"}  # behind a value


def explain(text: str, prefixes: Mapping[str, str] | None = None) -> MalformedQuery | None:
    """Return which rule of the language a query breaks, of its grammar or beyond, ``None`` if none is found.

    :param prefixes: as :func:`garrison.rdf.sparql.scan` takes them.
    :raises MalformedQuery: as :func:`garrison.rdf.sparql.scan`, for a text that was not scanned before.
    :raises QueryRefused: likewise.
    """
    tokens: list[Token] = []
    Scanner(text, Caps(), tokens, prefixes).run()
    left = departure([_terminal(token) for token in tokens])
    if left is None:
        broken = next(faults(tokens, FUNCTIONS), None)
        return malformed(broken.sentence, text, broken.token.start) if broken else None
    return malformed(_sentence(tokens, left), text, tokens[left.index].start)


def keeps_grammar(tokens: Iterable[Token]) -> bool:
    """Tell if a query is well-formed by its grammar, END included; rules beyond it may be broken."""
    return departure([_terminal(token) for token in tokens]) is None


def _terminal(token: Token) -> str:
    if token.kind in _KINDS:
        return _KINDS[token.kind]
    word = token.text.upper()
    if token.kind is Kind.SIGN or token.text == "a":
        return token.text
    if word in FUNCTIONS:
        return "FUNCTION"
    return "AGGREGATE" if word in AGGREGATES else word


def _sentence(tokens: list[Token], left: Departure) -> str:
    before, found = tokens[left.index - 1], tokens[left.index]
    shown = found.text if found.kind is not Kind.END else "the end of the query"
    return f"after {before.text} comes {left.missing or _listed(left.expected)}, not {shown}."


def _listed(expected: tuple[str, ...]) -> str:
    """Return some of what could stand there: signs first, as a missing one is the commonest fault."""
    if len(_OPERATORS.intersection(expected)) > 3:  # a path has three of these signs, and not as operators
        expected = (*(name for name in expected if name not in _OPERATORS), "an operator")
    signs = [name for name in expected if not name[0].isalpha()]
    words = [NAMES.get(name, name) for name in expected if name[0].isalpha()]
    shown = (signs + words)[:_SHOWN]
    return shown[0] if len(shown) == 1 else " ".join(shown[:-1]) + f" or {shown[-1]}"
