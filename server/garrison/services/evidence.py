"""What stands behind claims: passages, emendations, the voices they are told by, and the claims that answer them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from garrison.engine.interface import Engine
from garrison.rdf.terms import GAR
from garrison.services.description import CLAIMED_IN, Answer, Apparatus, Claim, Record
from garrison.services.lookup import Term, select, values

_MAX_ANSWERS = 2_000
_MAX_FACTS = 20_000  # triples about the claims of one page, and about what stands behind them
_OUTLINE = ("summary", "sic", "reading", "standing", "polarity", "modality")
_ANSWERING = ("disputes", "refines")
_NAMED = (*_ANSWERING, "reportedIn")  # properties of claims that lead to claims

Properties = Mapping[str, tuple[Term, ...]]


def read_apparatus(engine: Engine, claims: Iterable[str], others: Iterable[str] = ()) -> Apparatus:
    """Read the claims, and what one has to know to judge them.

    :param others: passages and emendations that are wanted whether or not a claim names them.
    :raises EndpointError: if the engine cannot answer.
    """
    wanted = set(claims)
    answers = _answers(engine, wanted)
    chained = _named_by(engine, wanted)
    answering = {answer.claim for found in answers.values() for answer in found}
    facts = read_facts(engine, wanted | chained | answering)
    known = {iri: Claim(iri, properties) for iri, properties in facts.items() if properties or iri in wanted}
    basis = {iri for claim in known.values() for iri in (*claim.iris("passage"), *claim.iris("dependsOn"))}
    records = {iri: Record(iri, facts) for iri, facts in read_facts(engine, basis | set(others)).items()}
    return Apparatus(records, known, answers)


def read_facts(engine: Engine, iris: Iterable[str]) -> dict[str, Properties]:
    """What the default graph says of each of these things."""
    wanted = {ox.NamedNode(iri) for iri in iris}
    if not wanted:
        return {}
    listed = values(wanted)
    rows = select(
        engine, f"SELECT ?x ?p ?o WHERE {{ VALUES ?x {{ {listed} }} ?x ?p ?o }} ORDER BY ?x ?p ?o LIMIT {_MAX_FACTS}"
    )
    return _gathered(rows, (thing.value for thing in wanted))


def read_outlines(engine: Engine, iris: Iterable[str]) -> dict[str, Claim]:
    """What a list shows of claims, passages and emendations: what they say, and how a claim is weighed.

    :returns: those of the things that have any of it.
    """
    wanted = values(ox.NamedNode(iri) for iri in iris)
    if not wanted:
        return {}
    rows = select(
        engine,
        f"""SELECT ?x ?p ?o WHERE {{
          VALUES ?x {{ {wanted} }}
          {{ VALUES ?p {{ {_properties(_OUTLINE)} }} ?x ?p ?o }}
          UNION {{ ?x <{GAR}passage>/<{GAR}summary> ?o BIND(<{GAR}summary> AS ?p) }}
          UNION {{ ?o <{GAR}passage> ?x BIND(<{CLAIMED_IN}> AS ?p) }}
        }} ORDER BY ?x ?p ?o LIMIT {_MAX_FACTS}""",
    )
    return {iri: Claim(iri, properties) for iri, properties in _gathered(rows, ()).items()}


def _gathered(rows: Iterable[ox.QuerySolution], iris: Iterable[str]) -> dict[str, Properties]:
    found: dict[str, dict[str, list[Term]]] = {iri: {} for iri in iris}
    for row in rows:
        found.setdefault(row["x"].value, {}).setdefault(row["p"].value, []).append(row["o"])
    return {iri: {name: tuple(terms) for name, terms in facts.items()} for iri, facts in found.items()}


def _answers(engine: Engine, claims: set[str]) -> dict[str, tuple[Answer, ...]]:
    """The claims that dispute or refine these."""
    if not claims:
        return {}
    rows = select(
        engine,
        f"""SELECT ?claim ?how ?other WHERE {{
          VALUES ?claim {{ {values(map(ox.NamedNode, claims))} }}
          VALUES ?how {{ {_properties(_ANSWERING)} }}
          ?other ?how ?claim FILTER(isIRI(?other))
        }} ORDER BY ?claim ?how ?other LIMIT {_MAX_ANSWERS}""",
    )
    found: dict[str, list[Answer]] = {}
    for row in rows:
        answer = Answer(row["how"].value.removeprefix(GAR), row["other"].value)
        found.setdefault(row["claim"].value, []).append(answer)
    return {claim: tuple(answers) for claim, answers in found.items()}


def _named_by(engine: Engine, claims: set[str]) -> set[str]:
    """The claims that these dispute, refine or are reported in, and those that the last are reported in."""
    if not claims:
        return set()
    direct = "|".join(f"<{GAR}{name}>" for name in _NAMED)
    rows = select(
        engine,
        f"""SELECT DISTINCT ?other WHERE {{
          VALUES ?claim {{ {values(map(ox.NamedNode, claims))} }}
          {{ ?claim {direct} ?other }} UNION {{ ?claim <{GAR}reportedIn>+ ?other }}
          FILTER(isIRI(?other))
        }} LIMIT {_MAX_ANSWERS}""",
    )
    return {row["other"].value for row in rows}


def _properties(names: Iterable[str]) -> str:
    return " ".join(f"<{GAR}{name}>" for name in names)
