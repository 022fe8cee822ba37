"""What a page looks up at the same time, and what of it is kept, since a snapshot never changes."""

from __future__ import annotations

import gc
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from garrison.engine.interface import QueryRequest, QueryRun
from garrison.engine.process import PoolProcess
from garrison.engine.quota import Limits
from garrison.errors import MalformedQuery
from garrison.rdf.terms import ID, INFERRED, RDFS
from garrison.services import lookup
from garrison.services.describe import DescribeService
from garrison.services.kept import Kept
from garrison.services.lookup import Lookups, read_labels, select
from garrison.services.publication import published
from garrison.services.said import look_up
from listening import Listening

QUAY, CLAIM = ID + "place/quay", ID + "claim/c0011"
LONG = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def pool(quay: Path) -> Iterator[PoolProcess]:
    with published(quay) as snapshot, PoolProcess(snapshot) as running:
        yield running


@pytest.fixture
def engine(pool: PoolProcess) -> Listening:
    return Listening(pool.client())


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    return holds()


def test_lookups_of_one_block_are_evaluated_at_the_same_time_and_ended_with_it(engine: Listening) -> None:
    with Lookups(engine) as lookups:
        lookups.select(LONG)
        lookups.select(LONG + " LIMIT 1")
        assert within(10, lambda: engine.engine.status().busy == 2)
    assert within(10, lambda: engine.engine.status().busy == 0)


def test_each_lookup_finds_its_own_in_the_order_in_which_they_were_begun(engine: Listening) -> None:
    with Lookups(engine) as lookups:
        begun = [lookups.select(f"SELECT ({number} AS ?n) {{}}") for number in range(20)]
        assert [lookup.found()[0]["n"].value for lookup in begun] == [str(number) for number in range(20)]


def test_a_lookup_that_fails_ends_the_others(engine: Listening) -> None:
    with pytest.raises(MalformedQuery), Lookups(engine) as lookups:
        failing = lookups.select("SELECT ?x {")
        lookups.select(LONG)
        failing.found()
    assert within(10, lambda: engine.engine.status().busy == 0)


@pytest.mark.parametrize("is_nested", [False, True])
def test_a_lookup_finds_a_reader_though_others_are_unread(quay: Path, is_nested: bool) -> None:
    """Each result is more than a pipe holds, and there are fewer readers than results."""
    many = "SELECT ?a ?b ?c ?d { ?a ?b ?c . ?d a ?e } LIMIT 5000"
    with (
        published(quay) as snapshot,
        PoolProcess(snapshot, Limits(max_readers=2)) as running,
        Lookups(running.client()) as lookups,
    ):
        begun = [lookups.select(many) for _ in range(8)]
        if is_nested:
            assert len(select(running.client(), many)) == 5000
        assert [len(lookup.found()) for lookup in begun[::-1]] == [5000] * 8


def test_the_links_of_a_thing_are_read_first(pool: PoolProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a hub they are far more than a pipe holds."""
    read: list[str] = []

    class Noting(Listening):
        def start(self, request: QueryRequest) -> QueryRun:
            run = super().start(request)
            first = run.first
            monkeypatch.setattr(run, "first", lambda: (read.append(request.query), first())[1])
            return run

    monkeypatch.setattr(lookup, "_PATIENCE_S", 60)
    with Lookups(Noting(pool.client())) as lookups:
        look_up(lookups, ox.NamedNode(QUAY), 1)
    assert f"SELECT ?s ?p WHERE {{ ?s ?p <{QUAY}> }}" in read[0]


def test_labels_of_a_snapshot_are_asked_for_once(engine: Listening) -> None:
    first = read_labels(engine, [QUAY, CLAIM])
    assert {label.value for label in first[QUAY]} >= {"Quay"} and first[CLAIM] == ()
    asked = len(engine.asked)
    assert read_labels(engine, [CLAIM, QUAY]) == first
    assert read_labels(engine, [QUAY]) == {QUAY: first[QUAY]}
    assert len(engine.asked) == asked == 1


def test_another_engine_is_asked_anew(engine: Listening, pool: PoolProcess) -> None:
    read_labels(engine, [QUAY])
    other = Listening(pool.client())
    read_labels(other, [QUAY])
    assert len(other.asked) == 1


def test_the_same_thing_is_described_the_same_with_less_to_ask(engine: Listening) -> None:
    service = DescribeService(engine)
    first = service.describe(QUAY)
    asked = len(engine.asked)
    assert service.describe(QUAY) == first
    assert len(engine.asked) - asked < asked


def test_what_is_kept_is_bounded_and_goes_with_its_engine(pool: PoolProcess) -> None:
    kept: Kept[int] = Kept(most=3)
    engine = pool.client()
    kept.keep(engine, {"a": 1, "b": 2})
    kept.keep(engine, {"c": 3})
    assert kept.of(engine, ["a", "b", "c", "d"]) == {"a": 1, "b": 2, "c": 3}
    kept.keep(engine, {"d": 4})
    assert kept.of(engine, ["a", "b", "c", "d"]) == {"d": 4}
    assert len(kept) == 1
    del engine
    gc.collect()
    assert len(kept) == 0


def test_links_come_by_property_and_then_as_sparql_orders_their_subjects(quay: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(quay, tmp_path / "edition")
    names = ("crate", "crate-1", "crate-1-b", "crate-10", "crat", "crate.", "crateы")
    lines = [f"<{ID}place/{name}> <{RDFS}{link}> <{QUAY}> .\n" for name in names for link in ("seeAlso", "comment")]
    (folder / "graph_data" / "entities" / "crates.ttl").write_text("".join(lines), "utf-8")
    asserted = f"FILTER NOT EXISTS {{ GRAPH {INFERRED} {{ ?s ?p <{QUAY}> }} }}"
    query = f"SELECT ?s ?p {{ ?s ?p <{QUAY}> {asserted} }} ORDER BY ?p ?s"
    with published(folder) as snapshot, PoolProcess(snapshot) as running, Lookups(running.client()) as lookups:
        rows = lookups.select(query).found()
        links = DescribeService(running.client()).describe(QUAY).incoming.statements
    assert [(link.property, link.subject) for link in links] == [(row["p"].value, row["s"]) for row in rows]
    assert len(links) > 2 * len(names)
