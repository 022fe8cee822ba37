"""``FILTER(?x = <iri>)`` and ``FILTER(?x IN (<a>, <b>))`` as data: the evaluator begins with them, and scans nothing.

Equal, because ``?x`` has a value in each solution of the patterns that the data is joined with, an IRI is equal to
itself alone, and each stands in the data once (SPARQL 1.1, section 17.4.1.7,
https://www.w3.org/TR/sparql11-query/#func-RDFterm-equal).
"""

from __future__ import annotations

from itertools import chain, takewhile

from garrison.rdf.sparql.rewrites.conditions import Condition, conditions_of, split, unwrapped
from garrison.rdf.sparql.rewrites.groups import Edit, Group, Part, Reading
from garrison.rdf.sparql.rewrites.triples import Pattern, plain_patterns, variable, variables_of
from garrison.rdf.sparql.tokens import Kind, Token

_PASSIVE = frozenset(("FILTER", "OPTIONAL", "MINUS", "BIND"))  # parts that find nothing to begin with


def constants_as_data(reading: Reading, group: Group) -> list[Edit]:
    """Return what to write in a group; nothing, if the evaluator may be better without.

    The evaluator begins with what it is given, however many triples hold it. So it is given subjects only, or what
    else the sole pattern of a group says: a class or a predicate beside a better begin made queries 300 times slower.
    """
    if not group.alone:
        return []
    wanted = {condition: iris for condition in conditions_of(reading, group) if (iris := _iris(reading, condition))}
    if not wanted:
        return []
    begins = _begins(reading, group, {name for name, _ in wanted.values()})
    taken = {condition: given for condition, given in wanted.items() if given[0] in begins}
    data = "".join(f" VALUES ?{name} {{ {' '.join(f'<{iri}>' for iri in iris)} }}" for name, iris in taken.values())
    if not data:
        return []
    offset = reading.tokens[group.opened].end
    return [Edit(offset, offset, f"{data} "), *_spent(reading, group, set(taken))]


def _begins(reading: Reading, group: Group, wanted: set[str]) -> frozenset[str]:
    """Return the variables, of those that are wanted, that the group's first patterns bind and better begin with."""
    leading = list(takewhile(lambda part: part.kind in ("TRIPLES", "FILTER"), group.parts))
    patterns = [plain_patterns(reading, part) for part in leading if part.kind == "TRIPLES"]
    plain = list(chain.from_iterable(filter(None, patterns)))
    subjects = frozenset(wanted & {variable(pattern.subject) for pattern in plain})
    if subjects or not _is_sole(group, plain, len(patterns)):
        return subjects
    return frozenset(wanted & variables_of(plain))


def _is_sole(group: Group, plain: list[Pattern], parts: int) -> bool:
    others = group.parts[parts:]
    return parts == len(plain) == 1 and not plain[0].is_anchored and all(part.kind in _PASSIVE for part in others)


def _spent(reading: Reading, group: Group, taken: set[Condition]) -> list[Edit]:
    """Empty the FILTERs of which the data says everything; a FILTER stays, as it may separate two patterns."""
    edits: list[Edit] = []
    by_part: dict[Part, list[bool]] = {}
    for condition in conditions_of(reading, group):
        by_part.setdefault(condition.part, []).append(condition in taken)
    for part, said in by_part.items():
        if all(said):
            edits.append(Edit(reading.tokens[part.first].start, reading.tokens[part.last].end, "FILTER(true)"))
    return edits


def _iris(reading: Reading, condition: Condition) -> tuple[str, tuple[str, ...]] | None:
    """Return the variable that a condition wants to be one of some IRIs, and these, each once."""
    name, iris = "", dict[str, None]()
    for first, last in split(reading, *unwrapped(reading, condition.first, condition.last), "||"):
        found = _comparison(reading, *unwrapped(reading, first, last))
        if not found or (name and variable(found[0].text) != name):
            return None
        name = variable(found[0].text)
        iris |= dict.fromkeys(_absolute(reading, token) for token in found[1:])
    return name, tuple(iris)


def _comparison(reading: Reading, first: int, last: int) -> list[Token]:
    """Return the variable and the IRIs of ``?x = <a>``, ``sameTerm(?x, <a>)`` or ``?x IN (<a>, <b>)``."""
    tokens = list(reading.tokens[first : last + 1])
    if reading.word(first) == "SAMETERM":
        tokens = [token for token in tokens[2:-1] if token.text != ","]
    elif len(tokens) == 3 and tokens[1].text == "=":
        tokens = [tokens[0], tokens[2]]
    elif len(tokens) > 4 and reading.word(first + 1) == "IN" and reading.closing(first + 2) == last:
        if any(token.text != "," for token in tokens[4:-1:2]):
            return []
        return _of_kinds([tokens[0], *tokens[3:-1:2]])
    else:
        return []
    return _of_kinds(sorted(tokens, key=lambda token: token.kind is not Kind.VARIABLE)) if len(tokens) == 2 else []


def _of_kinds(tokens: list[Token]) -> list[Token]:
    known = tokens[0].kind is Kind.VARIABLE and all(token.kind in (Kind.IRI, Kind.NAME) for token in tokens[1:])
    return tokens if known else []


def _absolute(reading: Reading, token: Token) -> str:
    return reading.names.absolute(token.text) if token.kind is Kind.IRI else reading.names.expand(token.text)
