"""What the FILTERs of a group demand, taken apart where && joins it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from garrison.rdf.sparql.rewrites.groups import Group, Part, Reading


@dataclass(frozen=True, slots=True)
class Condition:
    """A span of tokens that must hold for each solution of the group."""

    first: int
    last: int
    part: Part  # the FILTER that it stands in


def conditions_of(reading: Reading, group: Group) -> Iterator[Condition]:
    """Yield the conditions that all must hold; an error in one fails the whole, as false does (section 17.2)."""
    for part in group.parts:
        if part.kind == "FILTER" and reading.word(part.first + 1) not in ("NOT", "EXISTS"):
            for first, last in _conjuncts(reading, part.first + 1, part.last):
                yield Condition(first, last, part)


def _conjuncts(reading: Reading, first: int, last: int) -> Iterator[tuple[int, int]]:
    spans = split(reading, first, last, "||")
    if len(spans) > 1:
        yield first, last
        return
    spans = split(reading, first, last, "&&")
    for span in spans:
        bare = unwrapped(reading, *span)
        if len(spans) == 1 and bare == span:
            yield span
        else:
            yield from _conjuncts(reading, *bare)


def unwrapped(reading: Reading, first: int, last: int) -> tuple[int, int]:
    """Return a span without the brackets around the whole of it."""
    while reading.sign(first) == "(" and reading.closing(first) == last:
        first, last = first + 1, last - 1
    return first, last


def split(reading: Reading, first: int, last: int, sign: str) -> list[tuple[int, int]]:
    """Return the spans between occurrences of a sign outside brackets."""
    spans: list[tuple[int, int]] = []
    start = index = first
    while index <= last:
        if reading.sign(index) in ("(", "{", "<<("):
            index = reading.closing(index)
        elif reading.sign(index) == sign:
            spans.append((start, index - 1))
            start = index + 1
        index += 1
    return [*spans, (start, last)]
