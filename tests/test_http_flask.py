"""The Flask application is whole by itself: it answers the protocol without the ASGI door in front."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import Client

from conftest import until
from garrison.engine.process import PoolProcess
from garrison.services.publication import open_publication, published
from garrison.services.query import QueryService
from garrison.settings import Settings
from garrison.web.app import create_app
from garrison.web.exchange import KEEP, Answered

ASK = "ASK {}"


@pytest.fixture(scope="module")
def pool(quay: Path) -> Iterator[PoolProcess]:
    with published(quay) as snapshot, PoolProcess(snapshot) as started:
        yield started


@pytest.fixture(scope="module")
def client(quay: Path, pool: PoolProcess) -> Client:
    engine = pool.client()
    publication = open_publication(pool.snapshot)
    return create_app(Settings(edition=quay), publication, engine, QueryService(engine)).test_client()


def test_a_query_by_get_is_answered(client: Client) -> None:
    response = client.get("/sparql", query_string={"query": ASK})
    assert response.get_json(force=True)["boolean"] is True
    assert response.headers["Content-Type"] == "application/sparql-results+json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_a_query_by_post_is_answered(client: Client) -> None:
    for request in (
        {"data": {"query": ASK}},
        {"data": ASK, "content_type": "application/sparql-query"},
    ):
        assert client.post("/sparql", **request).get_json(force=True)["boolean"] is True


def test_a_query_by_query_is_answered(client: Client) -> None:
    response = client.open("/sparql", method="QUERY", data=ASK, content_type="application/sparql-query")
    assert response.get_json(force=True)["boolean"] is True


def test_head_has_no_body(client: Client) -> None:
    response = client.head("/sparql", query_string={"query": ASK})
    assert (response.status_code, response.data) == (200, b"")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/sparql?query=ASK", 400),
        ("PUT", "/sparql", 405),
        ("POST", "/update", 403),
        ("GET", "/nothing", 404),
        ("OPTIONS", "/sparql", 204),
    ],
)
def test_what_is_refused_is_refused_in_the_same_way(client: Client, method: str, path: str, status: int) -> None:
    response = client.open(path, method=method)
    assert response.status_code == status
    if status >= 400:
        assert response.headers["Content-Type"] == "application/problem+json"
    else:
        assert "QUERY" in response.headers["Allow"]


def test_a_body_beyond_the_limit_is_413(client: Client) -> None:
    response = client.post("/sparql", data=b"#" * 1_000_001, content_type="application/sparql-query")
    assert response.status_code == 413


def test_rows_are_shown_to_a_person(client: Client) -> None:
    response = client.get("/api/landings", headers={"Accept": "text/html"})
    assert "1 row." in response.text


def test_a_saved_query_is_streamed(client: Client) -> None:
    response = client.get("/api/landings", headers={"Accept": "text/csv"})
    assert response.text.startswith("event\r\n")


def test_a_result_that_nobody_reads_on_frees_its_reader(client: Client, pool: PoolProcess) -> None:
    response = client.get("/api/endless", buffered=False)
    assert next(iter(response.response))
    assert pool.client().status().busy == 1
    response.close()
    assert until(lambda: pool.client().status().busy == 0)


@pytest.mark.parametrize(
    ("path", "accept", "is_lasting"),
    [
        ("/id/place/quay", "text/turtle", True),
        ("/ontology", "text/turtle", True),
        ("/queries", "application/json", True),
        ("/health", "*/*", False),
        ("/id/place/nowhere", "text/turtle", False),
        ("/api/running", "*/*", False),
    ],
)
def test_what_a_snapshot_fixes_may_be_remembered_by_who_stands_in_front(
    client: Client, path: str, accept: str, is_lasting: bool
) -> None:
    answered = Answered()
    client.get(path, headers={"Accept": accept}, environ_overrides={"asgi.scope": {KEEP: answered}})
    assert answered.is_lasting is is_lasting


def test_a_page_is_remembered_as_soon_as_the_bundle_is_built(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before that it would stay without what is built meanwhile."""
    for built in ({}, {"page.js": "/static/built/page-x.js"}):
        monkeypatch.setattr("garrison.web.representations.assets", lambda built=built: built)
        answered = Answered()
        scope = {"asgi.scope": {KEEP: answered}}
        client.get("/id/place/quay", headers={"Accept": "text/html"}, environ_overrides=scope)
        assert answered.is_lasting is bool(built)
