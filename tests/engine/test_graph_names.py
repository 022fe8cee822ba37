"""``GRAPH ?g { … }`` is what the group says in each named graph, whatever stands in it (SPARQL 1.1, section 18.6)."""

from __future__ import annotations

from collections import Counter
from random import Random

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from garrison.rdf.sparql.rewrites import rewrite, with_graph_names
from garrison.services.query import QueryService
from random_queries import PREFIXES, random_store

Rows = Counter[tuple[tuple[str, str], ...]]
GROUPS = [
    "{ SELECT ?x { ?x :p ?y } }",
    "{ SELECT DISTINCT ?x { ?x :p ?y . ?z :q ?x } } ?x :q ?w",
    "SELECT ?x (COUNT(*) AS ?n) { ?x ?p ?y } GROUP BY ?x HAVING (COUNT(*) > 1) ORDER BY ?x",
    "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x ?p ?y }",
    "SELECT * { ?x :p ?y }",
    "SELECT * { { SELECT ?x { ?x :p ?y } } ?x :q ?z }",
    "{ SELECT ?n { { SELECT (MAX(?y) AS ?n) ?x { ?x :p ?y } GROUP BY ?x } } }",
    "VALUES ?x { :a 1 }",
    "VALUES ?x { :a :b } FILTER(?x != :a)",
    "GRAPH :g { ?x :p ?y }",
    "GRAPH ?h { ?x :p ?y }",
    "{ ?x :p ?y } UNION { VALUES ?x { :a } } UNION { SELECT ?x { ?x :q ?y } }",
    "?x :p ?y OPTIONAL { SELECT ?x ?w { ?x :q ?w } }",
    "?x :p ?y OPTIONAL { VALUES ?x { :a } }",
    "?x :p ?y MINUS { { SELECT ?u { ?u :q ?w } } }",
    "?x :p ?y FILTER EXISTS { ?x :q ?z }",
    "?x :p ?y FILTER EXISTS { SELECT ?x { ?x :q ?z } }",
    "?x :p ?y FILTER(?y = 1 || NOT EXISTS { { SELECT ?y { ?z :q ?y } } })",
    "?x :p ?y FILTER EXISTS { VALUES ?x { :a } }",
    "?x :p ?y BIND(EXISTS { SELECT ?x { ?x :q ?z } } AS ?e)",
    "",
]
STAYS = [
    "SELECT * { GRAPH ?g { ?x :p ?y } }",
    "SELECT * { GRAPH ?g { ?x :p ?y VALUES ?x { :a } } }",
    "SELECT * { GRAPH ?g { SELECT ?g ?x { ?x :p ?y } } }",
    "SELECT * { GRAPH ?g { SELECT ?x { ?x :p ?g } } }",  # another ?g
    "SELECT * { GRAPH ?g { SELECT ?x { ?x :p ?y } LIMIT 1 } }",
    "SELECT * { GRAPH ?g { ?x :p ?y MINUS { SELECT ?x { ?x :q ?w } } } }",
    "SELECT * { GRAPH :g { SELECT ?x { ?x :p ?y } } }",
    "SELECT * { { SELECT ?x { ?x :p ?y } } GRAPH ?g { ?x :q ?y } }",
]


def in_each_graph(store: ox.Store, group: str) -> Rows:
    """What the standard says: the group in one graph after the other."""
    rows: Rows = Counter()
    for name in store.named_graphs():
        rows += _rows(store.query(f"SELECT * {{ {group} }}", prefixes=PREFIXES, default_graph=name), {"g": str(name)})
    return rows


def _rows(results: object, more: dict[str, str]) -> Rows:
    assert isinstance(results, ox.QuerySolutions)
    names = [variable.value for variable in results.variables]
    found = ({name: str(row[name]) for name in names if row[name] is not None} for row in results)
    return Counter(tuple(sorted((row | more).items())) for row in found)


@pytest.mark.parametrize("group", GROUPS)
@settings(max_examples=40)
@given(random=st.integers(0, 2**32).map(Random))
def test_a_group_is_looked_at_in_each_graph(group: str, random: Random) -> None:
    text = f"SELECT * {{ GRAPH ?g {{ {group} }} }}"
    store = random_store(random)
    mended = with_graph_names(text, PREFIXES)
    for each in (mended, rewrite(mended, prefixes=PREFIXES)):
        assert _rows(store.query(each, prefixes=PREFIXES), {}) == in_each_graph(store, group), each


@pytest.mark.parametrize("text", STAYS)
def test_what_gives_the_name_already_or_cannot_stays(text: str) -> None:
    assert with_graph_names(text, PREFIXES) == text


@pytest.mark.parametrize(
    "text", ["SELECT * { GRAPH ?g { SELECT", "GRAPH ?g", "SELECT * { GRAPH ?g { x } }", "\0GRAPH ?g"]
)
def test_a_text_that_is_no_query_stays(text: str) -> None:
    assert with_graph_names(text) == text


def test_triples_are_counted_claim_by_claim(service: QueryService) -> None:
    rows = service.select("SELECT ?claim ?n { GRAPH ?claim { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } } ORDER BY ?claim")
    assert [(row["claim"].value[-1], row["n"].value) for row in rows] == [("1", "2"), ("2", "2")]
