"""The pages of the ontology tell each term from the live data: how often, where and by which queries it is used."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from conftest import ROOT, Server
from garrison.services.term_usage import named_in

HTML = "text/html"
COUNT = "PREFIX gar: <https://w3id.org/garrison/ontology#> SELECT (COUNT(*) AS ?n) { ?x a gar:Capture }"
TERMS = sorted(set(re.findall(r"^gar:(\w+) a ", (ROOT / "ontology" / "garrison.ttl").read_text("utf-8"), re.MULTILINE)))


@pytest.fixture(scope="module")
def edition() -> Iterator[Server]:
    """The edition of this repository, served."""
    started = Server(ROOT)
    yield started
    started.stop()


def block(page: str, anchor: str) -> str:
    """What the page says of one term."""
    return page.partition(f'class="term" id="{anchor}"')[2].partition('<section class="term"')[0]


def test_a_class_is_told_with_things_of_it_and_with_their_number(edition: Server) -> None:
    told = block(edition.get("/ontology", HTML).text, "Capture")
    counted = edition.get("/sparql", "text/csv", query=COUNT)
    assert f"{counted.text.split()[1]} things" in told
    assert '<a href="/id/event/capture-of-nikel"' in told


def test_a_property_is_told_with_a_triple_that_has_it(edition: Server) -> None:
    told = block(edition.get("/ontology", HTML).text, "commander")
    assert re.search(r"\d+ triples", told) and '<span class="property">commander</span>' in told


def test_a_concept_is_told_with_what_it_is_said_of(edition: Server) -> None:
    page = edition.get("/ontology/vocabularies", HTML).text
    told = block(page, "certainty/possible")
    assert re.search(r"said of \d+ thing", told) and "/id/claim/c" in told


def test_a_count_leads_to_the_query_behind_it(edition: Server) -> None:
    told = block(edition.get("/ontology", HTML).text, "Capture")
    address = re.search(r'href="(/sparql\?query=[^"]*)"', told)
    assert address
    rows = edition.get(address[1].replace("&amp;", "&"), "text/csv").text.splitlines()[1:]
    assert len(rows) == int(re.search(r"(\d+) things", told)[1])  # type: ignore[index]


def test_a_term_leads_to_the_saved_queries_that_name_it(edition: Server) -> None:
    told = block(edition.get("/ontology", HTML).text, "Capture")
    assert 'href="/queries/captures"' in told and 'href="/queries/monuments"' not in told


def test_a_term_stands_beside_those_of_other_vocabularies(edition: Server) -> None:
    assert "crm:E39_Actor" in block(edition.get("/ontology", HTML).text, "Agent")


def test_a_class_has_its_properties_and_those_of_the_classes_above_it(edition: Server) -> None:
    told = block(edition.get("/ontology", HTML).text, "Capture")
    assert "Properties of each Event" in told and 'href="#opponent"' in told
    assert told.count('href="#opponent"') == 1


def test_the_tree_has_every_class_below_those_that_it_is_a_kind_of(edition: Server) -> None:
    tree = edition.get("/ontology", HTML).text.partition('class="tree"')[2].partition("</div>")[0]
    below = tree.partition('href="#Event"')[2]
    assert below.index("<ul>") < below.index('href="#Capture"') < below.index("</ul>")


def test_it_is_said_what_changed_in_each_version_the_newest_first(edition: Server) -> None:
    page = edition.get("/ontology", HTML, lang="ru").text
    assert 0 < page.index("0.2.0: у мест") < page.index("0.1.0: первые")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_page_speaks_the_language_of_its_reader(edition: Server, language: str) -> None:
    page = edition.get("/ontology", HTML, lang=language).text
    assert ("Классы" in page) == (language == "ru") and ("Classes" in page) == (language == "en")
    assert [name for name in TERMS if f'id="{name}"' not in page] == []


def test_an_edition_that_does_not_use_a_term_says_so(server: Server) -> None:
    assert "Not used in this edition." in block(server.get("/ontology", HTML).text, "Monument")


def test_a_query_names_terms_by_prefix_and_in_full_and_not_in_its_comments() -> None:
    query = """PREFIX a: <http://a/> PREFIX : <http://b#>
    # a:comment
    SELECT * { ?x a:one/<http://c#two> :three . ?y a :Four FILTER(?z > 3) }"""
    assert named_in(query) == {"http://a/one", "http://c#two", "http://b#three", "http://b#Four"}
