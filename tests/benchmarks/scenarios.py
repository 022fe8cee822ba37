"""What is measured: each scenario asks all servers in turn, round after round, and returns figures by server.

In turn, because this machine is not the same from one minute to the next: a ratio within one round is worth more than
any of its two times. What is compared is the median of the rounds.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import httpx
import pyoxigraph as ox
from load import JSON_RESULTS, NTRIPLES, Measured, Runaways, fetch, press
from peers import Peer
from query_shapes import GRAPHS, LARGE, SHAPES, variants

from conftest import children
from garrison.edition.query_files import read_catalogue

Figures = dict[str, dict[str, float]]  # what was measured -> server -> figure
MOST_ROWS = "500,000 rows"
QUICK = ("point", "two hops", "ask", "optional, order, limit")
DEADLINE_S = 2
_MEGA = 1_000_000


def asked(shapes: Sequence[str], smallest: int) -> list[tuple[str, str]]:
    """Requests of these shapes, mixed: (media type, query)."""
    by_shape = [[(media_type(shape), text) for text in variants(shape, smallest)] for shape in shapes]
    longest = max(map(len, by_shape))
    return [texts[number % len(texts)] for number in range(longest) for texts in by_shape]


def media_type(shape: str) -> str:
    return NTRIPLES if shape in GRAPHS else JSON_RESULTS


def sizes_of_answers(peers: Sequence[Peer], smallest: int) -> Mapping[str, Mapping[str, int]]:
    """How many rows or triples each server gives for the first text of each shape; DESCRIBE is each server's own."""
    return {
        shape: {peer.name: _size(peer.url, variants(shape, smallest)[0], shape) for peer in peers}
        for shape in SHAPES
        if shape not in ("describe", MOST_ROWS)
    }


def _size(url: str, text: str, shape: str) -> int:
    answer = httpx.get(url, params={"query": text}, headers={"Accept": media_type(shape)}, timeout=120)
    if shape in GRAPHS:
        return len(list(ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES)))
    results = ox.parse_query_results(answer.content, format=ox.QueryResultsFormat.JSON)
    return 1 if isinstance(results, ox.QueryBoolean) else len(list(results))


def alone(peers: Sequence[Peer], shapes: Sequence[str], smallest: int, rounds: int, seconds: float) -> Figures:
    """Milliseconds at the median, one client."""
    figures: Figures = {}
    for shape in shapes:
        told: dict[str, list[float]] = {peer.name: [] for peer in peers}
        for _ in range(rounds):
            for peer in peers:
                told[peer.name].append(_median_ms(peer, shape, smallest, seconds))
        figures[shape] = {name: median(values) for name, values in told.items()}
    return figures


def _median_ms(peer: Peer, shape: str, smallest: int, seconds: float) -> float:
    if shape != MOST_ROWS:
        measured = press(peer.url, asked([shape], smallest), 1, seconds)
        if measured.requests and not measured.failed:
            return measured.p50
    return fetch(peer.url, variants(shape, smallest)[0], media_type(shape))[2] * 1e3


def in_process(data: Path, shapes: Sequence[str], smallest: int) -> dict[str, float]:
    """Milliseconds at the median with pyoxigraph alone, in memory, to the last byte."""
    store = ox.Store()
    store.bulk_load(path=str(data), format=ox.RdfFormat.N_QUADS)
    figures = {}
    for shape in shapes:
        texts, times = variants(shape, smallest), []
        for number in range(400):
            begin = time.perf_counter()
            results = store.query(texts[number % len(texts)])
            if isinstance(results, ox.QueryTriples):
                results.serialize(format=ox.RdfFormat.N_TRIPLES)
            else:
                results.serialize(format=ox.QueryResultsFormat.JSON)
            times.append(time.perf_counter() - begin)
        figures[shape] = median(times) * 1e3
    return figures


def crowd(
    peers: Sequence[Peer], requests: Sequence[tuple[str, str]], clients: int, rounds: int, seconds: float
) -> Figures:
    """Requests a second, and milliseconds at the 95th percentile, of so many clients."""
    told: dict[str, list[Measured]] = {peer.name: [] for peer in peers}
    for _ in range(rounds):
        for peer in peers:
            told[peer.name].append(press(peer.url, requests, clients, seconds))
    return {
        "requests a second": {name: median(each.rate for each in runs) for name, runs in told.items()},
        "p95, ms": {name: median(each.p95 for each in runs) for name, runs in told.items()},
        "failed": {name: float(sum(each.failed for each in runs)) for name, runs in told.items()},
    }


