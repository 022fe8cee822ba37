"""Each hostile query ends in a clear answer, and the next query is answered right (fixture ``engine``)."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode

from engine.conftest import answer
from garrison.engine.client import EngineClient
from garrison.engine.interface import QueryRequest
from garrison.errors import (
    EvaluationFailed,
    MalformedQuery,
    QueryOutOfMemory,
    QueryRefused,
    QueryTimedOut,
    ResultInterrupted,
)
from garrison.services.query import QueryService

XSD_INTEGER = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
LONG = f"http://x/{'y' * 60_000}/"
PRODUCT = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"


def test_a_syntax_error_is_told_with_line_and_column(service: QueryService) -> None:
    with pytest.raises(MalformedQuery) as caught:
        service.select("SELECT ?s\nWHERE { ?s ?p }")
    assert (caught.value.line, caught.value.column) == (2, 15)


def test_nested_braces_are_refused_before_the_parser(service: QueryService) -> None:
    with pytest.raises(QueryRefused, match="levels of brackets") as caught:
        service.select("SELECT * WHERE " + "{" * 5_000 + "}" * 5_000)
    assert (caught.value.rule, caught.value.limit) == ("depth", 64)


def test_nested_parentheses_are_refused_before_the_parser(service: QueryService) -> None:
    with pytest.raises(QueryRefused) as caught:
        service.select("SELECT * WHERE { FILTER(" + "(" * 5_000 + "1" + ")" * 5_000 + ") }")
    assert caught.value.rule == "depth"


@pytest.mark.parametrize("joint", [" UNION ", " "])
def test_a_long_chain_of_groups_is_refused_before_the_parser(service: QueryService, joint: str) -> None:
    with pytest.raises(QueryRefused) as caught:
        service.select("SELECT * WHERE {" + joint.join(["{}"] * 6_000) + "}")
    assert caught.value.rule == "operators"


@pytest.mark.parametrize(
    "text",
    [
        f"BASE <{LONG}> SELECT * {{ VALUES ?x {{ {' '.join(f'<{n}>' for n in range(9_000))} }} }}",
        f"PREFIX a: <{LONG}> SELECT * {{ VALUES ?x {{ {' '.join(f'a:{n}' for n in range(9_000))} }} }}",
    ],
    ids=["base", "prefix"],
)
def test_short_names_that_stand_for_gigabytes_are_refused(service: QueryService, text: str) -> None:
    with pytest.raises(QueryRefused, match="with their prefixes and base") as caught:
        service.select(text)
    assert (caught.value.rule, caught.value.limit) == ("iris", 2_097_152)


def test_a_name_is_expanded_once_however_often_it_stands_there(service: QueryService) -> None:
    base = f"http://x/{'y' * 500}/"
    rows = service.select(f"BASE <{base}> SELECT (COUNT(*) AS ?n) {{ VALUES ?x {{ {'<a>' * 9_000} }} }}")
    assert rows[0]["n"] == Literal("9000", datatype=XSD_INTEGER)


def test_more_graphs_than_a_dataset_may_have_are_refused(service: QueryService) -> None:
    with pytest.raises(QueryRefused, match="graphs in its dataset") as caught:
        service.select(f"ASK {' '.join(f'FROM <x:{n}>' for n in range(1_001))} {{}}")
    assert caught.value.rule == "graphs"
    with pytest.raises(QueryRefused, match="names 1,001 graphs"):
        service.start(QueryRequest("ASK {}", "text/csv", default_graphs=tuple(f"x:{n}" for n in range(1_001))))


def test_names_of_graphs_that_no_packet_holds_are_refused_for_their_size(service: QueryService) -> None:
    with pytest.raises(QueryRefused) as caught:
        service.start(QueryRequest("ASK {}", "text/csv", default_graphs=("x:" + "y" * 500_000,)))
    assert caught.value.rule == "size"


def test_a_query_of_three_hundred_kilobytes_is_refused_for_its_size(service: QueryService) -> None:
    with pytest.raises(QueryRefused) as caught:
        service.select("SELECT * WHERE { VALUES ?x {" + " 1234567" * 40_000 + "} }")
    assert caught.value.rule == "size"


def test_a_query_as_large_as_is_allowed_reaches_a_reader(service: QueryService) -> None:
    """Quotation marks and newlines travel as they are: escaped, they would not fit into a packet."""
    assert service.ask("ASK { VALUES ?x {" + '"\\n" """\n"""\n' * 18_000 + "} }")


def test_a_path_of_400_steps_is_refused(service: QueryService) -> None:
    with pytest.raises(QueryRefused) as caught:
        service.select("SELECT * WHERE { ?s " + "/".join(["<x:p>"] * 400) + " ?o }")
    assert (caught.value.rule, caught.value.limit) == ("path-steps", 50)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * WHERE " + "{" * 5_000 + "}" * 5_000,
        "SELECT * WHERE { FILTER(" + "(" * 5_000 + "1" + ")" * 5_000 + ") }",
        "SELECT * WHERE {" + " UNION ".join(["{}"] * 20_000) + "}",
        "SELECT * WHERE { FILTER(" + "||".join(["1"] * 20_000) + ") }",
    ],
    ids=["braces", "parentheses", "unions", "ors"],
)
def test_a_query_that_breaks_the_parser_breaks_one_reader(engine: EngineClient, query: str) -> None:
    with pytest.raises(EvaluationFailed, match="too complex") as caught:
        answer(engine, query)
    assert caught.value.caused_by_query


def test_the_longest_query_that_is_admitted_does_not_break_the_parser(patient: EngineClient) -> None:
    service = QueryService(patient)
    assert service.ask("ASK {" + " UNION ".join(["{}"] * 499) + "}")
    assert service.ask("ASK { FILTER(" + "||".join(["true"] * 900) + ") }")
    assert service.ask("ASK " + "{" * 60 + "}" * 60)
    assert service.ask("ASK { FILTER(" + "(" * 60 + "1" + ")" * 60 + ") }")
    assert not service.ask("ASK {" + " ".join(f"?s{i} <x:p> ?s{i + 1} ." for i in range(199)) + "}")


def test_sorting_a_product_ends_with_the_memory_limit(patient: EngineClient) -> None:
    with pytest.raises(QueryOutOfMemory) as caught:
        answer(patient, f"SELECT * WHERE {{ {PRODUCT} }} ORDER BY ?c")
    assert caught.value.limit_mb == 128


def test_counting_a_product_ends_with_the_deadline(engine: EngineClient) -> None:
    with pytest.raises(QueryTimedOut) as caught:
        answer(engine, f"SELECT (COUNT(*) AS ?n) WHERE {{ {PRODUCT} }}")
    assert caught.value.limit_s == 1.0


def test_a_product_sent_row_by_row_is_interrupted_by_the_deadline(engine: EngineClient) -> None:
    with pytest.raises(ResultInterrupted, match="within 1 seconds"):
        answer(engine, f"SELECT * WHERE {{ {PRODUCT} }}")


def test_a_product_that_finds_nothing_ends_with_the_deadline(engine: EngineClient) -> None:
    with pytest.raises(QueryTimedOut):
        answer(engine, f"ASK {{ {PRODUCT} FILTER(STRLEN(?c) = STRLEN(?f) + STRLEN(?i) + 9) }}")


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <http://127.0.0.1/>",
        "INSERT DATA { <x:s> <x:p> 1 }",
        "DROP ALL",
        "PREFIX x: <x:> CLEAR ALL",
        "WITH <x:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_an_update_is_refused(service: QueryService, text: str) -> None:
    with pytest.raises(QueryRefused, match="only answers queries") as caught:
        service.select(text)
    assert caught.value.rule == "update"


@pytest.mark.parametrize("text", ["LOAD <http://127.0.0.1/>", "INSERT DATA { <x:s> <x:p> 1 }"])
def test_an_update_that_reaches_a_reader_is_no_query(engine: EngineClient, text: str) -> None:
    with pytest.raises(MalformedQuery):
        answer(engine, text)


def test_an_unknown_function_is_named(service: QueryService) -> None:
    with pytest.raises(QueryRefused, match="no function <x:f>"):
        service.select("SELECT (<x:f>(1) AS ?x) WHERE {}")
