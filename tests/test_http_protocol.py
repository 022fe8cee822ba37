"""The SPARQL 1.1 Protocol, query part, over HTTP: what is answered, what is refused, and how.

The cases follow https://github.com/w3c/rdf-tests/blob/main/sparql/sparql11/protocol/manifest.ttl
and go on from there.
"""

from __future__ import annotations

import gzip

import httpx
import pytest

from conftest import Server

ASK = "ASK {}"
FORM = "application/x-www-form-urlencoded"
BASE = "https://w3id.org/garrison/"
CLAIM = f"{BASE}id/claim/c0021"
INFERRED = f"{BASE}graph/inferred"


def post(server: Server, body: str | bytes, media_type: str | None, url: str = "/sparql") -> httpx.Response:
    headers = {"Content-Type": media_type} if media_type else {}
    return server.client.post(url, content=body, headers=headers)


def test_a_query_by_get_is_answered(server: Server) -> None:
    assert server.get("/sparql", query=ASK).json()["boolean"] is True


def test_a_query_by_form_is_answered(server: Server) -> None:
    assert server.client.post("/sparql", data={"query": ASK}).json()["boolean"] is True


def test_a_query_as_the_whole_body_is_answered(server: Server) -> None:
    assert post(server, ASK, "application/sparql-query").json()["boolean"] is True


def test_a_body_that_says_utf_8_is_answered(server: Server) -> None:
    assert post(server, ASK, "application/sparql-query; charset=UTF-8").status_code == 200


def test_a_post_with_the_query_in_its_address_and_no_body_is_answered(server: Server) -> None:
    assert post(server, b"", None, "/sparql?query=ASK%7B%7D").json()["boolean"] is True


def test_a_slash_at_the_end_changes_nothing(server: Server) -> None:
    assert server.client.post("/sparql/", data={"query": ASK}).status_code == 200


def test_raw_utf_8_in_an_address_is_read(server: Server) -> None:
    answer = server.raw("GET /sparql?query=ASK%7B%3Fs+%3Fp+'Набережная'%40ru%7D HTTP/1.1")
    assert b'"boolean":true' in answer


def test_raw_utf_8_in_the_address_of_a_page_is_read(server: Server) -> None:
    assert server.raw("GET /queries?x=Набережная HTTP/1.1").startswith(b"HTTP/1.1 200")


def test_percent_encoding_is_decoded_once(server: Server) -> None:
    query = 'SELECT ?x { BIND("%41%2541" AS ?x) }'
    answer = server.client.post("/sparql", data={"query": query}).json()
    assert answer["results"]["bindings"][0]["x"]["value"] == "%41%2541"


@pytest.mark.parametrize("path", ["/sparql", "/sparql/", "/sparql/rdf12"])
def test_a_relative_iri_is_below_the_edition_whichever_address_is_asked(server: Server, path: str) -> None:
    query = "SELECT ?x ?y ?z { BIND(<id/place/quay> AS ?x) BIND(IRI('#a') AS ?y) BIND(<../b> AS ?z) }"
    row = server.get(path, query=query).json()["results"]["bindings"][0]
    found = [row[name]["value"] for name in "xyz"]
    assert found == [f"{BASE}id/place/quay", f"{BASE}#a", "https://w3id.org/b"]


def test_a_relative_iri_after_from_names_a_graph_of_the_edition(server: Server) -> None:
    query = "ASK FROM <id/claim/c0021> { ?event <ontology#place> <id/place/quay> }"
    assert server.get("/sparql", query=query).json()["boolean"] is True
    assert server.get("/sparql", query=f"BASE <http://x.example/> {query}").status_code == 400


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("GET", [("query", ASK), ("query", ASK)]),
        ("GET", [("named-graph-uri", CLAIM)]),
        ("GET", [("query", "")]),
        ("GET", [("query", ASK), ("update", "CLEAR ALL")]),
        ("GET", [("query", ASK), ("default-graph-uri", "relative")]),
        ("GET", [("query", "ASK {")]),
        ("POST", []),
        ("POST", [("query", ASK), ("query", ASK)]),
        ("POST", [("query", ASK), ("update", "CLEAR ALL")]),
    ],
)
def test_a_request_that_is_not_one_query_is_400(server: Server, method: str, parameters: list[tuple[str, str]]) -> None:
    if method == "GET":
        response = server.client.get("/sparql", params=parameters)
    else:
        body = str(httpx.QueryParams(parameters))
        response = post(server, body, FORM)
    assert response.status_code == 400, response.text


