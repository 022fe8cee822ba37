"""A real server for the tests: one process started once per run, spoken to over HTTP."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

EDITIONS = Path(__file__).parent / "editions"
ROOT = Path(__file__).parents[1]
CRATES = 130
START_S = 60.0  # bound, not a wait: the server says when it is ready


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: a test waits for a server as often as it computes."""
    return len(os.sched_getaffinity(0)) + 1


class Server:
    """``garrison serve`` as a process, and a client for it."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "garrison", "serve", str(folder), "--port", "0", "--workers", "1"]
        self.process = subprocess.Popen(
            [*command, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.url = self._await_ready()
        self.client = httpx.Client(base_url=self.url, timeout=30.0)

    def get(self, path: str, accept: str | None = None, **parameters: str) -> httpx.Response:
        """GET with nothing but what is said: httpx's own headers would hide what an absent header does."""
        request = self.client.build_request("GET", path, params=parameters or None)
        for name in ("accept", "accept-encoding", "user-agent"):
            request.headers.pop(name, None)
        if accept is not None:
            request.headers["accept"] = accept
        return self.client.send(request)

    def connect(self) -> socket.socket:
        """A connection of one's own, to send what no client library would."""
        url = httpx.URL(self.url)
        return socket.create_connection((url.host, url.port), timeout=30)

    def raw(self, request_line: str) -> bytes:
        """Send a request line as it is; return all that is answered."""
        with self.connect() as connection:
            connection.sendall(f"{request_line}\r\nHost: quay\r\nConnection: close\r\n\r\n".encode())
            return b"".join(iter(lambda: connection.recv(65_536), b""))

    def next_line(self) -> str:
        """What it says next; waits for it."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def busy(self) -> int:
        """How many readers hold a query."""
        busy = self.client.get("/health").json()["readers"]["busy"]
        assert isinstance(busy, int)
        return busy

    def stop(self) -> None:
        """End it as Ctrl-C does, and wait."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(START_S)
        self.close()

    def close(self) -> None:
        """Let go of a server that has ended."""
        self.client.close()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _await_ready(self) -> str:
        assert self.process.stdout is not None
        said = []
        for line in self.process.stdout:
            said.append(line)
            if "http://" in line:
                return line.split()[-1].strip()
        self.process.wait(START_S)
        self.process.stdout.close()
        raise AssertionError("the server ended before it was ready:\n" + "".join(said))


@pytest.fixture(scope="session")
def quay(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The quay edition as a folder: its own data and queries under the ontology of this repository."""
    folder = tmp_path_factory.mktemp("editions") / "quay"
    shutil.copytree(EDITIONS / "quay", folder)
    shutil.copytree(ROOT / "ontology", folder / "ontology")
    (folder / "graph_data" / "entities" / "crates.ttl").write_text(_crates(), "utf-8")
    return folder


def _crates() -> str:
    """More things that point to one place than a page shows."""
    see_also = "<http://www.w3.org/2000/01/rdf-schema#seeAlso>"
    base = "https://w3id.org/garrison/id/place/"
    return "".join(f"<{base}crate-{n}> {see_also} <{base}quay> .\n" for n in range(CRATES))


@pytest.fixture(scope="session")
def server(quay: Path) -> Iterator[Server]:
    """The quay edition, served; tests that only read share it."""
    started = Server(quay)
    yield started
    started.stop()


@pytest.fixture(scope="session")
def hasty_server(quay: Path) -> Iterator[Server]:
    """The same, but no query may take longer than a second."""
    started = Server(quay, "--query-timeout", "1", "--memory-limit", "256")
    yield started
    started.stop()


def until(holds: Callable[[], bool], bound_s: float = 10.0) -> bool:
    """Poll until something holds; ``False`` if it does not within the bound."""
    deadline = time.monotonic() + bound_s
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return holds()


def children(pid: int) -> list[int]:
    """The processes of a server: all of the session that it began, for what a killed pool leaves has no parent."""
    return [found for found, fields in _processes() if int(fields[3]) == pid != found and fields[0] != "Z"]


def _processes() -> Iterator[tuple[int, list[str]]]:
    """Every process, with its fields of proc(5) from its state on."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):  # it ended while we looked
                yield int(entry.name), (entry / "stat").read_text("utf-8").rpartition(")")[2].split()


def is_pool(pid: int) -> bool:
    """Tell if a process is a pool, and not one of its readers or its spare, whose command line is the same."""
    return _is_engine(pid) and not _is_engine(parent(pid))


def is_spare(pid: int) -> bool:
    """Tell if a process waits to take a pool's place; a reader is what ends first where memory is short."""
    return is_pool(parent(pid)) and not _is_expendable(pid)


def is_reader(pid: int) -> bool:
    return is_pool(parent(pid)) and _is_expendable(pid)


def _is_expendable(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/oom_score_adj").read_text("ascii").strip() == "1000"
    except OSError:
        return False


def parent(pid: int) -> int:
    """The process that started a process; 0 for one that has ended."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _is_engine(pid: int) -> bool:
    try:
        return b"garrison.engine" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def is_alive(pid: int) -> bool:
    """Tell if a process runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "\nState:\tZ" not in (Path("/proc") / str(pid) / "status").read_text("utf-8")
