"""What is wrong with a request itself: each gets an answer that says so, never a 500, and the next is answered."""

from __future__ import annotations

import gzip
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from conftest import Server

ASK = "/sparql?query=ASK%7B%7D"
POST = "POST /sparql HTTP/1.1\r\nHost: quay\r\nContent-Type: application/sparql-query\r\n"
NOTHING = 0  # the connection closes, or a status without a body: said by the HTTP library, below everything here


@pytest.fixture(autouse=True)
def the_next_query_is_answered(server: Server) -> Iterator[None]:
    yield
    assert server.get("/sparql", query="ASK {}").json()["boolean"] is True


def send(server: Server, request: bytes) -> tuple[int, bytes, bytes]:
    """Send bytes as they are; return status (0: none), header and body."""
    with server.connect() as connection:
        try:
            connection.sendall(request)
            answer = b"".join(iter(lambda: connection.recv(65_536), b""))
        except ConnectionError:
            return 0, b"", b""
    head, _, body = answer.partition(b"\r\n\r\n")
    return (int(head.split()[1]) if head.startswith(b"HTTP/") else 0), head, body


def get(server: Server, target: str, field: str = "", method: str = "GET") -> tuple[int, bytes, bytes]:
    fields = f"Host: quay\r\nConnection: close\r\n{field}"
    return send(server, f"{method} {target} HTTP/1.1\r\n{fields}\r\n".encode("latin-1"))


def is_problem(head: bytes) -> bool:
    return b"application/problem+json" in head.lower()


@pytest.mark.parametrize("name", ["Accept", "Accept-Language", "Accept-Encoding", "If-None-Match", "Cookie", "X-Any"])
def test_a_header_field_that_is_too_large_is_431(server: Server, name: str) -> None:
    status, head, body = get(server, ASK, f"{name}: {'a/b,' * 75_000}\r\n")
    assert (status, is_problem(head)) == (431, True)
    assert b"8,192 bytes" in body


def test_fields_that_are_too_large_together_are_431(server: Server) -> None:
    assert get(server, ASK, "".join(f"X-{n}: {'a' * 8_000}\r\n" for n in range(5)))[0] == 431


@pytest.mark.parametrize("field", ["X-A: " + "a" * 500_000 + "\r\n", "".join(f"X-{n}: a\r\n" for n in range(200))])
def test_a_header_beyond_what_is_buffered_is_431_without_a_body(server: Server, field: str) -> None:
    assert get(server, ASK, field)[0] in (431, NOTHING)


def test_an_address_that_is_too_long_is_414(server: Server) -> None:
    assert get(server, "/id/place/" + "a" * 70_000)[0] in (414, NOTHING)
    assert get(server, "/id/place/" + "a" * 60_000)[0] == 404
    assert get(server, "/id/place/quay?page=" + "9" * 6_000)[0] in (200, 404)


@pytest.mark.parametrize(
    "fields",
    [
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: -5\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: 99999999999999999999999\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    ],
)
def test_a_length_or_transfer_coding_that_is_doubtful_is_400(server: Server, fields: str) -> None:
    body = "5\r\nASK{}\r\n0\r\n\r\n" if "Transfer" in fields else "ASK{}"
    assert send(server, f"{POST}Connection: close\r\n{fields}\r\n{body}".encode())[0] in (400, NOTHING)


def test_beside_chunks_a_content_length_is_nothing(server: Server) -> None:
    """No request hides in the body of another: what one of two servers in a row takes for a body, both do."""
    hidden = "GET /nothing HTTP/1.1\r\nHost: quay\r\nConnection: close\r\n\r\n"
    chunks = f"5\r\nASK{{}}\r\n0\r\n\r\n{hidden}"
    fields = f"Content-Length: {len(chunks)}\r\nTransfer-Encoding: chunked\r\n"
    status, _head, rest = send(server, f"{POST}{fields}\r\n{chunks}".encode())
    assert status == 200
    assert rest.endswith(b'"boolean":true}')  # the connection ends there, and what stands behind is nobody's request


@pytest.mark.parametrize(
    "chunks",
    ["zz\r\nASK{}\r\n0\r\n\r\n", "F" * 18 + "\r\nASK{}\r\n0\r\n\r\n", f"5;{'a' * 40_000}\r\nASK{{}}\r\n0\r\n\r\n"],
    ids=["no size", "a size beyond numbers", "an extension of 40 KB"],
)
def test_chunks_that_are_none_are_400(server: Server, chunks: str) -> None:
    status, head, _body = send(server, f"{POST}Transfer-Encoding: chunked\r\n\r\n{chunks}".encode())
    assert status == NOTHING or (status, is_problem(head)) == (400, True)


