"""However the address of a thing is written, it leads to one; and a slip of the pen to what was meant."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from conftest import Server
from garrison.services.spellings import spellings

BASE = "https://w3id.org/garrison/"
CAFE = "café-au-port"


@pytest.fixture(scope="module")
def server(quay: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The quay with things whose names are not plain ASCII, as an edition made elsewhere may have them."""
    folder = tmp_path_factory.mktemp("editions") / "harbour"
    shutil.copytree(quay, folder)
    (folder / "graph_data" / "entities" / "harbour.ttl").write_text(
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        f'<{BASE}id/place/{CAFE}> rdfs:label "Café"@fr .\n'
        f'<{BASE}id/place/{quote("порт")}> rdfs:label "порт"@ru .\n',
        "utf-8",
    )
    started = Server(folder)
    yield started
    started.stop()


@pytest.mark.parametrize(
    "path",
    [
        "/id/place/%71uay",
        "/id/%70lace/quay",
        "/id/place/quay/",
        "/id/place/quay//",
        "/id/place%2Fquay",
        "/id?iri=http://w3id.org/garrison/id/place/quay",
        "/id?iri=https://w3id.org/garrison/id/place/quay/",
        "/id?iri=https%3A%2F%2Fw3id.org%2Fgarrison%2Fid%2Fplace%2Fq%2575ay",
        "/id?iri=HTTPS://W3ID.ORG/garrison/id/place/quay",
        "/id/?iri=https://w3id.org/garrison/id/place/quay",
    ],
)
def test_every_spelling_leads_to_one_address(server: Server, path: str) -> None:
    response = server.client.get(path, follow_redirects=True, headers={"Accept": "text/turtle"})
    assert response.status_code == 200
    assert response.headers["Content-Location"] == "/id/place/quay.ttl"
    assert f'<{server.url}/id/place/quay>; rel="canonical"' in response.headers["Link"]


@pytest.mark.parametrize(
    ("iri", "path"),
    [
        ("dataset", "/dataset"),
        ("queries", "/queries"),
        ("queries/landings", "/queries/landings"),
        ("queries/landings/", "/queries/landings"),
        ("graph/inferred", "/graph/inferred"),
        ("ontology#Capture", "/ontology#Capture"),
        ("ontology/shapes", "/ontology/shapes"),
        ("ontology/alignments", "/ontology/alignments"),
        ("id/claim/c0021", "/id/claim/c0021"),
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_every_iri_of_the_edition_is_led_to_its_address(server: Server, iri: str, path: str, scheme: str) -> None:
    named = f"{scheme}://w3id.org/garrison/{iri}"
    response = server.client.get("/id", params={"iri": named})
    assert (response.status_code, response.headers.get("Location")) == (303, path)
    assert server.client.get(path).status_code == 200


@pytest.mark.parametrize("iri", ["queries/no-such", "graph/no-such", "api/landings", "context.jsonld"])
def test_what_is_no_iri_of_the_edition_leads_nowhere(server: Server, iri: str) -> None:
    assert server.client.get("/id", params={"iri": BASE + iri}).status_code == 404


def test_a_client_that_sends_the_whole_address_is_answered(server: Server) -> None:
    """The absolute form of RFC 9112, section 3.2.2, as proxies send it, with either scheme."""
    for scheme in ("http", "https"):
        answer = server.raw(f"GET {scheme}://quay/id/place/quay HTTP/1.1")
        assert answer.startswith(b"HTTP/1.1 200")
        assert b"content-location: /id/place/quay.ttl" in answer.lower()


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_composed_and_decomposed_letters_are_the_same(server: Server, form: str) -> None:
    written = quote(unicodedata.normalize("NFC" if form == "NFC" else "NFD", CAFE))
    response = server.get(f"/id/place/{written}", "text/turtle")
    assert response.status_code == 200
    assert response.headers["Content-Location"] == f"/id/place/{quote(CAFE)}.ttl"


@pytest.mark.parametrize("written", ["порт", quote("порт"), quote("порт").lower()])
def test_an_iri_that_is_written_percent_encoded_answers_too(server: Server, written: str) -> None:
    response = server.client.get(f"/id/place/{written}", headers={"Accept": "text/html"})
    assert response.status_code == 200
    assert "порт" in response.text


def test_a_redirect_keeps_what_was_asked(server: Server) -> None:
    response = server.client.get("/id/place/quay/?format=ntriples&page=2")
    assert (response.status_code, response.headers["Location"]) == (308, "/id/place/quay?format=ntriples&page=2")


@pytest.mark.parametrize(
    ("path", "one"),
    [
        ("/id//place/quay?lang=ru", "/id/place/quay?lang=ru"),
        ("/ontology//Capture", "/ontology/Capture"),
        ("/sparql//", "/sparql/"),
        ("/queries//caf%C3%A9%2520", "/queries/caf%C3%A9%2520"),
        ("/id//elsewhere.example//x", "/id/elsewhere.example/x"),
    ],
)
def test_doubled_slashes_lead_to_one_on_whichever_host(server: Server, path: str, one: str) -> None:
    """Never to the host that the client names, which a proxy in front may have made up."""
    response = server.raw(f"GET {path} HTTP/1.1").decode("latin-1")
    assert response.startswith("HTTP/1.1 308") and f"\r\nlocation: {one}\r\n" in response
    assert "://quay" not in response


@pytest.mark.parametrize("path", ["/ontology/", "/ontology/vocabularies/"])
def test_the_ontology_has_one_address_too(server: Server, path: str) -> None:
    response = server.client.get(path)
    assert (response.status_code, response.headers["Location"]) == (308, path.rstrip("/"))


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/id/place/qay", "id/place/quay"),
        ("/id/event/quay", "id/place/quay"),
        ("/id/Place/Quay", "id/place/quay"),
        ("/id/place/Набережная", "id/place/quay"),
        ("/ontology/capturing", "ontology#Capture"),
        ("/ontology/vocabulary", "ontology/vocabularies"),
        ("/id?iri=http://w3id.org/garrison/id/place/quey", "id/place/quay"),
    ],
)
def test_who_misspells_is_told_what_is_near(server: Server, path: str, meant: str) -> None:
    response = server.client.get(path)
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    assert BASE + meant in [near["iri"] for near in response.json()["near"]]
    page = server.client.get(path, headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "Did you mean" in page.text and f'href="/{meant}"' in page.text


def test_what_is_like_nothing_gets_no_guess(server: Server) -> None:
    assert "near" not in server.client.get("/id/place/zzzzzzzzzzzzzzzzzzzz").json()


@given(st.text())
def test_spellings_are_iris_whatever_is_written(text: str) -> None:
    for spelling in spellings(text):
        NamedNode(spelling)


@given(st.text(st.characters(categories=("L", "Nd")), min_size=1))
def test_any_encoding_of_an_iri_finds_it(slug: str) -> None:
    iri = unicodedata.normalize("NFC", f"{BASE}id/place/{slug}")
    try:
        NamedNode(iri)
    except ValueError:
        return
    for written in (iri, iri + "/", iri.replace("https", "http", 1), quote(iri, safe=":/")):
        assert iri in spellings(written)
