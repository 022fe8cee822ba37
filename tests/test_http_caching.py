"""An answer is evaluated once while its snapshot is served; tags, compression and streams keep their promises."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import httpx
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from conftest import Server, until
from garrison.web.encoding import CODINGS, choose_coding, is_compressible
from garrison.web.exchange import Message, Receive, Scope, Send, mark_lasting
from garrison.web.remembering import Memory, Remembering, is_repeatable

ROWS = "SELECT * WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o"
ENDLESS = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
PATHS = [
    "/sparql?query=SELECT+*+%7B%3Fs+%3Fp+%3Fo%7D+LIMIT+100&format=json",
    "/",
    "/queries",
    "/id/place/quay",
    "/id/place/quay.ttl",
]
DECODE: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
    "br": brotli.decompress,
}


@pytest.fixture(scope="module")
def metered(quay: Path) -> Iterator[Server]:
    """A server that says with every evaluation what is left of the client's budget."""
    started = Server(quay, "--client-budget", "100")
    yield started
    started.stop()


def raw(server: Server, path: str, **fields: str) -> tuple[httpx.Response, bytes]:
    """A response and its body as it came, not decoded."""
    request = server.client.build_request("GET", path)
    request.headers.pop("accept-encoding", None)
    request.headers.update({name.replace("_", "-"): value for name, value in fields.items()})
    response = server.client.send(request, stream=True)
    body = b"".join(response.iter_raw())
    return response, body


# Memory


def is_evaluated(response: httpx.Response) -> bool:
    assert response.status_code == 200
    return "RateLimit" in response.headers


