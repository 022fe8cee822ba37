"""A thing that very many others point to answers at once, a page of links at a time, for people and in RDF."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from conftest import CRATES, Server
from garrison.engine.interface import QueryRequest, QueryRun
from garrison.engine.process import PoolProcess
from garrison.rdf.terms import LABEL
from garrison.services.describe import DescribeService
from garrison.services.neighbourhood import read_neighbourhood
from garrison.services.publication import published
from garrison.services.whereabouts import read_whereabouts

LINKS = 100_000
HUB, SMALLER = "https://w3id.org/garrison/id/place/big-hub", "https://w3id.org/garrison/id/place/few-hub"
CROWD = "https://w3id.org/garrison/id/group/crowd"
SEE_ALSO = "http://www.w3.org/2000/01/rdf-schema#seeAlso"
GAR = "https://w3id.org/garrison/ontology#"


class CountingEngine:
    """A real engine whose answers are counted on their way."""

    def __init__(self, pool: PoolProcess) -> None:
        self.engine = pool.client()
        self.queries: list[str] = []
        self.bytes = 0

    def start(self, request: QueryRequest) -> QueryRun:
        self.queries.append(request.query)
        with self.engine.start(request) as run:
            self.bytes += len(run.first() + b"".join(run.chunks()))
        return self.engine.start(request)

    def __getattr__(self, name: str) -> object:
        return getattr(self.engine, name)


def _links(to: str, count: int, property: str = SEE_ALSO) -> Iterator[str]:
    for n in range(count):
        yield f"<https://w3id.org/garrison/id/person/pilgrim-{n:06d}> <{property}> <{to}> .\n"


@pytest.fixture(scope="module")
def folder(quay: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("editions") / "hubs"
    shutil.copytree(quay, made)
    crowd = f'<{CROWD}> a <{GAR}Group> ; <{LABEL.value}> "The crowd"@en .\n'
    lines = [*_links(HUB, LINKS), *_links(SMALLER, 3_000), *_links(CROWD, 3_000, GAR + "memberOf"), crowd]
    (made / "graph_data" / "entities" / "pilgrims.ttl").write_text("".join(lines), "utf-8")
    return made


@pytest.fixture(scope="module")
def snapshot(folder: Path) -> Iterator[Path]:
    with published(folder) as made:
        yield made


@pytest.fixture(scope="module")
def hubs(folder: Path) -> Iterator[Server]:
    started = Server(folder)
    yield started
    started.stop()


def subjects(server: Server, address: str) -> tuple[set[str], str]:
    """What points to the hub by one page of Turtle, and its Link header."""
    response = server.get(address)
    quads = ox.parse(response.content, ox.RdfFormat.TURTLE)
    return {str(q.subject) for q in quads if q.predicate.value == SEE_ALSO}, response.headers["Link"]


def test_a_hub_costs_no_more_for_having_more_links(snapshot: Path) -> None:
    """Not a question of time: the engine hands over as much for 100,000 links as for 3,000, and sorts none of them."""
    read: dict[str, int] = {}
    with PoolProcess(snapshot) as pool:
        for iri in (HUB, SMALLER):
            engine = CountingEngine(pool)
            service = DescribeService(engine)
            assert len(service.describe(iri).incoming.statements) == 100
            assert len(service.triples(iri)[0]) == 100
            read[iri] = engine.bytes
            for query in engine.queries:
                slices = re.findall(r"SELECT [^{}]*\{ *(?:GRAPH \S+ \{ *)?\?s \?p <[^>]*hub>[ }]*\} LIMIT (\d+)", query)
                bare = re.sub(r"EXISTS \{ GRAPH \S+ \{[^{}]*\} \}", "", query)
                assert len(re.findall(r"\?s \?p <[^>]*hub>", bare)) == len(slices), query
    assert read[HUB] == read[SMALLER]


def test_what_a_page_of_a_hub_draws_costs_no_more_either(snapshot: Path) -> None:
    read: dict[str, int] = {}
    with PoolProcess(snapshot) as pool:
        for iri in (HUB, SMALLER):
            description = DescribeService(pool.client()).describe(iri)
            engine = CountingEngine(pool)
            read_whereabouts(engine, description)
            assert len(read_neighbourhood(engine, description).neighbours) == 100
            read[iri] = engine.bytes
    assert read[HUB] == read[SMALLER]


def test_the_first_page_of_a_hub_says_that_there_is_more(hubs: Server) -> None:
    page = hubs.get("/id/place/big-hub", "text/html").text
    assert "More than 2\u202f000 links" in page
    assert page.count('href="/id/person/pilgrim-') == 100
    assert "a query for the claims that name it" in page
    assert 'rel="next" href="/id/place/big-hub?page=2#incoming"' in page


def test_pages_of_a_hub_follow_one_another_in_rdf_without_gap_or_repetition(hubs: Server) -> None:
    seen: set[str] = set()
    address = "/id/place/big-hub.ttl"
    for number in range(1, 6):
        found, links = subjects(hubs, address)
        assert len(found) == 100 and not found & seen
        seen |= found
        following = re.search(r'<([^>]*)>; rel="next"', links)
        assert following and following[1] == f"/id/place/big-hub.ttl?page={number + 1}"
        assert ('rel="prev"' in links) == ('rel="first"' in links) == (number > 1)
        address = following[1]


def hydra(server: Server, address: str) -> dict[str, str]:
    """What a page of Turtle says of itself, by the local names of Hydra."""
    quads = ox.parse(server.get(address).content, ox.RdfFormat.TURTLE)
    said = {q.predicate.value: q.object for q in quads if "/ns/hydra/" in str(q)}
    return {property.rpartition("#")[2]: getattr(value, "value", "") for property, value in said.items()}


def test_a_page_in_rdf_says_that_it_is_one(hubs: Server) -> None:
    first, second = (hydra(hubs, f"/id/place/big-hub.ttl?page={number}") for number in (1, 2))
    at = f"{hubs.url}/id/place/big-hub?page="
    assert (first["first"], first["next"], "previous" in first) == (at + "1", at + "2", False)
    assert (second["view"], second["next"], second["previous"]) == (at + "2", at + "3", at + "1")
    assert "totalItems" not in first  # they are not counted for each visitor
    counted = hydra(hubs, "/id/place/quay.ttl")
    assert (counted["totalItems"], counted["last"]) == (str(CRATES + 1), f"{hubs.url}/id/place/quay?page=2")
    assert hydra(hubs, "/id/event/landing-at-the-quay.ttl") == {}
    assert hubs.client.get(second["next"]).status_code == 200


def test_the_last_page_of_a_hub_is_the_last(hubs: Server) -> None:
    found, links = subjects(hubs, f"/id/place/big-hub.ttl?page={LINKS // 100}")
    assert len(found) == 100
    assert 'rel="next"' not in links
    assert hubs.get(f"/id/place/big-hub.ttl?page={LINKS // 100 + 1}").status_code == 404


def test_a_page_of_links_stays_the_same(hubs: Server) -> None:
    tags = {hubs.get("/id/place/big-hub.nt?page=7").headers["ETag"] for _ in range(5)}
    assert len(tags) == 1


def test_a_body_of_very_many_members_still_says_what_it_is(hubs: Server) -> None:
    """That it has them is inferred: thousands of statements of its own, which must not crowd out its type."""
    page = hubs.get("/id/group/crowd", "text/html").text
    assert '<p class="kind"><a href="/ontology#Group"' in page
    assert "More is said of this than one page can look through" in page
    types = {str(q.object) for q in ox.parse(hubs.get("/id/group/crowd.nt").content, ox.RdfFormat.N_TRIPLES)}
    assert f"<{GAR}Group>" in types
