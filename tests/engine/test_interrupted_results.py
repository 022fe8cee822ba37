"""A result that ends early is never taken for a whole one."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from pathlib import Path

import pytest

from engine.conftest import JSON, UNITS, answer, wait_until
from garrison.engine.client import EngineClient
from garrison.engine.interface import QueryRequest
from garrison.engine.verdict import Outcome, Verdict
from garrison.engine.wire import MAX_PACKET
from garrison.errors import EngineUnavailable, QueryTimedOut, ResultInterrupted

LARGE = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }"
SILENT = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def _kill_reader(engine: EngineClient) -> None:
    (pid,) = wait_until(engine, lambda status: status.busy == 1).busy_pids
    os.kill(pid, signal.SIGKILL)


def test_a_reader_killed_midway_interrupts_the_result(engine: EngineClient) -> None:
    with engine.start(QueryRequest(LARGE, JSON)) as run:
        assert run.first().startswith(b'{"head"')
        _kill_reader(engine)
        with pytest.raises(ResultInterrupted, match="ended from outside"):
            list(run.chunks())
        assert run.first() == b""  # and stays closed


def test_a_reader_killed_before_the_first_byte_is_not_the_fault_of_the_query(engine: EngineClient) -> None:
    with engine.start(QueryRequest(SILENT, JSON)) as run:
        _kill_reader(engine)
        with pytest.raises(EngineUnavailable, match="was ended from outside"):
            run.first()


def test_a_killed_idle_reader_is_replaced(engine: EngineClient) -> None:
    victims = set(engine.status().reader_pids)
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    wait_until(engine, lambda status: status.idle == len(set(status.reader_pids) - victims) == len(victims))


def test_an_interrupted_result_is_told_in_an_event_loop_too(engine: EngineClient) -> None:
    async def read() -> None:
        async with await engine.start_async(QueryRequest(LARGE, JSON)) as run:
            assert await run.first()
            await asyncio.to_thread(_kill_reader, engine)
            with pytest.raises(ResultInterrupted):
                async for _chunk in run.chunks():
                    pass

    asyncio.run(read())


@pytest.mark.parametrize("written", [b"", b"half of"])
def test_an_event_loop_does_not_wait_until_an_ended_reader_is_gone(tmp_path: Path, written: bytes) -> None:
    """It returns its memory before it closes its pipe, and is niced: on a busy machine that took a second."""

    def end(pool: socket.socket) -> list[int]:
        client, _ = pool.accept()
        with client:
            _packet, fds, _flags, _address = socket.recv_fds(client, MAX_PACKET, 1)
            os.write(fds[0], written)
            client.send(Verdict(Outcome.TIMEOUT, limit=2).encode())
        return fds

    asked = QueryRequest(SILENT, JSON)

    async def ask() -> list[int]:
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as pool:
            pool.bind(str(tmp_path / "pool"))
            pool.listen()
            ending = asyncio.create_task(asyncio.to_thread(end, pool))
            async with asyncio.timeout(10), await EngineClient(tmp_path / "pool").start_async(asked) as run:
                with pytest.raises(ResultInterrupted if written else QueryTimedOut):
                    while await run.first():
                        pass
            return await ending

    for fd in asyncio.run(ask()):  # the write end was open until now
        os.close(fd)


def test_an_event_loop_reads_a_whole_result(engine: EngineClient) -> None:
    async def read() -> bytes:
        async with await engine.start_async(QueryRequest("SELECT * WHERE { ?s ?p ?o }", "text/csv")) as run:
            return await run.first() + b"".join([chunk async for chunk in run.chunks()])

    assert len(asyncio.run(read()).splitlines()) == UNITS + 1


def test_many_queries_of_one_event_loop_do_not_mix(engine: EngineClient) -> None:
    async def read(i: int) -> bytes:
        query = f"SELECT ?m WHERE {{ <http://campaign.example/unit/{i}> <http://campaign.example/strength> ?m }}"
        async with await engine.start_async(QueryRequest(query, "text/csv")) as run:
            return await run.first() + b"".join([chunk async for chunk in run.chunks()])

    async def read_all() -> list[bytes]:
        results = []
        for start in range(0, 200, 8):
            results += await asyncio.gather(*(read(i) for i in range(start, start + 8)))
        return results

    assert asyncio.run(read_all()) == [f"m\r\n{i} men\r\n".encode() for i in range(200)]


def test_a_result_without_a_byte_is_whole(engine: EngineClient) -> None:
    assert answer(engine, "CONSTRUCT WHERE { <x:s> <x:p> ?o }", "application/n-triples") == b""


def test_an_engine_that_is_not_there_says_so(tmp_path: object) -> None:
    with pytest.raises(EngineUnavailable):
        EngineClient(f"{tmp_path}/none").start(QueryRequest("ASK {}", JSON))
