"""Two patterns that share no variable, joined by ``FILTER(?v = ?w)``: a join by hash, not every pair of solutions.

Where ``?v`` or ``?w`` is no literal, as the subject of a triple never is, equal means the same term (SPARQL 1.1,
section 17.4.1.7), and ``BIND(?v AS ?w)`` before the second pattern says so. Where both may be literals, those whose
equality is that of terms go that way, and the others are compared as they were, in a branch of their own: a value of
one way is equal to none of the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from garrison.rdf.sparql.rewrites.conditions import Condition, conditions_of
from garrison.rdf.sparql.rewrites.groups import Edit, Group, Reading
from garrison.rdf.sparql.rewrites.triples import Pattern, plain_patterns, variable, variables_of
from garrison.rdf.sparql.tokens import Kind

_STRING = "<http://www.w3.org/2001/XMLSchema#string>"
_WITH_LANGUAGE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>"


def equality_as_join(reading: Reading, group: Group) -> list[Edit]:
    """Return what to write in place of the group's patterns; nothing, if they are not two joined by an equality."""
    if not group.alone or not (equalities := list(_equalities(reading, group))):
        return []
    leading = list(takewhile(lambda part: part.kind == "TRIPLES", group.parts))
    patterns: list[Pattern] = []
    for part in leading:
        patterns += (found := plain_patterns(reading, part) or [])
        if not found:
            return []
    if not leading or _go_on(group, len(leading)) or len(sides := _sides(patterns)) != 2:
        return []
    first, second = sorted(sides, key=_is_open)
    if not _is_open(second):
        return []  # few solutions on either side
    for condition, names in equalities:
        for here, there in (names, names[::-1]):
            if here in variables_of(first) and there in variables_of(second):
                text = _joined(first, second, f"?{here}", f"?{there}", reading, condition)
                return [Edit(reading.tokens[leading[0].first].start, reading.tokens[leading[-1].last].end, text)]
    return []


def _equalities(reading: Reading, group: Group) -> Iterator[tuple[Condition, tuple[str, str]]]:
    for condition in conditions_of(reading, group):
        tokens = reading.tokens[condition.first : condition.last + 1]
        if reading.word(condition.first) == "SAMETERM" and len(tokens) == 6:
            left, right = tokens[2], tokens[4]
        elif len(tokens) == 3 and tokens[1].text == "=":
            left, right = tokens[0], tokens[2]
        else:
            continue
        if left.kind is right.kind is Kind.VARIABLE:
            yield condition, (variable(left.text), variable(right.text))


def _go_on(group: Group, index: int) -> bool:
    """Tell if patterns follow behind a FILTER: they belong to the same basic graph pattern."""
    rest = next((part for part in group.parts[index:] if part.kind != "FILTER"), None)
    return rest is not None and rest.kind == "TRIPLES"


def _sides(patterns: list[Pattern]) -> list[list[Pattern]]:
    """Return patterns by what connects them, a variable that they share; nothing, if that makes more than two sides."""
    sides: list[list[Pattern]] = []
    while patterns:
        side, patterns = _connected(patterns)
        sides.append(side)
        if len(sides) > 2:
            return []
    return sides


def _connected(patterns: list[Pattern]) -> tuple[list[Pattern], list[Pattern]]:
    """Return the first pattern with all that it is connected to, and the rest."""
    side, rest = patterns[:1], patterns[1:]
    names = patterns[0].variables
    while near := [each for each in rest if each.variables & names]:
        rest = [each for each in rest if not each.variables & names]
        side += near
        names |= variables_of(near)
    return side, rest


def _is_open(side: list[Pattern]) -> bool:
    return not any(pattern.is_anchored for pattern in side)


def _joined(
    first: list[Pattern], second: list[Pattern], here: str, there: str, reading: Reading, condition: Condition
) -> str:
    before, after = (" . ".join(map(str, side)) for side in (first, second))
    if _is_no_literal(here, first) or _is_no_literal(there, second):
        return f"{before} . BIND({here} AS {there}) {after}"
    compared = reading.written(condition.first, condition.last)
    return (
        f"{{ {before} FILTER({_equal_as_term(here)}) BIND({here} AS {there}) {after} }} UNION "
        f"{{ {{ {before} FILTER(!{_equal_as_term(here)}) }} {{ {after} FILTER(!{_equal_as_term(there)}) }} "
        f"FILTER({compared}) }}"
    )


def _is_no_literal(written: str, patterns: list[Pattern]) -> bool:
    name = variable(written)
    return any(name in map(variable, (each.subject, *each.verbs)) for each in patterns)


def _equal_as_term(name: str) -> str:
    """What is equal to the same term alone, and to nothing else: an IRI, a blank node, a text. A triple term is not."""
    texts = f"DATATYPE({name}) IN ({_STRING}, {_WITH_LANGUAGE})"
    return f"COALESCE(ISIRI({name}) || ISBLANK({name}) || {texts}, false)"
