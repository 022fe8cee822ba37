"""``/api/complete`` offers terms that are in the data, by context and by use; ``/api/card`` tells a thing in short."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conftest import Server
from garrison.edition.query_files import read_catalogue
from garrison.errors import EditionError

GAR = "https://w3id.org/garrison/ontology#"
ID = "https://w3id.org/garrison/id/"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
VIEWS = ("", "rdf12", "wikidata", "queries")


def complete(server: Server, **asked: str) -> list[dict[str, Any]]:
    response = server.client.get("/api/complete", params=asked)
    assert response.status_code == 200, response.text
    terms: list[dict[str, Any]] = response.json()["terms"]
    return terms


def iris(server: Server, **asked: str) -> list[str]:
    return [term["iri"] for term in complete(server, **asked)]


def counted(server: Server, view: str, pattern: str) -> dict[str, int]:
    query = f"SELECT ?x (COUNT(*) AS ?n) WHERE {{ {pattern} }} GROUP BY ?x"
    rows = server.get(f"/sparql/{view}".rstrip("/"), query=query).json()["results"]["bindings"]
    return {row["x"]["value"]: int(row["n"]["value"]) for row in rows}


# Which terms


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(("kind", "pattern"), [("property", "?s ?x ?o"), ("class", "?s a ?x")])
def test_every_term_is_in_the_data_and_counted_there(server: Server, view: str, kind: str, pattern: str) -> None:
    used = counted(server, view, pattern)
    said = counted(server, view, "GRAPH ?g { ?s ?x ?o }") if kind == "property" else {}
    terms = complete(server, kind=kind, view=view)
    assert terms
    for term in terms:
        assert term["count"] == used.get(term["iri"], said.get(term["iri"])), term


@pytest.mark.parametrize("kind", ["property", "class", "entity", "prefix"])
def test_what_is_used_most_comes_first(server: Server, kind: str) -> None:
    counts = [term["count"] for term in complete(server, kind=kind)]
    assert counts == sorted(counts, reverse=True) and counts[0] > counts[-1]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "quay"}, "place/quay"),
        ({"q": "QUAY"}, "place/quay"),
        ({"q": "набер", "lang": "ru"}, "place/quay"),
        ({"q": "набер", "lang": "en"}, "place/quay"),
        ({"q": "landing at"}, "event/landing-at-the-quay"),
        ({"q": "at landing"}, "event/landing-at-the-quay"),
        ({"q": "place:qu"}, "place/quay"),
        ({"q": f"<{ID}place/qu"}, "place/quay"),
        ({"q": f"{ID}place/qu"}, "place/quay"),
        ({"q": "person:писарь"}, "person/anna-clerk"),
        ({"q": "pisar"}, "person/anna-clerk"),
        ({"q": "quäy"}, "place/quay"),
        ({"q": "c0011"}, "claim/c0011"),
    ],
    ids=lambda each: str(each.get("q")) if isinstance(each, dict) else "",
)
def test_a_thing_is_found_by_label_by_local_name_or_by_prefixed_name(
    server: Server, asked: dict[str, str], found: str
) -> None:
    assert ID + found in iris(server, kind="entity", **asked)


@pytest.mark.parametrize("text", ["anding", "quay fire landing", "nobody", "nothing:quay", "\x00", "((", "x" * 10_000])
def test_what_begins_no_word_is_not_found(server: Server, text: str) -> None:
    assert complete(server, kind="entity", q=text) == []


def test_a_property_is_found_by_the_parts_of_its_name(server: Server) -> None:
    assert GAR + "assertedBy" in iris(server, kind="property", q="by")
    assert GAR + "assertedBy" in iris(server, kind="property", q="gar:asserted")


def test_a_property_of_wikidata_has_the_label_of_its_item(server: Server) -> None:
    names = [term["name"] for term in complete(server, kind="property", view="wikidata", q="place")]
    assert {"p:P276", "ps:P276", "wdt:P276"} <= set(names)


# Context


def test_after_a_thing_of_a_class_come_the_properties_of_its_kind(server: Server) -> None:
    properties = iris(server, kind="property", **{"class": GAR + "Capture"})
    assert set(properties) == set(counted(server, "", f"?s a <{GAR}Capture> ; ?x ?o"))
    assert GAR + "certainty" not in properties


def test_after_a_property_come_the_values_that_it_has(server: Server) -> None:
    assert iris(server, kind="entity", property=GAR + "polarity") == [
        ID + "polarity/affirmed",
        ID + "polarity/denied",
    ]


def test_after_the_type_come_classes(server: Server) -> None:
    terms = complete(server, kind="entity", property=RDF_TYPE, q="capt")
    assert [(term["iri"], term["kind"]) for term in terms] == [(GAR + "Capture", "class")]


@pytest.mark.parametrize("context", ["class", "property"])
def test_what_fits_no_context_is_offered_from_everywhere(server: Server, context: str) -> None:
    kind, text, found = {
        "class": ("property", "certainty", GAR + "certainty"),
        "property": ("entity", "anna", ID + "person/anna-clerk"),
    }[context]
    known = {"class": GAR + "Capture", "property": GAR + "polarity"}[context]
    for of in (known, "http://example.org/unknown", "no IRI"):
        assert found in iris(server, kind=kind, q=text, **{context: of})


# What is told


@pytest.mark.parametrize("kind", ["property", "class", "entity"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_name_can_stand_in_a_query_as_it_is(server: Server, kind: str, view: str) -> None:
    prefixes = "".join(
        f"PREFIX {term['name']} <{term['iri']}>\n" for term in complete(server, kind="prefix", view=view)
    )
    for term in complete(server, kind=kind, view=view):
        written = term["name"] or f"<{term['iri']}>"
        query = f"{prefixes} SELECT ?x {{ VALUES ?x {{ {written} }} }}"
        rows = server.client.post("/sparql", data={"query": query}).json()["results"]["bindings"]
        assert rows == [{"x": {"type": "uri", "value": term["iri"]}}]


def test_labels_are_in_the_language_of_the_reader(server: Server) -> None:
    quay = {"kind": "entity", "q": "place:quay"}
    assert complete(server, lang="ru", **quay)[0]["label"] == "Набережная"
    assert complete(server, lang="en", **quay)[0]["label"] == "Quay"
    assert complete(server, lang="ru", **quay)[0]["class"] == "Географическое место"


def test_prefixes_are_told_with_their_namespaces(server: Server) -> None:
    terms = {term["name"]: term["iri"] for term in complete(server, kind="prefix")}
    assert terms["gar:"] == GAR and terms["geof:"].endswith("/geosparql/")
    assert [term["name"] for term in complete(server, kind="prefix", q="gar")] == ["gar:"]
    assert {term["name"] for term in complete(server, kind="prefix", view="wikidata")} >= {"wdt:", "ps:", "bd:"}


def test_an_answer_is_bounded_and_says_whether_it_is_whole(server: Server) -> None:
    some = server.get("/api/complete", kind="entity", limit="3").json()
    assert len(some["terms"]) == 3 and some["isWhole"] is False
    assert len(server.get("/api/complete", kind="entity").json()["terms"]) == 50
    assert server.get("/api/complete", kind="class", q="capt").json()["isWhole"] is True


@pytest.mark.parametrize(
    ("asked", "status", "problem"),
    [
        ({"kind": "verb"}, 400, "bad-parameter"),
        ({"limit": "0"}, 400, "bad-parameter"),
        ({"limit": "1000"}, 400, "bad-parameter"),
        ({"limit": "²"}, 400, "bad-parameter"),
        ({"view": "braille"}, 404, "no-such-view"),
    ],
)
def test_what_cannot_be_asked_is_a_problem(server: Server, asked: dict[str, str], status: int, problem: str) -> None:
    response = server.get("/api/complete", **asked)
    assert response.status_code == status
    assert response.json()["type"].endswith(f"/problems/{problem}")


def test_a_client_that_holds_the_answer_is_told_so(server: Server) -> None:
    first = server.get("/api/complete", kind="property", q="pl")
    again = server.client.get(
        "/api/complete", params={"kind": "property", "q": "pl"}, headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (first.status_code, again.status_code) == (200, 304)


def test_no_saved_query_takes_the_address(tmp_path: Path) -> None:
    (tmp_path / "complete.rq").write_text("ASK {}", "utf-8")
    with pytest.raises(EditionError, match="complete is no name of a saved query"):
        read_catalogue(tmp_path)


# Cards


def test_a_card_tells_a_thing_in_short(server: Server) -> None:
    card = server.get("/api/card", iri=ID + "event/landing-at-the-quay", lang="ru").json()
    assert card["label"] == "Высадка на набережной" and card["language"] == "ru"
    assert card["description"] == "Моряки отбили набережную у портовой стражи."
    assert card["href"] == "/id/event/landing-at-the-quay?lang=ru"
    assert card["dates"] == ["апрель 1704"]
    assert card["kinds"]


def test_the_card_of_a_claim_says_what_its_passage_says(server: Server) -> None:
    card = server.get("/api/card", iri=ID + "claim/c0011").json()
    assert card["description"] == "The sailors landed at the quay in spring."


@pytest.mark.parametrize("iri", ["", "no IRI", "javascript:x y", ID + "place/nowhere", "x:" + "y" * 9_000])
def test_a_card_of_nothing_is_404(server: Server, iri: str) -> None:
    assert server.get("/api/card", iri=iri).status_code == 404
