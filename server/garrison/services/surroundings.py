"""What a page about a part of the apparatus shows around it: what claims say, and the passages before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from garrison.engine.interface import Engine
from garrison.rdf.terms import GAR, OA
from garrison.services.describe import iris_of, named_by
from garrison.services.description import Apparatus, Claim, Description, Record, Statement
from garrison.services.evidence import read_apparatus, read_facts
from garrison.services.lookup import read_definitions, read_labels, select, values

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
    thing = ox.NamedNode(description.iri)
    if description.own:
        passages = description.own.iris("passage")
        found = _around(engine, _claims_with(engine, "passage", passages) if passages else [], description)
        return _with_neighbours(engine, found, passages[0] if passages else "")
    if _is_a(description, "Passage"):
        emendations = [row["x"].value for row in _pointing(engine, "emends", thing.value)]
        found = _around(engine, _claims_with(engine, "passage", [thing.value]), description, emendations)
        return _with_neighbours(engine, found, thing.value)
    return _around(engine, _claims_with(engine, "dependsOn", [thing.value]), description)


def is_apparatus(description: Description) -> bool:
    """Tell if the thing is a claim, a passage or an emendation, which say little without what is around them."""
    return bool(description.own) or _is_a(description, "Passage") or _is_a(description, "Emendation")


def _is_a(description: Description, class_name: str) -> bool:
    return any(
        s.property.endswith("#type") and s.value == ox.NamedNode(GAR + class_name) for s in description.statements
    )


def _claims_with(engine: Engine, property: str, things: Iterable[str]) -> list[str]:
    return [row["x"].value for thing in things for row in _pointing(engine, property, thing)]


def _pointing(engine: Engine, property: str, thing: str) -> list[ox.QuerySolution]:
    pattern = f"?x <{GAR}{property}> {ox.NamedNode(thing)} FILTER(isIRI(?x))"
    return select(engine, f"SELECT ?x WHERE {{ {pattern} }} ORDER BY ?x LIMIT {MAX_CLAIMS + 1}")


def _around(
    engine: Engine, claims: list[str], description: Description, emendations: Iterable[str] = ()
) -> Surroundings:
    shown = claims[:MAX_CLAIMS]
    own = description.apparatus if description.own else Apparatus()
    answers = {answer.claim for found in own.answers.values() for answer in found}
    named = (
        {iri for name in ("disputes", "refines") for iri in description.own.iris(name)} if description.own else set()
    )
    apparatus = read_apparatus(engine, {*shown, *answers, *named, *own.claims}, emendations)
    told = _told(engine, {*shown, *answers, *named})
    statements = [statement for said in told.values() for statement in said]
    weighing = named_by(apparatus)
    return Surroundings(
        tuple(apparatus.claims[iri] for iri in shown if iri != description.iri),
        len(claims) > MAX_CLAIMS,
        tuple(apparatus.records[iri] for iri in emendations),
        told=told,
        apparatus=apparatus,
        labels=read_labels(engine, iris_of(statements) | weighing),
        definitions=read_definitions(engine, weighing),
    )


def _told(engine: Engine, claims: set[str]) -> dict[str, tuple[Statement, ...]]:
    """What the claims say, without what is derived from it."""
    if not claims:
        return {}
    rows = select(
        engine,
        f"""SELECT ?claim ?s ?p ?o WHERE {{
          VALUES ?claim {{ {values(map(ox.NamedNode, claims))} }} GRAPH ?claim {{ ?s ?p ?o }}
        }} ORDER BY ?claim ?s ?p ?o LIMIT {_MAX_TOLD}""",
    )
    found: dict[str, list[Statement]] = {}
    for row in rows:
        if row["p"].value not in DERIVED:
            found.setdefault(row["claim"].value, []).append(Statement(row["s"], row["p"].value, row["o"]))
    return {claim: tuple(said) for claim, said in found.items()}


def _with_neighbours(engine: Engine, found: Surroundings, passage: str) -> Surroundings:
    """Find the passages before and after in the same source: as they stand in it, else as they are numbered."""
    if not passage:
        return found
    before, after = (_beside(engine, ox.NamedNode(passage), is_after) for is_after in (False, True))
    records = {iri: Record(iri, facts) for iri, facts in read_facts(engine, {before, after} - {""}).items()}
    apparatus = replace(found.apparatus, records={**records, **found.apparatus.records})
    return replace(found, before=before, after=after, apparatus=apparatus)


def _beside(engine: Engine, passage: ox.NamedNode, is_after: bool) -> str:
    sign, order = (">", "?start ?name") if is_after else ("<", "DESC(?start) DESC(?name)")
    rows = select(
        engine,
        f"""SELECT ?x WHERE {{
          {passage} <{GAR}source> ?source OPTIONAL {{ {passage} <{OA}start> ?own }} BIND(COALESCE(?own, 0) AS ?here)
          ?x <{GAR}source> ?source FILTER(isIRI(?x))
          OPTIONAL {{ ?x <{OA}start> ?at }} BIND(COALESCE(?at, 0) AS ?start) BIND(STR(?x) AS ?name)
          FILTER(?start {sign} ?here || (?start = ?here && ?name {sign} STR({passage})))
        }} ORDER BY {order} LIMIT 1""",
    )
    return rows[0]["x"].value if rows else ""
