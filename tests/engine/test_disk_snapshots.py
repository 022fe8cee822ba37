"""A snapshot too large for memory is served from disk, by readers that are held to the same limits."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Store

from engine.conftest import COUNT, UNITS, all_end, answer, campaign, wait_until, write_snapshot
from garrison.engine.client import EngineClient
from garrison.engine.disk import fits_memory
from garrison.engine.interface import QueryRequest
from garrison.engine.process import PoolProcess
from garrison.engine.quota import Limits
from garrison.engine.snapshot import open_snapshot
from garrison.errors import EndpointError, EngineUnavailable, QueryOutOfMemory, QueryTimedOut, SnapshotError

LIMITS = Limits(timeout_s=2.0, memory_mb=128, max_readers=4)
RIGHT = f"n\r\n{UNITS}\r\n".encode()
SILENT = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
GREEDY = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?a"


@pytest.fixture(scope="module")
def pool(snapshot: Path) -> Iterator[PoolProcess]:
    with PoolProcess(snapshot, LIMITS, memory_quads=0) as process:
        yield process


@pytest.fixture
def engine(pool: PoolProcess) -> EngineClient:
    return pool.client()


def stores(pool: PoolProcess) -> list[Path]:
    return [path for path in (pool.directory / "disk").glob("*") if path.is_dir()]


def test_what_is_larger_than_memory_may_be_is_on_disk(pool: PoolProcess, engine: EngineClient) -> None:
    assert len(stores(pool)) == 1
    assert answer(engine, COUNT, "text/csv") == RIGHT
    assert engine.status().quads == UNITS + 4
    assert engine.unknown_graphs(["http://campaign.example/claim/1", "x:none"]) == ("x:none",)


def test_what_fits_is_in_memory(snapshot: Path) -> None:
    with PoolProcess(snapshot, LIMITS, memory_quads=UNITS + 4) as pool:
        assert stores(pool) == []


def test_so_much_fits_as_is_set() -> None:
    assert fits_memory(5, 5)
    assert not fits_memory(6, 5)
    assert not fits_memory(10**12, None)


def test_the_pool_has_no_thread_besides_its_own(pool: PoolProcess) -> None:
    wait_until(pool.client(), lambda status: status.idle > 0)
    assert len(list(Path(f"/proc/{pool.pid}/task").iterdir())) == 1


def test_a_deadline_ends_a_query(engine: EngineClient) -> None:
    with pytest.raises(QueryTimedOut):
        answer(engine, SILENT)
    assert answer(engine, COUNT, "text/csv") == RIGHT


def test_memory_has_a_limit(engine: EngineClient) -> None:
    with pytest.raises(QueryOutOfMemory):
        answer(engine, GREEDY)
    assert answer(engine, COUNT, "text/csv") == RIGHT


def test_a_reader_reaches_no_address(engine: EngineClient) -> None:
    """Whatever was admitted: the kernel has no descriptor for it."""
    with socket.socket() as peer:
        peer.bind(("127.0.0.1", 0))
        peer.listen()
        peer.settimeout(0)
        query = f"SELECT * {{ SERVICE <http://127.0.0.1:{peer.getsockname()[1]}/> {{ ?s ?p ?o }} }}"
        with pytest.raises(EndpointError):
            answer(engine, query)
        with pytest.raises(BlockingIOError):
            peer.accept()


def test_a_killed_pool_finds_its_stores_again(snapshot: Path) -> None:
    with PoolProcess(snapshot, LIMITS, memory_quads=0) as pool:
        (store,) = stores(pool)
        loaded = store.stat().st_ino
        readers = pool.client().status().reader_pids
        os.kill(pool.pid or 0, signal.SIGKILL)
        assert all_end(readers)
        assert _answers_again(pool.client())
        assert store.stat().st_ino == loaded


def test_a_stopped_pool_leaves_no_store(snapshot: Path) -> None:
    pool = PoolProcess(snapshot, LIMITS, memory_quads=0)
    pool.start()
    (store,) = stores(pool)
    pool.stop()
    assert not store.exists()


@pytest.mark.parametrize(("content", "said"), [("no quads\n", "cannot be loaded"), (None, "is damaged")])
def test_a_snapshot_that_cannot_be_loaded_stops_the_start(tmp_path: Path, content: str | None, said: str) -> None:
    snapshot = write_snapshot(tmp_path / "snapshot", content or campaign())
    if content is None:
        (snapshot / "dataset.nq").write_text("<x:s> <x:p> <x:o> .\n")
    with pytest.raises(SnapshotError, match=said) as caught:
        PoolProcess(snapshot, LIMITS, memory_quads=0).start()
    assert str(snapshot) in str(caught.value)


def test_what_is_shortened_while_it_is_loaded_is_not_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut at the end of a line it is N-Quads as before, only fewer."""
    snapshot = write_snapshot(tmp_path / "snapshot", campaign())

    def late(path: str) -> Store:
        (snapshot / "dataset.nq").write_text("".join(campaign().splitlines(keepends=True)[:-9]), "utf-8")
        return Store(path)

    monkeypatch.setattr("garrison.engine.disk.Store", late)
    with pytest.raises(SnapshotError, match="altered while it was loaded"):
        open_snapshot(snapshot, tmp_path / "disk", 0)


def test_a_term_that_the_parser_does_not_take_is_told(tmp_path: Path) -> None:
    snapshot = write_snapshot(tmp_path / "snapshot", f'<x:s> <x:p> "{"long" * 5_000_000}" .\n')
    with pytest.raises(SnapshotError, match="Reached the buffer maximal size"):
        PoolProcess(snapshot, LIMITS, memory_quads=0).start()


def _answers_again(engine: EngineClient) -> bool:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            with engine.start(QueryRequest(COUNT, "text/csv")) as run:
                return run.first() == RIGHT
        except EngineUnavailable:
            time.sleep(0.02)
    return False
