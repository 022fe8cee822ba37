"""Whatever process of a server is killed, at whatever moment: no answer is wrong, and soon all are right again."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from conftest import Server, children, is_pool, is_reader, is_spare, until

RIGHT = "n\r\n499500\r\n"
QUERY = "SELECT (SUM(?x * 100 + ?y * 10 + ?z) AS ?n) { VALUES ?x { %s } VALUES ?y { %s } VALUES ?z { %s } } # {mark}"
DIGITS = "0 1 2 3 4 5 6 7 8 9"
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
THREADS, MOST = 4, 2_000  # and requests that each may make


@pytest.fixture
def serving(quay: Path) -> Iterator[Server]:
    started = Server(quay, "--workers", "2")
    yield started
    started.stop()


def pools(server: Server) -> list[int]:
    return [pid for pid in children(server.process.pid) if is_pool(pid)]


def workers(server: Server) -> list[int]:
    engine = {*pools(server), *spares(server), *readers(server)}
    return [pid for pid in children(server.process.pid) if pid not in engine]


def spares(server: Server) -> list[int]:
    return [pid for pid in children(server.process.pid) if is_spare(pid)]


def readers(server: Server) -> list[int]:
    return [pid for pid in children(server.process.pid) if is_reader(pid)]


class Asking:
    """Threads that ask what has one right answer, in a text that no memory holds; what they were told otherwise."""

    def __init__(self, server: Server) -> None:
        self.url = server.url
        self.stopping = threading.Event()
        self.answers = 0
        self.wrong: list[str] = []
        self.threads = [threading.Thread(target=self._ask_all, args=(n,)) for n in range(THREADS)]

    def _ask_all(self, thread: int) -> None:
        with httpx.Client(base_url=self.url) as http:
            for number in range(MOST):
                if self.stopping.is_set():
                    return
                self._ask(http, f"{thread}-{number}")

    def _ask(self, http: httpx.Client, mark: str) -> None:
        try:
            response = ask(http, mark)
        except httpx.TransportError:
            return  # the connection broke: nobody can take that for an answer
        self.answers += 1
        may_come_again = response.status_code == 503 and response.headers.get("Retry-After") == "1"
        if not may_come_again and (response.status_code, response.text) != (200, RIGHT):
            self.wrong.append(f"{response.status_code} {response.text[:300]}")

    def __enter__(self) -> Asking:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join()


def ask(http: httpx.Client, mark: str) -> httpx.Response:
    query = QUERY.replace("%s", DIGITS).replace("{mark}", mark)
    return http.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})


def is_right(server: Server, mark: str) -> bool:
    try:
        response = ask(server.client, mark)
    except httpx.TransportError:
        return False
    return (response.status_code, response.text) == (200, RIGHT)


@pytest.mark.parametrize("kind", [pools, spares, workers, readers])
def test_no_answer_is_wrong_while_processes_are_killed(serving: Server, kind: Callable[[Server], list[int]]) -> None:
    with Asking(serving) as asking:
        for number in (1, 2, 3):
            before = asking.answers
            killed = kind(serving)[:1]
            for pid in killed:
                os.kill(pid, signal.SIGKILL)
            assert until(lambda killed=killed: killed != kind(serving)[:1] != [])  # type: ignore[misc]
            assert until(lambda number=number: is_right(serving, f"again {number}"))  # type: ignore[misc]
            assert until(lambda before=before: asking.answers > before + 20)  # type: ignore[misc]
    assert asking.wrong == []
    assert serving.process.poll() is None


def test_a_pool_that_is_killed_with_its_spare_is_started_again(serving: Server) -> None:
    for number in (1, 2):
        assert until(lambda: pools(serving) and spares(serving))  # type: ignore[misc]
        for pid in [*spares(serving), *pools(serving)]:
            os.kill(pid, signal.SIGKILL)
        assert until(lambda number=number: is_right(serving, f"both {number}"))  # type: ignore[misc]


def test_pools_that_follow_each_other_do_not_add_up(serving: Server) -> None:
    """Each used to live on within the next, until one could not begin any more and the snapshot was loaded anew."""
    sizes = []
    for _ in range(20):
        assert until(lambda: pools(serving) and spares(serving))  # type: ignore[misc]
        (pool,) = pools(serving)
        sizes.append(_resident_kb(pool))
        os.kill(pool, signal.SIGKILL)
        assert until(lambda pool=pool: pools(serving) not in ([], [pool]))  # type: ignore[misc]
    assert sizes[-1] - sizes[2] < 1_000
    assert is_right(serving, "after twenty")


def _resident_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return int(status.partition("VmRSS:")[2].split()[0])


def test_all_workers_may_be_killed_again_and_again(serving: Server) -> None:
    """Granian by itself takes the second end of one worker within 5.5 s for a loop of crashes, and ends."""
    for number in range(4):
        for pid in workers(serving):
            os.kill(pid, signal.SIGKILL)
        assert until(lambda number=number: is_right(serving, f"worker {number}"))  # type: ignore[misc]
    assert serving.process.poll() is None
    assert until(lambda: len(workers(serving)) == 2)


def test_a_stream_breaks_when_its_pool_is_killed(serving: Server) -> None:
    headers = {"Accept": "text/csv", "Accept-Encoding": "identity"}
    with serving.client.stream("GET", "/sparql", params={"query": LARGE}, headers=headers) as answer:
        assert answer.status_code == 200
        chunks = answer.iter_bytes()
        next(chunks)
        os.kill(pools(serving)[0], signal.SIGKILL)
        with pytest.raises(httpx.RemoteProtocolError):
            list(chunks)
    assert until(lambda: is_right(serving, "after"))


def test_a_query_whose_reader_is_killed_may_be_asked_again(serving: Server) -> None:
    answers: list[httpx.Response] = []
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    asking = threading.Thread(target=lambda: answers.append(serving.get("/sparql", "application/json", query=query)))
    asking.start()
    with httpx.Client(base_url=serving.url) as other:
        assert until(lambda: other.get("/health").json()["readers"]["busy"] == 1)
        running = other.get("/api/running").json()
        assert len(running) == 1
    before = {pid: _ticks(pid) for pid in readers(serving)}
    time.sleep(0.3)  # others may have done more until now, and do nothing any more
    os.kill(max(before, key=lambda pid: _ticks(pid) - before[pid]), signal.SIGKILL)
    asking.join()
    assert answers[0].status_code == 503
    assert answers[0].headers["Retry-After"] == "1"
    assert "was ended from outside" in answers[0].json()["detail"]


def _ticks(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[11])
