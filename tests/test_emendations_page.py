"""The editors' table: what is printed, what is read instead, why, how surely, and what rests on it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
from pyoxigraph import RdfFormat, parse

from conftest import ROOT, Server
from test_hostile_edition import MARKUP, assert_harmless

ID = "https://w3id.org/garrison/id/"


@pytest.fixture(scope="module")
def history() -> Iterator[Server]:
    """The edition of this repository."""
    started = Server(ROOT)
    yield started
    started.stop()


def row_of(page: str, name: str) -> str:
    return page.split(f'<tr id="{name}"')[1].split("</tr>")[0]


def test_each_emendation_is_a_row_in_the_order_of_their_numbers(history: Server) -> None:
    page = history.get("/emendations", "text/html").text
    assert re.findall(r'<tr id="(e\d+)"', page) == [f"e{n:03}" for n in range(1, 45)]
    assert "44 emendations" in page


def test_a_row_says_what_is_printed_read_why_how_surely_and_what_rests_on_it(history: Server) -> None:
    row = row_of(history.get("/emendations", "text/html").text, "e012")
    text = " ".join(re.sub(r"<[^>]+>", " ", row).split())
    assert "<del>the same escort fighters</del>" in row
    assert "the same number, twelve" in text and "certain" in text
    assert 'href="/sources/russian-seven-2020#p0062"' in row
    assert 'href="/id/claim/c0623"' in row and 'href="/id/claim/c0624"' in row


def test_another_reading_that_is_possible_is_told(history: Server) -> None:
    row = row_of(history.get("/emendations", "text/html").text, "e033")
    assert "took part in the Second World War" in row


def test_a_table_in_russian_is_russian(history: Server) -> None:
    page = history.get("/emendations", "text/html", lang="ru").text
    assert "44 конъектуры" in page and "Никель" in row_of(page, "e006")
    assert 'href="/sources/russian-seven-2020?lang=ru#p0024"' in row_of(page, "e006")


def test_the_doubtful_can_be_seen_alone(history: Server) -> None:
    page = history.get("/emendations", "text/html", certainty="possible").text
    assert re.findall(r'<tr id="(e\d+)"', page) == ["e029", "e033", "e044"]
    assert [each["iri"][-4:] for each in history.get("/emendations.json?certainty=possible").json()] == [
        "e029",
        "e033",
        "e044",
    ]


def test_the_table_is_csv(history: Server) -> None:
    rows = list(csv.DictReader(io.StringIO(history.get("/emendations", "text/csv").text)))
    assert len(rows) == 44
    assert rows[11]["sic"] == "the same escort fighters" and f"{ID}claim/c0623" in rows[11]["claims"].split()


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"]
)
def test_the_table_is_rdf(history: Server, accept: str) -> None:
    format = RdfFormat.from_media_type(accept)
    assert format
    found = {str(quad.triple) for quad in parse(history.get("/emendations", accept).content, format)}
    gar = "https://w3id.org/garrison/ontology#"
    assert any(f"<{ID}claim/c0623> <{gar}dependsOn> <{ID}emendation/e012>" in each for each in found)
    assert sum(f"<{gar}sic>" in each for each in found) == 44


def test_a_certainty_that_no_emendation_has_is_left_out_with_a_word(history: Server) -> None:
    page = history.get("/emendations", "text/html", certainty=MARKUP)
    assert_harmless(page)
    assert "It is left out." in page.text and "44 emendations" in page.text
    answer = history.get("/emendations", "application/json", certainty="quite")
    assert answer.status_code == 400 and answer.json()["parameter"] == "certainty"


def test_an_edition_without_emendations_says_so(server: Server) -> None:
    page = server.get("/emendations", "text/html")
    assert page.status_code == 200 and "This edition has no emendations." in page.text
    assert server.get("/emendations", "application/json").json() == []


@pytest.mark.parametrize("page", ["2", "99"])
def test_a_page_beyond_the_end_is_404(history: Server, page: str) -> None:
    assert history.get("/emendations", "text/html", page=page).status_code == 404


@pytest.mark.parametrize("path", ["/", "/queries", "/id/place/quay"])
def test_every_page_leads_to_sources_claims_and_emendations(server: Server, path: str) -> None:
    page = server.get(path, "text/html").text
    for target in ("/sources", "/claims", "/emendations"):
        assert f'href="{target}"' in page
        assert server.get(target, "text/html").status_code == 200


def test_the_citation_of_an_emendation_ends_in_a_sentence(history: Server) -> None:
    assert "/id/emendation/e002. Weighed as certain." in history.get("/cite/id/emendation/e002").text
