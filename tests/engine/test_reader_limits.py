"""What a reader cannot do, whatever reaches it: call out, open files, dump core, outgrow its memory."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.conftest import answer
from garrison.engine.client import EngineClient
from garrison.errors import EvaluationFailed, QueryRefused
from garrison.services.query import QueryService


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        yield server


def _call(listener: socket.socket, silent: str = "") -> str:
    host, port = listener.getsockname()
    return f"SELECT * WHERE {{ SERVICE {silent} <http://{host}:{port}/sparql> {{ ?s ?p ?o }} }}"


def _nobody_called(listener: socket.socket) -> bool:
    try:
        listener.accept()[0].close()
    except TimeoutError:
        return True
    return False


@pytest.mark.parametrize("silent", ["", "SILENT"])
def test_a_call_to_another_endpoint_is_refused(service: QueryService, listener: socket.socket, silent: str) -> None:
    with pytest.raises(QueryRefused, match="SERVICE is not evaluated here") as caught:
        service.select(_call(listener, silent))
    assert (caught.value.rule, caught.value.line, caught.value.column) == ("service", 1, 18)
    assert _nobody_called(listener)


def test_a_call_that_reaches_a_reader_reaches_nobody_else(engine: EngineClient, listener: socket.socket) -> None:
    with pytest.raises(EvaluationFailed, match="asks another endpoint"):
        answer(engine, _call(listener))
    assert _nobody_called(listener)


def test_a_silent_call_that_reaches_a_reader_reaches_nobody_else(engine: EngineClient, listener: socket.socket) -> None:
    answer(engine, _call(listener, "SILENT"))
    assert _nobody_called(listener)


def test_a_reader_that_has_answered_cannot_call_out_either(engine: EngineClient, listener: socket.socket) -> None:
    for _ in range(8):
        answer(engine, "ASK {}")
        with pytest.raises(EvaluationFailed):
            answer(engine, _call(listener))
    assert _nobody_called(listener)


def test_every_reader_has_one_descriptor_to_spare_and_bounded_memory(engine: EngineClient) -> None:
    for pid in engine.status().reader_pids:
        limits = _limits(pid)
        assert limits["Max open files"] == ("4", "4")
        assert limits["Max core file size"] == ("0", "0")
        assert int(limits["Max address space"][0]) - _address_space(pid) <= 128 * 1024 * 1024
        assert sorted(_descriptors(pid)) == [0, 1, 2]


def test_functions_that_ask_the_system_still_work(service: QueryService) -> None:
    row = service.select("SELECT (NOW() AS ?now) (RAND() AS ?dice) (UUID() AS ?id) WHERE {}")[0]
    assert set(row) == {"now", "dice", "id"}


def _limits(pid: int) -> dict[str, tuple[str, str]]:
    lines = Path(f"/proc/{pid}/limits").read_text("ascii").splitlines()[1:]
    return {line[:26].strip(): (line[26:47].strip(), line[47:68].strip()) for line in lines}


def _address_space(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[0]) * 4096


def _descriptors(pid: int) -> list[int]:
    return [int(entry.name) for entry in Path(f"/proc/{pid}/fd").iterdir()]
