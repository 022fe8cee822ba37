"""``/sparql/wikidata``: queries written as on Wikidata run here unchanged, over checked identifiers alone."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from conftest import Server
from garrison.edition.build import build_views, canonical_nquads
from garrison.edition.catalogue import Catalogue
from garrison.edition.finder import published_edition
from garrison.errors import QueryRefused
from garrison.rdf.sparql import scan
from garrison.rdf.sparql.dialect import from_wikidata

WD = "http://www.wikidata.org/entity/"
ID = "https://w3id.org/garrison/id/"
LABELS = 'SERVICE wikibase:label { bd:serviceParam wikibase:language "[AUTO_LANGUAGE],en". }'
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def edition() -> Iterator[Server]:
    """The edition itself, served."""
    started = Server(published_edition())
    yield started
    started.stop()


def ask(server: Server, query: str) -> httpx.Response:
    return server.get("/sparql/wikidata", "application/sparql-results+json", query=query)


def rows(server: Server, query: str) -> list[tuple[str, ...]]:
    """The solutions as tuples of short texts, in the order of the columns."""
    response = ask(server, query)
    assert response.status_code == 200, response.text
    result = response.json()
    names = result["head"]["vars"]
    texts = [
        tuple(row[name]["value"] if name in row else "" for name in names) for row in result["results"]["bindings"]
    ]
    return [tuple(text.replace(WD, "wd:").replace(ID, "").replace("T00:00:00Z", "") for text in row) for row in texts]


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "wikidata_queries").glob("*.rq")), ids=lambda path: path.stem)
def test_a_query_written_for_wikidata_runs_unchanged(edition: Server, path: Path) -> None:
    """As somebody writes it for Wikidata's query service; beside it what this edition answers."""
    with path.with_suffix(".csv").open(encoding="utf-8", newline="") as lines:
        expected = [tuple(row) for row in csv.reader(lines)]
    assert rows(edition, path.read_text("utf-8")) == expected


# The shape of Wikibase


def test_what_the_editors_do_not_hold_to_is_never_truthy(edition: Server) -> None:
    """Three copies give the operation three ends; all are there, deprecated, and none is a direct value."""
    assert rows(edition, "SELECT ?end { wd:Q705222 wdt:P582 ?end }") == []
    query = (
        "SELECT ?end { wd:Q705222 p:P582 ?s . ?s ps:P582 ?end ; wikibase:rank wikibase:DeprecatedRank } ORDER BY ?end"
    )
    assert rows(edition, query) == [("1944-10-29",), ("1944-11-01",), ("1944-11-02",)]


def test_a_direct_value_is_that_of_a_statement_of_the_best_rank(edition: Server) -> None:
    """For every property: wdt: and the statements of best rank say the same."""
    differing = """
SELECT ?item ?direct ?value WHERE {
  ?property wikibase:directClaim ?direct ; wikibase:claim ?claim ; wikibase:statementProperty ?simple .
  { ?item ?claim ?s . ?s a wikibase:BestRank ; ?simple ?value . FILTER NOT EXISTS { ?item ?direct ?value } }
  UNION
  { ?item ?direct ?value . FILTER NOT EXISTS { ?item ?claim ?s . ?s a wikibase:BestRank ; ?simple ?value } }
}"""
    assert rows(edition, differing) == []


def test_a_preferred_statement_has_a_rival_beside_it(edition: Server) -> None:
    alone = """
SELECT ?item WHERE {
  ?property wikibase:claim ?claim .
  ?item ?claim ?s . ?s wikibase:rank wikibase:PreferredRank .
  FILTER NOT EXISTS { ?item ?claim ?o . ?o wikibase:rank wikibase:NormalRank }
}"""
    assert rows(edition, alone) == []
    assert rows(edition, "SELECT ?s { ?s wikibase:rank wikibase:PreferredRank }")


def test_every_statement_of_a_claim_names_source_and_passage(edition: Server) -> None:
    without = """
SELECT ?s WHERE {
  ?s a wikibase:Statement .
  FILTER(STRSTARTS(STR(?s), "https://w3id.org/garrison/id/claim/"))
  FILTER NOT EXISTS { ?s prov:wasDerivedFrom ?r . ?r pr:P248 ?source ; prov:wasQuotedFrom ?passage }
}"""
    assert rows(edition, without) == []


def test_a_date_says_how_exact_it_is(edition: Server) -> None:
    query = "SELECT ?p (COUNT(*) AS ?n) { ?v a wikibase:TimeValue ; wikibase:timePrecision ?p } GROUP BY ?p ORDER BY ?p"
    found = dict(rows(edition, query))
    assert set(found) == {"9", "10", "11"}
    assert rows(edition, "SELECT ?t { wd:Q447180 wdt:P569 ?t }") == [("1915-01-12",)]


