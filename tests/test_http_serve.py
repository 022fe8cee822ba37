"""``garrison serve`` as a process: one address, one sentence when it cannot be had, nothing left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from conftest import START_S, Server, children, is_alive, is_pool, until


def serve(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "garrison", "serve", *arguments],
        capture_output=True,
        text=True,
        timeout=START_S,
        check=False,
    )


def test_health_says_what_is_served(server: Server) -> None:
    health = server.get("/health").json()
    assert health["status"] == "ok"
    assert len(health["version"]) == 64
    assert health["quads"] > 100
    assert health["queries"] == 3


def test_a_port_that_is_taken_is_said_in_one_sentence(quay: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = serve(str(quay), "--port", port)
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        f"garrison: Port {port} on 127.0.0.1 cannot be used (address already in use); choose another with --port."
    ]


def test_the_port_of_a_running_server_is_taken_too(server: Server, quay: Path) -> None:
    """Granian's workers share their port, so a second server would start and take half of the clients."""
    port = str(httpx.URL(server.url).port)
    assert serve(str(quay), "--port", port).returncode == 1


@pytest.mark.parametrize(
    ("option", "value"), [("--workers", "0"), ("--query-timeout", "0"), ("--memory-limit", "1"), ("--port", "99999")]
)
def test_a_wrong_setting_is_named_with_what_is_allowed(quay: Path, option: str, value: str) -> None:
    result = serve(str(quay), option, value)
    assert result.returncode == 1
    assert result.stderr.startswith(f"garrison: The setting {option.strip('-')} is ")
    assert "allowed is" in result.stderr


def test_a_folder_that_is_no_edition_is_said_in_one_sentence(tmp_path: Path) -> None:
    result = serve(str(tmp_path), "--port", "0")
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert "is not an edition" in result.stderr


def test_temporary_files_may_lie_deep(quay: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address of a socket has 107 bytes at most."""
    deep = tmp_path / ("temporary-" * 12) / "files"
    deep.mkdir(parents=True)
    monkeypatch.setenv("TMPDIR", str(deep))
    server = Server(quay)
    try:
        assert server.get("/sparql", query="ASK {}").status_code == 200
        for pool in [pid for pid in children(server.process.pid) if is_pool(pid)]:
            os.kill(pool, signal.SIGKILL)
        assert until(lambda: server.get("/sparql", query="ASK {} # again").status_code == 200)
    finally:
        server.stop()
    assert list(deep.glob("garrison-*")) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_end_ends_everything(quay: Path, number: signal.Signals) -> None:
    ending = Server(quay)
    started = children(ending.process.pid)
    assert len(started) >= 3  # a worker, the pool, an idle reader
    ending.process.send_signal(number)
    assert ending.process.wait(START_S) == 0
    assert until(lambda: not any(map(is_alive, started)))
    ending.close()


def test_the_end_comes_soon_though_a_query_runs(quay: Path) -> None:
    ending = Server(quay)
    with ending.connect() as asking:
        query = "SELECT*{?a ?b ?c.?d ?e ?f.?g ?h ?i.?j ?k ?l}ORDER BY ?l"
        target = str(httpx.URL("/sparql", params={"query": query}))
        asking.sendall(f"GET {target} HTTP/1.1\r\nHost: quay\r\n\r\n".encode())
        assert until(lambda: ending.busy() == 1)
        started = children(ending.process.pid)
        ending.process.send_signal(signal.SIGTERM)
        assert ending.process.wait(15) == 0
    assert until(lambda: not any(map(is_alive, started)))
    ending.close()


def test_a_server_that_is_killed_leaves_nobody_behind(quay: Path) -> None:
    ending = Server(quay)
    started = children(ending.process.pid)
    os.kill(ending.process.pid, signal.SIGKILL)
    ending.process.wait(START_S)
    assert until(lambda: not any(map(is_alive, started)))
    ending.close()


def test_what_a_killed_server_leaves_is_removed_by_the_next(
    quay: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an edition was built into stayed for ever."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    killed = Server(quay)
    os.kill(killed.process.pid, signal.SIGKILL)
    killed.process.wait(START_S)
    killed.close()
    assert list(tmp_path.glob("garrison-*")) != []
    Server(quay).stop()
    assert list(tmp_path.glob("garrison-*")) == []


def test_nobody_else_can_hold_the_start_up(quay: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody may write to the usual TMPDIR; who opens a pipe there waits until somebody writes to it."""
    (tmp_path / "garrison-trap").mkdir()
    os.mkfifo(tmp_path / "garrison-trap" / "lock")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    Server(quay).stop()


def test_a_worker_that_is_killed_is_replaced(quay: Path) -> None:
    serving = Server(quay)
    worker = next(pid for pid in children(serving.process.pid) if _is_worker(pid))
    os.kill(worker, signal.SIGKILL)
    assert until(lambda: _answers(serving), 20)
    serving.stop()


def test_the_public_address_is_the_one_that_is_told(quay: Path) -> None:
    serving = Server(quay, "--public-url", "https://quay.example/")
    problem = serving.get("/nothing").json()
    assert problem["type"] == "https://quay.example/problems/not-found"
    assert "<https://quay.example/sparql>" in serving.get("/sparql", "text/turtle").text
    serving.stop()


def _is_worker(pid: int) -> bool:
    return "garrison.engine" not in Path(f"/proc/{pid}/cmdline").read_text("utf-8")


def _answers(serving: Server) -> bool:
    try:
        return httpx.get(f"{serving.url}/health", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
