"""Which triples a query sees, and the terms that it is given."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from engine.conftest import write_snapshot
from garrison.engine.dataset import graphs_of
from garrison.engine.interface import QueryRequest
from garrison.engine.process import PoolProcess
from garrison.errors import EvaluationFailed, MalformedQuery, QueryRefused
from garrison.services.query import QueryService

BASE = "http://campaign.example"
CLAIMS = tuple(f"{BASE}/claim/{number}" for number in (1, 2))
ALL = "SELECT ?s ?p ?o WHERE { ?s ?p ?o FILTER(?p != <http://campaign.example/strength>) }"
NAMED = "SELECT ?g ?s WHERE { GRAPH ?g { ?s ?p ?o } }"


def _rows(service: QueryService, request: QueryRequest) -> list[str]:
    with service.start(request) as run:
        lines = (run.first() + b"".join(run.chunks())).decode().splitlines()
    return sorted(line.replace(BASE, "") for line in lines[1:])


def test_named_graphs_are_not_in_the_default_graph(service: QueryService) -> None:
    assert service.select(ALL) == []
    assert len(service.select(NAMED)) == 4


def test_a_triple_in_two_default_graphs_is_one_triple(service: QueryService) -> None:
    rows = ["/unit/1,/at,/hill", "/unit/1,/under,/unit/1", "/unit/2,/under,/unit/1"]
    assert _rows(service, QueryRequest(ALL, "text/csv", default_graphs=CLAIMS)) == rows
    merged = f"SELECT ?s ?p ?o FROM <{CLAIMS[0]}> FROM <{CLAIMS[1]}> WHERE {{ ?s ?p ?o }}"
    assert _rows(service, QueryRequest(merged, "text/csv")) == rows


def test_from_named_limits_the_named_graphs_and_empties_the_default_graph(service: QueryService) -> None:
    clause = f"SELECT ?g ?s FROM NAMED <{CLAIMS[0]}> WHERE"
    named = NAMED.replace("SELECT ?g ?s WHERE", clause)
    assert _rows(service, QueryRequest(named, "text/csv")) == ["/claim/1,/unit/1", "/claim/1,/unit/1"]
    everything = f"ASK FROM NAMED <{CLAIMS[0]}> {{ ?s ?p ?o }}"
    assert not service.ask(everything)


def test_the_protocol_replaces_the_dataset_of_the_query(service: QueryService) -> None:
    text = f"SELECT ?s ?p ?o FROM <{CLAIMS[0]}> WHERE {{ ?s ?p ?o }}"
    second = QueryRequest(text, "text/csv", default_graphs=CLAIMS[1:])
    assert _rows(service, second) == ["/unit/1,/at,/hill", "/unit/2,/under,/unit/1"]
    only_named = QueryRequest(text, "text/csv", named_graphs=CLAIMS)
    assert _rows(service, only_named) == []


def test_merged_default_graphs_stand_beside_named_ones(service: QueryService) -> None:
    text = "SELECT ?s ?g WHERE { ?s <http://campaign.example/under> ?o GRAPH ?g { ?s ?q ?x } }"
    request = QueryRequest(text, "text/csv", default_graphs=CLAIMS, named_graphs=CLAIMS[:1])
    assert set(_rows(service, request)) == {"/unit/1,/claim/1"}


@pytest.mark.parametrize("default", [(), CLAIMS[:1], CLAIMS])
def test_a_graph_that_is_named_twice_is_one_graph(service: QueryService, default: tuple[str, ...]) -> None:
    rows = ["/claim/1,/unit/1", "/claim/1,/unit/1"]
    twice = QueryRequest(NAMED, "text/csv", default_graphs=default * 2, named_graphs=CLAIMS[:1] * 2)
    assert _rows(service, twice) == rows
    clauses = "".join(f"FROM <{name}> " for name in default * 2) + f"FROM NAMED <{CLAIMS[0]}> " * 2
    assert _rows(service, QueryRequest(NAMED.replace("WHERE", f"{clauses} WHERE"), "text/csv")) == rows


GRAPHS = st.lists(st.sampled_from([f"x:g{n}" for n in range(5)]), max_size=6)  # some of them twice
QUADS = st.lists(
    st.tuples(*[st.integers(0, 2)] * 3, st.sampled_from(["", *[f"x:g{n}" for n in range(5)]])), max_size=30
)


@given(quads=QUADS, default=GRAPHS, named=GRAPHS)
def test_the_dataset_of_a_query_is_the_one_of_the_standard(
    quads: list[tuple[int, int, int, str]], default: list[str], named: list[str]
) -> None:
    """Compared with rdflib's merge of the same graphs."""
    store, merged, apart = ox.Store(), rdflib.Graph(), rdflib.Dataset()
    for s, p, o, graph in quads:
        subject, predicate, object = (f"x:s{s}", f"x:p{p}", f"x:s{o}")
        name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
        store.add(ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(object), name))
        triple = (rdflib.URIRef(subject), rdflib.URIRef(predicate), rdflib.URIRef(object))
        if graph in default:
            merged.add(triple)
        if graph in named:
            apart.graph(rdflib.URIRef(graph)).add(triple)
    request = QueryRequest("", "text/csv", default_graphs=tuple(default), named_graphs=tuple(named))
    asked, dataset = graphs_of(store, request)
    in_default = asked.query("SELECT ?s ?p ?o { ?s ?p ?o }", **dataset)
    in_named = asked.query("SELECT ?s ?p ?o ?g { GRAPH ?g { ?s ?p ?o } }", **dataset)
    assert isinstance(in_default, ox.QuerySolutions) and isinstance(in_named, ox.QuerySolutions)
    assert sorted(_values(row) for row in in_default) == sorted(tuple(map(str, triple)) for triple in merged)
    assert sorted(_values(row) for row in in_named) == sorted(
        tuple(map(str, (s, p, o, graph))) for s, p, o, graph in apart.quads() if graph
    )


