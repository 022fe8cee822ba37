"""Queries that blow up over HTTP: each gets a problem document or a whole answer, and the next query is answered."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from conftest import Server, children

DOUBLING = " ".join(f"BIND(CONCAT(?t{n}, ?t{n}) AS ?t{n + 1})" for n in range(40))
NESTED = " ".join(f"BIND(TRIPLE(<x:s>, <x:p>, ?t{n}) AS ?t{n + 1})" for n in range(200))
EXISTS = "FILTER EXISTS { ?a ?b ?c " * 20 + "}" * 20
PRODUCT = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
SUBQUERY = f"SELECT ?a (COUNT(*) AS ?n) {{ {PRODUCT} }} GROUP BY ?a"


@pytest.fixture(scope="module")
def frugal(quay: Path) -> Iterator[Server]:
    """Three seconds and 128 MB for each query."""
    started = Server(quay, "--query-timeout", "3", "--memory-limit", "128")
    yield started
    started.stop()


@pytest.fixture(autouse=True)
def the_next_query_is_answered(frugal: Server) -> Iterator[None]:
    yield
    assert frugal.get("/sparql", query="ASK {}").json()["boolean"] is True
    assert frugal.get("/health").status_code == 200


def ask(server: Server, query: str, accept: str = "application/sparql-results+json") -> httpx.Response:
    return server.client.post("/sparql", data={"query": query}, headers={"Accept": accept})


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ {PRODUCT} }} ORDER BY ?c ?f ?i",
        f"SELECT DISTINCT ?a ?d ?g ?c ?f ?i {{ {PRODUCT} }} ORDER BY ?i",
        f"SELECT (GROUP_CONCAT(CONCAT(STR(?c), STR(?f), STR(?i))) AS ?all) {{ {PRODUCT} }}",
        f"SELECT ?t40 {{ BIND('12345678' AS ?t0) {DOUBLING} }}",
        "SELECT (REPLACE(?t12, '.', ?t12) AS ?all) { BIND('12345678' AS ?t0) "
        + " ".join(f"BIND(CONCAT(?t{n}, ?t{n}) AS ?t{n + 1})" for n in range(12))
        + "}",
        f"SELECT (COUNT(DISTINCT ?u) AS ?n) {{ {PRODUCT} BIND(UUID() AS ?u) }}",
        f"SELECT (COUNT(DISTINCT ?u) AS ?n) {{ {PRODUCT} BIND(BNODE() AS ?u) }}",
        f"CONSTRUCT {{ [] <x:p> [ <x:q> ?a ] }} {{ {PRODUCT} }} ORDER BY ?c",
    ],
    ids=["order by", "distinct", "group_concat", "concat", "replace", "uuid", "bnode", "construct"],
)
def test_what_needs_too_much_memory_or_time_is_503(frugal: Server, query: str) -> None:
    response = ask(frugal, query, "*/*")
    assert response.status_code == 503
    assert response.json()["type"].endswith(("/problems/query-memory", "/problems/query-timeout"))
    assert "Retry-After" not in response.headers


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (COUNT(*) AS ?n) { ?a (!<x:p>)+ ?b . ?c (!<x:p>)+ ?d . ?e (!<x:q>|^!<x:q>)* ?f }",
        f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} {EXISTS} }}",
        f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} FILTER REGEX(CONCAT(?c, ?f, ?i), '^(a+)+(b|ab)*((c*)*d?)+$') }}",
        f"SELECT (SUM(?n) AS ?all) {{ {{ {SUBQUERY} }} {{ {SUBQUERY} }} }}",
        "SELECT (COUNT(*) AS ?n) { "
        + " ".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(900)))} }}" for n in range(9))
        + "}",
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(?c NOT IN (" + ",".join(map(str, range(30_000))) + ")) }",
    ],
    ids=["paths", "exists", "regular expressions", "subqueries", "values", "in"],
)
def test_what_never_ends_is_ended(frugal: Server, query: str) -> None:
    response = ask(frugal, query)
    assert response.status_code in (200, 400, 503)
    if response.status_code != 200:
        assert "/problems/query-" in response.json()["type"]


@pytest.mark.parametrize(
    "pattern", ["(a{1000}){1000}", "(" * 200 + "a" + ")" * 200, "[" * 500, "(?i)" + "(a|b|c)*" * 2_000]
)
def test_a_regular_expression_that_is_too_large_is_an_error_of_its_row(frugal: Server, pattern: str) -> None:
    assert ask(frugal, f"ASK {{ FILTER REGEX('aaaa', '{pattern}') }}").status_code in (200, 400, 503)


@pytest.mark.parametrize("query", ["SELECT * { SERVICE <http://127.0.0.1:9/> {} }", "SELECT * { SERVICE ?s {} }"])
def test_a_query_that_would_call_out_is_refused(frugal: Server, query: str) -> None:
    response = ask(frugal, query)
    assert (response.status_code, response.json()["rule"]) == (400, "service")


def test_load_is_refused(frugal: Server) -> None:
    assert ask(frugal, "LOAD <file:///etc/passwd>").status_code == 403
    assert ask(frugal, "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }").json()["rule"] == "foreign-graph"


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    ],
)
def test_triple_terms_one_in_the_other_are_written_or_refused(frugal: Server, accept: str) -> None:
    query = f"SELECT ?t200 {{ BIND(1 AS ?t0) {NESTED} }}"
    response = ask(frugal, query, accept)
    assert response.status_code == (400 if accept == "text/html" else 200)
    assert (
        ask(frugal, query.replace("SELECT ?t200", "CONSTRUCT { <x:s> <x:p> ?t200 } WHERE"), "text/html").status_code
        == 400
    )


def test_rows_that_are_too_long_for_a_page_are_refused_and_come_as_data(frugal: Server) -> None:
    """A page is made in the process that answers everybody; a literal may be as large as a reader's memory."""
    bound = " ".join(f"BIND(CONCAT(?t{n}, ?t{n}) AS ?t{n + 1})" for n in range(18))
    query = f"SELECT ?t18 {{ VALUES ?x {{ 1 2 3 4 }} BIND('12345678' AS ?t0) {bound} }}"
    page = ask(frugal, query, "text/html")
    assert page.status_code == 400
    assert "Ask for them as data" in page.text
    assert len(ask(frugal, query, "text/csv").content) > 8_000_000


def test_results_that_fail_midway_break_and_the_server_goes_on(frugal: Server) -> None:
    with contextlib.suppress(httpx.HTTPError):
        response = ask(frugal, f"SELECT * {{ {PRODUCT} }}")
        raise AssertionError(f"a result without end came to one: {response.status_code}")


def test_a_reader_is_what_a_machine_without_memory_ends_first(frugal: Server) -> None:
    scores = [int(Path(f"/proc/{pid}/oom_score_adj").read_text("ascii")) for pid in children(frugal.process.pid)]
    assert 1_000 in scores
    assert min(scores) < 1_000
