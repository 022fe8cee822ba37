"""An address answers with the representation that suits the client, and says where each has its own address."""

from __future__ import annotations

import re

import httpx
import pyoxigraph as ox
import pytest

from conftest import ROOT, Server
from garrison.rdf.formats import TRIPLES, Format

BASE = "https://w3id.org/garrison/"
LANDING = "/id/event/landing-at-the-quay"
ADDRESSES = [LANDING, "/id/claim/c0021", "/id/passage/p0001", "/ontology", "/ontology/vocabularies", "/graph/inferred"]


def fetch(server: Server, path: str, **headers: str) -> httpx.Response:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return server.client.get(path, headers={"Accept-Encoding": "identity", **fields})


@pytest.mark.parametrize("format", TRIPLES, ids=lambda format: format.name)
@pytest.mark.parametrize("path", ADDRESSES)
def test_what_is_negotiated_has_an_address_that_answers_the_same(server: Server, path: str, format: Format) -> None:
    negotiated = server.get(path, format.media_type)
    location = negotiated.headers["Content-Location"]
    assert location == f"{path}.{format.extension}"
    direct = server.get(location)
    assert direct.status_code == 200
    assert direct.headers["Content-Type"] == format.content_type
    assert direct.content == negotiated.content
    assert direct.headers["ETag"] == negotiated.headers["ETag"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_page_has_an_address_in_each_language(server: Server, path: str) -> None:
    negotiated = fetch(server, path, Accept="text/html", Accept_Language="ru")
    assert negotiated.headers["Content-Location"] == f"{path}.html?lang=ru"
    direct = server.get(f"{path}.html", lang="ru")
    assert direct.headers["Content-Type"] == "text/html; charset=utf-8"
    assert direct.headers["ETag"] == negotiated.headers["ETag"]


def test_an_extension_wins_over_the_accept_header(server: Server) -> None:
    assert server.get(LANDING + ".nt", "text/html").headers["Content-Type"] == "application/n-triples"
    assert server.get(LANDING + ".html", "text/turtle").headers["Content-Type"].startswith("text/html")


def test_every_sort_of_thing_answers_in_every_format(server: Server) -> None:
    """One thing of each kind, the documents of the ontology and their versions, the dataset and the graph."""
    kinds: dict[str, str] = {}
    query = f"""SELECT DISTINCT ?iri {{
      {{ ?iri ?p ?o }} UNION {{ ?s ?p ?iri }} UNION {{ GRAPH ?iri {{ ?s ?p ?o }} }}
      FILTER(STRSTARTS(STR(?iri), "{BASE}") && !CONTAINS(STR(?iri), "#"))
    }}"""
    for row in server.get("/sparql", query=query).json()["results"]["bindings"]:
        path = row["iri"]["value"].removeprefix(BASE.rstrip("/"))
        kinds[path if path.startswith("/ontology") else path.rpartition("/")[0] or path] = path
    assert len(kinds) > 25
    for path in kinds.values():
        assert server.get(path, "text/html").headers["Content-Type"] == "text/html; charset=utf-8", path
        for format in TRIPLES:
            answer = server.get(path, format.media_type)
            assert answer.headers["Content-Type"] == format.content_type, path
            rdf_format = ox.RdfFormat.from_media_type(format.media_type)
            assert rdf_format and BASE + path[1:] in str(list(ox.parse(answer.content, rdf_format))), path


def test_the_graph_of_what_is_inferred_says_how_large_it_is(server: Server) -> None:
    found = ox.parse(server.get("/graph/inferred.ttl").content, ox.RdfFormat.TURTLE)
    triples = next(q.object.value for q in found if q.predicate.value.endswith("void#triples"))
    query = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{BASE}graph/inferred> {{ ?s ?p ?o }} }}"
    rows = server.get("/sparql", query=query).json()["results"]["bindings"]
    assert triples == rows[0]["n"]["value"]
    assert server.get("/graph/other").status_code == 404


def test_the_document_about_addresses_lists_the_representations() -> None:
    listed = set(
        re.findall(r"^\| `/id/place/kirkenes\.(\w+)`", (ROOT / "server" / "ADDRESSES.md").read_text("utf-8"), re.M)
    )
    assert listed == {"html", *(format.extension for format in TRIPLES)}


def test_only_a_claim_has_formats_for_graphs(server: Server) -> None:
    assert server.get("/id/claim/c0021.trig").headers["Content-Type"] == "application/trig"
    assert server.get(LANDING + ".trig").status_code == 404


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "application/ld+json"])
def test_links_name_the_address_to_keep_and_the_data(server: Server, accept: str) -> None:
    links = fetch(server, LANDING, Accept=accept).headers["Link"]
    assert f'<{server.url}{LANDING}>; rel="canonical"' in links
    assert ('; rel="describedby"; type="text/turtle"' in links) == (accept != "text/turtle")
    assert ('.html>; rel="alternate"; type="text/html"' in links) == (accept != "text/html")
    assert (f'<{LANDING}.rdf>; rel="alternate"; type="application/rdf+xml"') in links


@pytest.mark.parametrize("accept", ["text/html", "text/turtle"])
@pytest.mark.parametrize("path", ADDRESSES)
def test_who_holds_it_already_is_told_so(server: Server, path: str, accept: str) -> None:
    etag = fetch(server, path, Accept=accept).headers["ETag"]
    assert etag.startswith('"')
    for condition in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        response = fetch(server, path, Accept=accept, If_None_Match=condition)
        assert (response.status_code, response.content) == (304, b""), condition
        assert response.headers["ETag"] == etag
        assert "Accept" in response.headers["Vary"] and "Accept-Language" in response.headers["Vary"]
    assert fetch(server, path, Accept=accept, If_None_Match='"other"').status_code == 200


def test_each_representation_has_an_etag_of_its_own(server: Server) -> None:
    tags = {
        fetch(server, path, Accept_Language=language).headers["ETag"]
        for path in [LANDING + "." + extension for extension in ("html", "ttl", "nt", "jsonld", "rdf")]
        for language in ("en", "ru")
    }
    assert len(tags) == 6  # only the page speaks two languages


def test_data_is_saved_under_a_name_that_says_what_it_is(server: Server) -> None:
    disposition = server.get(LANDING, "text/turtle").headers["Content-Disposition"]
    assert disposition == 'inline; filename="event-landing-at-the-quay.ttl"'


def test_head_says_what_get_would(server: Server) -> None:
    for coding in ("identity", "gzip"):
        fields = {"Accept-Encoding": coding}
        got, head = (server.client.request(method, LANDING + ".ttl", headers=fields) for method in ("GET", "HEAD"))
        assert head.content == b""
        for name in ("Content-Type", "Content-Length", "Content-Encoding", "Content-Location", "ETag", "Link"):
            assert head.headers.get(name) == got.headers.get(name), (coding, name)
