"""Which representation a client gets: RFC 9110, section 12, for every kind of result."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import NotAcceptable

from conftest import Server
from garrison.rdf.formats import SOLUTIONS, TRIPLES, Format
from garrison.web.negotiation import negotiate, reader_language, wants_html

SELECT = 'SELECT ?x { BIND("a,b"@en AS ?x) }'
CONSTRUCT = "CONSTRUCT { <a:s> <a:p> ?x } { BIND(1 AS ?x) }"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
CHOICES = [
    (None, "json", "turtle"),
    ("", "json", "turtle"),
    ("*/*", "json", "turtle"),
    ("application/*", "json", "ntriples"),
    ("application/json", "json", "jsonld"),
    ("application/xml", "xml", "rdfxml"),
    ("application/json;q=0.5, application/xml", "xml", "rdfxml"),
    ("application/sparql-results+json;q=0.2, text/csv;q=0.9, */*;q=0.1", "csv", "turtle"),
    ("text/csv, text/turtle", "csv", "turtle"),
    ("text/turtle;charset=utf-8, text/tab-separated-values;charset=utf-8", "tsv", "turtle"),
    ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted", text/csv', "csv", "jsonld"),
    ("application/sparql-results+json;q=0, text/turtle;q=0, */*", "xml", "ntriples"),
    ("*/*, text/csv, application/ld+json", "csv", "jsonld"),
    ("text/n3, application/sparql-results+xml", "xml", "turtle"),
    (BROWSER, "json", "turtle"),
    ("text/csv;q=.9, text/turtle;q=.9, application/json;q=.8", "csv", "turtle"),
    ("application/json;q=0.3, text/csv;q=1., text/turtle;q=2", "csv", "turtle"),
    ("*", "json", "turtle"),
    (" , ", "json", "turtle"),
    ("text/csv;q=.2, *;q=.1, text/turtle;q=.2", "csv", "turtle"),
]


@pytest.mark.parametrize(("accept", "solutions", "triples"), CHOICES, ids=lambda v: str(v) or "empty")
def test_the_format_that_a_client_prefers_is_chosen(accept: str, solutions: str, triples: str) -> None:
    assert negotiate(accept, SOLUTIONS).name == solutions
    assert negotiate(accept, TRIPLES).name == triples


@pytest.mark.parametrize("accept", ["image/png", "*/*;q=0", "text/turtle", "application/json;q=0, text/csv;q=0"])
def test_no_acceptable_format_for_solutions_is_refused(accept: str) -> None:
    with pytest.raises(NotAcceptable) as refusal:
        negotiate(accept, SOLUTIONS)
    assert all(format.media_type in str(refusal.value.description) for format in SOLUTIONS)


@pytest.mark.parametrize("name", ["ttl", "TTL", "turtle", "n3", "text/turtle"])
def test_a_short_name_wins_over_the_header(name: str) -> None:
    assert negotiate("application/ld+json", TRIPLES, name).name == "turtle"


@given(st.text(max_size=200))
def test_any_header_is_read_or_refused(accept: str) -> None:
    wants_html(accept)
    reader_language(accept)
    with contextlib.suppress(NotAcceptable):
        negotiate(accept, SOLUTIONS)


def test_a_browser_is_recognised() -> None:
    assert wants_html(BROWSER)
    assert not wants_html("*/*")
    assert not wants_html("text/html;q=0.5, application/json")
    assert not wants_html(None)


@pytest.mark.parametrize(
    ("header", "language"),
    [(None, "en"), ("ru", "ru"), ("ru-RU,en;q=0.5", "ru"), ("de", "en"), ("en,ru", "en")],
)
def test_labels_are_in_the_readers_language(header: str | None, language: str) -> None:
    assert reader_language(header) == language


@pytest.mark.parametrize("format", SOLUTIONS, ids=lambda format: format.name)
def test_solutions_come_in_every_format_they_can_have(server: Server, format: Format) -> None:
    response = server.get("/sparql", format.media_type, query=SELECT)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == format.content_type
    assert b"a,b" in response.content


@pytest.mark.parametrize("format", TRIPLES, ids=lambda format: format.name)
def test_triples_come_in_every_format_they_can_have(server: Server, format: Format) -> None:
    response = server.get("/sparql", format.media_type, query=CONSTRUCT)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == format.content_type
    assert b"a:s" in response.content


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_a_boolean_comes_in_every_format(server: Server, name: str) -> None:
    response = server.get("/sparql", query="ASK {}", format=name)
    assert response.status_code == 200
    assert b"true" in response.content


@pytest.mark.parametrize("name", ["csv", "tsv"])
@pytest.mark.parametrize(("query", "word"), [("ASK {}", b"true"), ("ASK { FILTER(false) }", b"false")])
def test_a_boolean_in_csv_and_tsv_is_one_word_without_a_header(
    server: Server, query: str, word: bytes, name: str
) -> None:
    assert server.get("/sparql", query=query, format=name).content.strip() == word


def test_older_clients_name_the_format_in_output(server: Server) -> None:
    assert server.get("/sparql", "text/html", query=SELECT, output="csv").headers["Content-Type"].startswith("text/csv")


def test_no_acceptable_format_is_answered_406_with_what_is_offered(server: Server) -> None:
    response = server.get("/sparql", "image/png", query=SELECT)
    assert response.status_code == 406
    assert "text/csv (?format=csv)" in json.loads(response.text)["detail"]


def test_a_graph_has_no_csv(server: Server) -> None:
    assert server.get("/sparql", query=CONSTRUCT, format="csv").status_code == 406


def test_values_keep_language_and_datatype_in_json(server: Server) -> None:
    date = "<http://www.w3.org/2001/XMLSchema#date>"
    query = f'SELECT ?a ?b {{ BIND("x"@ru AS ?a) BIND("1944-10-15"^^{date} AS ?b) }}'
    row = server.get("/sparql", query=query).json()["results"]["bindings"][0]
    assert row["a"] == {"type": "literal", "value": "x", "xml:lang": "ru"}
    assert row["b"]["datatype"].endswith("#date")
