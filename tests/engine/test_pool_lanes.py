"""Runaway queries never keep quick ones waiting, and too many of them are sent away."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from engine.conftest import COUNT, JSON, UNITS, answer, wait_until
from garrison.engine.client import EngineClient
from garrison.engine.interface import QueryRequest
from garrison.engine.process import PoolProcess
from garrison.engine.quota import Limits
from garrison.engine.slot import Asked, Lane, Slot
from garrison.engine.slow_lane import has_place, who_gives_way
from garrison.errors import QueryQueueFull, QueryTimedOut

MakeSlot = Callable[[str, float], Slot]
RUNAWAY = QueryRequest("SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", JSON)
SLOW = QueryRequest("SELECT (COUNT(*) AS ?n) WHERE { ?a <x:p>? ?c . ?d ?e ?f FILTER(STRLEN(?f) > 4) }", "text/csv")


@pytest.fixture(scope="module")
def patient_pool(snapshot: Path) -> Iterator[PoolProcess]:
    """Two quick readers, two slow ones, and a deadline that no test waits for."""
    with PoolProcess(snapshot, Limits(timeout_s=120.0, memory_mb=128, max_readers=4, max_queue=6)) as process:
        yield process


@pytest.fixture
def engine(patient_pool: PoolProcess) -> Iterator[EngineClient]:
    engine = patient_pool.client()
    yield engine
    wait_until(engine, lambda status: (status.busy, status.queued, status.idle) == (0, 0, 2))


@pytest.fixture
def make_slot() -> Iterator[MakeSlot]:
    """Makes a reader that holds a query of a client, handed in at second 5, and began its turn at some second."""
    with ExitStack() as opened:

        def make(who: str, turned_at: float) -> Slot:
            ends = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            control, client = (opened.enter_context(end) for end in ends)
            asked = Asked(client, b"Q", os.open(os.devnull, os.O_RDWR), 5.0, who)
            opened.callback(asked.drop_data)
            return Slot(0, control, Lane.SLOW, asked, turned_at=turned_at)

        yield make


def test_runaways_do_not_keep_a_quick_query_waiting(engine: EngineClient) -> None:
    with ExitStack() as runs:
        for _ in range(6):
            runs.enter_context(engine.start(RUNAWAY))
        status = wait_until(engine, lambda status: (status.busy, status.paused, status.idle) == (6, 4, 2))
        assert len(status.reader_pids) == 8
        assert answer(engine, COUNT, "text/csv") == f"n\r\n{UNITS}\r\n".encode()
        assert engine.status().busy == 6


def test_a_runaway_too_many_is_sent_away_with_the_time_to_return(engine: EngineClient) -> None:
    with ExitStack() as runs:
        for _ in range(6):
            runs.enter_context(engine.start(RUNAWAY))
        wait_until(engine, lambda status: status.paused == 4)
        with engine.start(RUNAWAY) as surplus, pytest.raises(QueryQueueFull) as caught:
            surplus.first()
        assert caught.value.retry_after_s >= 1
        assert engine.status().busy == 6


def test_a_full_queue_sends_away_at_once(snapshot: Path) -> None:
    limits = Limits(timeout_s=120.0, memory_mb=128, max_readers=1, max_queue=0)
    with PoolProcess(snapshot, limits) as pool, ExitStack() as runs:
        engine = pool.client()
        runaway = replace(RUNAWAY, client="somebody")
        first, second = (runs.enter_context(engine.start(runaway)) for _ in range(2))
        with pytest.raises(QueryQueueFull):
            second.first()
        first.close()
        wait_until(engine, lambda status: status.idle == 1)
        assert answer(engine, COUNT, "text/csv")


def test_what_a_page_asks_at_once_waits_though_no_client_may(snapshot: Path) -> None:
    limits = Limits(timeout_s=120.0, memory_mb=128, max_readers=1, max_queue=0)
    with PoolProcess(snapshot, limits) as pool, ExitStack() as runs:
        engine = pool.client()
        asked = [runs.enter_context(engine.start(QueryRequest(COUNT, "text/csv"))) for _ in range(20)]
        assert {run.first() + b"".join(run.chunks()) for run in asked} == {f"n\r\n{UNITS}\r\n".encode()}


def test_what_pages_ask_takes_no_place_of_a_client_in_the_queue(snapshot: Path) -> None:
    limits = Limits(timeout_s=120.0, memory_mb=128, max_readers=1, max_queue=1)
    with PoolProcess(snapshot, limits) as pool, ExitStack() as runs:
        engine = pool.client()
        for _ in range(3):
            runs.enter_context(engine.start(RUNAWAY))
        with engine.start(QueryRequest(COUNT, "text/csv", client="somebody")) as run:
            assert run.first()


def test_slow_queries_wait_for_each_other_and_are_all_answered(engine: EngineClient) -> None:
    with ExitStack() as runs:
        started = [runs.enter_context(engine.start(SLOW)) for _ in range(6)]
        results = [run.first() + b"".join(run.chunks()) for run in started]
    assert len(set(results)) == 1
    assert int(results[0].split()[1]) > UNITS * UNITS


def test_a_deadline_counts_pauses_and_says_whose_fault_it_was(snapshot: Path) -> None:
    """Two runaways share one slow place: one uses its time up, the other stood still for want of room."""
    with PoolProcess(snapshot, Limits(timeout_s=0.4, memory_mb=128, max_readers=2, max_queue=8)) as pool:
        engine = pool.client()
        with engine.start(RUNAWAY) as first, engine.start(RUNAWAY) as second:
            wait_until(engine, lambda status: status.paused == 1)
            ends = []
            for run in (first, second):
                with pytest.raises((QueryTimedOut, QueryQueueFull)) as end:
                    run.first()
                ends.append(end.type)
    assert QueryTimedOut in ends and set(ends) <= {QueryTimedOut, QueryQueueFull}


def test_runaways_give_way_to_a_query_that_is_merely_slow(engine: EngineClient) -> None:
    """They hold every slow place until their deadline, which is far away."""
    with ExitStack() as runs:
        for _ in range(2):
            runs.enter_context(engine.start(RUNAWAY))
        wait_until(engine, lambda status: (status.busy, status.paused) == (2, 0))
        for _ in range(3):
            assert int(answer(engine, SLOW.query, "text/csv").split()[1]) > UNITS * UNITS
        assert engine.status().busy == 2


def test_a_client_takes_turns_with_itself_where_it_has_its_share(make_slot: MakeSlot) -> None:
    limits = Limits(max_readers=6)  # three slow places, two for each client
    slow = [make_slot("greedy", 1.0), make_slot("greedy", 2.0), make_slot("modest", 0.0)]
    assert not has_place(slow[:2], "greedy", limits)
    assert has_place(slow[:2], "modest", limits) and has_place(slow[:2], "", limits)
    assert not has_place(slow, "third", limits)
    assert who_gives_way(slow, "greedy", limits, 9.0) is slow[0]
    assert who_gives_way(slow, "modest", limits, 9.0) is slow[2]
    assert who_gives_way(slow, "modest", limits, 0.9) is None


def test_a_deadline_counts_from_when_a_query_was_handed_in(make_slot: MakeSlot) -> None:
    slot = make_slot("", 0.0)
    assert slot.asked
    slot.hand(slot.asked, 7.0, 0.1, 30.0)
    assert (slot.slow_at, slot.deadline) == (7.1, 35.0)


def test_who_waited_for_nearly_all_the_time_is_told_to_come_again(snapshot: Path) -> None:
    limits = Limits(timeout_s=1.0, memory_mb=128, max_readers=4, client_queries=1)
    with PoolProcess(snapshot, limits) as pool:
        engine = pool.client()
        asked = replace(RUNAWAY, client="a")
        with engine.start(asked) as first, engine.start(asked) as second:
            with pytest.raises(QueryTimedOut):
                first.first()
            with pytest.raises(QueryQueueFull):
                second.first()


def test_a_reader_from_the_slow_lane_is_not_used_again(engine: EngineClient) -> None:
    with engine.start(RUNAWAY) as run:
        slow = set(wait_until(engine, lambda status: status.busy == 1 and status.idle == 2).busy_pids)
        run.close()
    status = wait_until(engine, lambda status: status.busy == 0)
    assert not slow & set(status.reader_pids)
