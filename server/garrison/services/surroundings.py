"""What a page about a part of the apparatus shows around it: what claims say, and the passages before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from garrison.engine.interface import Engine
from garrison.rdf.terms import GAR, OA
from garrison.services.describe import iris_of, named_by
from garrison.services.description import Apparatus, Claim, Description, Record, Statement
from garrison.services.evidence import read_apparatus
from garrison.services.lookup import Lookup, Lookups, values

MAX_CLAIMS = 200  # that a page about a passage or an emendation shows with what they say
_MAX_TOLD = 3_000  # triples of them
# The build derives these from a date; nobody said them.
DERIVED = frozenset(GAR + name for name in ("begin", "end", "latestBegin", "earliestEnd"))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a claim, a passage or an emendation."""

    claims: tuple[
        Claim, ...
    ] = ()  # of the passage; that rest on the emendation; of the claim's passage, but for itself
    is_cut: bool = False  # there are more
    emendations: tuple[Record, ...] = ()  # of the passage
    before: str = ""  # the passages before and after, if there are any
    after: str = ""
    told: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)  # claim -> what it says
    apparatus: Apparatus = field(default_factory=Apparatus)
    labels: Mapping[str, tuple[ox.Literal, ...]] = field(default_factory=dict)
    definitions: Mapping[str, tuple[ox.Literal, ...]] = field(default_factory=dict)


def surround(engine: Engine, description: Description) -> Surroundings:
    """Look around the claim, passage or emendation that is described.

    :raises EndpointError: if the engine cannot answer.
    """
    is_passage = _is_a(description, "Passage")
    passages = description.own.iris("passage") if description.own else (description.iri,) if is_passage else ()
    with Lookups(engine) as lookups:
        pointing = [_pointing(lookups, "passage", passage) for passage in passages]
        pointing += [] if description.own or is_passage else [_pointing(lookups, "dependsOn", description.iri)]
        emending = _pointing(lookups, "emends", description.iri) if is_passage else Lookup(list[str])
        sides = [_beside(lookups, passages[0], is_after) if passages else Lookup(str) for is_after in (False, True)]
        claims, emendations = [claim for each in pointing for claim in each.found()], emending.found()
        before, after = (each.found() for each in sides)
    found = _around(engine, claims, description, emendations, {before, after} - {""})
    return replace(found, before=before, after=after)


def is_apparatus(description: Description) -> bool:
    """Tell if the thing is a claim, a passage or an emendation, which say little without what is around them."""
    return bool(description.own) or _is_a(description, "Passage") or _is_a(description, "Emendation")


def _is_a(description: Description, class_name: str) -> bool:
    return any(
        s.property.endswith("#type") and s.value == ox.NamedNode(GAR + class_name) for s in description.statements
    )


def _pointing(lookups: Lookups, property: str, thing: str) -> Lookup[list[str]]:
    pattern = f"?x <{GAR}{property}> {ox.NamedNode(thing)} FILTER(isIRI(?x))"
    rows = lookups.select(f"SELECT ?x WHERE {{ {pattern} }} ORDER BY ?x LIMIT {MAX_CLAIMS + 1}")
    return Lookup(lambda: [row["x"].value for row in rows.found()])


def _around(
    engine: Engine, claims: list[str], description: Description, emendations: list[str], passages: set[str]
) -> Surroundings:
    shown = claims[:MAX_CLAIMS]
    own = description.apparatus if description.own else Apparatus()
    answers = {answer.claim for found in own.answers.values() for answer in found}
    named = (
        {iri for name in ("disputes", "refines") for iri in description.own.iris(name)} if description.own else set()
    )
    with Lookups(engine) as lookups:
        telling = _told(lookups, {*shown, *answers, *named})
        apparatus = read_apparatus(engine, {*shown, *answers, *named, *own.claims}, {*emendations, *passages})
        told = telling.found()
        statements = [statement for said in told.values() for statement in said]
        weighing = named_by(apparatus)
        labels, definitions = lookups.labels(iris_of(statements) | weighing), lookups.definitions(weighing)
        return Surroundings(
            tuple(apparatus.claims[iri] for iri in shown if iri != description.iri),
            len(claims) > MAX_CLAIMS,
            tuple(apparatus.records[iri] for iri in emendations),
            told=told,
            apparatus=apparatus,
            labels=labels.found(),
            definitions=definitions.found(),
        )


def _told(lookups: Lookups, claims: set[str]) -> Lookup[dict[str, tuple[Statement, ...]]]:
    """Begin to look up what the claims say, without what is derived from it."""
    if not claims:
        return Lookup(dict)
    rows = lookups.select(
        f"""SELECT ?claim ?s ?p ?o WHERE {{
          VALUES ?claim {{ {values(map(ox.NamedNode, claims))} }} GRAPH ?claim {{ ?s ?p ?o }}
        }} ORDER BY ?claim ?s ?p ?o LIMIT {_MAX_TOLD}"""
    )
    return Lookup(lambda: _by_claim(rows.found()))


def _by_claim(rows: Iterable[ox.QuerySolution]) -> dict[str, tuple[Statement, ...]]:
    found: dict[str, list[Statement]] = {}
    for claim, subject, property, value in rows:
        if property.value not in DERIVED:
            found.setdefault(claim.value, []).append(Statement(subject, property.value, value))
    return {claim: tuple(said) for claim, said in found.items()}


def _beside(lookups: Lookups, iri: str, is_after: bool) -> Lookup[str]:
    """Begin to look up the passage before or after in the same source: as they stand in it, else as they are numbered.

    :returns: nothing where there is none.
    """
    passage = ox.NamedNode(iri)
    sign, order = (">", "?start ?name") if is_after else ("<", "DESC(?start) DESC(?name)")
    rows = lookups.select(
        f"""SELECT ?x WHERE {{
          {passage} <{GAR}source> ?source OPTIONAL {{ {passage} <{OA}start> ?own }} BIND(COALESCE(?own, 0) AS ?here)
          ?x <{GAR}source> ?source FILTER(isIRI(?x))
          OPTIONAL {{ ?x <{OA}start> ?at }} BIND(COALESCE(?at, 0) AS ?start) BIND(STR(?x) AS ?name)
          FILTER(?start {sign} ?here || (?start = ?here && ?name {sign} STR({passage})))
        }} ORDER BY {order} LIMIT 1"""
    )
    return Lookup(lambda: next((row["x"].value for row in rows.found()), ""))
