"""The ASGI door: a result is whole or broken, and nobody evaluates for a client that left."""

from __future__ import annotations

import socket
from urllib.parse import urlencode

import httpx
import pytest

from conftest import Server, until

# Rows without end come at once from this one, and never from the one below it, which must count them first.
# Counting takes no memory, so nothing but the client's leaving ends it soon.
ENDLESS = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
NEVER_BEGINS = ENDLESS.replace("*", "(COUNT(*) AS ?n)")


def test_a_result_that_fails_midway_ends_as_a_broken_stream(hasty_server: Server) -> None:
    """The deadline strikes while rows are being read; a clean end would make a part look like the whole."""
    with (
        hasty_server.client.stream("GET", "/sparql", params={"query": ENDLESS}) as response,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        assert response.status_code == 200
        for _ in response.iter_raw():
            pass


def test_a_saved_query_breaks_the_same_way(hasty_server: Server) -> None:
    with (
        hasty_server.client.stream("GET", "/api/endless") as response,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        assert response.status_code == 200
        for _ in response.iter_raw():
            pass


def test_a_client_that_leaves_before_the_first_byte_frees_its_reader(server: Server) -> None:
    assert until(lambda: server.busy() == 0)
    leaving = _ask(server, NEVER_BEGINS)
    assert until(lambda: server.busy() == 1)
    leaving.close()
    assert until(lambda: server.busy() == 0)


def test_a_client_that_leaves_at_once_frees_its_reader(server: Server) -> None:
    """It is gone before anybody looks whether it is there."""
    assert until(lambda: server.busy() == 0)
    for _ in range(3):
        _ask(server, NEVER_BEGINS).close()
    assert until(lambda: server.client.get("/api/running").json() == [])


def test_a_client_that_leaves_midway_frees_its_reader(server: Server) -> None:
    assert until(lambda: server.busy() == 0)
    leaving = _ask(server, ENDLESS)
    assert leaving.recv(10_000).startswith(b"HTTP/1.1 200")
    assert server.busy() == 1
    leaving.close()
    assert until(lambda: server.busy() == 0)


def test_the_method_query_reaches_the_endpoint(server: Server) -> None:
    """RFC 10008; SPARQL 1.2 Protocol names it beside GET and POST."""
    response = server.client.request(
        "QUERY", "/sparql", content="ASK {}", headers={"Content-Type": "application/sparql-query"}
    )
    assert response.status_code == 200
    assert response.json()["boolean"] is True


def test_the_next_query_is_answered_while_an_endless_one_runs(server: Server) -> None:
    running = _ask(server, NEVER_BEGINS)
    assert until(lambda: server.busy() >= 1)
    assert server.get("/sparql", query="ASK {}").json()["boolean"] is True
    running.close()


def _ask(server: Server, query: str) -> socket.socket:
    """Send a query on a socket of its own, and do not wait for anything."""
    asking = server.connect()
    target = "/sparql?" + urlencode({"query": query})
    asking.sendall(f"GET {target} HTTP/1.1\r\nHost: quay\r\n\r\n".encode("ascii"))
    return asking
