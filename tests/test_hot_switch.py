"""What is new is published while requests come: none fails, and each is answered from one version alone."""

from __future__ import annotations

import itertools
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from conftest import Server, children, is_pool, parent, until
from garrison.edition.build import build
from garrison.edition.snapshot import write_snapshot
from lighthouse import THINGS, change, copy_lighthouse

OLD, NEW = "A headland with a lighthouse.", "A headland with a light."
CLIENTS, MOST = 8, 5_000  # threads, and requests that each may make
QUERY = """#+ summary: What a place is said to be
SELECT ?said { <https://w3id.org/garrison/id/place/skarn-point> <http://purl.org/dc/terms/description> ?said }
"""


@dataclass
class Built:
    """A folder with two versions of an edition, and the edition itself, which holds the second."""

    edition: Path
    out: Path
    versions: dict[str, str] = field(default_factory=dict)  # what the place is said to be -> version

    def name(self, said: str) -> None:
        """Let ``current`` name a version, as a build does."""
        unfinished = self.out / ".current.new"
        unfinished.write_text(self.versions[said] + "\n", "ascii")
        unfinished.replace(self.out / "current")


@pytest.fixture
def built(tmp_path: Path) -> Built:
    edition = copy_lighthouse(tmp_path)
    (edition / "queries" / "said.rq").write_text(QUERY, "utf-8")
    made = Built(edition, tmp_path / "out")
    for said in (OLD, NEW):
        if said is NEW:
            change(edition, THINGS, OLD, NEW)
        made.versions[said] = write_snapshot(build(edition), made.out).name
    made.name(OLD)
    return made


@contextmanager
def served(folder: Path, *options: str) -> Iterator[Server]:
    started = Server(folder, *options)
    try:
        yield started
    finally:
        started.stop()


def is_published(server: Server, version: str) -> bool:
    """Tell if every worker answers from a version: a new connection may reach any of them."""
    return all(httpx.get(f"{server.url}/health").json()["version"] == version for _ in range(8))


class Load:
    """Clients that ask without pause, and what they were answered."""

    def __init__(self, server: Server, versions: dict[str, str]) -> None:
        self.server = server
        self.versions = versions
        self.faults: list[str] = []
        self.answers = 0
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self.ask, args=(n,)) for n in range(CLIENTS)]

    def __enter__(self) -> Load:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def ask(self, client: int) -> None:
        ways = itertools.cycle([self._ask_health, self._ask_query, self._ask_saved, self._ask_page, self._ask_dump])
        with httpx.Client(base_url=self.server.url, timeout=30) as http:
            for number in range(MOST):
                if self.stopping.is_set():
                    return
                try:
                    next(ways)(http, f"{client}-{number}")
                except (httpx.HTTPError, AssertionError) as error:
                    self.faults.append(repr(error))
                self.answers += 1

    def _ask_health(self, http: httpx.Client, _mark: str) -> None:
        assert self._ok(http.get("/health")).json()["version"] in self.versions.values()

    def _ask_query(self, http: httpx.Client, mark: str) -> None:
        """Each text is another, so that none is answered from memory."""
        response = http.post("/sparql", data={"query": f"{QUERY}# {mark}"}, headers={"Accept": "text/csv"})
        self._is_of_one(self._ok(response).text)

    def _ask_saved(self, http: httpx.Client, _mark: str) -> None:
        self._is_of_one(self._ok(http.get("/api/said", headers={"Accept": "text/csv"})).text)

    def _ask_page(self, http: httpx.Client, _mark: str) -> None:
        self._is_of_one(self._ok(http.get("/id/place/skarn-point.html")).text)

    def _ask_dump(self, http: httpx.Client, _mark: str) -> None:
        sums = self._ok(http.get("/dumps/latest/garrison.nq.gz"), 302)
        assert sums.headers["Location"].split("/")[2] in self.versions.values()

    def _ok(self, response: httpx.Response, status: int = 200) -> httpx.Response:
        assert response.status_code == status, f"{response.status_code} {response.text[:300]}"
        return response

    def _is_of_one(self, text: str) -> None:
        assert sum(said in text for said in self.versions) == 1, text[:300]


def test_no_request_fails_while_versions_change(built: Built) -> None:
    with served(built.out, "--workers", "2") as server:
        with Load(server, built.versions) as load:
            for said in (NEW, OLD, NEW):
                before = load.answers
                built.name(said)
                server.process.send_signal(signal.SIGHUP)
                assert until(lambda said=said: is_published(server, built.versions[said]), 30)  # type: ignore[misc]
                assert until(lambda before=before: load.answers > before + 50, 30)  # type: ignore[misc]
        assert load.faults == []
        assert NEW in server.get("/api/said", "text/csv").text
        assert until(lambda: len(pools(server)) == 1)


def test_a_query_in_flight_ends_on_the_version_it_began_with(built: Built) -> None:
    """It reads slowly: the version changes between its first bytes and its last."""
    pattern = QUERY.partition("{")[2].rpartition("}")[0]
    lines = f"SELECT ?a ?b ?said {{ ?a ?p ?x . ?b ?q ?y . {pattern} FILTER(LANG(?said) = 'en') }} LIMIT 200000"
    with served(built.out) as server:
        headers = {"Accept": "text/csv", "Accept-Encoding": "identity"}
        with server.client.stream("GET", "/sparql", params={"query": lines}, headers=headers) as answer:
            chunks = answer.iter_bytes(1_024)
            text = [next(chunks)]
            publish(built, server, NEW)
            assert len(pools(server)) == 2
            text += list(chunks)
        rows = b"".join(text).decode().splitlines()
        assert len(rows) > 1_000
        assert all(row.endswith(OLD) for row in rows[1:])
        assert until(lambda: len(pools(server)) == 1)


