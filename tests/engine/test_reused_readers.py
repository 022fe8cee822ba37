"""A reader is used again where nothing speaks against it: what it has copied of the dataset is there already."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.conftest import COUNT, answer, wait_until, write_snapshot
from garrison.engine.client import EngineClient
from garrison.engine.interface import QueryRequest
from garrison.engine.process import PoolProcess
from garrison.engine.quota import Limits

SLOW = QueryRequest("SELECT (COUNT(*) AS ?n) WHERE { ?a <x:p>? ?c . ?d ?e ?f FILTER(STRLEN(?f) > 4) }", "text/csv")
RUNAWAY = QueryRequest("SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "text/csv")


@pytest.fixture(scope="module")
def pool(snapshot: Path) -> Iterator[PoolProcess]:
    with PoolProcess(snapshot, Limits(timeout_s=120.0, memory_mb=128, max_readers=4)) as process:
        yield process


def reader_of_slow_query(engine: EngineClient, beside: str = "") -> int:
    """Evaluate to the end; return which process did.

    :param beside: a query that is asked meanwhile.
    """
    with engine.start(SLOW) as run:
        (pid,) = wait_until(engine, lambda status: status.idle == 2 and status.busy == 1).busy_pids
        if beside:
            answer(engine, beside)
        assert b"".join(run.chunks())
    wait_until(engine, lambda status: (status.busy, status.idle) == (0, 2))
    return pid


def test_a_slow_query_that_was_alone_leaves_its_reader_to_the_next(engine: EngineClient) -> None:
    first, second = (reader_of_slow_query(engine) for _ in range(2))
    assert first == second
    assert len(engine.status().reader_pids) == 2


def test_a_slow_query_gives_way_when_there_is_another(engine: EngineClient) -> None:
    with engine.start(RUNAWAY):
        (pid,) = wait_until(engine, lambda status: status.idle == 2 and status.busy == 1).busy_pids
        assert os.getpriority(os.PRIO_PROCESS, pid) == 0
        answer(engine, COUNT)
        assert os.getpriority(os.PRIO_PROCESS, pid) == 10
    wait_until(engine, lambda status: (status.busy, status.idle) == (0, 2))


def test_a_reader_that_gave_way_is_not_used_again(engine: EngineClient) -> None:
    pid = reader_of_slow_query(engine, beside=COUNT)
    assert pid not in wait_until(engine, lambda status: pid not in status.reader_pids).reader_pids


def test_slow_queries_give_way_to_each_other(engine: EngineClient) -> None:
    with engine.start(RUNAWAY), engine.start(RUNAWAY):
        pids = wait_until(engine, lambda status: status.idle == 2 and status.busy == 2).busy_pids
        assert [os.getpriority(os.PRIO_PROCESS, pid) for pid in pids] == [10, 10]
    wait_until(engine, lambda status: (status.busy, status.idle) == (0, 2))


def test_a_reader_that_has_copied_much_is_replaced(tmp_path: Path) -> None:
    """To visit a quad is to copy it, at 300 bytes each."""
    lines = [f'<x:{number:06}> <x:label> "Number {number}" .\n' for number in range(100_000)]
    limits = Limits(timeout_s=120.0, copied_mb=15)
    with PoolProcess(write_snapshot(tmp_path / "large", "".join(lines)), limits) as process:
        engine = process.client()
        before = set(engine.status().reader_pids)
        for number in range(20):
            answer(engine, f"SELECT * {{ <x:{number:06}> ?p ?o }}")
        assert set(engine.status().reader_pids) == before
        answer(engine, "SELECT (COUNT(*) AS ?n) { ?s <x:label> ?o }")
        status = wait_until(engine, lambda status: set(status.reader_pids) != before and status.busy == 0)
        assert len(before & set(status.reader_pids)) == len(before) - 1
