"""Clients that do nothing, or everything slowly: they are given up after a time, and nobody waits for them."""

from __future__ import annotations

import contextlib
import resource
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from conftest import Server, until

FIELDS = "Host: quay\r\nContent-Type: application/sparql-query\r\n"
ENDLESS = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
IDLE = 300


@pytest.fixture(scope="module")
def strict(quay: Path) -> Iterator[Server]:
    """A server that waits two seconds for a client; each client is told apart by what its proxy says."""
    options = ("--client-patience", "2", "--query-timeout", "5", "--trusted-proxy", "127.0.0.1")
    started = Server(quay, *options)
    yield started
    started.stop()


def ask(server: Server, client: str = "192.0.2.1") -> httpx.Response:
    query = f"ASK {{}} # {time.monotonic()}"  # from memory it would wait for no reader
    return server.client.get("/sparql", params={"query": query}, headers={"X-Forwarded-For": client})


def drip(connection: socket.socket, byte: bytes, bound_s: float = 20.0) -> bytes:
    """Send the same byte again and again until there is an answer or an end."""
    connection.settimeout(0.1)
    end = time.monotonic() + bound_s
    while time.monotonic() < end:
        try:
            connection.sendall(byte)
            return connection.recv(4_096)
        except TimeoutError:
            continue
        except ConnectionError:
            return b""
    raise AssertionError("nobody gave it up")


def test_a_header_sent_byte_by_byte_is_given_up(strict: Server) -> None:
    with strict.connect() as connection:
        connection.sendall(b"GET /sparql HTTP/1.1\r\nX-Slow: ")
        answer = drip(connection, b"a")
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
    assert ask(strict).status_code == 200


def test_a_body_sent_byte_by_byte_is_408(strict: Server) -> None:
    with strict.connect() as connection:
        connection.sendall(f"POST /sparql HTTP/1.1\r\n{FIELDS}Content-Length: 100000\r\n\r\n".encode())
        answer = drip(connection, b"#")
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"/problems/request-timeout" in answer


def test_many_slow_bodies_keep_nobody_waiting(strict: Server) -> None:
    with contextlib.ExitStack() as stack:
        for path in ("/sparql", "/queries", "/update", "/api/running"):
            for _ in range(20):
                slow = stack.enter_context(strict.connect())
                slow.sendall(f"POST {path} HTTP/1.1\r\n{FIELDS}Content-Length: 100\r\n\r\n#".encode())
        assert ask(strict).status_code == 200
        assert strict.get("/health").status_code == 200


def test_long_bodies_that_do_not_end_take_bounded_memory(strict: Server) -> None:
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(strict.connect()) for _ in range(90)]
        for each in slow:
            header = f"POST /sparql HTTP/1.1\r\n{FIELDS}Content-Length: 999999\r\n\r\n"
            with contextlib.suppress(ConnectionError):  # it was sent away meanwhile
                each.sendall(header.encode() + b"#" * 950_000)
        assert ask(strict).status_code == 200
        short = httpx.post(f"{strict.url}/sparql", data={"query": "ASK {}"})
        assert short.status_code == 200
        answers = [_status(each) for each in slow]
    assert set(answers) <= {b"408", b"503", b""}
    assert b"503" in answers


def _status(connection: socket.socket) -> bytes:
    try:
        return connection.recv(4_096)[9:12]
    except ConnectionError:
        return b""


