"""Rules of SPARQL beyond its grammar, looked for in a query that keeps the grammar and is refused all the same.

The evaluator names only the furthest place that it looked at; here the rule and the place of the fault are found.
https://www.w3.org/TR/sparql11-query/#sparqlGrammar, notes 8 to 15
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from garrison.rdf.sparql.tokens import Kind, Token

_MOST = 2**64 - 1  # of LIMIT and OFFSET, for the evaluator
_MANY = 1_000  # arguments: as good as no limit
_OPENS, _CLOSES = ("(", "[", "{", "<<", "<<(", "{|"), (")", "]", "}", ">>", "|}")
# How many arguments a function takes, where it is not one; https://www.w3.org/TR/sparql11-query/#SparqlOps
_ARITIES = {
    **dict.fromkeys(("NOW", "RAND", "STRUUID", "UUID"), (0, 0)),
    **dict.fromkeys(("CONCAT", "COALESCE"), (0, _MANY)),
    "BNODE": (0, 1),
    **dict.fromkeys(("IF", "TRIPLE", "STRLANGDIR"), (3, 3)),
    **dict.fromkeys(("REGEX", "SUBSTR"), (2, 3)),
    "REPLACE": (3, 4),
    **dict.fromkeys(
        (
            *("ADJUST", "CONTAINS", "LANGMATCHES", "SAMETERM", "STRAFTER", "STRBEFORE", "STRDT", "STRENDS"),
            *("STRLANG", "STRSTARTS"),
        ),
        (2, 2),
    ),
}


class Fault(NamedTuple):
    """A rule that is broken, and the token that breaks it."""

    token: Token
    sentence: str  # after "Line 1, column 1: "


def faults(tokens: Sequence[Token], functions: frozenset[str]) -> Iterator[Fault]:
    """Yield what breaks a rule, rule by rule.

    :param tokens: of the query after its prologue, END included; they keep the grammar.
    :param functions: names of built-in functions, in capitals.
    """
    for index, token in enumerate(tokens):
        word = token.text.upper() if token.kind is Kind.WORD else ""
        if word in ("LIMIT", "OFFSET") and int(tokens[index + 1].text) > _MOST:
            yield Fault(tokens[index + 1], f"{word} is a number up to {_MOST:,}.")
        elif word == "VALUES":
            yield from _rows(tokens, index + 1)
        elif word in functions and tokens[index + 1].text == "(":
            yield from _arguments(token, tokens, index + 1)
    yield from _bound_twice(tokens)
    yield from _labels_in_two_groups(tokens)


def _rows(tokens: Sequence[Token], index: int) -> Iterator[Fault]:
    """Each row of VALUES has a value for each variable."""
    if tokens[index].text != "(":
        return
    end = _closing(tokens, index)
    width, index = end - index - 1, end + 2
    while tokens[index].text == "(":
        end = _closing(tokens, index)
        values = sum(1 for _ in _members(tokens, index + 1, end))
        if values != width:
            yield Fault(tokens[index], f"VALUES names {width} variables, and this row has {values} of their values.")
        index = end + 1


def _members(tokens: Sequence[Token], index: int, end: int) -> Iterator[int]:
    """Yield where each value of a row begins: a literal may be several tokens, a triple term is many."""
    while index < end:
        yield index
        if tokens[index].text in _OPENS:
            index = _closing(tokens, index)
        index += 1
        if tokens[index].kind is Kind.LANGUAGE:
            index += 1
        elif tokens[index].text == "^^":
            index += 2


def _arguments(name: Token, tokens: Sequence[Token], index: int) -> Iterator[Fault]:
    least, most = _ARITIES.get(name.text.upper(), (1, 1))
    given = _count_arguments(tokens, index)
    if not least <= given <= most:
        wanted = f"{least}" if least == most else f"{least} to {most}" if most < _MANY else f"{least} or more"
        plural = "" if wanted == "1" else "s"
        yield Fault(name, f"{name.text} takes {wanted} argument{plural}, and here it has {given}.")


def _count_arguments(tokens: Sequence[Token], index: int) -> int:
    end = _closing(tokens, index)
    if end == index + 1:
        return 0
    commas, position = 0, index + 1
    while position < end:
        if tokens[position].text in _OPENS:
            position = _closing(tokens, position)
        elif tokens[position].text == ",":
            commas += 1
        position += 1
    return commas + 1


def _bound_twice(tokens: Sequence[Token]) -> Iterator[Fault]:
    """BIND gives its value to a variable that the group has not used before (section 18.2.1)."""
    seen: list[set[str]] = [set()]  # variables of each open group so far
    index = 0
    while index < len(tokens):
        token = tokens[index]
        word = token.text.upper() if token.kind is Kind.WORD else ""
        if token.text == "{":
            seen.append(set())
        elif token.text == "}" and len(seen) > 1:
            inner = seen.pop()
            seen[-1] |= inner
        elif word in ("FILTER", "MINUS"):
            index = _skipped(tokens, index)
        elif word == "BIND":
            end = _closing(tokens, index + 1)
            variable = tokens[end - 1]
            if _plain(variable) in seen[-1]:
                yield Fault(variable, f"{variable.text} has a value here already; BIND needs a new variable.")
            seen[-1].add(_plain(variable))
            index = end
        elif token.kind is Kind.VARIABLE:
            seen[-1].add(_plain(token))
        index += 1


def _skipped(tokens: Sequence[Token], index: int) -> int:
    """Return the end of what a FILTER or MINUS holds: its variables bind nothing outside."""
    while tokens[index].text not in _OPENS:
        index += 1
    return _closing(tokens, index)


def _labels_in_two_groups(tokens: Sequence[Token]) -> Iterator[Fault]:
    """The label of a blank node belongs to one basic graph pattern (section 5.1.1)."""
    homes: dict[str, int] = {}
    groups, opened = [0], 0
    for token in tokens:
        if token.text == "{":
            opened += 1
            groups.append(opened)
        elif token.text == "}" and len(groups) > 1:
            groups.pop()
        elif token.kind is Kind.BLANK and homes.setdefault(token.text, groups[-1]) != groups[-1]:
            yield Fault(token, f"{token.text} stands in another group already; use a variable for both.")


def _closing(tokens: Sequence[Token], index: int) -> int:
    """Return where the bracket that opens at ``index`` is closed."""
    depth = 0
    for position in range(index, len(tokens)):
        text = tokens[position].text if tokens[position].kind is Kind.SIGN else ""
        if text in _OPENS:
            depth += 1
        elif text in _CLOSES and not (text == ")" and tokens[position + 1].text == ">>"):
            depth -= 1
        if depth == 0:
            return position
    return len(tokens) - 1


def _plain(variable: Token) -> str:
    return variable.text[1:]
