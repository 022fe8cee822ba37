"""JSON-LD that is read as it stands: a context with each document, and one that is published for who writes JSON."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import example, given
from hypothesis import strategies as st

from conftest import Server
from garrison.rdf.jsonld import write_jsonld
from garrison.rdf.prefixes import PREFIXES

GAR = PREFIXES["gar"]
PLACE = GAR + "place"
TYPES = {PLACE: "@id", GAR + "end": PREFIXES["xsd"] + "date", GAR + "quantity": PREFIXES["xsd"] + "integer"}

iris = st.sampled_from(
    [
        PLACE,
        GAR + "end",
        GAR + "quantity",
        PREFIXES["rdf"] + "type",
        PREFIXES["place"] + "quay",
        PREFIXES["place"] + "/evil.example",
        PREFIXES["place"],
        "place:quay",
        "gar:place",
        "id:x",
        "javascript:alert(1)",
        "https://example.org/a:b",
    ]
).map(ox.NamedNode)
blanks = st.sampled_from(["b0", "b1"]).map(ox.BlankNode)
datatypes = st.sampled_from([PREFIXES["xsd"] + name for name in ("date", "integer", "string", "double")] + ["gar:t"])
literals = st.builds(lambda text, type: ox.Literal(text, datatype=ox.NamedNode(type)), st.text(), datatypes)
tagged = st.builds(lambda text: ox.Literal(text, language="en-gb"), st.text())
graphs = iris | st.just(ox.DefaultGraph())
quads = st.builds(ox.Quad, iris | blanks, iris, iris | blanks | literals | tagged, graphs)


def canonical(quads: list[ox.Quad]) -> set[ox.Quad]:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


@given(st.lists(quads, max_size=8))
@example([ox.Quad(ox.NamedNode("place:quay"), ox.NamedNode(PLACE), ox.NamedNode(PREFIXES["place"] + "quay"))])
def test_what_is_written_is_read_again(written: list[ox.Quad]) -> None:
    document = write_jsonld(written, TYPES)
    assert canonical(list(ox.parse(document, ox.RdfFormat.JSON_LD))) == canonical(written)


@pytest.mark.parametrize("path", ["/id/event/landing-at-the-quay", "/id/claim/c0021", "/ontology", "/ontology/shapes"])
def test_a_document_needs_no_network(server: Server, path: str) -> None:
    """Its context is all in it, and it says what N-Triples or N-Quads say."""
    document = server.get(path, "application/ld+json")
    assert "http" not in [document.json()["@context"]] and isinstance(document.json()["@context"], dict)
    other = server.get(path, "application/n-quads" if "claim" in path else "application/n-triples")
    format = ox.RdfFormat.N_QUADS if "claim" in path else ox.RdfFormat.N_TRIPLES
    read = canonical(list(ox.parse(document.content, ox.RdfFormat.JSON_LD)))
    assert read == canonical(list(ox.parse(other.content, format)))


def test_another_reader_reads_the_same(server: Server) -> None:
    path = "/id/event/landing-at-the-quay"
    by_rdflib = rdflib.Graph().parse(data=server.get(path + ".jsonld").text, format="json-ld")
    expected = rdflib.Graph().parse(data=server.get(path + ".nt").text, format="nt")
    assert set(by_rdflib) == set(expected)


def test_keys_are_the_names_that_queries_use(server: Server) -> None:
    graph = server.get("/id/event/landing-at-the-quay.jsonld").json()["@graph"]
    landing = next(node for node in graph if node["id"] == "event:landing-at-the-quay")
    assert "gar:Capture" in landing["type"]
    assert landing["gar:place"] == ["place:quay"]
    assert landing["gar:edtf"] == ["1704-04"]


def test_the_context_is_published_under_the_version_of_the_ontology(server: Server) -> None:
    redirect = server.get("/context.jsonld")
    assert redirect.status_code == 302
    versions = ox.parse(server.get("/ontology.nt").content, ox.RdfFormat.N_TRIPLES)
    version = next(q.object.value for q in versions if q.predicate.value.endswith("#versionInfo"))
    assert redirect.headers["Location"] == f"/context/{version}.jsonld"
    published = server.get(redirect.headers["Location"])
    assert published.headers["Content-Type"] == "application/ld+json"
    assert (
        server.client.get(
            redirect.headers["Location"], headers={"If-None-Match": published.headers["ETag"]}
        ).status_code
        == 304
    )
    assert published.json()["@context"]["gar:place"] == {"@id": PLACE, "@type": "@id"}


@pytest.mark.parametrize("path", ["/id/event/landing-at-the-quay", "/id/claim/c0021", "/ontology"])
def test_what_a_document_carries_is_part_of_what_is_published(server: Server, path: str) -> None:
    published = server.client.get("/context.jsonld", follow_redirects=True).json()["@context"]
    carried = server.get(path + ".jsonld").json()["@context"]
    assert {name: published.get(name) for name in carried} == carried


def test_json_of_ones_own_is_read_with_the_published_context(server: Server) -> None:
    context = server.client.get("/context.jsonld", follow_redirects=True).json()["@context"]
    own = {"@context": context, "id": "event:mine", "type": "gar:Capture", "gar:place": "place:quay"}
    read = {str(quad) for quad in ox.parse(json.dumps(own), ox.RdfFormat.JSON_LD)}
    assert f"<{PREFIXES['event']}mine> <{PLACE}> <{PREFIXES['place']}quay>" in read


def test_a_version_that_is_not_there_is_404_and_the_current_one_is_named(server: Server) -> None:
    response = server.get("/context/9.9.9.jsonld")
    assert response.status_code == 404
    assert "the current one is" in response.json()["detail"]