def test_a_statement_says_how_sure_the_editors_are_where_they_are_not_certain(edition: Server) -> None:
    doubtful = rows(edition, "SELECT DISTINCT ?doubt { ?s a wikibase:Statement ; pq:P1480 ?doubt } ORDER BY ?doubt")
    assert doubtful == [("certainty/possible",), ("certainty/probable",)]
    query = "SELECT ?q { ?p wikibase:qualifier ?q ; rdfs:label 'sourcing circumstances'@en }"
    assert rows(edition, query) == [("http://www.wikidata.org/prop/qualifier/P1480",)]


def test_every_full_value_has_all_that_wikibase_writes(edition: Server) -> None:
    parts = {
        "TimeValue": ("timeValue", "timePrecision", "timeTimezone", "timeCalendarModel"),
        "QuantityValue": ("quantityAmount", "quantityUnit"),
        "GlobecoordinateValue": ("geoLatitude", "geoLongitude", "geoGlobe", "geoPrecision"),
    }
    for kind, names in parts.items():
        of_kind = f"?v a wikibase:{kind}"
        count = rows(edition, f"SELECT (COUNT(*) AS ?n) {{ {of_kind} }}")
        assert count != [("0",)]
        for name in names:
            query = f"SELECT (COUNT(*) AS ?n) {{ {of_kind} ; wikibase:{name} ?x }}"
            assert (name, rows(edition, query)) == (name, count)


def test_a_point_is_as_exact_in_degrees_as_its_claim_is_in_metres(edition: Server) -> None:
    query = "SELECT ?d { wd:Q209423 p:P625 [ a wikibase:BestRank ; psv:P625 [ wikibase:geoPrecision ?d ] ] }"
    ((degrees,),) = rows(edition, query)
    assert float(degrees) * 111 == pytest.approx(2, rel=0.01), "2,000 m"


def test_every_property_in_use_is_told_of(edition: Server) -> None:
    told = {property for (property,) in rows(edition, "SELECT ?p { ?p a wikibase:Property }")}
    used = re.findall(r"wikidata\.org/prop/[a-z/]+/(P\d+)", server_text(edition))
    assert {f"wd:{number}" for number in used} == told


def test_a_thing_without_an_item_keeps_its_address(edition: Server) -> None:
    found = rows(edition, 'SELECT ?x { ?x rdfs:label "Storming of Kirkenes"@en }')
    assert found == [("event/storming-of-kirkenes",)]
    assert rows(edition, "SELECT ?ours { wd:Q209423 skos:exactMatch ?ours }") == [("place/kirkenes",)]


def test_every_identifier_of_wikidata_was_checked(edition: Server) -> None:
    checked: set[str] = set()
    for path in (ROOT / "graph_data/links/wikidata-checked.csv", ROOT / "ontology/wikidata-checked.csv"):
        with path.open(encoding="utf-8", newline="") as lines:
            checked |= {row["qid"] for row in csv.DictReader(lines)}
    text = server_text(edition)
    used = set(re.findall(r"www\.wikidata\.org/(?:entity|prop(?:/[a-z]+)*)/([QP]\d+)", text))
    assert len(used) > 60
    assert used - checked == set()


def server_text(edition: Server) -> str:
    construct = "CONSTRUCT WHERE { ?s ?p ?o }"
    return edition.get("/sparql/wikidata", "application/n-triples", query=construct).text


def test_an_edition_without_alignments_gives_a_view_without_statements() -> None:
    assert canonical_nquads([]) == b""
    assert build_views(b"", Catalogue({}))["wikidata"] == b""


# The label service


def test_whatever_is_a_value_has_one_label(edition: Server) -> None:
    """Classes, kinds, ranks and certainties too: who asks for a name gets no end of an address, and no row twice."""
    value = "{ ?property wikibase:directClaim ?p } UNION { ?property wikibase:qualifier ?p } ?x ?p ?value"
    query = f"""
SELECT ?value (COUNT(DISTINCT ?label) AS ?labels) WHERE {{
  {value} FILTER(ISIRI(?value))
  OPTIONAL {{ ?value rdfs:label ?label FILTER(LANG(?label) = "en") }}
}}
GROUP BY ?value"""
    assert {count for _, count in rows(edition, query)} == {"1"}
    found = rows(edition, f"SELECT DISTINCT ?c ?cLabel {{ ?x wdt:P31 ?c {LABELS} }}")
    assert ("wd:Q5", "Person") in found and ("wd:Q3957", "town") in found


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?x ?xLabel { SERVICE wikibase:label { bd:serviceParam wikibase:language 'ru' } ?x wdt:P31 wd:Q5 }",
        "SELECT DISTINCT ?x ?xLabel { { SELECT ?x { ?x wdt:P31 wd:Q5 } } SERVICE wikibase:label "
        '{ bd:serviceParam wikibase:language "ru,en" } } ORDER BY ?xLabel',
        "SELECT ?x ?xLabel { ?x wdt:P31 wd:Q5 SERVICE wikibase:label { bd:serviceParam wikibase:language "
        '"zz,ru" . } FILTER(CONTAINS(?xLabel, "и")) }',
        'SELECT ?name { ?x wdt:P31 wd:Q5 SERVICE wikibase:label { bd:serviceParam wikibase:language "ru" . '
        "?x rdfs:label ?name } }",
    ],
)
def test_labels_are_found_wherever_the_call_stands(edition: Server, query: str) -> None:
    assert any("Дьяконов" in cell for row in rows(edition, query) for cell in row)


