"""What stands behind claims: passages, emendations, the voices they are told by, and the claims that answer them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from garrison.engine.interface import Engine
from garrison.rdf.terms import GAR
from garrison.services.description import CLAIMED_IN, Answer, Apparatus, Claim, Record
from garrison.services.kept import Kept
from garrison.services.lookup import Lookup, Lookups, Term, values

_MAX_ANSWERS = 2_000
_MAX_FACTS = 20_000  # triples about the claims of one page, and about what stands behind them
_MAX_KEPT = 2_000  # claims, passages and emendations whose facts are kept, and as many whose outlines are
_OUTLINE = ("summary", "sic", "reading", "standing", "polarity", "modality")
_ANSWERING = ("disputes", "refines")
_NAMED = (*_ANSWERING, "reportedIn")  # properties of claims that lead to claims

Properties = Mapping[str, tuple[Term, ...]]

_kept_facts: Kept[Properties] = Kept(_MAX_KEPT)
_kept_outlines: Kept[Properties] = Kept(_MAX_KEPT)


def read_apparatus(engine: Engine, claims: Iterable[str], others: Iterable[str] = ()) -> Apparatus:
    """Read the claims, and what one has to know to judge them.

    :param others: passages and emendations that are wanted whether or not a claim names them.
    :raises EndpointError: if the engine cannot answer.
    """
    wanted = set(claims)
    with Lookups(engine) as lookups:
        own, answering, naming = facts(lookups, wanted), _answering(lookups, wanted), _named_by(lookups, wanted)
        known, answers, named = own.found(), answering.found(), naming.found()
    beside = (named | {answer.claim for found in answers.values() for answer in found}) - wanted
    said = {iri: properties for iri, properties in read_facts(engine, beside).items() if properties}
    read = {iri: Claim(iri, properties) for iri, properties in {**known, **said}.items()}
    basis = {iri for claim in read.values() for iri in (*claim.iris("passage"), *claim.iris("dependsOn"))}
    records = {iri: Record(iri, properties) for iri, properties in read_facts(engine, basis | set(others)).items()}
    return Apparatus(records, read, answers)


def read_facts(engine: Engine, iris: Iterable[str]) -> dict[str, Properties]:
    """What the default graph says of each of these things."""
    with Lookups(engine) as lookups:
        return facts(lookups, iris).found()


def facts(lookups: Lookups, iris: Iterable[str]) -> Lookup[dict[str, Properties]]:
    """Begin to look up what the default graph says of each of these things."""
    return lookups.each(_kept_facts, iris, _about, _gathered, {})


def _about(wanted: str) -> str:
    return f"SELECT ?x ?p ?o WHERE {{ VALUES ?x {{ {wanted} }} ?x ?p ?o }} ORDER BY ?x ?p ?o LIMIT {_MAX_FACTS}"


def outlines(lookups: Lookups, iris: Iterable[str]) -> Lookup[dict[str, Claim]]:
    """Begin to look up what a list shows of claims, passages and emendations: what they say, and how they are weighed.

    :returns: those of the things that have any of it.
    """
    found = lookups.each(_kept_outlines, iris, _outlining, _gathered, {})
    return Lookup(lambda: {iri: Claim(iri, properties) for iri, properties in found.found().items() if properties})


def _outlining(wanted: str) -> str:
    some = f"VALUES ?x {{ {wanted} }}"
    return f"""SELECT ?x ?p ?o WHERE {{
      {{ {some} ?x ?p ?o FILTER(?p IN ({_properties(_OUTLINE, ", ")})) }}
      UNION {{ {some} ?x <{GAR}passage>/<{GAR}summary> ?o BIND(<{GAR}summary> AS ?p) }}
      UNION {{ {some} ?o <{GAR}passage> ?x BIND(<{CLAIMED_IN}> AS ?p) }}
    }} ORDER BY ?x ?p ?o LIMIT {_MAX_FACTS}"""


def _gathered(rows: Iterable[ox.QuerySolution]) -> dict[str, Properties]:
    found: dict[str, dict[str, list[Term]]] = {}
    for thing, property, value in rows:
        found.setdefault(thing.value, {}).setdefault(property.value, []).append(value)
    return {iri: {name: tuple(terms) for name, terms in facts.items()} for iri, facts in found.items()}


def _answering(lookups: Lookups, claims: set[str]) -> Lookup[dict[str, tuple[Answer, ...]]]:
    """Begin to look up the claims that dispute or refine these."""
    if not claims:
        return Lookup(dict)
    rows = lookups.select(
        f"""SELECT ?claim ?how ?other WHERE {{
          VALUES ?claim {{ {values(map(ox.NamedNode, claims))} }}
          VALUES ?how {{ {_properties(_ANSWERING)} }}
          ?other ?how ?claim FILTER(isIRI(?other))
        }} ORDER BY ?claim ?how ?other LIMIT {_MAX_ANSWERS}"""
    )
    return Lookup(lambda: _answers(rows.found()))


def _answers(rows: Iterable[ox.QuerySolution]) -> dict[str, tuple[Answer, ...]]:
    found: dict[str, list[Answer]] = {}
    for row in rows:
        answer = Answer(row["how"].value.removeprefix(GAR), row["other"].value)
        found.setdefault(row["claim"].value, []).append(answer)
    return {claim: tuple(answers) for claim, answers in found.items()}


def _named_by(lookups: Lookups, claims: set[str]) -> Lookup[set[str]]:
    """Begin to look up the claims that these dispute, refine or are told in, and those that the last are told in."""
    if not claims:
        return Lookup(set)
    direct = "|".join(f"<{GAR}{name}>" for name in _NAMED)
    rows = lookups.select(
        f"""SELECT DISTINCT ?other WHERE {{
          VALUES ?claim {{ {values(map(ox.NamedNode, claims))} }}
          {{ ?claim {direct} ?other }} UNION {{ ?claim <{GAR}reportedIn>+ ?other }}
          FILTER(isIRI(?other))
        }} LIMIT {_MAX_ANSWERS}"""
    )
    return Lookup(lambda: {row["other"].value for row in rows.found()})


def _properties(names: Iterable[str], between: str = " ") -> str:
    return between.join(f"<{GAR}{name}>" for name in names)
