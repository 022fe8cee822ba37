"""The gallery of saved queries: searched by words and tags, each with a form, its answer, its text and its uses."""

from __future__ import annotations

import html
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Server
from garrison.rdf.sparql import fitting, scan

BROWSER = "text/html"
QUAY = "https://w3id.org/garrison/id/place/quay"
GUARD = """#+ summary: { en: "Ships that sink before they sail" }
#+ returns: [ship]

SELECT ?ship WHERE { ?ship <http://example.org/sank> ?x }
"""
WHERE = """#+ summary: { en: "Everything with a label", ru: "Всё, у чего есть название" }
#+ description: One row a label.
#+ tags: [names, ships]
#+ returns: [thing, label]

SELECT ?thing ?label WHERE { ?thing <http://www.w3.org/2000/01/rdf-schema#label> ?label } ORDER BY ?label
"""


@pytest.fixture(scope="module")
def server(quay: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The quay edition with two queries more: one guards the data, one has more rows than the page of a query shows."""
    folder = shutil.copytree(quay, tmp_path_factory.mktemp("editions") / "gallery")
    (folder / "queries" / "guards").mkdir()
    (folder / "queries" / "guards" / "sinking-violation.rq").write_text(GUARD, "utf-8")
    (folder / "queries" / "ships" / "labels.rq").write_text(WHERE, "utf-8")
    started = Server(folder)
    yield started
    started.stop()


def listed(server: Server, **asked: str) -> list[str]:
    page = server.get("/queries", BROWSER, **asked).text
    return re.findall(r'<h3[^>]*><a href="/queries/([a-z-]+)', page)


# Looking through


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["endless", "labels", "landings", "since", "sinking-violation"]),
        ({"q": "landings"}, ["landings"]),
        ({"q": "LANDINGS where"}, ["landings"]),
        ({"q": "высадки"}, ["landings"]),
        ({"q": "gar:Capture"}, ["landings"]),
        ({"tag": "ships"}, ["endless", "labels", "landings", "since"]),
        ({"tag": "names"}, ["labels"]),
        ({"tag": "ships", "q": "a day"}, ["since"]),
        ({"tag": "nothing"}, []),
        ({"q": "<script>"}, []),
    ],
    ids=str,
)
def test_queries_are_found_by_words_and_tags_without_script(
    server: Server, asked: dict[str, str], found: list[str]
) -> None:
    assert listed(server, **asked) == found
    data = server.client.get("/queries", params=asked, headers={"Accept": "application/json"}).json()
    assert sorted(each["name"] for each in data) == sorted(found)


def test_what_was_looked_for_stays_in_the_form_and_in_the_links(server: Server) -> None:
    page = server.get("/queries", BROWSER, q="landings", tag="ships").text
    assert 'name="q" value="landings"' in page and 'name="tag" value="ships"' in page
    assert 'href="/queries?q=landings&amp;tag=ships&amp;lang=ru"' in page
    assert 'href="/queries.ttl?q=landings&amp;tag=ships"' in page
    assert "1 query fits." in page
    assert server.get("/queries", BROWSER, q="x").headers["Content-Location"] == "/queries.html?q=x&lang=en"


def test_nothing_found_says_so_and_leads_back(server: Server) -> None:
    page = server.get("/queries", BROWSER, q="xyzzy").text
    assert "No saved query has these words." in page and 'href="/queries">All queries</a>' in page


def test_the_gallery_shows_how_an_answer_is_seen_and_what_it_takes(server: Server) -> None:
    page = server.get("/queries", BROWSER).text
    assert "3 parameters" in page and "Table" in page and "view-icon" in page
    assert re.search(r'href="/queries\?tag=names"[^>]*>Names', page)


# One query


def test_a_parameter_is_chosen_among_what_fits_by_label(server: Server) -> None:
    page = server.get("/queries/landings", BROWSER, lang="ru").text
    assert re.search(rf'<option value="{QUAY}" lang="ru" selected>Набережная</option>', page)


def test_a_parameter_that_nothing_fits_is_a_field_of_its_type(server: Server) -> None:
    page = server.get("/queries/since", BROWSER).text
    assert re.search(r'name="day" value="1700-01-01"\s+type="date"', page)
    assert re.search(r'name="least" value="0"\s+type="number"', page)
    assert re.search(r'name="name" value="Quay"\s+type="text"', page)


def test_the_answer_stands_on_the_page(server: Server) -> None:
    page = server.get("/queries/landings", BROWSER).text
    assert '<section id="answer"' in page and 'href="/id/event/landing-at-the-quay"' in page
    assert "&lt;script&gt;alert(" in page and "<script>alert" not in page


def test_of_many_rows_the_page_shows_the_first_and_says_how_many_there_are(server: Server) -> None:
    page = server.get("/queries/labels", BROWSER).text
    assert page.partition("<tbody>")[2].count("<tr>") == 15
    assert re.search(r"The first 15 of \d+ rows\.", page) or "The first 15 rows." in page


def test_parameters_in_the_address_fill_the_form_and_are_answered(server: Server) -> None:
    page = server.get("/queries/since", BROWSER, name="Anna <b>", day="1800-05-06").text
    assert 'value="Anna &lt;b&gt;"' in page and 'value="1800-05-06"' in page
    assert "Anna &lt;b&gt;</span>" in page
    assert "name=Anna+%3Cb%3E" in page
    assert server.get("/queries/since", BROWSER, day="tomorrow").status_code == 200


def test_a_query_that_takes_long_does_not_hold_its_page(server: Server, quay: Path) -> None:
    begin = time.monotonic()
    page = server.get("/queries/endless", BROWSER)
    assert page.status_code == 200 and time.monotonic() - begin < 10
    assert server.busy() == 0


def test_a_guard_that_finds_nothing_says_that_this_is_good(server: Server) -> None:
    page = server.get("/queries/sinking-violation", BROWSER).text
    assert "This query looks for mistakes, and there is none." in page


def test_a_query_is_had_in_every_way_there_is(server: Server) -> None:
    page = html.unescape(server.get("/queries/landings", BROWSER).text)
    for shown in ("/api/landings?place=", "garrison query landings", "https://w3id.org/garrison/queries/landings"):
        assert shown in page
    for format in ("json", "xml", "csv", "tsv"):
        assert f'href="/api/landings?format={format}"' in page
    assert (
        "pandas.read_csv(" in page
        and f"curl --silent --fail-with-body --header 'Accept: text/csv' '{server.url}" in page
    )


def test_the_page_of_an_answer_leads_back_to_the_form_with_what_was_asked(server: Server) -> None:
    page = html.unescape(server.get("/api/since", BROWSER, name="x y").text)
    assert 'href="/queries/since?name=x+y"' in page
    address = re.search(r'href="(/sparql\?[^"]*edit=1)"', page)
    assert address and '"x y"' in html.unescape(server.get(address[1], BROWSER).text)


# What fits a parameter


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT ?a WHERE { ?a ?b ?x }", "SELECT DISTINCT ?x WHERE { ?a ?b ?x } LIMIT 9"),
        (
            "PREFIX e: <x:>\nSELECT (COUNT(?a) AS ?n) { ?a e:b '}' , ?x { ?c ?d ?e } } GROUP BY ?a # }",
            "PREFIX e: <x:>\nSELECT DISTINCT ?x WHERE { ?a e:b '}' , ?x { ?c ?d ?e } } LIMIT 9",
        ),
        ("CONSTRUCT { ?x ?p ?o } WHERE { ?x ?p ?o }", "SELECT DISTINCT ?x WHERE { ?x ?p ?o } LIMIT 9"),
        (
            "ASK { { ?x ?p ?o } UNION { ?o ?p ?x } }",
            "SELECT DISTINCT ?x WHERE { { ?x ?p ?o } UNION { ?o ?p ?x } } LIMIT 9",
        ),
        ("DESCRIBE <x:y>", None),
        ("SELECT * FROM <x:g> { ?x ?p ?o }", None),
    ],
)
def test_the_pattern_of_a_query_is_asked_for_one_variable(text: str, expected: str | None) -> None:
    made = fitting(text, "x", 9)
    assert made == expected
    if made:
        assert scan(made).form == "SELECT"