def test_what_has_no_label_in_these_languages_shows_the_end_of_its_address(edition: Server) -> None:
    query = (
        'SELECT ?xLabel { VALUES ?x { wd:Q209423 } SERVICE wikibase:label { bd:serviceParam wikibase:language "zz" } }'
    )
    assert rows(edition, query) == [("Q209423",)]


def test_a_label_that_a_pattern_binds_is_left_to_it(edition: Server) -> None:
    bound = "VALUES ?x { wd:Q209423 } ?x rdfs:label ?xLabel FILTER(LANG(?xLabel) = 'nb')"
    query = f"SELECT ?x ?xLabel {{ {bound} {LABELS} }}"
    assert rows(edition, query) == [("wd:Q209423", "Kirkenes")]


@pytest.mark.parametrize(
    ("asked", "manual"),
    [
        ("?unitLabel", ""),
        ("?unitDescription", ""),
        ("?unitAltLabel", ""),
        ("?named", "?unit rdfs:label ?named ."),
        ("?named", "?unit skos:altLabel ?named ."),
    ],
)
def test_what_has_no_value_has_no_label_and_no_row_of_its_own(edition: Server, asked: str, manual: str) -> None:
    pattern = "?x wdt:P31 wd:Q5 OPTIONAL { ?x wdt:P463 ?unit }"
    call = f'SERVICE wikibase:label {{ bd:serviceParam wikibase:language "en,ru" . {manual} }}'
    plain = rows(edition, f"SELECT ?x ?unit {{ {pattern} }}")
    labelled = rows(edition, f"SELECT ?x ?unit {asked} {{ {pattern} {call} }}")
    assert sorted(row[:2] for row in labelled) == sorted(plain)
    assert all(text == "" for _, unit, text in labelled if not unit)
    assert "" in {unit for _, unit in plain}, "everybody is in a unit: this shows nothing"


def test_a_label_inside_a_subquery_is_of_what_the_subquery_binds(edition: Server) -> None:
    inner = f"{{ SELECT ?x ?xLabel {{ ?x wdt:P31 wd:Q5 {LABELS} }} }}"
    people = rows(edition, "SELECT ?x { ?x wdt:P31 wd:Q5 }")
    found = rows(edition, f"SELECT ?x ?unitLabel {{ {inner} OPTIONAL {{ ?x wdt:P1 ?unit }} }}")
    assert sorted(row[:1] for row in found) == sorted(people)


@pytest.mark.parametrize("predicate", ["rdfs:label", "skos:altLabel", "schema:description"])
def test_a_given_item_is_named_by_the_call_itself(edition: Server, predicate: str) -> None:
    call = f'SERVICE wikibase:label {{ bd:serviceParam wikibase:language "en" . wd:Q447180 {predicate} ?text }}'
    (row,) = rows(edition, f"SELECT ?text {{ {call} }}")
    assert row[0]


def test_lines_and_columns_before_the_call_stay_what_they_were(edition: Server) -> None:
    response = ask(edition, f"SELECT ?xLabel {{\n  {LABELS}\n  ?x wdt:P31\n}}")
    assert response.status_code == 400
    assert response.json()["line"] == 4
    text = f"SELECT * {{\n  ?x ?p ?xLabel_ .\n  {LABELS}\n}}\nLIMIT 1"
    assert len(from_wikidata(text).splitlines()) == len(text.splitlines())


def test_names_may_be_written_in_full_or_with_prefixes_of_ones_own(edition: Server) -> None:
    label = """
PREFIX w: <http://wikiba.se/ontology#>
PREFIX schema: <https://schema.org/>
SELECT ?name ?xDescription {
  VALUES ?x { wd:Q209423 }
  SERVICE %s { <http://www.bigdata.com/rdf#serviceParam> w:language "en" .
    ?x <http://www.w3.org/2000/01/rdf-schema#label> ?name ; <http://schema.org/description> ?xDescription }
}"""
    (row,) = rows(edition, label % "<http://wikiba.se/ontology#label>")
    assert row[0] == "Kirkenes" and row[1]
    assert rows(edition, label % "w:label") == [row]


