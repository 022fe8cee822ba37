"""``/sparql/rdf12``: claims as RDF 1.2 reifiers, and formats that say which version of RDF they are."""

from __future__ import annotations

import csv
import io

import httpx
import pyoxigraph as ox
import pytest

from conftest import Server

ID = "https://w3id.org/garrison/id/"
REIFIES = "CONSTRUCT { ?claim rdf:reifies ?triple } WHERE { ?claim rdf:reifies ?triple }"
TERM = "SELECT ?triple WHERE { claim:c0021 rdf:reifies ?triple } ORDER BY ?triple"
WRITES_ONE = "SELECT (TRIPLE(<urn:s>, <urn:p>, 1) AS ?t) {}"


def ask(server: Server, query: str, accept: str | None = None, **parameters: str) -> httpx.Response:
    return server.get("/sparql/rdf12", accept, query=query, **parameters)


def column(response: httpx.Response, name: str) -> list[str]:
    return [row[name]["value"] for row in response.json()["results"]["bindings"]]


def test_an_annotation_finds_the_claim_behind_what_is_held_true(server: Server) -> None:
    query = "SELECT ?certainty { event:landing-at-the-quay gar:place ?place {| gar:certainty ?certainty |} }"
    assert column(ask(server, query), "certainty") == [ID + "certainty/certain"]
    named = "SELECT ?claim { event:landing-at-the-quay gar:place ?place ~ ?claim }"
    assert column(ask(server, named), "claim") == [ID + "claim/c0011"]


def test_what_is_denied_is_said_and_not_asserted(server: Server) -> None:
    said = "SELECT ?place { << event:fire-on-the-quay gar:place ?place ~ ?claim >> gar:polarity polarity:denied }"
    assert column(ask(server, said), "place") == [ID + "place/quay"]
    assert ask(server, "ASK { event:fire-on-the-quay gar:place ?place }").json()["boolean"] is False


def test_a_triple_term_is_taken_apart(server: Server) -> None:
    query = "SELECT (SUBJECT(?t) AS ?s) { claim:c0021 rdf:reifies ?t FILTER(PREDICATE(?t) = gar:place) }"
    assert column(ask(server, query), "s") == [ID + "event/fire-on-the-quay"]


def test_solutions_hold_triple_terms_as_sparql_12_writes_them(server: Server) -> None:
    term = ask(server, TERM, "application/sparql-results+json").json()["results"]["bindings"][0]["triple"]
    assert term["type"] == "triple" and set(term["value"]) == {"subject", "predicate", "object"}
    assert "<triple><subject><uri>" in ask(server, TERM, "application/sparql-results+xml").text
    assert f"<<( <{ID}event/fire-on-the-quay> " in ask(server, TERM, "text/tab-separated-values").text


@pytest.mark.parametrize("name", ["json", "xml", "tsv"])
def test_a_triple_term_survives_each_format_that_keeps_terms(server: Server, name: str) -> None:
    query = """SELECT ?t { BIND(<<( <urn:s> <urn:p> <<( <urn:a> <urn:b> '\\t"x", y'@ar--rtl )>> )>> AS ?t) }"""
    media_type = {"json": "application/sparql-results+json", "xml": "application/sparql-results+xml"}.get(name)
    response = ask(server, query, media_type or "text/tab-separated-values")
    format = ox.QueryResultsFormat.from_extension({"json": "srj", "xml": "srx"}.get(name, name))
    solutions = ox.parse_query_results(response.content, format=format)
    assert isinstance(solutions, ox.QuerySolutions)
    literal = ox.Literal('\t"x", y', language="ar", direction=ox.BaseDirection.RTL)
    inner = ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), literal)
    assert [row["t"] for row in solutions] == [ox.Triple(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), inner)]


