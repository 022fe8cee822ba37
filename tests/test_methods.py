"""The methods page says what is true of the data, and is served."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conftest import Server
from garrison.web.methods import as_html
from lighthouse import copy_lighthouse
from test_edition import rows

TEXT = (Path(__file__).parents[1] / "graph_data" / "METHODS.md").read_text("utf-8")
RUSSIAN = (Path(__file__).parents[1] / "graph_data" / "METHODS.ru.md").read_text("utf-8")
FACETS = ("certainty", "modality", "polarity", "standing")
EXAMPLES = [
    (facet, value, claim)
    for facet in FACETS
    for line in TEXT.splitlines()
    if line.startswith(f"| {facet} |")
    for value, claim in re.findall(r"\*(\w+)\* \(`(c\d+)`", line)
]


@pytest.mark.parametrize(("facet", "value", "claim"), EXAMPLES)
def test_an_example_is_what_the_table_says(facet: str, value: str, claim: str) -> None:
    assert rows(f"SELECT ?v {{ claim:{claim} gar:{facet} ?v }}") == [(f"https://w3id.org/garrison/id/{facet}/{value}",)]


def test_every_value_has_an_example_or_is_said_to_have_none() -> None:
    for facet in FACETS:
        line = next(line for line in TEXT.splitlines() if line.startswith(f"| {facet} |"))
        for (iri,) in rows(
            "SELECT ?v { ?v <http://www.w3.org/2004/02/skos/core#inScheme> "
            f"<https://w3id.org/garrison/id/scheme/{facet}> }}"
        ):
            value = iri.rsplit("/", 1)[1]
            used = rows(f"SELECT ?c {{ ?c gar:{facet} <{iri}> }} LIMIT 1")
            assert f"*{value}* ({'`c' if used else 'none yet'}" in line


def test_as_many_sources_stand_beside_the_article_as_it_says() -> None:
    [(count,)] = rows("SELECT (COUNT(?s) AS ?n) { ?s a gar:Source FILTER(?s != source:russian-seven-2020) }")
    assert re.findall(r"(\d+) other sources", TEXT) == [count]


@pytest.mark.parametrize("number", sorted(set(re.findall(r"`([cpe]\d{3,})`", TEXT))))
def test_every_number_leads_to_something(number: str) -> None:
    kind = {"c": "claim", "p": "passage", "e": "emendation"}[number[0]]
    assert rows(f"SELECT ?p {{ <https://w3id.org/garrison/id/{kind}/{number}> ?p ?o }} LIMIT 1")


def test_the_russian_text_has_the_same_parts_numbers_and_code() -> None:
    for pattern in (r"^#+ ", r"^\d\. ", r"^\|", r"(?<!`)`[^`\n]+`(?!`)", r"^(?:PREFIX|SELECT).*$"):
        assert re.findall(pattern, RUSSIAN, re.MULTILINE) == re.findall(pattern, TEXT, re.MULTILINE), pattern
    assert re.findall(r"(\d+) других источников", RUSSIAN) == re.findall(r"(\d+) other sources", TEXT)


def test_a_russian_reader_gets_the_russian_text(tmp_path: Path) -> None:
    edition = copy_lighthouse(tmp_path)
    (edition / "graph_data" / "METHODS.md").write_text("# How it was made\n", "utf-8")
    (edition / "graph_data" / "METHODS.ru.md").write_text("# Как это сделано\n", "utf-8")
    started = Server(edition)
    try:
        page = started.get("/methods", "text/html", lang="ru").text
        assert '<article class="prose" lang="ru"><h1>Как это сделано</h1>' in page
        assert "<h1>How it was made</h1>" in started.get("/methods", "text/html").text
        markdown = started.get("/methods", "text/markdown", lang="ru")
        assert markdown.text == "# Как это сделано\n" and markdown.headers["Content-Language"] == "ru"
    finally:
        started.stop()


def test_an_edition_without_methods_says_so(server: Server) -> None:
    response = server.get("/methods", "text/html")
    assert response.status_code == 404 and "METHODS.md" in response.text


def test_what_an_edition_writes_there_is_shown_and_runs_nothing() -> None:
    html = as_html("# A\n\n`c0231` <script>x</script> [y](javascript:z)\n\n| a |\n|---|\n| b |\n")
    assert '<a href="/id/claim/c0231"><code>c0231</code></a>' in html
    assert "<script>" not in html and 'href="javascript' not in html and "<table>" in html
