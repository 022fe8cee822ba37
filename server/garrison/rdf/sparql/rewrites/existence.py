"""``EXISTS`` over several patterns as one ``EXISTS`` inside the other: looked up step by step for each solution.

The evaluator joins the patterns anew for each solution that is tested, whole tables of them. Equal, because a solution
of two patterns is a solution of the first for which one of the second exists, and what is known of a variable is put
in at every depth (SPARQL 1.1, section 18.6, https://www.w3.org/TR/sparql11-query/#defn_evalExists).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from garrison.rdf.sparql.rewrites.groups import Edit, Group, Part, Reading, parts_of
from garrison.rdf.sparql.rewrites.triples import Pattern, plain_patterns, variable, variables_of

_MOST = 8  # patterns: each makes the algebra deeper


def existence_step_by_step(reading: Reading, group: Group) -> list[Edit]:
    """Return what to write in the tests of a group that are joined by a variable of their own."""
    edits: list[Edit] = []
    if not any(_tested(reading, part) for part in group.parts):
        return edits
    known = _bound(reading, group)
    for part in group.parts:
        opened = _tested(reading, part)
        if not opened or not (patterns := _patterns(reading, opened)) or not _is_joined_inside(patterns, known):
            continue
        if steps := _ordered(patterns, known):
            edits.append(Edit(reading.tokens[opened].end, reading.tokens[part.last].start, f" {_nested(steps)} "))
    return edits


def looks_outside(reading: Reading, group: Group) -> bool:
    """Tell if a test in a group has variables that the query uses elsewhere and the group may leave unbound.

    By the standard they are unbound then: a group is evaluated on its own. The evaluator lets them in or not, as its
    plan has it, and every rewrite changes the plan.
    """
    tests = [part for part in group.parts if part.kind in ("FILTER", "BIND") and _has_test(reading, part)]
    if group.alone or not tests:
        return False
    plain = filter(None, (plain_patterns(reading, part) for part in group.parts if part.kind == "TRIPLES"))
    certain = variables_of(chain.from_iterable(plain))
    inside = [each for test in tests for each in reading.variables_in(test.first, test.last).items()]
    return any(name not in certain and number < reading.variables[name] for name, number in inside)


def _has_test(reading: Reading, part: Part) -> bool:
    return any(reading.word(index) == "EXISTS" for index in range(part.first, part.last))


def _bound(reading: Reading, group: Group) -> frozenset[str]:
    """Return the variables that a solution may bring to the tests."""
    parts = [part for part in group.parts if part.kind not in ("FILTER", "MINUS")]
    return frozenset(chain.from_iterable(reading.variables_in(part.first, part.last) for part in parts))


def _tested(reading: Reading, part: Part) -> int:
    """Return the brace that EXISTS or NOT EXISTS opens, 0 if the part is another."""
    if part.kind != "FILTER":
        return 0
    exists = part.first + 1 + (reading.word(part.first + 1) == "NOT")
    return exists + 1 if reading.word(exists) == "EXISTS" else 0


def _patterns(reading: Reading, opened: int) -> list[Pattern]:
    """Return the triple patterns in a pair of braces, paths in steps; nothing, if there is anything else."""
    found = [plain_patterns(reading, part) for part in parts_of(reading, opened) if part.kind == "TRIPLES"]
    if len(found) < len(parts_of(reading, opened)) or None in found:
        return []
    fresh = reading.fresh("step")
    patterns = list(chain.from_iterable(_steps(pattern, fresh) for each in found for pattern in each or ()))
    return patterns if 1 < len(patterns) <= _MOST else []


def _steps(pattern: Pattern, fresh: Iterator[str]) -> Iterator[Pattern]:
    """Take a path apart; the variables between its steps are nobody else's (section 18.4)."""
    subject = pattern.subject
    for verb in pattern.verbs[:-1]:
        yield Pattern(subject, (verb,), subject := next(fresh))
    yield Pattern(subject, pattern.verbs[-1:], pattern.object)


def _is_joined_inside(patterns: list[Pattern], known: frozenset[str]) -> bool:
    """Tell if a variable of the test alone joins patterns; else the evaluator looks them up by itself."""
    count = Counter(chain.from_iterable(pattern.variables for pattern in patterns))
    return any(number > 1 and name not in known for name, number in count.items())


def _ordered(patterns: list[Pattern], known: frozenset[str]) -> list[Pattern]:
    """Put first what is known most of; nothing, if a pattern hangs on nothing before it."""
    left, steps = list(patterns), list[Pattern]()
    while left:
        near = [each for each in left if each.variables & known or not each.variables]
        if not near:
            return []
        step = min(
            near, key=lambda each: (len(each.variables - known), variable(each.subject) in each.variables - known)
        )
        left.remove(step)
        steps.append(step)
        known |= step.variables
    return steps


def _nested(steps: list[Pattern]) -> str:
    inner = f" FILTER EXISTS {{ {_nested(steps[1:])} }}" if steps[1:] else ""
    return f"{steps[0]}{inner}"