@pytest.mark.parametrize(
    ("method", "target", "statuses"),
    [
        ("CONNECT", "example.org:80", (400, 404, 405)),
        ("CONNECT", "/sparql", (400, 405)),
        ("TRACE", "/", (405,)),
        ("TRACE", "/sparql", (405,)),
        ("FOO", "/sparql", (405,)),
        ("A" * 5_000, "/", (400, 405)),
        ("OPTIONS", "*", (200, 204, 400, 404)),
    ],
)
def test_a_method_without_meaning_is_refused_and_nothing_is_echoed(
    server: Server, method: str, target: str, statuses: tuple[int, ...]
) -> None:
    status, _head, body = get(server, target, "Cookie: secret\r\n", method)
    assert status in statuses
    assert b"secret" not in body


@pytest.mark.parametrize("fields", ["", "Host: a\r\nHost: b\r\n", 'Host: a"><b>\r\n', "Host: " + "a" * 5_000 + "\r\n"])
def test_no_host_two_hosts_or_no_host_name_is_written_nowhere(server: Server, fields: str) -> None:
    status, head, body = send(server, f"GET /nothing HTTP/1.1\r\n{fields}Connection: close\r\n\r\n".encode())
    assert status in (400, 404)
    assert is_problem(head)
    assert b'"type": "/problems/' in body


def test_a_host_in_the_request_line_is_nobody_that_is_asked(server: Server) -> None:
    assert get(server, "http://example.org" + ASK)[2].endswith(b'"boolean":true}')


def test_a_body_is_asked_for_before_it_is_sent_and_not_if_it_is_too_large(server: Server) -> None:
    fields = "Connection: close\r\nExpect: 100-continue\r\nContent-Length: "
    assert send(server, f"{POST}{fields}5\r\n\r\nASK{{}}".encode())[0] in (100, 200)
    assert send(server, f"{POST}{fields}50000000\r\n\r\n".encode())[0] == 413


def test_a_packed_body_is_never_unpacked(server: Server) -> None:
    bomb = gzip.compress(b"#" * 50_000_000)
    fields = {"Content-Type": "application/sparql-query", "Content-Encoding": "gzip"}
    for path in ("/sparql", "/sparql/wikidata", "/update", "/queries"):
        assert server.client.post(path, content=bomb, headers=fields).status_code in (403, 405, 415)


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "utf-32", "latin-1", "idna", "rot13", "unicode_escape"])
def test_a_charset_that_is_not_utf_8_is_400(server: Server, charset: str) -> None:
    fields = {"Content-Type": f"application/sparql-query; charset={charset}"}
    assert server.client.post("/sparql", content=b"ASK{}", headers=fields).status_code == 400


@pytest.mark.parametrize("query", ["%zz%%%4", "ASK%00%7B%7D", "%ED%A0%80", "%C0%AF", "%EF%BB%BFASK%7B%7D", "%FF"])
def test_percent_garbage_nul_and_surrogates_are_400(server: Server, query: str) -> None:
    status, head, _body = get(server, f"/sparql?query={query}")
    assert (status, is_problem(head)) == (400, True)


@pytest.mark.parametrize(
    "data",
    [bytes(range(256)) * 4, b"\x16\x03\x01\x02\x00" + bytes(500), b"GET /sparql\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"],
)
def test_what_is_no_http_is_refused(server: Server, data: bytes) -> None:
    assert send(server, data)[0] in (400, NOTHING)


def test_http_2_is_not_spoken(server: Server) -> None:
    assert send(server, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9))[0] in (400, 404, 405, NOTHING)


def test_an_upgrade_is_not_made(server: Server) -> None:
    for kind in ("websocket", "h2c"):
        status, _head, _body = get(server, ASK, f"Upgrade: {kind}\r\nSec-WebSocket-Version: 13\r\n")
        assert status in (200, 400)


def test_more_parameters_than_a_query_has_are_400(server: Server) -> None:
    assert get(server, "/sparql?" + "&".join(f"a{n}=1" for n in range(2_000)))[0] == 400


@pytest.mark.parametrize("graph", ['a:">', "a:\0\n>", "a:" + "b" * 50_000, "javascript:alert(1)", "file:///etc/passwd"])
def test_a_graph_that_is_no_name_of_one_is_400(server: Server, graph: str) -> None:
    status, head, body = get(server, f"{ASK}&default-graph-uri={quote(graph)}")
    assert (status, is_problem(head)) == (400, True)
    assert b"root:" not in body