def _values(row: ox.QuerySolution) -> tuple[str, ...]:
    return tuple(term.value for term in row if isinstance(term, ox.NamedNode))


@pytest.mark.parametrize("clause", ["FROM", "FROM NAMED"])
def test_a_graph_from_elsewhere_is_refused(service: QueryService, clause: str) -> None:
    with pytest.raises(QueryRefused, match=r"http://127\.0\.0\.1/g is not a graph of this dataset") as caught:
        service.select(f"SELECT * {clause} <http://127.0.0.1/g> WHERE {{ ?s ?p ?o }}")
    assert caught.value.rule == "foreign-graph"


def test_a_dataset_without_a_triple_is_asked_like_any_other(tmp_path: Path) -> None:
    with PoolProcess(write_snapshot(tmp_path / "nothing", "")) as pool:
        service = QueryService(pool.client())
        assert service.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0]["n"].value == "0"


def test_a_graph_from_elsewhere_is_refused_in_the_protocol_too(service: QueryService) -> None:
    with pytest.raises(QueryRefused):
        service.start(QueryRequest("ASK {}", "text/csv", default_graphs=("file:///etc/passwd",)))


def test_a_graph_name_may_be_a_prefixed_name_or_relative(service: QueryService) -> None:
    for graph, prologue in (("c:1", f"PREFIX c: <{BASE}/claim/>"), ("<claim/1>", f"BASE <{BASE}/>")):
        assert service.ask(f"{prologue} ASK FROM {graph} {{ <{BASE}/unit/1> <{BASE}/at> ?place }}")


def test_a_term_is_bound_where_the_variable_is_not_projected(service: QueryService) -> None:
    text = f"SELECT ?men WHERE {{ ?unit <{BASE}/strength> ?men }}"
    rows = service.select(text, {"unit": f"<{BASE}/unit/7>"})
    assert [row["men"].value for row in rows] == ["7 men"]


def test_a_term_is_bound_inside_an_aggregate_and_a_subquery(service: QueryService) -> None:
    text = f"SELECT (COUNT(*) AS ?n) {{ SELECT ?unit WHERE {{ ?unit <{BASE}/strength> ?men }} }}"
    assert service.select(text, {"men": '"7 men"'})[0]["n"].value == "1"


def test_a_term_is_bound_in_every_form(service: QueryService) -> None:
    unit = {"unit": f"<{BASE}/unit/7>"}
    assert service.ask(f"ASK {{ ?unit <{BASE}/strength> '7 men' }}", unit)
    construct = "CONSTRUCT { ?unit <x:of> ?men } WHERE { ?unit <http://campaign.example/strength> ?men }"
    assert len(service.triples(construct, unit)) == 1
    assert len(service.triples(f"DESCRIBE ?unit WHERE {{ ?unit <{BASE}/strength> ?men }}", unit)) == 1


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("unit", "<x:a> } DROP ALL #"),
        ("unit", '"a" . <x:s> <x:p> "b"'),
        ("unit", "_:b"),
        ("unit", "unit"),
        ("unit ?men", "<x:a>"),
    ],
)
def test_what_is_not_one_term_is_never_bound(service: QueryService, name: str, term: str) -> None:
    with pytest.raises(EvaluationFailed) as caught:
        service.select("SELECT * WHERE { ?unit ?p ?men }", {name: term})
    assert caught.value.caused_by_query


def test_a_quote_in_a_bound_literal_stays_inside_it(service: QueryService) -> None:
    row = service.select("SELECT ?text WHERE {}", {"text": '"} ORDER BY \\"\\u0022 #"@en'})[0]
    assert row["text"].value == '} ORDER BY "" #'


def test_a_query_without_a_pattern_takes_no_terms(service: QueryService) -> None:
    with pytest.raises(MalformedQuery, match="WHERE"):
        service.triples("DESCRIBE <x:a>", {"a": "<x:a>"})


def test_more_rows_than_asked_for_are_an_error_and_not_cut(service: QueryService) -> None:
    assert len(service.select("SELECT * WHERE { ?s ?p ?o } LIMIT 5", max_rows=5)) == 5
    with pytest.raises(EvaluationFailed, match="more than 5 solutions"):
        service.select("SELECT * WHERE { ?s ?p ?o }", max_rows=5)


def test_an_unbound_variable_is_absent_from_its_row(service: QueryService) -> None:
    assert service.select("SELECT ?a ?b WHERE { VALUES (?a ?b) { (1 UNDEF) } }")[0].keys() == {"a"}