def test_another_meaning_of_the_prefix_is_another_service(edition: Server) -> None:
    response = ask(edition, f"PREFIX wikibase: <http://127.0.0.1/> SELECT ?x ?xLabel {{ ?x ?p ?o {LABELS} }}")
    assert response.status_code == 400
    assert response.json()["rule"] == "service"


# Distances


@pytest.mark.parametrize(
    "call",
    [
        'geof:distance(?c, "Point(30 69)"^^geo:wktLiteral)',
        'geof:distance(IF(BOUND(?c), ?c, ?c), "Point(30 69)"^^geo:wktLiteral)',
        '<http://www.opengis.net/def/function/geosparql/distance>(?c, "Point(30 69)"^^geo:wktLiteral)',
        'geof:distance(?c, "Point(30 69)"^^geo:wktLiteral, <http://www.opengis.net/def/uom/OGC/1.0/metre>) / 1000',
    ],
)
def test_a_distance_is_in_kilometres_as_there(edition: Server, call: str) -> None:
    """Kirkenes is 0.73 degrees north of the point, which are 81 km."""
    ((kilometres,),) = rows(edition, f"SELECT ({call} AS ?d) {{ wd:Q209423 wdt:P625 ?c }}")
    assert float(kilometres) == pytest.approx(81, abs=1)


@pytest.mark.parametrize(
    "piece",
    [
        "geof:distance(",
        "geof:distance(?a,",
        "SERVICE wikibase:label { ",
        "hint:a hint:b . ",
        "SERVICE wikibase:label { } ",
    ],
)
def test_a_text_of_many_pieces_is_gone_through_once(piece: str) -> None:
    """Were it once for each piece, this would not end."""
    text = "SELECT * { " + piece * (250_000 // len(piece))
    assert len(from_wikidata(text)) >= len(text)


def test_labels_of_many_variables_in_many_languages_are_refused_before_they_are_written(edition: Server) -> None:
    """Each would be a pattern: a text of twenty kilobytes became one of two hundred megabytes."""
    variables = " ".join(f"?v{n} ?v{n}Label" for n in range(400))
    languages = ",".join(f"{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(600))
    call = f'SERVICE wikibase:label {{ bd:serviceParam wikibase:language "{languages}" }}'
    response = edition.client.post("/sparql/wikidata", data={"query": f"SELECT {variables} {{ {call * 20} }}"})
    assert (response.status_code, response.json()["rule"]) == (400, "labels")
    assert "400 in 600 languages; 200 are allowed" in response.json()["detail"]


def test_a_text_that_is_too_long_is_refused_as_it_is(edition: Server) -> None:
    text = f"SELECT ?x ?xLabel {{ {LABELS * 5_000} }}"
    detail = edition.client.post("/sparql/wikidata", data={"query": text}).json()["detail"]
    assert detail.startswith(f"The query has {len(text):,} bytes")


@pytest.mark.parametrize("call", ["SERVICE wikibase:around { ?x ?p ?o }", "SERVICE <http://127.0.0.1/> { ?x ?p ?o }"])
def test_another_service_is_refused_here_too(edition: Server, call: str) -> None:
    response = ask(edition, f"SELECT * {{ {call} {LABELS} }}")
    assert response.status_code == 400
    assert response.json()["rule"] == "service"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 'SERVICE wikibase:label { }' }",
        "SELECT * { ?s ?p ?o } # SERVICE wikibase:label {",
        "SELECT * { SERVICE wikibase:label {",
        "SELECT * { 'wikibase:label",
        "wikibase:label",
        "hint:Prior hint:runFirst",
        "SERVICE",
        "PREFIX",
        "SELECT * { FILTER(geof:distance(1, 2",
        "",
    ],
)
def test_what_only_looks_like_a_call_is_left_as_it_is(text: str) -> None:
    rewritten = from_wikidata(text)
    assert rewritten == text or "SERVICE" not in rewritten


@pytest.mark.parametrize("path", ["/sparql/wikidata", "/sparql"])
def test_a_named_subquery_is_no_update(edition: Server, path: str) -> None:
    query = "SELECT ?x\nWITH { SELECT ?x { ?x ?p 1 } } AS %some\nWHERE { INCLUDE %some }"
    response = edition.get(path, "application/sparql-results+json", query=query)
    problem = response.json()
    assert (response.status_code, problem["rule"], problem["line"]) == (400, "named-subquery", 2)
    assert "is not evaluated here" in problem["detail"] and "where INCLUDE stands" in problem["detail"]


def test_elsewhere_the_label_service_is_no_more_than_a_service() -> None:
    with pytest.raises(QueryRefused, match="SERVICE is not evaluated here"):
        scan(f"PREFIX wikibase: <http://wikiba.se/ontology#> SELECT * {{ {LABELS} }}")
