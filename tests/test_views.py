"""Views: ``/sparql/<view>`` speaks the whole protocol that ``/sparql`` speaks, over a dataset of its own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pyoxigraph as ox
import pytest
from werkzeug.test import Client

from conftest import Server
from garrison.edition.build import build
from garrison.edition.snapshot import write_snapshot
from garrison.edition.sums import write_sums
from garrison.edition.views import VIEWS
from garrison.engine.process import PoolProcess
from garrison.engine.snapshot import open_snapshot
from garrison.errors import SnapshotError
from garrison.rdf.prefixes import VIEW_PREFIXES
from garrison.services.publication import open_publication
from garrison.services.query import QueryService
from garrison.settings import Settings
from garrison.web.app import create_app

ASK = "ASK {}"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
CLAIM = "https://w3id.org/garrison/id/claim/c0021"
HTML = "text/html,application/xml;q=0.9,*/*;q=0.8"
views = pytest.mark.parametrize("view", sorted(VIEWS))


def count(server: Server, path: str) -> int:
    return int(server.get(path, query=COUNT).json()["results"]["bindings"][0]["n"]["value"])


@views
@pytest.mark.parametrize("slash", ["", "/"])
def test_every_way_to_send_a_query_leads_to_a_view(server: Server, view: str, slash: str) -> None:
    path, body = f"/sparql/{view}{slash}", {"Content-Type": "application/sparql-query"}
    for response in (
        server.client.get(path, params={"query": ASK}),
        server.client.post(path, data={"query": ASK}),
        server.client.post(path, content=ASK, headers=body),
        server.client.request("QUERY", path, content=ASK, headers=body),
    ):
        assert response.json()["boolean"] is True
    assert server.client.head(path, params={"query": ASK}).status_code == 200
    assert "QUERY" in server.client.options(path).headers["Allow"]
    assert server.client.put(path).status_code == 405


@views
def test_a_view_is_a_dataset_of_its_own(server: Server, view: str) -> None:
    assert count(server, f"/sparql/{view}") != count(server, "/sparql")


@views
def test_the_graphs_of_a_request_are_those_of_the_view(server: Server, view: str) -> None:
    """The claim is a graph of the dataset and none of the view."""
    for query, graphs in ((ASK, {"default-graph-uri": CLAIM}), (f"ASK FROM <{CLAIM}> {{}}", {})):
        parameters = {"query": query, **graphs}
        assert server.client.get("/sparql", params=parameters).status_code == 200
        refused = server.client.get(f"/sparql/{view}", params=parameters)
        assert refused.status_code == 400
        assert refused.json()["rule"] == "foreign-graph"


@views
def test_a_view_describes_itself_at_its_own_address(server: Server, view: str) -> None:
    triples = list(ox.parse(server.get(f"/sparql/{view}", "text/turtle").content, ox.RdfFormat.TURTLE))
    objects = {str(quad.object) for quad in triples}
    assert f"<{server.url}/sparql/{view}>" in objects
    counted = next(quad.object for quad in triples if quad.predicate.value.endswith("void#triples"))
    assert isinstance(counted, ox.Literal)
    assert int(counted.value) == count(server, f"/sparql/{view}")


@views
def test_the_prefixes_of_a_view_need_no_declaration(server: Server, view: str) -> None:
    for prefix in VIEW_PREFIXES[view]:
        assert server.get(f"/sparql/{view}", query=f"ASK {{ ?s {prefix}:x ?o }}").status_code == 200


def test_a_declared_prefix_wins_and_the_dataset_declares_none(server: Server) -> None:
    query = "PREFIX gar: <http://example.org/> SELECT (gar:x AS ?x) {}"
    row = server.get("/sparql/rdf12", query=query).json()["results"]["bindings"][0]
    assert row["x"]["value"] == "http://example.org/x"
    refused = server.get("/sparql", query="SELECT (gar:x AS ?x) {}").json()
    assert "gar: is not declared" in refused["detail"]


@views
def test_a_person_stays_with_the_view(server: Server, view: str) -> None:
    """The form, the page of a result and the page of a problem all send the next query to the same endpoint."""
    path = f"/sparql/{view}"
    for query in ({}, {"query": "SELECT ?s { ?s ?p ?o } LIMIT 1"}, {"query": "SELECT ?s { ?s ?p"}):
        page = server.get(path, HTML, **query).text
        assert f'<form action="{path}" method="get">' in page
    assert f'href="{path}?query=' in server.get(path, HTML, query="ASK {}").text


@views
def test_the_example_of_a_view_runs(server: Server, view: str) -> None:
    page = server.get(f"/sparql/{view}", HTML).text
    example = page.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]
    assert server.get(f"/sparql/{view}", query=unescape(example)).status_code == 200


@pytest.mark.parametrize(
    "parameters", [{}, {"query": ASK}, {"query": "ASK { ?s gar:place ?o }"}, {"query": f"ASK FROM <{CLAIM}> {{}}"}]
)
def test_a_view_that_is_not_there_is_404_and_says_what_to_do(server: Server, parameters: dict[str, str]) -> None:
    response = server.get("/sparql/braille", "application/json", **parameters)
    assert response.status_code == 404
    problem = response.json()
    assert problem["type"].endswith("/problems/no-such-view")
    assert "rdf12" in problem["detail"] and "garrison build" in problem["detail"]
    assert server.get("/problems/no-such-view").status_code == 200


def test_the_name_of_a_view_is_not_trusted(server: Server) -> None:
    page = server.get('/sparql/"><script>', HTML, query="SELECT").text
    assert "<script>" not in page and "&#34;&gt;" not in page.partition("<form")[2].partition(">")[0]
    assert server.get("/sparql/rdf12/more", query=ASK).status_code == 404


def test_health_counts_the_dataset_alone(server: Server) -> None:
    health = server.get("/health").json()
    assert "views" not in health
    named = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
    rows = server.get("/sparql", query=named).json()["results"]["bindings"]
    assert health["quads"] == count(server, "/sparql") + int(rows[0]["n"]["value"])


# The snapshot


@pytest.fixture
def snapshot(quay: Path, tmp_path: Path) -> Path:
    return write_snapshot(build(quay), tmp_path)


@pytest.fixture
def client_without_views(quay: Path, snapshot: Path) -> Iterator[Client]:
    """A snapshot as it was written before there were views, served."""
    shutil.rmtree(snapshot / "views")
    (snapshot / "views.json").unlink()
    with PoolProcess(snapshot) as pool:
        engine = pool.client()
        publication = open_publication(snapshot)
        yield create_app(Settings(edition=quay), publication, engine, QueryService(engine)).test_client()


def test_a_snapshot_without_views_answers_for_its_dataset_alone(client_without_views: Client) -> None:
    assert client_without_views.get("/sparql", query_string={"query": ASK}).status_code == 200
    for query in ({}, {"query": ASK}):
        refused = client_without_views.get("/sparql/rdf12", query_string=query)
        assert refused.status_code == 404
        assert "its views: none" in (refused.get_json(force=True)["detail"])


@views
def test_a_view_is_the_same_however_often_it_is_built(quay: Path, snapshot: Path, view: str) -> None:
    written = (snapshot / "views" / f"{view}.nq").read_bytes()
    assert build(quay).views[view] == written
    lines = written.splitlines()
    assert lines == sorted(set(lines)) and lines
    assert json.loads((snapshot / "views.json").read_text("utf-8"))[view]["quads"] == len(lines)


def test_views_of_an_earlier_garrison_are_brought_up_to_date(quay: Path, snapshot: Path) -> None:
    dataset = (snapshot / "dataset.nq").stat().st_mtime_ns
    shutil.rmtree(snapshot / "views")
    (snapshot / "views.json").write_text("{}", "utf-8")
    write_sums(snapshot)
    assert write_snapshot(build(quay), snapshot.parent) == snapshot
    assert set(open_snapshot(snapshot).datasets) == {"", *VIEWS}
    assert (snapshot / "dataset.nq").stat().st_mtime_ns == dataset


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("views/rdf12.nq", "<a:s> <a:p> <a:o> .\n"),
        ("views.json", "[]"),
        ("views.json", '{"rdf12": {}}'),
        ("views.json", '{"../dataset": {"sha256": "0"}}'),
    ],
)
def test_a_damaged_view_is_told_in_a_sentence(snapshot: Path, file: str, content: str) -> None:
    (snapshot / file).write_text(content, "utf-8")
    with pytest.raises(SnapshotError, match="damaged"):
        open_snapshot(snapshot)
