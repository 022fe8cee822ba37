"""The group graph patterns of a well-formed query, and what each is made of (SPARQL 1.1, section 19.8, rules 53 to 67).

Groups inside EXISTS are not among them: what a variable is there depends on the solution that is tested
(https://www.w3.org/TR/sparql11-query/#defn_substitute).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from garrison.rdf.sparql.names import Names
from garrison.rdf.sparql.tokens import Kind, Token

_OPENERS = frozenset(("(", "[", "{", "<<", "<<(", "{|"))
_CLOSERS = frozenset((")", "]", "}", ">>", "|}"))
_PARTS = frozenset(("FILTER", "OPTIONAL", "MINUS", "GRAPH", "BIND", "VALUES", "SERVICE", "UNION"))


class Edit(NamedTuple):
    """Put a text where another stands; offsets as those of tokens."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """One element of a group, from its first token to its last."""

    kind: str  # "TRIPLES" (one subject with what is said of it), "GROUP" ({ } and its UNIONs), or the keyword
    first: int  # token
    last: int  # token; of TRIPLES, before the dot


@dataclass(slots=True)
class Group:
    """What stands between two braces, in order."""

    opened: int  # token {
    closed: int  # token }
    alone: bool  # nothing outside gives a variable of it a value: it is evaluated once
    parts: list[Part] = field(default_factory=list)


@dataclass(frozen=True)
class Reading:
    """A well-formed query from its form keyword to the end."""

    text: str
    tokens: Sequence[Token]
    names: Names

    def word(self, index: int) -> str:
        """Return a keyword in capitals; empty, if the token is none."""
        token = self.tokens[index]
        return token.text.upper() if token.kind is Kind.WORD else ""

    def sign(self, index: int) -> str:
        token = self.tokens[index]
        return token.text if token.kind is Kind.SIGN else ""

    def written(self, first: int, last: int) -> str:
        """Return the text from one token to another."""
        return self.text[self.tokens[first].start : self.tokens[last].end]

    def closing(self, index: int) -> int:
        """Return where the bracket that opens at ``index`` is closed."""
        return self._pairs[index]

    @cached_property
    def variables(self) -> Counter[str]:
        """Names of all variables that the query writes, and how often."""
        return self.variables_in(0, len(self.tokens) - 1)

    def variables_in(self, first: int, last: int) -> Counter[str]:
        tokens = self.tokens[first : last + 1]
        return Counter(token.text[1:] for token in tokens if token.kind is Kind.VARIABLE)

    def fresh(self, stem: str) -> Iterator[str]:
        """Yield variables that the query does not write."""
        number = 0
        while True:
            number += 1
            if f"{stem}{number}" not in self.variables:
                yield f"?{stem}{number}"

    @cached_property
    def _pairs(self) -> dict[int, int]:
        pairs: dict[int, int] = {}
        opened: list[int] = []
        for index in range(len(self.tokens)):
            sign = self.sign(index)
            if sign in _OPENERS:
                opened.append(index)
            elif sign in _CLOSERS and not (sign == ")" and self.tokens[opened[-1]].text == "<<("):
                pairs[opened.pop()] = index
        return pairs


def groups_of(reading: Reading) -> Iterator[Group]:
    """Yield the groups of the query and of its subqueries, outer ones first."""
    yield from _of_query(reading, 0, len(reading.tokens) - 1, True)


def _of_query(reading: Reading, first: int, end: int, alone: bool) -> Iterator[Group]:
    """Find the groups of a query whose form keyword is at ``first``; behind its pattern may be VALUES."""
    if opened := pattern_of(reading, first, end):
        joined = any(reading.word(each) == "VALUES" for each in range(reading.closing(opened), end))
        yield from _of_group(reading, opened, alone and not joined)


def pattern_of(reading: Reading, first: int, end: int) -> int:
    """Return the brace that opens the pattern of a query whose form keyword is at ``first``; 0 if it has none."""
    index = first + 1
    if reading.word(first) == "CONSTRUCT" and reading.sign(index) == "{":
        index = reading.closing(index) + 1  # the template
    while index < end and reading.sign(index) != "{":
        index = reading.closing(index) + 1 if reading.sign(index) == "(" else index + 1
    return index if index < end else 0


def _of_group(reading: Reading, opened: int, alone: bool) -> Iterator[Group]:
    closed = reading.closing(opened)
    if reading.word(opened + 1) == "SELECT":
        yield from _of_query(reading, opened + 1, closed, alone)
        return
    group = Group(opened, closed, alone, parts_of(reading, opened))
    yield group
    others = [part for part in group.parts if part.kind != "FILTER"]
    only = alone and len(others) == 1 and others[0].kind in ("GROUP", "GRAPH")
    for part in group.parts:
        if part.kind in ("GROUP", "GRAPH", "OPTIONAL", "MINUS"):
            for inner in braces(reading, part):
                yield from _of_group(reading, inner, only)


def braces(reading: Reading, part: Part) -> Iterator[int]:
    """Yield the braces that open the groups of a part."""
    index = part.first
    while index <= part.last:
        if reading.sign(index) == "{":
            yield index
            index = reading.closing(index)
        index += 1


def parts_of(reading: Reading, opened: int) -> list[Part]:
    """Return what a group consists of; its dots are left out."""
    parts: list[Part] = []
    index, closed = opened + 1, reading.closing(opened)
    while index < closed:
        if reading.sign(index) == ".":
            index += 1
            continue
        part = _part(reading, index)
        parts.append(part)
        index = part.last + 1
    return parts


def _part(reading: Reading, index: int) -> Part:
    if reading.sign(index) == "{":
        last = reading.closing(index)
        while reading.word(last + 1) == "UNION":
            last = reading.closing(last + 2)
        return Part("GROUP", index, last)
    match word := reading.word(index):
        case "FILTER":
            return Part(word, index, _end_of_constraint(reading, index + 1))
        case "BIND":
            return Part(word, index, reading.closing(index + 1))
        case "OPTIONAL" | "MINUS" | "GRAPH" | "VALUES" | "SERVICE":
            return Part(word, index, _end_of_braces(reading, index))
        case _:
            return Part("TRIPLES", index, _end_of_triples(reading, index))


def _end_of_braces(reading: Reading, index: int) -> int:
    while reading.sign(index) != "{":
        index += 1
    return reading.closing(index)


def _end_of_constraint(reading: Reading, index: int) -> int:
    """FILTER holds a bracket, a call, or NOT EXISTS with its group."""
    while reading.sign(index) not in ("(", "{"):
        index += 1
    return reading.closing(index)


def _end_of_triples(reading: Reading, index: int) -> int:
    while True:
        if reading.sign(index) in _OPENERS:
            index = reading.closing(index)
        following = index + 1
        if reading.sign(following) in (".", "{", "}") or reading.word(following) in _PARTS:
            return index
        index = following
