"""The contents of a source: the lands that its passages speak of, one after another, as far as the data tell them.

Of each passage it is known which places its claims name and in which land they lie. The source is divided so that few
passages speak of another land than that of their section, and there are few sections: the cheapest of all divisions, as
Viterbi's algorithm finds it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from garrison.engine.interface import Engine
from garrison.rdf.terms import GAR
from garrison.services.lookup import select, values
from garrison.services.readings import Passage

_SHORT = 10  # passages; a shorter source needs no contents
_CHANGE = 3  # passages that may speak of another land before a new section is the cheaper explanation
_MAX_LANDS = 40
_MAX_THINGS = 5_000


@dataclass(frozen=True, slots=True)
class Section:
    """Passages in a row that speak of one land."""

    land: str  # IRI
    first: int  # index of a passage
    last: int


def contents(engine: Engine, passages: Sequence[Passage]) -> list[Section]:
    """Divide passages into sections; nothing where there are few of them, or the data tell only one land.

    :raises EndpointError: if the engine cannot answer.
    """
    if len(passages) < _SHORT:
        return []
    named = [_things(passage) for passage in passages]
    lands = _lands(engine, {thing for things in named for thing in things})
    sections = divide([{land for thing in things for land in lands.get(thing, ())} for things in named])
    return sections if len(sections) > 1 else []


def divide(lands: Sequence[Collection[str]]) -> list[Section]:
    """Divide a row of passages, of each of which the lands are known, or none."""
    often = Counter(land for each in lands for land in set(each))
    names = [land for land, _ in sorted(often.items(), key=lambda item: (-item[1], item[0]))][:_MAX_LANDS]
    if not names:
        return []
    costs, before = dict.fromkeys(names, 0), []
    for spoken in lands:
        cheapest = min(names, key=lambda name: costs[name])
        came = {n: n if costs[n] <= costs[cheapest] + _CHANGE else cheapest for n in names}
        before.append(came)
        costs = {n: costs[came[n]] + _CHANGE * (came[n] != n) + (1 if spoken and n not in spoken else 0) for n in names}
    return _sections(min(names, key=lambda name: costs[name]), before)


def _sections(last: str, before: Sequence[Mapping[str, str]]) -> list[Section]:
    path = [last]
    for came in reversed(before[1:]):
        path.append(came[path[-1]])
    path.reverse()
    starts = [index for index, land in enumerate(path) if index == 0 or land != path[index - 1]]
    return [Section(path[a], a, b - 1) for a, b in zip(starts, [*starts[1:], len(path)], strict=True)]


def _things(passage: Passage) -> set[str]:
    terms = [term for told in passage.claims for each in told.says for term in (each.subject, each.value)]
    return {term.value for term in terms if isinstance(term, ox.NamedNode)}


def _lands(engine: Engine, things: set[str]) -> dict[str, set[str]]:
    """The outermost places in which things lie, or are."""
    named = values(ox.NamedNode(iri) for iri in sorted(things)[:_MAX_THINGS])
    rows = select(
        engine,
        f"""PREFIX gar: <{GAR}> SELECT DISTINCT ?thing ?land WHERE {{
          VALUES ?thing {{ {named} }} ?thing gar:place?/gar:within? ?land .
          ?land a gar:Place FILTER NOT EXISTS {{ ?land gar:within ?larger }}
        }}""",
    )
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["thing"].value, set()).add(row["land"].value)
    return found
