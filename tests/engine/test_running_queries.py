"""What runs can be listed, and ended on request; what a result may be at most is said before its first byte."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from engine.conftest import COUNT, JSON, UNITS, answer, wait_until
from garrison.engine.client import EngineClient
from garrison.engine.interface import QueryRequest, RunningQuery
from garrison.engine.process import PoolProcess
from garrison.engine.quota import Limits
from garrison.errors import QueryCancelled, QueryRefused, ResultInterrupted

RUNAWAY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LARGE = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }"
ROWS = "SELECT * WHERE { ?unit <http://campaign.example/strength> ?men }"


def the_running(engine: EngineClient) -> RunningQuery:
    end = time.monotonic() + 10
    while not (running := engine.running()):
        assert time.monotonic() < end
        time.sleep(0.005)
    assert len(running) == 1
    return running[0]


def test_a_running_query_is_listed_with_its_text_and_client(engine: EngineClient) -> None:
    with engine.start(QueryRequest(RUNAWAY, JSON, client="192.0.2.7", view="")):
        running = the_running(engine)
        assert (running.client, running.query, running.media_type) == ("192.0.2.7", RUNAWAY, JSON)
        assert running.state in ("waiting", "quick", "slow")
    wait_until(engine, lambda status: status.busy == 0)
    assert engine.running() == ()


def test_a_long_query_is_listed_with_its_beginning(engine: EngineClient) -> None:
    text = RUNAWAY + " # " + "\0ж" * 50_000
    with engine.start(QueryRequest(text, JSON)):
        assert the_running(engine).query == text[:1_000]


def test_a_query_ended_on_request_says_so_and_its_reader_is_gone(engine: EngineClient) -> None:
    with engine.start(QueryRequest(RUNAWAY, JSON, client="a")) as run:
        running = the_running(engine)
        pids = set(engine.status().busy_pids)
        assert engine.cancel(running.id, "a")
        with pytest.raises(QueryCancelled):
            run.first()
    wait_until(engine, lambda status: status.busy == 0 and not pids & set(status.reader_pids))
    assert not engine.cancel(running.id, None)


def test_a_result_ended_on_request_is_no_whole_result(engine: EngineClient) -> None:
    with engine.start(QueryRequest(LARGE, JSON)) as run:
        assert run.first()
        assert engine.cancel(the_running(engine).id, None)
        with pytest.raises(ResultInterrupted, match="on request"):
            list(run.chunks())


def test_nobody_ends_the_query_of_another(engine: EngineClient) -> None:
    with engine.start(QueryRequest(RUNAWAY, JSON, client="a")):
        running = the_running(engine)
        assert not engine.cancel(running.id, "b")
        assert not engine.cancel(running.id, "")
        assert engine.cancel(running.id, None)


def test_a_waiting_query_can_be_ended(snapshot: Path) -> None:
    limits = Limits(timeout_s=60, memory_mb=128, max_readers=2, client_queries=1)
    with PoolProcess(snapshot, limits) as pool:
        engine = pool.client()
        with (
            engine.start(QueryRequest(RUNAWAY, JSON, client="a")) as first,
            engine.start(QueryRequest(COUNT, JSON, client="a")) as second,
        ):
            (waiting,) = [query for query in engine.running() if query.state == "waiting"]
            assert engine.cancel(waiting.id, "a")
            with pytest.raises(QueryCancelled):
                second.first()
            first.close()


def test_a_result_with_too_many_rows_is_refused_before_its_first_byte(snapshot: Path) -> None:
    with PoolProcess(snapshot, Limits(timeout_s=60, memory_mb=256, max_rows=UNITS)) as pool:
        engine = pool.client()
        assert answer(engine, ROWS, "text/csv").count(b"\r\n") == UNITS + 1
        with pytest.raises(QueryRefused, match="more than 2,000 rows") as caught:
            answer(engine, LARGE, JSON)
        assert (caught.value.rule, caught.value.limit) == ("rows", UNITS)
        with pytest.raises(QueryRefused):
            answer(engine, "CONSTRUCT { ?a ?b ?f } WHERE { ?a ?b ?c . ?d ?e ?f }", "text/turtle")
        assert b"true" in answer(engine, "ASK {}", JSON)


def test_a_result_with_too_many_bytes_is_never_taken_for_a_whole_one(snapshot: Path) -> None:
    with PoolProcess(snapshot, Limits(timeout_s=60, memory_mb=256, max_result_mb=1)) as pool:
        engine = pool.client()
        with engine.start(QueryRequest(LARGE, JSON)) as run:
            received = len(run.first())
            with pytest.raises(ResultInterrupted, match="more than 1,000,000 bytes"):
                for chunk in run.chunks():
                    received += len(chunk)
        assert received <= 1_000_000
        assert answer(engine, ROWS, JSON)
