"""Load from outside: ``wrk`` for requests a second, and plain sockets for large answers and for what never ends.

``wrk`` is written in C and takes a small part of one core, so that a fast server is not measured by a slow client.
"""

from __future__ import annotations

import json
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

JSON_RESULTS = "application/sparql-results+json"
NTRIPLES = "application/n-triples"
_TIMEOUT_S = 30
_SCRIPT = """
local paths, next_path = {}, 0
for line in io.lines("%(paths)s") do
  local accept, path = line:match("^(%%S+) (.*)$")
  paths[#paths + 1] = wrk.format("GET", path, {["Accept"] = accept, ["Host"] = "%(host)s"})
end
function request()
  next_path = next_path %% #paths + 1
  return paths[next_path]
end
function done(summary, latency, requests)
  local e = summary.errors
  local failed = e.connect + e.read + e.write + e.status + e.timeout
  io.write("\\nJSON ", string.format('{"requests": %%d, "seconds": %%f, "bytes": %%d, "failed": %%d, ',
    summary.requests, summary.duration / 1e6, summary.bytes, failed))
  io.write(string.format('"p50": %%f, "p95": %%f, "worst": %%f}\\n',
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency.max / 1e3))
end
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of load."""

    requests: int
    seconds: float
    p50: float  # ms
    p95: float  # ms
    worst: float  # ms
    bytes: int
    failed: int

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def path_of(url: str, query: str) -> str:
    """The target of a request for this query."""
    return f"{urlsplit(url).path}?{urlencode({'query': query})}"


def press(url: str, asked: Sequence[tuple[str, str]], connections: int, seconds: float) -> Measured:
    """Ask (media type, query) in turn over so many connections, each at once when it was answered."""
    with tempfile.TemporaryDirectory(prefix="garrison-bench-") as folder:
        paths, script = Path(folder) / "paths", Path(folder) / "load.lua"
        paths.write_text("".join(f"{accept} {path_of(url, query)}\n" for accept, query in asked), "utf-8")
        script.write_text(_SCRIPT % {"paths": paths, "host": urlsplit(url).netloc}, "utf-8")
        command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", f"--timeout={_TIMEOUT_S}s"]
        done = subprocess.run(
            [*command, "-s", str(script), url], capture_output=True, text=True, timeout=seconds + 2 * _TIMEOUT_S
        )
    line = next((line for line in done.stdout.splitlines() if line.startswith("JSON ")), None)
    if line is None:
        raise RuntimeError(f"wrk failed: {done.stderr or done.stdout}")
    return Measured(**json.loads(line.removeprefix("JSON ")))


def fetch(url: str, query: str, accept: str = JSON_RESULTS, source: str = "127.0.0.1") -> tuple[int, float, float, int]:
    """Ask once: status (0: closed without an answer), seconds to the first byte, seconds in all, bytes as they came."""
    at = urlsplit(url)
    assert at.hostname and at.port
    begin = time.perf_counter()
    with socket.create_connection((at.hostname, at.port), timeout=120, source_address=(source, 0)) as connection:
        lines = (f"GET {path_of(url, query)} HTTP/1.1", f"Host: {at.netloc}", f"Accept: {accept}", "Connection: close")
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        room = bytearray(1 << 20)
        count = connection.recv_into(room)
        status = int(room[9:12]) if count >= 12 else 0
        first, total = time.perf_counter() - begin, count
        while count:
            count = connection.recv_into(room)
            total += count
    return status, first, time.perf_counter() - begin, total


class Runaways:
    """Clients with other addresses that ask, over and over, what never ends."""

    QUERY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"

    def __init__(self, url: str, count: int) -> None:
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._ask, args=(url, f"127.0.0.{number}"), daemon=True)
            for number in range(2, count + 2)
        ]

    def __enter__(self) -> Runaways:
        for thread in self._threads:
            thread.start()
        time.sleep(1)  # until they are being evaluated
        return self

    def __exit__(self, *_: object) -> None:
        """They end with the next answer, at the latest when their server does."""
        self._stopping.set()

    def _ask(self, url: str, source: str) -> None:
        while not self._stopping.is_set():
            try:
                fetch(url, self.QUERY, source=source)
            except OSError:
                self._stopping.wait(0.1)
