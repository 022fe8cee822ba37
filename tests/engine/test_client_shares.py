"""No client has the engine alone: readers, waiting, the slow lane and seconds of evaluation are shared."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.conftest import COUNT, JSON, answer, wait_until
from garrison.engine.accounts import MAX_ACCOUNTS, Accounts
from garrison.engine.client import EngineClient
from garrison.engine.interface import WINDOW_S, QueryRequest
from garrison.engine.process import PoolProcess
from garrison.engine.quota import Limits
from garrison.errors import BudgetSpent, QueryQueueFull, TooManyQueries

ROOMY = Limits(timeout_s=120.0, memory_mb=128, max_readers=8, max_queue=8, client_queries=3)
HAS_BUDGET = Limits(timeout_s=120.0, memory_mb=128, max_readers=4, client_budget_s=1.0)


def runaway(client: str) -> QueryRequest:
    return QueryRequest("SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", JSON, client=client)


def states(engine: EngineClient, client: str) -> list[str]:
    return sorted(query.state for query in engine.running() if query.client == client)


def await_states(engine: EngineClient, client: str, expected: list[str]) -> None:
    end = time.monotonic() + 10
    while (found := states(engine, client)) != expected:
        assert time.monotonic() < end, found
        time.sleep(0.01)


def test_a_client_that_holds_its_readers_waits_while_others_are_answered(snapshot: Path) -> None:
    with PoolProcess(snapshot, ROOMY) as pool, ExitStack() as runs:
        engine = pool.client()
        for _ in range(5):
            runs.enter_context(engine.start(runaway("greedy")))
        await_states(engine, "greedy", ["slow", "slow", "slow", "waiting", "waiting"])
        with engine.start(QueryRequest(COUNT, "text/csv", client="modest")) as run:
            assert run.first()
        assert states(engine, "greedy").count("waiting") == 2


def test_the_slow_lane_keeps_a_place_for_another_client(snapshot: Path) -> None:
    with PoolProcess(snapshot, replace(ROOMY, client_queries=6)) as pool, ExitStack() as runs:
        engine = pool.client()
        for _ in range(6):
            runs.enter_context(engine.start(runaway("greedy")))
        await_states(engine, "greedy", ["paused"] * 3 + ["slow"] * 3)
        runs.enter_context(engine.start(runaway("modest")))
        await_states(engine, "modest", ["slow"])


def test_a_client_cannot_fill_the_queue(snapshot: Path) -> None:
    limits = replace(ROOMY, max_queue=4, client_queries=1)
    with PoolProcess(snapshot, limits) as pool, ExitStack() as runs:
        engine = pool.client()
        for _ in range(3):
            runs.enter_context(engine.start(runaway("greedy")))
        await_states(engine, "greedy", ["slow", "waiting", "waiting"])
        with engine.start(runaway("greedy")) as surplus, pytest.raises(TooManyQueries, match="2 queries of yours"):
            surplus.first()
        for _ in range(3):
            runs.enter_context(engine.start(runaway("second")))
        with engine.start(runaway("third")) as run:
            await_states(engine, "third", ["slow"])
            with engine.start(runaway("third")) as full, pytest.raises(QueryQueueFull):
                full.first()
            run.close()


def test_the_server_itself_is_no_client(snapshot: Path) -> None:
    with PoolProcess(snapshot, replace(HAS_BUDGET, client_queries=1)) as pool, ExitStack() as runs:
        engine = pool.client()
        for _ in range(3):
            runs.enter_context(engine.start(runaway("")))
        wait_until(engine, lambda status: status.busy == 3)
        with engine.start(QueryRequest(COUNT, "text/csv")) as run:
            assert run.first()
            assert run.allowance is None


def test_every_answer_says_what_is_left_until_nothing_is(snapshot: Path) -> None:
    with PoolProcess(snapshot, HAS_BUDGET) as pool:
        engine = pool.client()
        with engine.start(QueryRequest(COUNT, "text/csv", client="heavy")) as run:
            assert run.first()
            assert run.allowance is not None and run.allowance.budget_s == 1.0
            assert 0.5 < run.allowance.left_s <= 1.0
            assert list(run.chunks()) == []
        with engine.start(runaway("heavy")):
            await_overdrawn(engine)
        with engine.start(runaway("heavy")) as refused, pytest.raises(BudgetSpent) as caught:
            refused.first()
        assert caught.value.retry_after_s > 1
        with engine.start(QueryRequest(COUNT, "text/csv", client="other")) as run:
            assert run.first()


def await_overdrawn(engine: EngineClient) -> None:
    """Until the running query of this client has taken more than its budget."""
    end = time.monotonic() + 20
    while max((query.seconds for query in engine.running()), default=0) < 1.2:
        assert time.monotonic() < end
        time.sleep(0.05)


def test_an_event_loop_learns_what_is_left_too(snapshot: Path) -> None:
    async def ask(engine: EngineClient) -> float | None:
        async with await engine.start_async(QueryRequest(COUNT, "text/csv", client="async")) as run:
            rest = await run.first()
            while chunk := await run.first():
                rest += chunk
            assert rest.endswith(b"2000\r\n")
            return run.allowance.left_s if run.allowance else None

    with PoolProcess(snapshot, HAS_BUDGET) as pool:
        assert asyncio.run(ask(pool.client()))


def test_without_a_budget_nothing_is_said_of_one(engine: EngineClient) -> None:
    with engine.start(QueryRequest(COUNT, "text/csv", client="anybody")) as run:
        assert run.first()
        assert run.allowance is None
    assert answer(engine, COUNT, "text/csv")


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 30)), max_size=20))
def test_what_is_left_never_exceeds_the_budget_and_fills_up_within_the_window(
    steps: list[tuple[float, float]],
) -> None:
    accounts, now, budget_s = Accounts(30.0), 0.0, 30.0
    for pause_s, seconds in steps:
        now += pause_s
        before = accounts.allowance("c", now, 0.0)
        accounts.charge("c", seconds, now)
        after = accounts.allowance("c", now, 0.0)
        assert before and after
        assert after.left_s == pytest.approx(before.left_s - seconds)
        assert after.left_s <= budget_s
        whole = accounts.allowance("c", now + after.whole_in_s, 0.0)
        assert whole and whole.left_s == pytest.approx(budget_s)
        assert after.whole_in_s == pytest.approx((budget_s - after.left_s) / budget_s * WINDOW_S)


def test_accounts_are_bounded_in_number() -> None:
    accounts = Accounts(30.0)
    for number in range(MAX_ACCOUNTS + 1):
        accounts.charge(f"client {number}", 10.0, 0.0)
    first, last = accounts.allowance("client 0", 0.0, 0.0), accounts.allowance(f"client {MAX_ACCOUNTS}", 0.0, 0.0)
    assert first and first.left_s == 30.0
    assert last and last.left_s == 20.0