def test_what_a_client_holds_is_asked_for_anew(built: Built) -> None:
    with served(built.out) as server:
        before = server.get("/api/said", "text/csv")
        publish(built, server, NEW)
        headers = {"If-None-Match": before.headers["ETag"], "Accept": "text/csv"}
        after = server.client.get("/api/said", headers=headers)
        assert after.status_code == 200
        assert NEW in after.text


def test_who_comes_later_serves_what_is_new(built: Built) -> None:
    """A worker and a pool that are started again, as the first ones were."""
    with served(built.out) as server:
        publish(built, server, NEW)
        assert until(lambda: len(pools(server)) == 1)
        for pid in [pid for pid in children(server.process.pid) if is_pool(pid) or not is_pool(parent(pid))]:
            os.kill(pid, signal.SIGKILL)
        assert until(lambda: is_said(server, NEW))


def test_a_damaged_snapshot_is_refused_and_what_was_served_stays(built: Built) -> None:
    with served(built.out) as server:
        with (built.out / built.versions[NEW] / "dataset.nq").open("a") as file:
            file.write("<x:s> <x:p> <x:o> .\n")
        built.name(NEW)
        server.process.send_signal(signal.SIGHUP)
        said = server.next_line()
        assert said.startswith("garrison: What is new is not published, what was before is: The snapshot ")
        assert "is damaged: dataset.nq is not its version. Build it again." in said
        assert OLD in server.get("/api/said", "text/csv").text
        assert len(pools(server)) == 1


def test_an_edition_is_built_anew(built: Built) -> None:
    with served(built.edition) as server:
        assert NEW in server.get("/api/said", "text/csv").text
        (built.edition / "queries" / "said.rq").rename(built.edition / "queries" / "told.rq")
        server.process.send_signal(signal.SIGHUP)
        assert until(lambda: server.get("/api/told", "text/csv").status_code == 200, 30)
        assert server.get("/api/said", "text/csv").status_code == 404
        assert server.get("/health").json()["version"] == built.versions[NEW]


@pytest.mark.parametrize("broken", [THINGS, "queries/said.rq"])
def test_a_broken_edition_is_refused_with_the_place(built: Built, broken: str) -> None:
    with served(built.edition) as server:
        path = built.edition / broken
        path.write_text("#+ parameters: 1\n<x:s> <x:p>", "utf-8")
        server.process.send_signal(signal.SIGHUP)
        assert f"{path}:" in server.next_line()
        assert NEW in server.get("/api/said", "text/csv").text


def test_what_is_new_is_published_though_the_server_only_starts(built: Built) -> None:
    class Hurried(Server):
        def _await_ready(self) -> str:
            assert until(lambda: children(self.process.pid) != [])  # its pool, which loads
            built.name(NEW)
            self.process.send_signal(signal.SIGHUP)
            return super()._await_ready()

    server = Hurried(built.out)
    try:
        assert until(lambda: is_published(server, built.versions[NEW]), 30)
    finally:
        server.stop()


def test_versions_change_though_nobody_listens(built: Built) -> None:
    """As after ``garrison serve | head -1``: the first change used to be the last."""
    with served(built.out) as server:
        assert server.process.stdout
        server.process.stdout.close()
        for said in (NEW, OLD):
            publish(built, server, said)
        assert until(lambda: len(pools(server)) == 1)


def test_nothing_new_changes_nothing(built: Built) -> None:
    with served(built.out) as server:
        before = pools(server)
        server.process.send_signal(signal.SIGHUP)
        assert server.next_line() == "Garrison publishes this already\n"
        assert pools(server) == before


def test_a_signal_to_all_processes_ends_none(built: Built) -> None:
    """So ``pkill -HUP garrison`` does, and a terminal that is closed."""
    with served(built.out) as server:
        before = children(server.process.pid)
        os.killpg(server.process.pid, signal.SIGHUP)
        assert server.next_line() == "Garrison publishes this already\n"
        assert set(before) <= set(children(server.process.pid))


def test_a_watched_folder_is_published_by_itself(built: Built) -> None:
    with served(built.out, "--watch") as server:
        built.name(NEW)
        assert until(lambda: is_published(server, built.versions[NEW]), 30)


def test_a_watched_edition_is_published_by_itself(built: Built) -> None:
    with served(built.edition, "--watch") as server:
        change(built.edition, THINGS, NEW, OLD)
        assert until(lambda: is_published(server, built.versions[OLD]), 30)


def test_the_end_comes_while_something_is_built(built: Built) -> None:
    server = Server(built.edition)
    change(built.edition, THINGS, NEW, OLD)
    server.process.send_signal(signal.SIGHUP)
    started = children(server.process.pid)
    server.stop()
    assert server.process.returncode == 0
    assert until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in started))


def publish(built: Built, server: Server, said: str) -> None:
    built.name(said)
    server.process.send_signal(signal.SIGHUP)
    assert until(lambda: is_published(server, built.versions[said]), 30)


def is_said(server: Server, said: str) -> bool:
    """Tell if a query that nobody remembers is answered so."""
    try:
        response = httpx.post(f"{server.url}/sparql", data={"query": QUERY}, headers={"Accept": "text/csv"})
    except httpx.TransportError:
        return False
    return response.status_code == 200 and said in response.text


def pools(server: Server) -> list[int]:
    return [pid for pid in children(server.process.pid) if is_pool(pid)]
