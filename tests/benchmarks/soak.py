"""Mixed load while something is killed every few seconds: ``python tests/benchmarks/soak.py --seconds 600``.

Every ``--every`` seconds one process of the server (a reader, the pool, its spare or an HTTP worker, at random) gets
SIGKILL.
Clients ask all the while and know the answers: one that differs is wrong, and so is a stream that ends early as if it
were whole. A probe asks fifty times a second; a kill's gap is the time after it in which a probe began that failed.
With ``--switch`` two versions are published in turn. Memory is the proportional share (PSS) of all processes, printed
and drawn. Exit status 1: an answer was wrong, or a gap longer than a second.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import itertools
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

import httpx

sys.path.insert(0, str(Path(__file__).parents[1]))
from soak_plot import draw

from conftest import Server, children, is_pool, is_reader, is_spare
from garrison.edition.build import build
from garrison.edition.finder import published_edition
from garrison.edition.snapshot import write_snapshot

CLIENTS = 6
TIMEOUT_S = 2  # for a query of the server; runaways fill it
CSV = {"Accept": "text/csv"}
SUM = "SELECT (SUM(?x * 10 + ?y) AS ?n) { VALUES ?x { 0 1 2 3 4 5 6 7 8 9 } VALUES ?y { 0 1 2 3 4 5 6 7 8 9 } }"
# Blank nodes are named anew by each pool that loads them.
ALL = "SELECT ?s ?p ?o { ?s ?p ?o FILTER(!ISBLANK(?s) && !ISBLANK(?o)) }"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SAVED = 12  # saved queries that are asked
PROBE_S = 0.02
REST_S = 0.05  # of a client that was refused
SHORT_GAP_S, LONGEST_GAP_S = 0.1, 1.0  # what is told of by itself, and what is a failure


@dataclass
class Record:
    """What happened, by the second at which it did."""

    begun: float = field(default_factory=time.monotonic)
    told: Counter[str] = field(default_factory=Counter)  # outcome of a request -> times
    wrong: list[str] = field(default_factory=list)
    kills: list[tuple[float, str]] = field(default_factory=list)
    failed_probes: list[tuple[float, float, str]] = field(default_factory=list)  # second begun, second ended, why
    memory: list[tuple[float, float, float]] = field(default_factory=list)  # second, MB of HTTP, MB of engine

    def now(self) -> float:
        return time.monotonic() - self.begun

    def gaps(self) -> list[tuple[str, float]]:
        """Of each kill, what was killed, and the seconds after it in which a probe began that failed."""
        ends = [at for at, _kind in self.kills[1:]] + [float("inf")]
        return [
            (kind, max((0.0, *(began - at for began, failed, _why in self.failed_probes if at <= failed < end))))
            for (at, kind), end in zip(self.kills, ends, strict=True)
        ]


class Client:
    """Asks one thing after another, and compares what it is told with what is right."""

    def __init__(self, url: str, right: dict[str, str], record: Record, number: int) -> None:
        self.http = httpx.Client(base_url=url, timeout=30)
        self.right = right
        self.record = record
        self.random = random.Random(number)
        self.marks = (f"# {number}-{n}" for n in itertools.count())

    def run(self, stopping: threading.Event) -> None:
        ways = [self._cheap] * 8 + [self._saved] * 6 + [self._thing] * 3 + [self._large, self._runaway, self._leave]
        with self.http:
            while not stopping.is_set():
                try:
                    outcome = self.random.choice(ways)()
                except httpx.TransportError:
                    outcome = "connection broke"
                self.record.told[outcome] += 1

    def _cheap(self) -> str:
        return self._judge("cheap", self._ask(SUM))

    def _large(self) -> str:
        return self._judge("large", self._ask(ALL))

    def _saved(self) -> str:
        address = self.random.choice([name for name in self.right if name.startswith("/api/")])
        return self._judge(address, self.http.get(address, headers=CSV))

    def _thing(self) -> str:
        address = self.random.choice([name for name in self.right if name.startswith("/id/")])
        return self._judge(address, self.http.get(address))

    def _runaway(self) -> str:
        return self._judge("runaway", self._ask(RUNAWAY))

    def _leave(self) -> str:
        with self.http.stream("POST", "/sparql", data={"query": ENDLESS}, headers=CSV) as answer:
            if answer.status_code != 200:
                return self._refused(answer)
            next(answer.iter_bytes())
            return "left"

    def _ask(self, query: str) -> httpx.Response:
        """Each text is another, so that none is answered from memory."""
        return self.http.post("/sparql", data={"query": f"{query}{next(self.marks)}"}, headers=CSV)

    def _judge(self, what: str, answer: httpx.Response) -> str:
        if answer.status_code != 200:
            return self._refused(answer)
        if digest(answer.text) == self.right.get(what):
            return "right"
        self.record.wrong.append(f"{what}: {len(answer.content)} bytes, {answer.text[:200]!r}")
        return "WRONG"

    def _refused(self, answer: httpx.Response) -> str:
        kind = answer.headers.get("Content-Type", "")
        slug = "" if "problem+json" not in kind else answer.read().decode().partition("/problems/")[2].partition('"')[0]
        if answer.status_code in (429, 503):
            time.sleep(REST_S)
            return f"{answer.status_code} {slug}"
        self.record.wrong.append(f"{answer.status_code} {slug}")
        return "WRONG"


def digest(text: str) -> str:
    """The order of rows is free."""
    return hashlib.sha256("\n".join(sorted(text.splitlines())).encode()).hexdigest()


def right_answers(url: str) -> dict[str, str]:
    """What each question is answered while nothing disturbs."""
    with httpx.Client(base_url=url, timeout=60) as asking:
        names = [query["name"] for query in asking.get("/queries", headers={"Accept": "application/json"}).json()]
        things = ["/id/place/kirkenes.ttl", "/id/place/kirkenes.html", "/id/place/pechenga-settlement.nt"]
        found = {name: asking.get(name, headers=CSV) for name in [f"/api/{n}" for n in names[:SAVED]] + things}
        found |= {
            what: asking.post("/sparql", data={"query": query}, headers=CSV)
            for what, query in (("cheap", SUM), ("large", ALL))
        }
    return {what: digest(answer.text) for what, answer in found.items() if answer.status_code == 200}


def kill_now_and_then(server: Server, record: Record, every_s: float, seed: int) -> Callable[[], None]:
    """A function that kills one process when it is due."""
    chosen = random.Random(seed)
    due = itertools.count(1)
    next_at = [next(due) * every_s]

    def kill() -> None:
        if record.now() < next_at[0]:
            return
        next_at[0] = next(due) * every_s
        kinds = processes(server)
        kind = chosen.choice([name for name, pids in kinds.items() if pids] or ["none"])
        if kind != "none":
            at = record.now()  # read before: a probe that fails by it may be noted at once
            with suppress(ProcessLookupError):  # it ended by itself since it was listed
                os.kill(chosen.choice(kinds[kind]), signal.SIGKILL)
                record.kills.append((at, kind))

    return kill


def processes(server: Server) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {"reader": [], "pool": [], "spare": [], "worker": []}
    kinds = {"pool": is_pool, "spare": is_spare, "reader": is_reader}
    for pid in children(server.process.pid):
        found[next((kind for kind, holds in kinds.items() if holds(pid)), "worker")].append(pid)
    return found


def probe(url: httpx.URL, record: Record, stopping: threading.Event) -> None:
    """Ask what no memory holds, each time on a connection of its own."""
    for number in itertools.count():
        if stopping.wait(PROBE_S):
            return
        at = record.now()
        connection = http.client.HTTPConnection(url.host, url.port or 80, timeout=5)
        try:
            connection.request("GET", f"/sparql?query=ASK%7B%7D%23{number}")
            answer = connection.getresponse()
            why = "" if answer.status == 200 else f"{answer.status} {answer.read(300).decode()}"
        except (OSError, http.client.HTTPException) as error:
            why = repr(error)
        finally:
            connection.close()
        if why:
            record.failed_probes.append((at, record.now(), why))


def measure(server: Server, record: Record) -> None:
    kinds = processes(server)
    engine = sum(map(proportional_mb, kinds["pool"] + kinds["spare"] + kinds["reader"]))
    http_side = sum(map(proportional_mb, [server.process.pid, *kinds["worker"]]))
    record.memory.append((record.now(), http_side, engine))


def proportional_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1_024
    except (OSError, IndexError):  # it ended while we looked
        return 0.0


def soak(server: Server, folder: Path, seconds: float, every_s: float, switch_s: float, seed: int) -> Record:
    """Load, kill and measure for so long."""
    right = right_answers(server.url)
    record, stopping = Record(), threading.Event()
    clients = [Client(server.url, right, record, number) for number in range(CLIENTS)]
    threads = [threading.Thread(target=client.run, args=(stopping,)) for client in clients]
    threads.append(threading.Thread(target=probe, args=(httpx.URL(server.url), record, stopping)))
    threads.append(threading.Thread(target=lambda: list(server.process.stdout or []), daemon=True))
    for thread in threads:
        thread.start()
    kill, switched = kill_now_and_then(server, record, every_s, seed), 0.0
    try:
        while record.now() < seconds and server.process.poll() is None:
            kill()
            measure(server, record)
            if switch_s and record.now() - switched > switch_s:
                switched = record.now()
                switch(server, folder)
            time.sleep(0.2)
    finally:
        stopping.set()
        for thread in threads[:-1]:
            thread.join()
    return record


def switch(server: Server, folder: Path) -> None:
    """Publish the other version, which differs in what nobody asks."""
    current = folder / "current"
    names = sorted(path.name for path in folder.iterdir() if path.is_dir())
    other = next(name for name in names if name != current.read_text("ascii").strip())
    (folder / ".current.new").write_text(other + "\n", "ascii")
    (folder / ".current.new").replace(current)
    server.process.send_signal(signal.SIGHUP)


def report(record: Record, server: Server) -> bool:
    """Print what happened; tell if it is as it should be."""
    total = sum(record.told.values())
    print(
        f"{total} requests in {record.now():.0f} s: "
        + ", ".join(f"{n} {told}" for told, n in record.told.most_common())
    )
    gaps = record.gaps()
    for kind in ("reader", "pool", "spare", "worker"):
        lengths = sorted(gap for killed, gap in gaps if killed == kind)
        if lengths:
            print(
                f"{kind}: killed {len(lengths)} times, gap median {median(lengths):.3f} s, longest {lengths[-1]:.3f} s"
            )
    for began, failed, why in record.failed_probes:
        at, kind = max((kill for kill in record.kills if kill[0] <= failed), default=(0.0, "nothing"))
        if began - at > SHORT_GAP_S:
            print(f"probe from {began - at:.3f} to {failed - at:.3f} s after {kind} was killed: {why}")
    sums = [http_side + engine for _at, http_side, engine in record.memory]
    print(f"memory: {sums[0]:.0f} MB at first, {sums[-1]:.0f} MB at last, at most {max(sums):.0f} MB")
    for wrong in record.wrong[:10]:
        print(f"wrong: {wrong}")
    if server.process.poll() is not None:
        print(f"the server ended with {server.process.returncode}")
    return not record.wrong and server.process.poll() is None and all(gap <= LONGEST_GAP_S for _kind, gap in gaps)


def write_versions(out: Path) -> None:
    """The edition, and the same with one more quad in a graph of its own."""
    snapshot = build(published_edition())
    nquads = snapshot.nquads + b"<urn:soak:s> <urn:soak:p> <urn:soak:o> <urn:soak:g> .\n"
    write_snapshot(replace(snapshot, nquads=nquads, version=hashlib.sha256(nquads).hexdigest()), out)
    write_snapshot(snapshot, out)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--every", type=float, default=2, help="seconds between two kills")
    parser.add_argument("--switch", type=float, default=0, help="seconds between two publications; 0: none")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plot", type=Path, default=Path("soak.svg"))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as out:
        write_versions(Path(out))
        server = Server(Path(out), "--workers", "2", "--query-timeout", str(TIMEOUT_S))
        try:
            record = soak(server, Path(out), given.seconds, given.every, given.switch, given.seed)
            is_sound = report(record, server)
        finally:
            server.stop()
    given.plot.write_text(draw(record.memory, record.kills), "utf-8")
    print(f"memory by time: {given.plot}")
    return 0 if is_sound else 1


if __name__ == "__main__":
    sys.exit(main())
