"""curl with the Accept headers that browsers send, and as people type it."""

from __future__ import annotations

import subprocess

import pytest

from conftest import Server

CAPTURES = "SELECT ?place WHERE { ?e a gar:Capture ; gar:place ?place }"
PREFIXED = f"PREFIX gar: <https://w3id.org/garrison/ontology#> {CAPTURES}"
# As sent on navigation, Chromium 140, Firefox 140, Safari 18, and the form before 2020.
BROWSERS = {
    "Chromium": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7",
    "Firefox": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Safari": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "older Firefox": "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8",
}


def _curl(*arguments: str) -> tuple[int, str, str]:
    """Status, media type and body."""
    said = "\n%{http_code} %{content_type}"
    result = subprocess.run(
        ["curl", "--silent", "--show-error", "--max-time", "30", "--noproxy", "*", "-w", said, *arguments],
        capture_output=True,
        text=True,
        timeout=40,
        check=True,
    )
    body, _, last = result.stdout.rpartition("\n")
    status, _, media_type = last.partition(" ")
    return int(status), media_type, body


@pytest.mark.parametrize("accept", BROWSERS.values(), ids=BROWSERS.keys())
@pytest.mark.parametrize("path", ["/", "/sparql", "/queries", "/id/place/nikel", "/ontology", "/id/claim/c0231"])
def test_a_browser_gets_a_page(edition: Server, path: str, accept: str) -> None:
    status, media_type, body = _curl("--location", "-H", f"Accept: {accept}", edition.url + path)
    assert (status, media_type) == (200, "text/html; charset=utf-8")
    assert body.lstrip().lower().startswith("<!doctype html>")


@pytest.mark.parametrize("accept", BROWSERS.values(), ids=BROWSERS.keys())
def test_a_browser_that_brings_a_query_gets_a_page_and_never_xml(edition: Server, accept: str) -> None:
    arguments = ("--get", "--data-urlencode", f"query={PREFIXED}", "-H", f"Accept: {accept}")
    status, media_type, _ = _curl(*arguments, f"{edition.url}/sparql")
    assert (status, media_type) == (200, "text/html; charset=utf-8")


def test_curl_without_a_wish_gets_json(edition: Server) -> None:
    status, media_type, body = _curl("--data-urlencode", f"query={PREFIXED}", f"{edition.url}/sparql")
    assert (status, media_type) == (200, "application/sparql-results+json")
    assert "place/nikel" in body


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/turtle", "text/turtle"),
        ("application/n-triples", "application/n-triples"),
        ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("text/turtle;q=0.5, application/ld+json", "application/ld+json"),
    ],
)
def test_curl_gets_a_thing_as_data(edition: Server, accept: str, media_type: str) -> None:
    status, got, body = _curl("--location", "-H", f"Accept: {accept}", f"{edition.url}/id/place/nikel")
    assert status == 200
    assert got.startswith(media_type)
    assert "Никель" in body or "\\u041D\\u0438\\u043A\\u0435\\u043B\\u044C" in body


def test_curl_posts_a_query_from_a_file(edition: Server) -> None:
    arguments = ("-H", "Content-Type: application/sparql-query", "-H", "Accept: text/csv", "--data-binary", PREFIXED)
    status, media_type, body = _curl(*arguments, f"{edition.url}/sparql")
    assert (status, media_type) == (200, "text/csv; charset=utf-8")
    assert len(body.splitlines()) == 4


def test_curl_sends_the_method_query(edition: Server) -> None:
    arguments = ("-X", "QUERY", "-H", "Content-Type: application/sparql-query", "--data-binary", PREFIXED)
    assert _curl(*arguments, f"{edition.url}/sparql")[0] == 200


def test_curl_asks_for_the_head_alone(edition: Server) -> None:
    status, _, _ = _curl("--head", "--get", "--data-urlencode", f"query={PREFIXED}", f"{edition.url}/sparql")
    assert status == 200