def test_idle_connections_keep_nobody_waiting(strict: Server) -> None:
    with contextlib.ExitStack() as stack:
        idle = [stack.enter_context(strict.connect()) for _ in range(IDLE)]
        for used in idle[::2]:
            used.sendall(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: quay\r\n\r\n")
        assert [ask(strict).status_code for _ in range(20)] == [200] * 20
        assert strict.get("/health").status_code == 200
        for each in idle:  # and none is idle for ever
            each.settimeout(20)
            with contextlib.suppress(ConnectionError):
                while each.recv(4_096):
                    pass


def test_a_large_result_that_nobody_reads_is_given_up(strict: Server) -> None:
    """It holds a reader until its deadline, and the connection no longer than the client has for it."""
    query = httpx.QueryParams(query=ENDLESS)
    with contextlib.ExitStack() as stack:
        readers = [stack.enter_context(strict.connect()) for _ in range(5)]
        for each in readers:
            header = "Host: quay\r\nX-Forwarded-For: 192.0.2.2\r\n"
            each.sendall(f"GET /sparql?{query} HTTP/1.1\r\n{header}\r\n".encode())
        assert until(lambda: strict.busy() == 5)
        assert ask(strict, "192.0.2.3").status_code == 200
        assert until(lambda: strict.busy() == 0, 20)
        assert until(lambda: _sockets(strict) <= 1, 20)


def test_an_answer_in_one_piece_that_nobody_reads_is_given_up(strict: Server) -> None:
    """From memory it comes at once, and no reader and no task here waits for the client then."""
    rows = " ".join(f'("{number:04}{"x" * 900}")' for number in range(150))
    query = f"SELECT ?a ?b WHERE {{ VALUES (?a) {{ {rows} }} VALUES ?b {{ {' '.join(map(str, range(13)))} }} }}"
    fields = "X-Forwarded-For: 192.0.2.4\r\nAccept: text/csv\r\nContent-Type: application/sparql-query\r\n"
    request = f"POST /sparql HTTP/1.1\r\nHost: quay\r\n{fields}Content-Length: {len(query)}\r\n\r\n{query}".encode()
    whole = strict.client.post(
        "/sparql", content=query, headers={"Content-Type": "application/sparql-query", "Accept": "text/csv"}
    )
    assert 1_500_000 < len(whole.content) < 2_000_000  # it is remembered
    before = _resident_mb(strict)
    with contextlib.ExitStack() as stack:
        for _ in range(80):
            each = stack.enter_context(_narrow(strict))
            each.sendall(request)
        assert until(lambda: _sockets(strict) >= 80)
        assert ask(strict, "192.0.2.5").status_code == 200
        assert _resident_mb(strict) - before < 80  # of 140 that they asked for
        assert until(lambda: _sockets(strict) <= 1, 20)


def test_the_end_of_an_answer_that_nobody_reads_is_given_up(strict: Server) -> None:
    """It is short enough that whoever wrote it is done, and has left the rest to the HTTP library."""
    query = httpx.QueryParams(query=f'SELECT ?a WHERE {{ VALUES ?a {{ "{"x" * 60_000}" }} }}')
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            each = stack.enter_context(_narrow(strict))
            each.sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: quay\r\nAccept: text/csv\r\n\r\n".encode() * 3)
        assert until(lambda: _sockets(strict) >= 20)
        assert until(lambda: _sockets(strict) <= 1, 20)


def test_downloads_that_nobody_reads_keep_no_page_waiting(strict: Server) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(30):
            each = stack.enter_context(strict.connect())
            request = "GET /ontology.ttl HTTP/1.1\r\nHost: quay\r\n\r\n"
            each.sendall(request.encode() * 20)
        assert strict.get("/health").status_code == 200
        assert strict.get("/id/place/quay").status_code == 200


def _narrow(server: Server) -> socket.socket:
    """A connection in packets as small as those of a network, of which the kernel takes little at once."""
    url = httpx.URL(server.url)
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
    connection.connect((url.host, url.port))
    return connection


def _resident_mb(server: Server) -> float:
    """What the worker of a server holds: the youngest of its children."""
    main = server.process.pid
    children = Path(f"/proc/{main}/task/{main}/children").read_text("ascii").split()
    pages = int(Path(f"/proc/{children[-1]}/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 1_000_000


def _sockets(server: Server) -> int:
    """Connections that the server has: those of this test are in its own process."""
    port = f"{httpx.URL(server.url).port:04X}"
    lines = Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]
    return sum(line.split()[1].endswith(f":{port}") and line.split()[3] == "01" for line in lines)
