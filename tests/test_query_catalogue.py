"""The catalogue of saved queries is RDF in the convention of the SIB's SPARQL examples, and can be queried."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from pyshacl import validate
from rdflib import RDF, RDFS, SH, XSD, Dataset, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic

from conftest import Server
from garrison.edition.build import build
from garrison.edition.catalogue import SavedQuery
from garrison.edition.finder import published_edition
from garrison.edition.query_files import read_catalogue

EDITION = published_edition()
QUERIES = list(read_catalogue(EDITION / "queries").queries.values())
GUIDE = (EDITION / "queries" / "README.md").read_text("utf-8")
QUESTIONS = re.findall(r"^\| \d+ \| (.*) \| (.*) \|$", GUIDE, re.MULTILINE)
BASE = "https://w3id.org/garrison/"
SCHEMA = Namespace("https://schema.org/")
WELL_KNOWN = "/.well-known/sparql-examples"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
MEDIA_TYPES = ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml")
DATASETS = ("application/trig", "application/n-quads")
# What clients of the convention send to an endpoint to learn its examples.
EVERY_EXAMPLE = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX spex: <https://purl.expasy.org/sparql-examples/ontology#>
SELECT DISTINCT ?sq ?comment ?query WHERE {
  ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct|spex:describe ?query .
} ORDER BY ?sq"""
# The rules of the convention.
RULES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
[] a sh:NodeShape ; sh:targetClass sh:SPARQLExecutable ;
  sh:property [ sh:path [ sh:alternativePath ( sh:select sh:ask sh:construct ) ] ; sh:minCount 1 ; sh:maxCount 1 ] ,
    [ sh:path rdfs:comment ; sh:minCount 2 ; sh:datatype rdf:langString ; sh:uniqueLang true ] ,
    [ sh:path schema:target ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ,
    [ sh:path schema:keywords ; sh:minCount 1 ] ,
    [ sh:path sh:prefixes ; sh:minCount 1 ; sh:maxCount 1 ] .
"""
by_name = pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)


@pytest.fixture(scope="module")
def edition() -> Iterator[Server]:
    """The edition itself, served."""
    started = Server(EDITION)
    yield started
    started.stop()


@cache
def fetched(server: Server, path: str, media_type: str = "text/turtle") -> Graph:
    response = server.get(path, media_type)
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"].partition(";")[0] == media_type
    if media_type in DATASETS:
        return Dataset().parse(data=response.text, format={"application/trig": "trig"}.get(media_type, "nquads"))
    return Graph().parse(data=response.text, format=media_type)


def iri(query: SavedQuery) -> URIRef:
    return URIRef(f"{BASE}queries/{query.name}")


def text_of(graph: Graph, query: SavedQuery) -> str:
    found = [*graph.objects(iri(query), SH.select), *graph.objects(iri(query), SH.ask)]
    assert len(found) == 1
    return str(found[0])


def rows(response_text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response_text)))


def ask(server: Server, query: str, path: str = "/sparql/queries") -> list[dict[str, str]]:
    response = server.client.post(path, data={"query": query}, headers={"Accept": "application/sparql-results+json"})
    assert response.status_code == 200, response.text
    return [{name: term["value"] for name, term in row.items()} for row in response.json()["results"]["bindings"]]


# What is asked


def test_the_documentation_has_forty_questions_and_an_address_for_each() -> None:
    assert len(QUESTIONS) == 40
    assert [question for question, asked in QUESTIONS if not re.search(r"`/api/[\w-]+", asked)] == []


@pytest.mark.parametrize("address", sorted({each for _, asked in QUESTIONS for each in re.findall(r"`(.*?)`", asked)}))
def test_a_question_of_the_documentation_has_an_answer(edition: Server, address: str) -> None:
    answer = edition.get(address, "text/csv")
    assert answer.status_code == 200
    assert len(rows(answer.text)) > 1


# The catalogue


@by_name
def test_the_text_in_the_catalogue_answers_as_the_address_does(edition: Server, query: SavedQuery) -> None:
    text = text_of(fetched(edition, "/queries"), query)
    sent = edition.client.post("/sparql", data={"query": text}, headers={"Accept": "text/csv"})
    called = edition.get(f"/api/{query.name}", "text/csv")
    assert sent.status_code == called.status_code == 200, sent.text
    assert rows(sent.text)[0] == rows(called.text)[0] == list(query.returns)
    assert sorted(rows(sent.text)) == sorted(rows(called.text))


@by_name
def test_the_prefixes_of_a_query_make_its_text_whole(edition: Server, query: SavedQuery) -> None:
    """As SHACL has it, they are put before the text; here the text has them already, so that it runs as it is."""
    graph = fetched(edition, "/queries")
    prefixes = graph.value(iri(query), SH.prefixes)
    declared = {
        f"PREFIX {graph.value(each, SH.prefix)}: <{graph.value(each, SH.namespace)}>"
        for each in graph.objects(prefixes, SH.declare)
    }
    assert declared == {line for line in text_of(graph, query).splitlines() if line.startswith("PREFIX ")}
    assert all(
        isinstance(namespace, Literal) and namespace.datatype == XSD.anyURI
        for namespace in graph.objects(None, SH.namespace)
    )


@by_name
def test_what_the_header_says_stands_in_the_catalogue(edition: Server, query: SavedQuery) -> None:
    graph, subject = fetched(edition, "/queries"), iri(query)
    comments = {text.language: str(text) for text in graph.objects(subject, RDFS.comment) if isinstance(text, Literal)}
    assert comments == dict(query.summary)
    assert {str(word) for word in graph.objects(subject, SCHEMA.keywords)} == {query.subject, *query.tags}
    assert set(graph.objects(subject, SCHEMA.target)) == {URIRef(BASE + "sparql"), URIRef(f"{edition.url}/sparql")}
    parameters = {
        str(graph.value(each, SH.name)): str(graph.value(each, SH.defaultValue))
        for each in graph.objects(subject, SH.parameter)
    }
    assert parameters == {parameter.name: parameter.default for parameter in query.parameters}


def test_a_parameter_says_its_type_and_the_variable_that_it_binds(edition: Server) -> None:
    graph, query = fetched(edition, "/queries"), URIRef(BASE + "queries/near-a-place")
    described = {str(graph.value(each, SH.name)): each for each in graph.objects(query, SH.parameter)}
    place, limit = described["place"], described["limit"]
    assert graph.value(place, SH.nodeKind) == SH.IRI
    assert graph.value(place, SH.defaultValue) == URIRef(BASE + "id/place/kirkenes")
    assert graph.value(limit, SH.datatype) == XSD.integer
    assert graph.value(limit, SH.defaultValue) == Literal(100)
    assert str(graph.value(limit, SH.path)).endswith("#limit")
    assert [graph.value(each, SH.order) for each in (place, limit)] == [Literal(1), Literal(2)]


def test_every_saved_query_is_in_the_catalogue_and_nothing_else(edition: Server) -> None:
    listed = set(fetched(edition, "/queries").subjects(RDF.type, SH.SPARQLExecutable))
    assert listed == {iri(query) for query in QUERIES}
    assert len(listed) >= 40


def test_the_catalogue_keeps_the_rules_of_the_convention(edition: Server) -> None:
    conforms, _, said = validate(fetched(edition, "/queries"), shacl_graph=Graph().parse(data=RULES, format="turtle"))
    assert conforms, said


def test_every_term_of_shacl_in_the_catalogue_exists(edition: Server) -> None:
    shacl = Graph().parse(str(files("pyshacl") / "assets" / "shacl.ttl"))
    used = {term for triple in fetched(edition, "/queries") for term in triple if str(term).startswith(str(SH))}
    assert {term for term in used if (term, None, None) not in shacl} == set()


# Asked as a dataset


def test_clients_of_the_convention_find_every_query_at_the_view(edition: Server) -> None:
    found = ask(edition, EVERY_EXAMPLE)
    assert {row["sq"] for row in found} == {str(iri(query)) for query in QUERIES}
    assert all("SELECT" in row["query"] for row in found)


@pytest.mark.parametrize("keyword", sorted({tag for query in QUERIES for tag in query.tags}))
def test_queries_are_found_by_keyword(edition: Server, keyword: str) -> None:
    found = ask(edition, f'SELECT ?name {{ ?query schema:keywords "{keyword}" ; dcterms:identifier ?name }}')
    assert {row["name"] for row in found} == {
        query.name for query in QUERIES if keyword in (query.subject, *query.tags)
    }


def test_queries_are_found_by_what_they_ask_in_russian(edition: Server) -> None:
    asks = 'FILTER(LANG(?asks) = "ru" && CONTAINS(?asks, "Памятники"))'
    found = ask(edition, f"SELECT ?q {{ ?q rdfs:comment ?asks {asks} }}")
    assert found == [{"q": BASE + "queries/monuments"}]


def test_queries_are_found_by_the_parameter_that_they_take(edition: Server) -> None:
    found = ask(edition, "SELECT ?q { ?q sh:parameter/sh:datatype xsd:date } ORDER BY ?q")
    expected = sorted(str(iri(q)) for q in QUERIES for p in q.parameters if p.type == "date")
    assert [row["q"] for row in found] == expected != []


def test_the_question_in_the_documentation_has_an_answer(edition: Server) -> None:
    shown = re.findall(r"```sparql\n(.*?)```", GUIDE.partition("## The catalogue")[2], re.DOTALL)
    assert len(shown) == 1 and len(ask(edition, shown[0])) > 3


def test_the_catalogue_stays_out_of_the_history(edition: Server) -> None:
    assert ask(edition, f"{EVERY_EXAMPLE} LIMIT 1", "/sparql") == []


def test_the_view_is_the_catalogue_without_the_address_of_a_server(edition: Server) -> None:
    query = "CONSTRUCT WHERE { ?s ?p ?o }"
    response = edition.client.post("/sparql/queries", data={"query": query}, headers={"Accept": "text/turtle"})
    view = Graph().parse(data=response.text, format="turtle")
    document = fetched(edition, "/queries")
    assert set(document) - set(view) == {
        (iri(query), SCHEMA.target, URIRef(f"{edition.url}/sparql")) for query in QUERIES
    }
    assert set(view) <= set(document)


# Addresses


@by_name
def test_the_iri_of_a_query_leads_to_its_page_and_its_description(edition: Server, query: SavedQuery) -> None:
    path = "/" + str(iri(query)).removeprefix(BASE)
    graph = fetched(edition, path)
    assert set(graph.subjects(RDF.type, SH.SPARQLExecutable)) == {iri(query)}
    assert set(graph) <= set(fetched(edition, "/queries"))
    page = edition.get(path, BROWSER)
    assert page.headers["Content-Type"].startswith("text/html")
    for shown in (*query.returns, *query.tags, *(parameter.name for parameter in query.parameters), str(iri(query))):
        assert shown in page.text
    assert all(f'lang="{language}"' in page.text for language in query.summary)


@pytest.mark.parametrize("path", ["/queries", WELL_KNOWN, "/queries/captures"])
@pytest.mark.parametrize("media_type", [*MEDIA_TYPES, *DATASETS])
def test_the_catalogue_is_the_same_graph_in_every_format(edition: Server, path: str, media_type: str) -> None:
    graph = fetched(edition, path, media_type)
    triples = Graph()
    for triple in graph.triples((None, None, None)):
        triples.add(triple[:3])
    assert isomorphic(triples, fetched(edition, path))


@pytest.mark.parametrize("accept", [None, "*/*", "application/json"])
def test_who_asks_for_nothing_else_gets_json(edition: Server, accept: str | None) -> None:
    response = edition.get("/queries", accept)
    assert response.headers["Content-Type"] == "application/json"
    assert {each["name"] for each in response.json()} == {query.name for query in QUERIES}
    one = edition.get("/queries/captures", accept).json()
    assert one["iri"] == BASE + "queries/captures" and "SELECT" in one["query"]


def test_the_well_known_address_is_rdf_for_whoever_has_no_wish(edition: Server) -> None:
    assert edition.get(WELL_KNOWN, "*/*").headers["Content-Type"].startswith("text/turtle")
    assert edition.get(WELL_KNOWN, BROWSER).headers["Content-Type"].startswith("text/html")


def test_each_representation_has_an_address_and_links_to_the_others(edition: Server) -> None:
    response = edition.get("/queries", "application/n-triples")
    assert response.headers["Content-Location"] == "/queries.nt"
    assert f'<{BASE}queries>; rel="describes"' in response.headers["Link"]
    for extension in ("html", "json", "ttl", "nt", "jsonld", "rdf", "trig", "nq"):
        assert edition.get(f"/queries.{extension}").status_code == 200
        assert edition.get(f"/queries/captures.{extension}").status_code == 200
    unchanged = edition.client.get("/queries.nt", headers={"If-None-Match": response.headers["ETag"]})
    assert unchanged.status_code == 304


@pytest.mark.parametrize("path", ["/queries", "/queries/captures", WELL_KNOWN])
def test_what_cannot_be_had_is_406_or_404(edition: Server, path: str) -> None:
    assert edition.get(path, "image/png").status_code == 406
    assert edition.get(f"{path}.exe").status_code == 404


def test_a_row_of_the_view_leads_to_the_page_of_the_query(edition: Server) -> None:
    page = edition.get("/sparql/queries", BROWSER, query='SELECT ?q { ?q dcterms:identifier "captures" }').text
    assert 'href="/queries/captures"' in page


# The build


@pytest.fixture
def folder(quay: Path, tmp_path: Path) -> Path:
    return shutil.copytree(quay, tmp_path / "quay")


def test_the_version_is_that_of_the_history_whatever_is_asked_of_it(folder: Path) -> None:
    before = build(folder)
    (folder / "queries" / "ships" / "more.rq").write_text("#+ summary: More\n\nASK { ?s ?p ?o }\n", "utf-8")
    after = build(folder)
    assert after.version == before.version
    assert after.views["queries"] != before.views["queries"]
    assert {name for name in before.views if before.views[name] != after.views[name]} == {"queries"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ASK { ?s ?p ?o }", ["SPARQLAskExecutable", "shacl#ask"]),
        ("CONSTRUCT WHERE { ?s ?p ?o }", ["SPARQLConstructExecutable", "shacl#construct"]),
        ("DESCRIBE <http://example.org/quay>", ["ontology#describe"]),
    ],
)
def test_a_query_of_another_form_is_told_as_such(folder: Path, text: str, said: list[str]) -> None:
    (folder / "queries" / "more.rq").write_text(f"#+ summary: More\n\n{text}\n", "utf-8")
    quads = [quad for quad in parse(build(folder).views["queries"], RdfFormat.N_QUADS) if "/more" in str(quad.subject)]
    for term in said:
        assert any(term in str(quad) for quad in quads)
    assert not any("Select" in str(quad) for quad in quads)


@pytest.mark.parametrize("text", ["SELECT ?s { ?s", "#+ summary: [\nASK {}", "#+ summary: { '!': x }\nASK {}"])
def test_what_cannot_be_sent_is_left_out_and_stops_no_build(folder: Path, text: str) -> None:
    (folder / "queries" / "more.rq").write_text(text, "utf-8")
    view = build(folder).views["queries"]
    assert b"queries/more" not in view and b"queries/landings" in view