def test_a_query_in_address_and_body_is_two_queries(server: Server) -> None:
    assert post(server, ASK, "application/sparql-query", "/sparql?query=ASK%7B%7D").status_code == 400


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (ASK.encode("utf-16"), "application/sparql-query"),
        (ASK.encode("utf-8"), "application/sparql-query; charset=utf-16"),
        (b"query=%FF%FE", FORM),
    ],
)
def test_text_that_is_not_utf_8_is_400(server: Server, body: bytes, media_type: str) -> None:
    assert post(server, body, media_type).status_code == 400


def test_bytes_in_an_address_that_are_not_utf_8_are_400(server: Server) -> None:
    assert server.client.get("/sparql?query=%FF").status_code == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "PROPFIND"])
def test_another_method_is_405_and_told_which_are_allowed(server: Server, method: str) -> None:
    response = server.client.request(method, "/sparql?query=ASK%7B%7D")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST, QUERY"


def test_the_type_of_a_body_is_read_in_any_case_and_a_coding_is_415(server: Server) -> None:
    assert post(server, ASK, "APPLICATION/SPARQL-Query").status_code == 200
    packed = {"Content-Type": "application/sparql-query", "Content-Encoding": "gzip"}
    refused = server.client.post("/sparql", content=gzip.compress(ASK.encode()), headers=packed)
    assert refused.status_code == 415
    assert "gzip" in refused.json()["detail"]


@pytest.mark.parametrize("media_type", ["text/plain", "application/json", "text/turtle", None])
def test_a_body_of_an_unknown_type_is_415_and_told_which_are_read(server: Server, media_type: str | None) -> None:
    response = post(server, ASK, media_type)
    assert response.status_code == 415
    assert "application/sparql-query" in response.json()["detail"]


def test_a_body_beyond_the_limit_is_413(server: Server) -> None:
    assert post(server, b"#" * 1_000_001, "application/sparql-query").status_code == 413


def test_a_body_beyond_the_limit_is_413_though_nobody_said_its_length(server: Server) -> None:
    response = server.client.post(
        "/sparql",
        content=(b"#" * 100_000 for _ in range(11)),
        headers={"Content-Type": "application/sparql-query"},
    )
    assert response.status_code == 413


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        ("CLEAR ALL", "application/sparql-update"),
        ("update=CLEAR+ALL", FORM),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", "application/sparql-query"),
    ],
)
def test_an_update_is_403_and_told_that_an_edition_is_read_only(server: Server, body: str, media_type: str) -> None:
    response = post(server, body, media_type)
    assert response.status_code == 403, response.text
    assert response.json()["type"].endswith("/problems/read-only")


def test_the_update_address_says_that_an_edition_is_read_only(server: Server) -> None:
    response = post(server, "CLEAR ALL", "application/sparql-update", "/update")
    assert response.status_code == 403
    assert "read-only" in response.json()["detail"]


def test_head_is_get_without_a_body(server: Server) -> None:
    response = server.client.head("/sparql", params={"query": ASK})
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/sparql-results+json"
    assert response.content == b""


def test_head_of_a_malformed_query_has_the_status_of_get(server: Server) -> None:
    response = server.client.head("/sparql", params={"query": "ASK"})
    assert (response.status_code, response.content) == (400, b"")


def test_the_dataset_of_the_request_is_what_is_queried(server: Server) -> None:
    query = "SELECT ?s { ?s a <https://w3id.org/garrison/ontology#Event> }"
    answer = server.client.get("/sparql", params={"query": query, "default-graph-uri": CLAIM}).json()
    assert [row["s"]["value"] for row in answer["results"]["bindings"]] == [
        "https://w3id.org/garrison/id/event/fire-on-the-quay"
    ]


