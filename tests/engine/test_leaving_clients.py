"""A client that leaves frees its reader at once, and nobody else notices."""

from __future__ import annotations

import asyncio

from engine.conftest import JSON, all_end, wait_until
from garrison.engine.client import EngineClient
from garrison.engine.interface import QueryRequest

SILENT = QueryRequest("SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", JSON)
LARGE = QueryRequest("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }", JSON)


def test_leaving_before_the_first_byte_frees_the_reader(engine: EngineClient) -> None:
    run = engine.start(SILENT)
    held = wait_until(engine, lambda status: status.busy == 1)
    run.close()
    wait_until(engine, lambda status: status.busy == 0)
    assert all_end(held.busy_pids)


def test_leaving_midway_frees_the_reader(engine: EngineClient) -> None:
    run = engine.start(LARGE)
    assert run.first()
    run.close()
    wait_until(engine, lambda status: status.busy == 0)


def test_a_task_that_is_cancelled_frees_the_reader(engine: EngineClient) -> None:
    async def leave() -> None:
        async with await engine.start_async(SILENT) as run:
            reading = asyncio.ensure_future(run.first())
            await asyncio.to_thread(wait_until, engine, lambda status: status.busy == 1)
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    asyncio.run(leave())
    wait_until(engine, lambda status: status.busy == 0)


def test_leaving_the_queue_takes_the_query_out_of_it(engine: EngineClient) -> None:
    runs = [engine.start(SILENT) for _ in range(12)]
    for run in runs:
        run.close()
        run.close()  # twice does nothing
    wait_until(engine, lambda status: (status.busy, status.queued, status.idle) == (0, 0, 2))
