"""Query texts that the evaluator answers slowly, written otherwise: the same solutions, sooner.

Only shapes whose equivalence is certain by SPARQL 1.1 and whose gain is measured; ``server/REWRITES.md`` lists them.
Anything else, and any text that is not known to be well-formed, stays as the client wrote it. One more is not for
speed: :func:`with_graph_names` mends what the evaluator gets wrong. Not here: evaluation, statistics of the data. Read
``groups`` first: it is what they all look at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain

from garrison.errors import EndpointError
from garrison.rdf.sparql.explanation import keeps_grammar
from garrison.rdf.sparql.rewrites.constants import constants_as_data
from garrison.rdf.sparql.rewrites.existence import existence_step_by_step, looks_outside
from garrison.rdf.sparql.rewrites.graph_names import graph_names
from garrison.rdf.sparql.rewrites.groups import Edit, Group, Reading, groups_of
from garrison.rdf.sparql.rewrites.joins import equality_as_join
from garrison.rdf.sparql.scanner import Scanner
from garrison.rdf.sparql.shape import Caps
from garrison.rdf.sparql.tokens import Kind, Token

__all__ = ["SHAPES", "rewrite", "with_graph_names"]

# Name, as the setting says it -> what looks for its shape in one group. The first that finds its own in a group keeps
# the others of PLACED from it: they write at the same place.
SHAPES: dict[str, Callable[[Reading, Group], list[Edit]]] = {
    "constants": constants_as_data,
    "joins": equality_as_join,
    "existence": existence_step_by_step,
}
_PLACED = ("constants", "joins")
_LONGEST = 32_768  # characters; both texts are sent in one packet
# What none of the shapes is without, so that most queries are not read again.
_CANDIDATE = re.compile(
    r"\bexists\b|\bsameterm\b|\bin\s*+\(|[?$]\w++\s*+=\s*+(?:[?$<]|[\w.-]*+:)|(?:>|:[\w.-]*+)\s*+=\s*+[?$]",
    re.IGNORECASE,
)
_NAMES_GRAPHS = re.compile(r"\bgraph\s*+[?$]", re.IGNORECASE)


def rewrite(text: str, names: Collection[str] = tuple(SHAPES), prefixes: Mapping[str, str] | None = None) -> str:
    """Return a query with the same solutions that the evaluator answers sooner, or the text as it is.

    What the standard leaves open may come out otherwise: the order without ORDER BY, and what hangs on it (which rows
    a LIMIT keeps, SAMPLE, GROUP_CONCAT).

    :param names: which of :data:`SHAPES` may be applied.
    :param prefixes: as :func:`garrison.rdf.sparql.scan` takes them.
    """
    if not names or len(text) > _LONGEST or "\0" in text or not _CANDIDATE.search(text):
        return text
    faster = _rewritten(text, names, prefixes)
    return faster if len(faster.encode()) <= 4 * _LONGEST else text


def with_graph_names(text: str, prefixes: Mapping[str, str] | None = None) -> str:
    """Return a query whose every ``GRAPH ?g`` gives the name of each graph, as the standard has it, if that can be
    written; the text as it is, if it does so already.
    """
    if len(text) > _LONGEST or "\0" in text or not _NAMES_GRAPHS.search(text):
        return text
    reading = _read(text, prefixes)
    return _edited(text, graph_names(reading)) if reading else text


def _rewritten(text: str, names: Collection[str], prefixes: Mapping[str, str] | None) -> str:
    reading = _read(text, prefixes)
    if not reading or reading.names.uses_base:
        return text
    groups = list(groups_of(reading))
    if any(looks_outside(reading, group) for group in groups):
        return text
    return _edited(text, chain.from_iterable(_edits(reading, group, names) for group in groups))


def _read(text: str, prefixes: Mapping[str, str] | None) -> Reading | None:
    """Read a query that is known to be well-formed; of any other whoever evaluates it says what is wrong."""
    tokens: list[Token] = []
    scanner = Scanner(text, Caps(), tokens, prefixes)
    try:
        scanner.run()
    except EndpointError:
        return None
    return Reading(text, tokens, scanner.names) if keeps_grammar(tokens) and not _is_lateral(tokens) else None


def _edited(text: str, edits: Iterable[Edit]) -> str:
    for edit in sorted(edits, key=lambda each: each.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _edits(reading: Reading, group: Group, names: Collection[str]) -> Iterator[Edit]:
    placed = False
    for name, find in SHAPES.items():
        if name not in names or (placed and name in _PLACED):
            continue
        found = find(reading, group)
        placed = placed or (name in _PLACED and bool(found))
        yield from found


def _is_lateral(tokens: list[Token]) -> bool:
    """LATERAL is no part of SPARQL 1.1: what it lets through from outside is not reasoned about here."""
    return any(token.kind is Kind.WORD and token.text.upper() == "LATERAL" for token in tokens)