def test_a_query_is_evaluated_once_however_it_is_sent(metered: Server) -> None:
    query = f"{ROWS} # however"
    client = metered.client
    assert is_evaluated(client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}))
    assert not is_evaluated(client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}))
    assert not is_evaluated(client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv, */*;q=0.1"}))
    assert not is_evaluated(client.get("/sparql", params={"format": "csv", "query": query}))
    posted = client.post("/sparql", data={"query": query}, headers={"Accept": "text/csv"})
    assert not is_evaluated(posted)
    assert posted.text == client.get("/sparql", params={"query": query, "format": "csv"}).text
    assert is_evaluated(client.get("/sparql", params={"query": query, "format": "json"}))
    assert is_evaluated(client.get("/sparql", params={"query": query + "!", "format": "csv"}))


def test_another_dataset_or_parameter_is_another_answer(metered: Server) -> None:
    text = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    whole = metered.client.get("/sparql", params={"query": text, "format": "csv"}).text
    graph = metered.client.get("/sparql", params={"query": "SELECT ?g { GRAPH ?g {} } LIMIT 1"}).json()
    name = graph["results"]["bindings"][0]["g"]["value"]
    part = metered.client.get("/sparql", params={"query": text, "format": "csv", "default-graph-uri": name}).text
    assert whole != part


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "struuid()", r"R\u0041ND()", r"\U00000075uid()"])
def test_a_query_whose_answer_changes_is_evaluated_each_time(metered: Server, call: str) -> None:
    parameters = {"query": f"SELECT ({call} AS ?x) {{}}"}
    first, second = (metered.client.get("/sparql", params=parameters) for _ in range(2))
    assert is_evaluated(first) and is_evaluated(second)
    assert "ETag" not in first.headers


def test_a_refusal_is_not_remembered(metered: Server) -> None:
    for _ in range(2):
        response = metered.client.get("/sparql", params={"query": "SELECT * {"})
        assert response.status_code == 400
        assert response.headers["Cache-Control"] == "no-store"


def test_a_long_result_is_remembered_when_it_was_sent_whole(metered: Server) -> None:
    query = {"query": "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } LIMIT 3000", "format": "json"}
    first, second = (metered.client.get("/sparql", params=query) for _ in range(2))
    assert len(first.content) > 200_000
    assert is_evaluated(first) and not is_evaluated(second)
    assert first.content == second.content


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30)), max_size=60))
def test_a_memory_keeps_what_was_used_last_and_never_more_than_it_may(steps: list[tuple[int, int]]) -> None:
    memory: Memory[int] = Memory(160)  # so that the largest entry has 10 bytes
    sizes: dict[int, int] = {}
    for key, size in steps:
        memory.keep(key, size, size)
        if size <= 10:
            sizes[key] = size
            assert memory.get(key) == size
    held = [key for key in sizes if memory.get(key) is not None]
    assert all(memory.get(key) == sizes[key] for key in held)
    assert sum(sizes[key] for key in held) <= 160


def test_what_was_used_longest_ago_goes_first() -> None:
    memory: Memory[str] = Memory(160)
    for number in range(16):
        memory.keep(number, "x", 10)
    assert memory.get(0) == "x"
    memory.keep(16, "x", 10)
    assert (memory.get(0), memory.get(1)) == ("x", None)


def test_a_name_of_a_changing_function_is_enough_to_ask_again() -> None:
    assert is_repeatable("SELECT ?nowhere { ?s ?p ?random }")
    assert not is_repeatable("SELECT (now() AS ?x) {}")


# Tags


@pytest.mark.parametrize("coding", ["identity", *CODINGS])
def test_who_holds_an_answer_is_told_so(server: Server, coding: str) -> None:
    for path in (PATHS[0], "/id/place/quay.ttl"):
        response, _ = raw(server, path, Accept_Encoding=coding)
        tag = response.headers["ETag"]
        assert tag.startswith('"') and tag.endswith(f'-{coding}"' if coding in CODINGS else '"')
        for _ in range(2):
            again, body = raw(server, path, Accept_Encoding=coding, If_None_Match=f'"other", {tag}')
            assert (again.status_code, body) == (304, b"")
            assert again.headers["ETag"] == tag
        changed, body = raw(server, path, Accept_Encoding=coding, If_None_Match='"other"')
        assert changed.status_code == 200 and body


def test_each_coding_has_a_tag_of_its_own(server: Server) -> None:
    tags = {raw(server, PATHS[0], Accept_Encoding=coding)[0].headers["ETag"] for coding in ("identity", *CODINGS)}
    assert len(tags) == 1 + len(CODINGS)


def test_each_format_has_a_tag_of_its_own_though_the_bytes_are_the_same(server: Server) -> None:
    """A triple is written alike in Turtle, N-Triples, TriG and N-Quads; who holds one does not hold the others."""
    query = "CONSTRUCT { <a:a> <a:b> <a:c> } {}"
    answers = [server.get("/sparql", query=query, format=name) for name in ("ttl", "nt", "trig", "nq")]
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.headers["ETag"] for answer in answers}) == 4


@pytest.mark.parametrize(("method", "status"), [("GET", 304), ("HEAD", 304), ("QUERY", 304), ("POST", 200)])
def test_only_a_method_that_is_safe_is_answered_that_nothing_changed(server: Server, method: str, status: int) -> None:
    """RFC 9110, section 13.1.2."""
    in_address = {"params": {"query": "ASK {}"}} if method in ("GET", "HEAD") else {"data": {"query": "ASK {}"}}
    tag = server.get("/sparql", query="ASK {}").headers["ETag"]
    for held in (tag, "*"):
        response = server.client.request(method, "/sparql", headers={"If-None-Match": held}, **in_address)
        assert response.status_code == status


# Compression


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("path", PATHS)
def test_what_is_compressed_is_what_was_said(server: Server, path: str, coding: str) -> None:
    for _ in range(2):
        plain, expected = raw(server, path, Accept="text/html")
        packed, body = raw(server, path, Accept="text/html", Accept_Encoding=coding)
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == coding
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert DECODE[coding](body) == expected
        assert len(body) < len(expected)


@pytest.mark.parametrize("coding", CODINGS)
def test_a_compressed_stream_is_not_held_back(hasty_server: Server, coding: str) -> None:
    """The first rows are readable while the query still runs."""
    with hasty_server.client.stream(
        "GET", "/sparql", params={"query": ENDLESS}, headers={"Accept-Encoding": coding}
    ) as response:
        assert response.headers["Content-Encoding"] == coding
        assert next(response.iter_bytes(10)).startswith(b'{"head"')
    assert until(lambda: hasty_server.busy() == 0)


@pytest.mark.parametrize("coding", CODINGS)
def test_a_compressed_result_that_fails_midway_ends_as_a_broken_stream(hasty_server: Server, coding: str) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        hasty_server.client.get("/sparql", params={"query": ENDLESS}, headers={"Accept-Encoding": coding})


def test_what_is_small_or_packed_already_stays_as_it_is(server: Server) -> None:
    small, _ = raw(server, "/sparql?query=ASK%7B%7D&format=json", Accept_Encoding="gzip")
    dump, body = raw(server, "/dumps/latest/garrison.nt.gz", Accept_Encoding="gzip")
    assert "Content-Encoding" not in small.headers
    if dump.status_code == 200:
        assert "Content-Encoding" not in dump.headers
        assert zlib.decompress(body, wbits=31)


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        (None, None),
        ("", None),
        ("identity", None),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("br;q=0.5, gzip", "gzip"),
        ("gzip;q=0", None),
        ("gzip;q=0.5, identity", None),
        ("*", "gzip"),
        ("*;q=0", None),
        ("deflate", None),
    ],
)
def test_the_coding_is_the_one_that_the_client_prefers(accepted: str | None, chosen: str | None) -> None:
    assert choose_coding(accepted) == chosen


@given(st.text(max_size=60))
def test_no_header_breaks_the_choice(accepted: str) -> None:
    assert choose_coding(accepted) in (None, *CODINGS)


@pytest.mark.parametrize(
    ("content_type", "compressible"),
    [
        ("text/csv; charset=utf-8", True),
        ("application/ld+json", True),
        ("application/gzip", False),
        ("image/png", False),
    ],
)
def test_only_texts_are_compressed(content_type: str, compressible: bool) -> None:
    assert is_compressible(content_type) is compressible


def test_what_is_remembered_counts_what_it_was_asked_by() -> None:
    """A field of 8 KB before an answer of some bytes would fill a memory that counts answers alone."""
    evaluated: list[bytes] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        evaluated.append(scope["headers"][0][1])
        mark_lasting(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"short"})

    async def nothing(*_message: object) -> Message:
        return {}

    async def ask_in_turn() -> None:
        remembering = Remembering(application, 200_000)
        for language in [*range(100), 99, 0]:
            fields = [(b"accept-language", b"%d" % language + b",a" * 4_000)]
            scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": fields}
            await remembering(scope, nothing, nothing)  # type: ignore[arg-type]

    asyncio.run(ask_in_turn())
    assert len(evaluated) == 101  # the last is remembered, the first is not