def test_the_dataset_of_the_request_wins_over_from(server: Server) -> None:
    query = f"ASK FROM <{INFERRED}> {{ <https://w3id.org/garrison/id/event/fire-on-the-quay> a ?class }}"
    answers = [
        server.client.get("/sparql", params={"query": query, **dataset}).json()["boolean"]
        for dataset in ({}, {"default-graph-uri": CLAIM})
    ]
    assert answers == [False, True]


def test_naming_only_named_graphs_leaves_the_default_graph_empty(server: Server) -> None:
    query = "ASK { ?s ?p ?o }"
    response = server.client.get("/sparql", params={"query": query, "named-graph-uri": CLAIM})
    assert response.json()["boolean"] is False


def test_a_graph_that_is_not_in_the_dataset_is_refused(server: Server) -> None:
    response = server.client.get("/sparql", params={"query": ASK, "default-graph-uri": "http://127.0.0.1/x"})
    assert response.status_code == 400
    assert response.json()["type"].endswith("/problems/query-refused")


def test_without_a_query_the_service_describes_itself(server: Server) -> None:
    response = server.get("/sparql", "text/turtle")
    assert response.headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert f"<{server.url}/sparql>" in response.text
    assert "sparql-service-description#endpoint" in response.text or "sd:endpoint" in response.text


def test_without_a_query_a_browser_gets_a_form_that_needs_no_script(server: Server) -> None:
    response = server.get("/sparql", "text/html")
    assert '<form action="/sparql" method="get">' in response.text
    assert "<textarea" in response.text and "<noscript" not in response.text


def test_a_browser_gets_rows_it_can_read(server: Server) -> None:
    query = "SELECT ?label { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?label } ORDER BY ?label"
    response = server.get("/sparql", "text/html,application/xml;q=0.9,*/*;q=0.8", query=query)
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Anna the clerk" in response.text


@pytest.mark.parametrize("rows", [0, 1, 499, 500, 501, 2_000])
def test_a_browser_gets_every_row_up_to_the_limit_and_no_other(server: Server, rows: int) -> None:
    """With unbound values too: in TSV such a row is an empty line."""
    values = " ".join("UNDEF" if n % 7 == 3 else f'"row {n}"' for n in range(rows))
    query = f"SELECT ?x {{ VALUES ?x {{ {values} }} }}"
    page = server.client.post("/sparql", data={"query": query}, headers={"Accept": "text/html"}).text
    shown = page.partition("<tbody>")[2].count("<tr>")
    assert shown == min(rows, 500)
    assert ("there are more" in page) == (rows > 500)


def test_a_browser_gets_a_graph_as_rows(server: Server) -> None:
    page = server.get("/sparql", "text/html", query="CONSTRUCT { <a:s> <a:p> 1, 2 } {}").text
    assert page.partition("<tbody>")[2].count("<tr>") == 2


def test_a_browser_is_told_when_rows_are_left_out(server: Server) -> None:
    response = server.get("/sparql", "text/html", query="SELECT * { ?a ?b ?c . ?d ?e ?f }")
    assert "Only the first 500 rows are shown" in response.text
    assert response.text.count("<tr>") == 501


@pytest.mark.parametrize(
    "path", ["/sparql?query=ASK%7B%7D", "/sparql?query=nonsense", "/nothing/here", "/", "/queries"]
)
def test_any_page_on_the_web_may_read_any_answer(server: Server, path: str) -> None:
    response = server.client.get(path, headers={"Origin": "https://example.org"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize("path", ["/sparql", "/queries", "/id/place/quay"])
def test_a_preflight_is_answered(server: Server, path: str) -> None:
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    response = server.client.options(path, headers=asked)
    assert response.status_code in (200, 204)
    assert "GET" in response.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_two_bodies_after_each_other_on_one_connection_are_two_answers(server: Server) -> None:
    """What one request leaves unread must not be taken for the next."""
    assert post(server, b"#" * 1_000_001, "application/sparql-query").status_code == 413
    assert server.get("/sparql", query=ASK).status_code == 200