@pytest.mark.parametrize(
    ("object", "written"),
    [
        ("<urn:o>", "<<( urn:s urn:p urn:o )>>"),
        ("5", '<<( urn:s urn:p "5" )>>'),
        (r"'a, \"b\"\n'", '<<( urn:s urn:p "a, ""b""\n" )>>'),
        ("<<( <urn:a> <urn:b> 'c' )>>", '<<( urn:s urn:p <<( urn:a urn:b "c" )>> )>>'),
    ],
)
def test_a_triple_term_is_one_field_of_csv(server: Server, object: str, written: str) -> None:
    query = f"SELECT ?t ?x ?after {{ BIND(<<( <urn:s> <urn:p> {object} )>> AS ?t) BIND('ы' AS ?after) }}"
    response = ask(server, query, "text/csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert list(csv.reader(io.StringIO(response.text, newline=""))) == [["t", "x", "after"], [written, "", "ы"]]
    assert response.content.startswith(b"t,x,after\r\n") and response.content.endswith(b"\r\n")


def test_other_terms_stand_in_csv_as_the_dataset_writes_them(server: Server) -> None:
    query = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT ?s ?label ?number ?never { ?s rdfs:label ?label BIND(1.50 + 0 AS ?number) } ORDER BY ?s ?label"""
    written = ask(server, query, "text/csv").content
    assert written == server.get("/sparql", "text/csv", query=query).content
    assert written.count(b"\r\n") > 5
    assert ask(server, "SELECT (BNODE() AS ?b) {}", "text/csv").text.startswith("b\r\n_:")


@pytest.mark.parametrize(
    ("media_type", "format"),
    [
        ("text/turtle", ox.RdfFormat.TURTLE),
        ("application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("application/trig", ox.RdfFormat.TRIG),
        ("application/n-quads", ox.RdfFormat.N_QUADS),
    ],
)
def test_a_graph_with_triple_terms_announces_its_version(server: Server, media_type: str, format: ox.RdfFormat) -> None:
    response = ask(server, REIFIES, media_type)
    assert response.headers["Content-Type"].endswith("; version=1.2")
    quads = list(ox.parse(response.content, format))
    assert quads and all(isinstance(quad.object, ox.Triple) for quad in quads)


@pytest.mark.parametrize("media_type", ["text/turtle", "application/trig"])
def test_turtle_with_a_triple_term_says_its_version_itself(server: Server, media_type: str) -> None:
    """What is saved from HTTP has lost its media type; what any reader of RDF 1.1 can read says nothing."""
    annotated = "CONSTRUCT { ?s gar:place ?o {| gar:certainty ?c |} } WHERE { ?s gar:place ?o {| gar:certainty ?c |} }"
    written = ask(server, annotated, media_type).text
    assert written.startswith('VERSION "1.2"\n') and "<<( " in written
    plain = ask(server, "CONSTRUCT WHERE { ?s gar:place ?o }", media_type).text
    assert "VERSION" not in plain and " gar:place " in plain


def test_a_graph_of_the_dataset_announces_none(server: Server) -> None:
    response = server.get("/sparql", "text/turtle", query="CONSTRUCT WHERE { ?s ?p ?o }")
    assert "version" not in response.headers["Content-Type"]
    made = server.get("/sparql", "application/sparql-results+json", query=WRITES_ONE)
    assert made.headers["Content-Type"] == "application/sparql-results+json; version=1.2"


@pytest.mark.parametrize("accept", ["application/ld+json", "text/turtle;version=1.1", "text/turtle;version=1.2-basic"])
def test_a_format_without_triple_terms_refuses_one_before_a_byte_is_written(server: Server, accept: str) -> None:
    response = ask(server, REIFIES, accept)
    assert response.status_code == 406
    problem = response.json()
    assert "triple term" in problem["detail"] and accept.partition(";")[0] in problem["detail"]
    plain = ask(server, "CONSTRUCT { ?s gar:place ?o } WHERE { ?s gar:place ?o }", accept)
    assert plain.status_code == 200 and "version" not in plain.headers["Content-Type"]


def test_solutions_without_triple_terms_may_be_asked_for(server: Server) -> None:
    accept = "application/sparql-results+json;version=1.1"
    assert ask(server, TERM, accept).status_code == 406
    assert server.get("/sparql", accept, query=WRITES_ONE).status_code == 406
    taken_apart = "SELECT DISTINCT (STR(SUBJECT(?t)) AS ?s) { claim:c0021 rdf:reifies ?t }"
    assert column(ask(server, taken_apart, accept), "s") == [ID + "event/fire-on-the-quay"]


@pytest.mark.parametrize(
    "accept",
    [
        "text/turtle;version=1.2",
        'text/turtle; version="1.2"',
        "text/turtle;version=1.1, */*;q=0.1",
        "text/turtle;version=1.1, text/turtle;version=1.2;q=.5",
        "text/turtle, text/turtle;version=1.1;q=0.9",
        "text/turtle;version=1.1, text/*;q=.1",
    ],
)
def test_who_takes_a_higher_version_too_is_given_it(server: Server, accept: str) -> None:
    response = ask(server, REIFIES, accept)
    assert response.headers["Content-Type"] == "text/turtle; charset=utf-8; version=1.2"
    assert "<<( " in response.text


def test_a_name_of_a_format_wins_over_the_version_of_the_header(server: Server) -> None:
    response = ask(server, REIFIES, "text/turtle;version=1.1", format="ntriples")
    assert response.headers["Content-Type"] == "application/n-triples; version=1.2"


@pytest.mark.parametrize("version", ["1.1", "1.2-basic", "1.2"])
def test_a_request_may_say_its_version(server: Server, version: str) -> None:
    assert ask(server, "ASK {}", version=version).json()["boolean"] is True
    body = {"Content-Type": f"application/sparql-query; version={version}"}
    assert server.client.post("/sparql", content="ASK {}", headers=body).json()["boolean"] is True


@pytest.mark.parametrize(("versions", "detail"), [(["1.2", "1.2"], "one version"), (["3"], "'3'")])
def test_a_version_is_said_once_and_known(server: Server, versions: list[str], detail: str) -> None:
    response = server.client.get("/sparql", params={"query": "ASK {}", "version": versions})
    assert response.status_code == 400
    assert detail in response.json()["detail"]


@pytest.mark.parametrize(
    ("parameter", "directive", "media_type", "status"),
    [
        ("1.2", "1.1", "1.1", 200),
        ("1.1", "1.2", "1.2", 400),
        ("1.2-basic", "", "", 400),
        ("", "1.2", "1.1", 200),
        ("", "1.1", "1.2", 400),
        ("", "", "1.1", 400),
        ("", "", "1.2", 200),
        ("", "", "", 200),
    ],
)
def test_the_parameter_wins_over_the_query_and_the_query_over_its_media_type(
    server: Server, parameter: str, directive: str, media_type: str, status: int
) -> None:
    query = (f'VERSION "{directive}" ' if directive else "") + "SELECT ?claim { ?s ?p ?o ~ ?claim }"
    headers = {"Content-Type": "application/sparql-query" + (f"; version={media_type}" if media_type else "")}
    parameters = {"version": parameter} if parameter else {}
    response = server.client.post("/sparql/rdf12", params=parameters, content=query, headers=headers)
    assert response.status_code == status
    assert status == 200 or "since 1.2" in response.json()["detail"]


def test_the_version_of_another_media_type_is_none_of_sparql(server: Server) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded; version=3"}
    assert server.client.post("/sparql", content="query=ASK{}", headers=headers).status_code == 200
    said = server.client.post(
        "/sparql", content="ASK{}", headers={"Content-Type": "application/sparql-query;version=3"}
    )
    assert said.status_code == 400 and "'3'" in said.json()["detail"]


@pytest.mark.parametrize("query", [TERM, REIFIES])
def test_a_person_sees_a_triple_term(server: Server, query: str) -> None:
    page = ask(server, query, "text/html").text
    assert "&lt;&lt;(" in page and "fire-on-the-quay" in page