@pytest.mark.parametrize("value", ["bytes=5-2", "bytes=-" + "9" * 30, "bytes=" + "0-," * 2_000, "lines=1"])
def test_a_strange_range_of_a_download_is_no_error_of_the_server(server: Server, value: str) -> None:
    response = server.client.get("/dumps/latest/garrison.nq.gz", headers={"Range": value}, follow_redirects=True)
    assert response.status_code in (200, 206, 400, 416)


def test_a_client_that_closes_its_half_after_a_body_cut_short_is_no_error_of_the_server(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(f"{POST}Content-Length: 50\r\n\r\nASK{{}}".encode())
        connection.shutdown(1)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400"), answer


def test_thousands_of_requests_on_one_connection_are_answered_in_turn(server: Server) -> None:
    one = f"GET {ASK} HTTP/1.1\r\nHost: quay\r\n\r\n"
    last = one.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")
    _status, _head, rest = send(server, (one * 999 + last).encode())
    assert rest.count(b'"boolean":true') == 1_000


@pytest.mark.parametrize("path", ["/sparql", "/sparql/rdf12", "/graphs", "/update", "/id/place/quay", "/dataset"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_data_in_a_body_are_never_parsed(server: Server, method: str, path: str) -> None:
    """Entities that unfold to gigabytes, a context that names a file: there is nobody here to read them."""
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    bomb = f'<!DOCTYPE r [<!ENTITY e0 "aaaaaaaaaa">{entities}]><rdf:RDF xmlns:rdf="urn:x">&e9;</rdf:RDF>'
    context = '{"@context": "file:///etc/passwd"}' + "[" * 20_000
    for text, media_type in ((bomb, "application/rdf+xml"), (context, "application/ld+json")):
        response = server.client.request(method, path, content=text, headers={"Content-Type": media_type})
        assert response.status_code in (403, 404, 405, 415)
        assert "root:" not in response.text


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "application/sparql-results+xml"])
def test_parameters_that_other_servers_write_into_results_have_no_effect(server: Server, accept: str) -> None:
    plain = server.get("/sparql", accept, query="ASK {}")
    asked = server.get("/sparql", accept, query="ASK {}", callback="alert", stylesheet="http://evil.example/x.xsl")
    assert (asked.content, asked.headers["Content-Type"]) == (plain.content, plain.headers["Content-Type"])


def test_a_form_of_another_site_changes_nothing_and_its_answer_needs_no_cookie(server: Server) -> None:
    fields = {"Origin": "https://evil.example", "Cookie": "session=1"}
    for path in ("/sparql", "/update"):
        response = server.client.post(path, data={"update": "DROP ALL"}, headers=fields)
        assert response.status_code == 403
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response.headers
        assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    "path", [ASK, "/", "/id/place/quay.ttl", "/dumps/latest/garrison.nq.gz", "/nothing", "/health"]
)
def test_no_browser_takes_an_answer_for_what_it_does_not_say(server: Server, path: str) -> None:
    response = server.client.get(path, follow_redirects=True)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["/id?iri=https://w3id.org/garrison/id/place/%D0%BA", "/id/place/%D0%BA/", "/id//%D0%BA"]
)
def test_an_address_to_go_to_is_ascii(server: Server, path: str) -> None:
    status, head, _body = get(server, path)
    assert status in (303, 308, 404)
    assert head.isascii()


def test_what_is_asked_and_who_asks_stands_in_no_log(quay: Path) -> None:
    """Not even where an answer breaks off, which is said."""
    talking = Server(quay, "--query-timeout", "1", "--trusted-proxy", "127.0.0.1")
    fields = {"X-Forwarded-For": "192.0.2.77", "Accept": "text/csv"}
    for query in ("ASK {} # whisper", "SELECT whisper", "SELECT ?whisper { ?a ?b ?whisper . ?d ?e ?f . ?g ?h ?i }"):
        with suppress(httpx.RemoteProtocolError):
            talking.client.get("/sparql", params={"query": query}, headers=fields)
    talking.client.get("/id/place/whisper", headers=fields)
    talking.process.send_signal(signal.SIGINT)
    said = talking.process.communicate(timeout=60)[0]
    talking.client.close()
    assert "a result was cut off" in said
    assert "whisper" not in said and "192.0.2.77" not in said
