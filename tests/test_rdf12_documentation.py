"""What the documentation says of RDF 1.2 is what the edition answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Server

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "graph_data" / "README.md").read_text("utf-8")
SECTION = GUIDE.partition("## The same in RDF 1.2\n")[2].partition("\n## ")[0]
SHOWN = re.findall(r"```sparql\n(.*?)```\n+```csv\n(.*?)```", SECTION, re.DOTALL)


@pytest.fixture(scope="module")
def edition() -> Iterator[Server]:
    """The edition itself, served."""
    started = Server(ROOT)
    yield started
    started.stop()


def test_the_guide_shows_an_annotation_and_what_is_only_said() -> None:
    assert len(SHOWN) == SECTION.count("```sparql") == SECTION.count("```csv") == 3
    assert "{|" in SHOWN[0][0] and "<<" in SHOWN[1][0]


@pytest.mark.parametrize(("query", "answer"), SHOWN)
def test_an_answer_in_the_guide_is_what_the_view_answers(edition: Server, query: str, answer: str) -> None:
    response = edition.get("/sparql/rdf12", "text/csv", query=query)
    assert response.text.splitlines() == answer.splitlines()


def test_what_is_rumoured_is_asserted_nowhere(edition: Server) -> None:
    asked = re.search(r"`(ASK \{.*?\})` is false", SECTION)
    assert asked
    for path in ("/sparql/rdf12", "/sparql"):
        query = "PREFIX gar: <https://w3id.org/garrison/ontology#> "
        query += "PREFIX eventkind: <https://w3id.org/garrison/id/eventkind/> " + asked[1]
        assert edition.get(path, "application/sparql-results+json", query=query).json()["boolean"] is False


def test_the_pattern_of_the_readme_finds_what_its_query_finds(edition: Server) -> None:
    """One pattern in RDF 1.2, and one GRAPH away in the dataset: the same places, equally certain."""
    readme = (ROOT / "README.md").read_text("utf-8")
    with_graphs, with_terms = re.findall(r"```sparql\n(.*?)```", readme, re.DOTALL)[:2]
    found = []
    for path, query in (("/sparql", with_graphs), ("/sparql/rdf12", with_terms)):
        rows = edition.get(path, "application/sparql-results+json", query=query).json()["results"]["bindings"]
        found.append({(row["place"]["value"], row["certainty"]["value"]) for row in rows})
    assert found[0] == found[1] != set()