def built_edition(edition: Path, folder: Path) -> Path:
    """Build the edition into ``folder``; return the snapshot."""
    command = [sys.executable, "-m", "garrison", "build", str(edition), "--out", str(folder)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder / (folder / "current").read_text("utf-8").strip()


def saved_queries(edition: Path) -> list[tuple[str, str]]:
    """The queries of an edition that ask for rows and need no parameter."""
    catalogue = read_catalogue(edition / "queries")
    return [
        (JSON_RESULTS, each.text)
        for each in catalogue.queries.values()
        if not each.parameters and not each.is_guard and each.returns
    ]


def beside_runaways(start: Callable[[], Peer], smallest: int, rounds: int, seconds: float) -> dict[str, float]:
    """Milliseconds at the 95th percentile of eight clients: alone, and beside four clients whose queries never end."""
    requests = asked(QUICK, smallest)
    told: dict[str, list[float]] = {"alone": [], "beside": []}
    for _ in range(rounds):
        peer = start()
        try:
            press(peer.url, requests, 8, 1)
            told["alone"].append(press(peer.url, requests, 8, seconds).p95)
            with Runaways(peer.url, 4):
                told["beside"].append(press(peer.url, requests, 8, seconds).p95)
        finally:
            peer.stop(patience_s=3)  # a peer may still evaluate
    alone_ms, beside_ms = (median(values) for values in told.values())
    return {"alone, p95 ms": alone_ms, "beside runaways, p95 ms": beside_ms, "ratio": beside_ms / alone_ms}


def deadlines(peer: Peer, times: int) -> dict[str, float]:
    """By how many seconds each query that never ends outlasts the deadline of ``DEADLINE_S``."""
    late = []
    for _ in range(times):
        status, _first, total, _bytes = fetch(peer.url, Runaways.QUERY)
        assert status == 503, status
        late.append(total - DEADLINE_S)
    return {"times": times, "median, s": median(late), "longest, s": max(late)}


def large(peers: Sequence[Peer], rounds: int) -> Figures:
    """Of 500,000 rows as JSON: milliseconds to the first byte, and megabytes a second."""
    first: dict[str, list[float]] = {peer.name: [] for peer in peers}
    rate: dict[str, list[float]] = {peer.name: [] for peer in peers}
    for _ in range(rounds):
        for peer in peers:
            _status, begun, total, count = fetch(peer.url, LARGE)
            first[peer.name].append(begun * 1e3)
            rate[peer.name].append(count / _MEGA / total)
    return {
        "first byte, ms": {name: median(values) for name, values in first.items()},
        "MB a second": {name: median(values) for name, values in rate.items()},
    }


def four_at_once(peer: Peer) -> dict[str, float]:
    """MB that four such results at once add to the memory of all processes of a server, and to one of them."""
    before = sum(_memory(pid, "Pss") for pid in _processes(peer))
    threads = [threading.Thread(target=fetch, args=(peer.url, LARGE)) for _ in range(4)]
    with _watched(peer) as most:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return {"before": before, "added": most["all"] - before, "most private of one": most["one"]}


@contextmanager
def _watched(peer: Peer) -> Iterator[dict[str, float]]:
    """The most memory that was in use while the block ran."""
    most, stopping = {"all": 0.0, "one": 0.0}, threading.Event()

    def watch() -> None:
        while not stopping.wait(0.02):
            pids = _processes(peer)
            most["all"] = max(most["all"], sum(_memory(pid, "Pss") for pid in pids))
            most["one"] = max(most["one"], *(_memory(pid, "Private_Dirty") for pid in pids))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        stopping.set()
        watcher.join()


def _processes(peer: Peer) -> list[int]:
    return [peer.process.pid, *children(peer.process.pid)]


def _memory(pid: int, kind: str) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:")) / 1_024
    except (OSError, IndexError):  # it ended while we looked
        return 0.0
