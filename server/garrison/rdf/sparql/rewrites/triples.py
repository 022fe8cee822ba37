"""Triples of a query that are plain: a variable, an IRI or a literal at each place, and steps of a path in sequence.

What has blank nodes, lists, reifiers or another path is not plain, and no rewrite takes it apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from garrison.rdf.sparql.rewrites.groups import Part, Reading
from garrison.rdf.sparql.tokens import Kind

_NAMES = (Kind.IRI, Kind.NAME)


@dataclass(frozen=True, slots=True)
class Pattern:
    """One triple pattern, each part as it is written."""

    subject: str
    verbs: tuple[str, ...]  # several: a path in sequence
    object: str

    @property
    def ends(self) -> frozenset[str]:
        """Names of the variables at its two ends."""
        return frozenset(filter(None, (variable(self.subject), variable(self.object))))

    @property
    def variables(self) -> frozenset[str]:
        return self.ends | frozenset(filter(None, map(variable, self.verbs)))

    @property
    def is_anchored(self) -> bool:
        """Tell if a constant stands at one of its ends that few triples hold; a class is held by many."""
        return not variable(self.subject) or (not variable(self.object) and self.verbs != ("a",))

    def __str__(self) -> str:
        return f"{self.subject} {'/'.join(self.verbs)} {self.object}"


def variable(text: str) -> str:
    """Return the name of a variable; empty, if it is a constant."""
    return text[1:] if text[0] in "?$" else ""


def variables_of(patterns: Iterable[Pattern]) -> frozenset[str]:
    return frozenset[str]().union(*(pattern.variables for pattern in patterns))


def plain_patterns(reading: Reading, part: Part) -> list[Pattern] | None:
    """Return the triple patterns of a part, ``None`` if one of them is not plain."""
    end = part.last + 1
    subject, index = _term(reading, part.first, end)
    patterns: list[Pattern] = []
    while subject and index < end:
        verbs, index = _verbs(reading, index, end)
        while verbs:
            value, index = _term(reading, index, end)
            if not value:
                return None
            patterns.append(Pattern(subject, verbs, value))
            if index == end or reading.sign(index) != ",":
                break
            index += 1
        if not verbs or (index < end and reading.sign(index) != ";"):
            return None
        while index < end and reading.sign(index) == ";":
            index += 1
    return patterns if subject and patterns else None


def _verbs(reading: Reading, index: int, end: int) -> tuple[tuple[str, ...], int]:
    """Read a variable, an IRI, or IRIs with / between them; nothing, if another path begins here."""
    token = reading.tokens[index]
    if token.kind is Kind.VARIABLE:
        return (token.text,), index + 1
    verbs: list[str] = []
    while index < end and (reading.tokens[index].kind in _NAMES or reading.tokens[index].text == "a"):
        verbs.append(reading.tokens[index].text)
        index += 1
        if reading.sign(index) != "/":
            return tuple(verbs), index
        index += 1
    return (), index


def _term(reading: Reading, index: int, end: int) -> tuple[str, int]:
    """Read a variable, an IRI or a literal; empty, if something else begins here."""
    first = last = index
    if reading.sign(index) in ("+", "-"):
        last += 1
    token = reading.tokens[last]
    if token.kind is Kind.STRING and last + 1 < end:
        if reading.tokens[last + 1].kind is Kind.LANGUAGE:
            last += 1
        elif reading.sign(last + 1) == "^^":
            last += 2
    known = token.kind in (*_NAMES, Kind.VARIABLE, Kind.STRING, Kind.NUMBER) or reading.word(last) in ("TRUE", "FALSE")
    return (reading.written(first, last), last + 1) if known and last < end else ("", index)
