"""Saved queries over HTTP: listed, explained, and run with parameters that are bound as terms."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from conftest import Server
from garrison.edition.catalogue import TYPES, Parameter
from garrison.edition.query_files import read_catalogue
from garrison.errors import EditionError, ParameterRefused

LANDING = "https://w3id.org/garrison/id/event/landing-at-the-quay"
NOWHERE = "https://w3id.org/garrison/id/place/nowhere"


def test_the_list_is_objects_with_a_name(server: Server) -> None:
    listed = server.get("/queries").json()
    assert [query["name"] for query in listed] == ["endless", "landings", "since"]
    landings = listed[1]
    assert landings["summary"]["ru"] == "Высадки и где они были"
    assert landings["subject"] == "ships"
    assert landings["url"] == "/api/landings"
    assert landings["parameters"]["place"]["type"] == "iri"
    assert landings["returns"] == ["event"]


def test_the_list_is_a_page_for_a_browser(server: Server) -> None:
    page = server.get("/queries", "text/html").text
    assert '<a href="/queries/landings">' in page
    assert "<script>" not in page


def test_a_query_has_a_page_with_its_text_and_a_form(server: Server) -> None:
    page = server.get("/queries/landings", "text/html").text
    assert "a gar:Capture" in page
    assert 'name="place"' in page
    assert 'action="/api/landings"' in page


def test_a_query_answers_without_parameters(server: Server) -> None:
    answer = server.get("/api/landings").json()
    assert answer["results"]["bindings"][0]["event"]["value"] == LANDING


@pytest.mark.parametrize(("accept", "begins"), [("text/csv", "event"), ("text/tab-separated-values", "?event")])
def test_a_query_answers_in_the_format_that_is_asked_for(server: Server, accept: str, begins: str) -> None:
    response = server.get("/api/landings", accept)
    assert response.headers["Content-Type"].startswith(accept)
    assert response.text.startswith(begins)
    assert LANDING in response.text


def test_a_browser_gets_rows_with_links(server: Server) -> None:
    page = server.get("/api/landings", "text/html").text
    assert 'href="/id/event/landing-at-the-quay"' in page
    assert "1 row." in page


def test_a_query_can_be_taken_to_the_form_and_changed(server: Server) -> None:
    page = server.get("/queries/landings", "text/html").text
    address = re.search(r'href="(/sparql\?[^"]*edit=1)"', page)
    assert address
    form = server.get(html.unescape(address[1]), "text/html").text
    assert "VALUES (?place)" in form
    assert "<textarea" in form


def test_a_parameter_is_bound(server: Server) -> None:
    assert server.get("/api/landings", place=NOWHERE).json()["results"]["bindings"] == []


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/api/landings?place=nowhere", "place"),
        ("/api/landings?place=a:b%3E%20.%20%3Fs%20%3Fp%20%3Fo", "place"),
        ("/api/landings?nothing=1", "nothing"),
        ("/api/landings?place=a:b&place=a:c", "place"),
        ("/api/since?day=1944-02-30", "day"),
        ("/api/since?least=many", "least"),
    ],
)
def test_a_value_of_the_wrong_type_is_400_and_named(server: Server, path: str, parameter: str) -> None:
    response = server.client.get(path, headers={"Accept": "*/*"})
    assert response.status_code == 400
    assert response.json()["type"].endswith("/problems/bad-parameter")
    assert response.json()["parameter"] == parameter


@pytest.mark.parametrize("text", ['" } DROP ALL #', "Набережная\n\t\\", "?day"])
def test_a_string_is_a_term_whatever_it_holds(server: Server, text: str) -> None:
    row = server.get("/api/since", name=text).json()["results"]["bindings"][0]
    assert row["name"] == {"type": "literal", "value": text}
    assert row["day"]["datatype"].endswith("#date")
    assert row["least"]["value"] == "0"


def test_an_unknown_query_is_404_with_the_nearest_name(server: Server) -> None:
    response = server.get("/api/landing")
    assert response.status_code == 404
    assert "Did you mean landings?" in response.json()["detail"]


def test_posting_to_a_query_is_405(server: Server) -> None:
    assert server.client.post("/api/landings").status_code == 405


@given(st.sampled_from(TYPES), st.text(max_size=50))
def test_any_value_becomes_one_term_or_is_refused(type_name: str, value: str) -> None:
    """Whatever a client sends, what is bound parses as a single term of N-Triples."""
    try:
        term = Parameter("x", type_name, "").bind(value)
    except ParameterRefused:
        return
    quads = list(parse(f"<a:s> <a:p> {term} .".encode(), RdfFormat.N_TRIPLES))
    assert len(quads) == 1


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("Upper", "ASK {}", "lower-case words"),
        ("twice", "ASK {}", "Another saved query"),
        ("broken", "#+ summary: [\nASK {}", "not YAML"),
        ("list", "#+ - one\nASK {}", "names with values"),
        ("half", "#+ summary: { en: one, two, ru: три }\nASK {}", "in quotation marks"),
        ("tongues", '#+ summary: { "!": one }\nASK {}', "is no language"),
        ("untyped", "#+ parameters: { x: { default: 1 } }\nASK {}", "needs a type"),
        ("undefaulted", "#+ parameters: { x: { type: iri } }\nASK {}", "needs a type"),
        ("three", "#+ parameters: 3\nASK {}", "names with a type"),
        ("tagged", "#+ tags: 3\nASK {}", "list of words"),
        ("spaced", "#+ parameters: { a b: { type: iri, default: 'a:b' } }\nASK {}", "cannot be the name"),
        ("shadowed", "#+ parameters: { format: { type: string, default: x } }\nASK {}", "cannot be the name"),
        ("unfit", "#+ parameters: { x: { type: date, default: now } }\nASK {}", "default is wrong"),
    ],
)
def test_a_header_that_breaks_the_rules_is_named(tmp_path: Path, name: str, text: str, complaint: str) -> None:
    for folder in ("here", "there") if name == "twice" else ("here",):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{name}.rq").write_text(text, "utf-8")
    with pytest.raises(EditionError, match=complaint) as refusal:
        read_catalogue(tmp_path)
    assert f"{name}.rq" in str(refusal.value)
