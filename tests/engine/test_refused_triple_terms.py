"""A format without triple terms: nothing is written before everything was looked at, and little is done twice."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from garrison.engine.results import HELD, Graph, Results, without_triple_terms
from garrison.errors import ResultUnwritable

GRAPH = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"
JSON_LD = "application/ld+json"
LAST = ox.Triple(ox.NamedNode("urn:z"), ox.NamedNode("urn:z"), ox.NamedNode("urn:z"))


class Evaluation:
    """Counts how often a query is evaluated."""

    def __init__(self, triples: int, query: str = GRAPH) -> None:
        self.times = 0
        self._query = query
        self._store = ox.Store()
        name = ox.NamedNode("urn:p")
        self._store.bulk_extend(ox.Quad(ox.NamedNode(f"urn:s{n:06}"), name, ox.Literal(n)) for n in range(triples))

    def add(self, triple: ox.Triple) -> None:
        self._store.add(ox.Quad(*triple))

    def __call__(self) -> Results:
        self.times += 1
        return self._store.query(self._query)


def count(results: Results | Graph) -> int:
    assert not isinstance(results, ox.QueryBoolean)
    return sum(1 for _ in results)


@pytest.mark.parametrize(("triples", "times"), [(0, 1), (1, 1), (HELD - 1, 1), (HELD, 2), (HELD + 1, 2)])
def test_a_graph_is_whole_and_evaluated_once_if_it_can_be_held(triples: int, times: int) -> None:
    evaluation = Evaluation(triples)
    assert count(without_triple_terms(evaluation, JSON_LD)) == triples
    assert evaluation.times == times


@pytest.mark.parametrize("triples", [0, HELD + 1])
def test_a_triple_term_is_found_wherever_it_stands(triples: int) -> None:
    evaluation = Evaluation(triples, GRAPH + " ORDER BY ?s")
    evaluation.add(ox.Triple(LAST.subject, LAST.predicate, LAST))
    with pytest.raises(ResultUnwritable, match="application/ld"):
        without_triple_terms(evaluation, JSON_LD)
    assert evaluation.times == 1


def test_solutions_are_evaluated_once_more() -> None:
    evaluation = Evaluation(3, "SELECT * { ?s ?p ?o }")
    assert count(without_triple_terms(evaluation, "application/sparql-results+json")) == 3
    assert evaluation.times == 2
    evaluation.add(ox.Triple(LAST.subject, LAST.predicate, LAST))
    with pytest.raises(ResultUnwritable):
        without_triple_terms(evaluation, "application/sparql-results+json")


def test_a_boolean_holds_no_term() -> None:
    assert isinstance(without_triple_terms(Evaluation(1, "ASK { ?s ?p ?o }"), JSON_LD), ox.QueryBoolean)
