"""Whoever holds the text of a source reads it with its claims, on their own machine and nowhere else."""

from __future__ import annotations

import gzip
import os
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from conftest import Server, children, is_pool, parent, until
from garrison.web.loopback import may_be_shown
from lighthouse import ARTICLE, SOURCE, THINGS, change, copy_lighthouse
from test_http_serve import serve
from test_reading_room import many_passages

ROOM = "/sources/beacon-2001"
WORDS = "the oil sold to smugglers"  # of the article, and nowhere else


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    edition = copy_lighthouse(tmp_path_factory.mktemp("editions"))
    started = Server(edition, "--source-text", str(ARTICLE))
    yield started
    started.stop()


def page_of(server: Server, **fields: str) -> httpx.Response:
    return server.client.get(ROOM, headers={"Accept": "text/html", **fields})


def plain(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


def text_of(page: str) -> str:
    return page.split('<div class="source-text"')[1].split("</div>")[0]


def test_the_text_is_shown_with_its_passages_and_their_way_to_the_claims(reading: Server) -> None:
    text = text_of(page_of(reading).text)
    assert '<a class="mark" id="t-p0001" href="#p0001">p0001</a>' in text
    assert 'href="#t-p0001"' in page_of(reading).text  # and back
    for line in ARTICLE.read_text("utf-8").splitlines():
        assert all(word in plain(text) for word in line.split())


def test_garbled_words_are_struck_and_what_is_read_stands_behind_them(reading: Server) -> None:
    """The article's third word of a passage is struck though the emendation covers more of it."""
    text = text_of(page_of(reading).text)
    struck = '<del>was rescue</del></span> <ins id="t-e001">[<a href="#e001" lang="en">were rescued</a>]</ins>'
    assert struck in text


def test_each_passage_has_its_own_words_beside_the_summary(reading: Server) -> None:
    page = page_of(reading).text
    article = ARTICLE.read_bytes().decode("utf-8")
    words = re.findall(r'<blockquote class="words"[^>]*>(.*?)</blockquote>', page, re.DOTALL)
    assert [plain(each).replace(" [were rescued]", "") for each in words] == [
        article[60:100],
        article[131:192],
        article[220:264],
    ]


def test_overlapping_passages_are_runs_of_both(tmp_path: Path) -> None:
    edition = copy_lighthouse(tmp_path)
    change(edition, SOURCE, "oa:start 220 ;\n    oa:end 264 ;", "oa:start 140 ;\n    oa:end 264 ;")
    overlapping = Server(edition, "--source-text", str(ARTICLE))
    try:
        text = text_of(page_of(overlapping).text)
        both = re.findall(r'data-in="p0003 p0002">(?:<del>)?([^<]+)', text)
        assert "".join(both) == ARTICLE.read_bytes().decode("utf-8")[140:192]
        assert text.count('id="t-p0003"') == 1
    finally:
        overlapping.stop()


def test_the_text_stands_on_the_page_of_its_passages(tmp_path: Path) -> None:
    """Behind those that have a place in the text come others, on a page of their own."""
    edition = copy_lighthouse(tmp_path)
    (edition / SOURCE).with_name("more.trig").write_text("\n".join(many_passages()), "utf-8")
    long = Server(edition, "--source-text", str(ARTICLE))
    try:
        assert WORDS in plain(text_of(page_of(long).text))
        second = long.get(ROOM, "text/html", page="2").text
        assert "p1199" in second and "<p>" not in text_of(second)
    finally:
        long.stop()


def test_an_answer_with_text_is_kept_nowhere_and_read_by_no_other_origin(reading: Server) -> None:
    response = page_of(reading, Origin="http://evil.example")
    assert response.headers["Cache-Control"] == "no-store" and "ETag" not in response.headers
    assert response.headers["Access-Control-Allow-Origin"] == reading.url
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "fields",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "192.168.0.7:7070"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-Host": "localhost"},
        {"Forwarded": "for=127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"X-Real-IP": "127.0.0.1"},
    ],
    ids=str,
)
def test_who_asks_by_another_name_or_through_a_proxy_gets_the_page_without_the_text(
    reading: Server, fields: dict[str, str]
) -> None:
    page_of(reading)  # with the text first: what is remembered of it must not come here
    response = page_of(reading, **fields)
    assert response.status_code == 200
    assert WORDS not in response.text and "was lit" not in response.text
    assert "p0001" in response.text
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("host", ["localhost", "localhost:7070", "127.0.0.1", "127.8.9.1:80", "[::1]:7070", "[::1]"])
def test_the_names_of_this_machine_are_its_names(reading: Server, host: str) -> None:
    assert WORDS in plain(page_of(reading, Host=host).text)


@pytest.mark.parametrize("peer", ["192.168.0.7", "2001:db8::1", "", "localhost.evil.example"])
def test_a_peer_elsewhere_is_shown_nothing(peer: str) -> None:
    assert not may_be_shown(peer, {"host": "localhost"})
    assert may_be_shown("127.0.0.1", {"host": "localhost"})


def test_without_a_host_nothing_is_shown(reading: Server) -> None:
    url = httpx.URL(reading.url)
    with socket.create_connection((url.host, url.port or 80), timeout=30) as connection:
        connection.sendall(f"GET {ROOM} HTTP/1.0\r\nAccept: text/html\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert b"p0001" in answer and WORDS.encode() not in answer


@pytest.mark.parametrize("name", ["json", "turtle", "ntriples", "jsonld", "rdfxml", "trig", "nquads"])
def test_no_data_have_the_text(reading: Server, name: str) -> None:
    answer = reading.get(ROOM, format=name)
    assert answer.status_code == 200 and WORDS not in answer.text


def test_the_text_is_in_no_other_page_and_in_no_dump(reading: Server) -> None:
    for path in ("/", "/sources", "/claims", "/emendations", "/id/source/beacon-2001", "/id/passage/p0003"):
        assert WORDS not in plain(reading.get(path, "text/html").text)
    dump = reading.client.get("/dumps/latest/garrison.nq.gz", follow_redirects=True)
    assert WORDS.encode() not in gzip.decompress(dump.content)


def test_the_text_outlives_its_file_its_worker_and_what_was_published_before(tmp_path: Path) -> None:
    """It is read once: a worker that is replaced shows what was checked, and so does the next version."""
    edition, file = copy_lighthouse(tmp_path), tmp_path / "article.txt"
    file.write_bytes(ARTICLE.read_bytes())
    server = Server(edition, "--source-text", str(file))
    try:
        file.write_bytes(b"something else")
        (worker,) = [pid for pid in children(server.process.pid) if not is_pool(pid) and not is_pool(parent(pid))]
        os.kill(worker, signal.SIGKILL)
        assert until(lambda: _has_text(server), 30)
        change(edition, THINGS, "A headland with a lighthouse.", "A headland with a light.")
        server.process.send_signal(signal.SIGHUP)
        assert until(lambda: "headland with a light." in httpx.get(f"{server.url}/id/place/skarn-point.ttl").text, 60)
        assert _has_text(server)
    finally:
        server.stop()


def _has_text(server: Server) -> bool:
    try:
        return WORDS in plain(httpx.get(server.url + ROOM, headers={"Accept": "text/html"}).text)
    except httpx.TransportError:
        return False


def test_a_version_whose_source_has_another_text_shows_none(tmp_path: Path) -> None:
    edition = copy_lighthouse(tmp_path)
    server = Server(edition, "--source-text", str(ARTICLE))
    try:
        assert _has_text(server)
        digest = re.search(r'textDigest "(\w+)"', (edition / SOURCE).read_text("utf-8"))
        assert digest
        change(edition, SOURCE, digest[1], "0" * 64)
        server.process.send_signal(signal.SIGHUP)
        assert until(lambda: not _has_text(server), 60)
    finally:
        server.stop()


def test_the_text_is_written_to_no_file_and_to_no_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edition, scratch = copy_lighthouse(tmp_path), tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    server = Server(edition, "--source-text", str(ARTICLE))
    try:
        assert _has_text(server)
        assert server.get(f"{ROOM}?page=99", "text/html").status_code == 404
        files = [path for path in scratch.rglob("*") if path.is_file()]
        assert len(files) > 5  # the snapshot is among them
        for path in files:
            content = path.read_bytes()
            content = gzip.decompress(content) if path.suffix == ".gz" else content
            assert WORDS.encode() not in content, path
        server.process.send_signal(signal.SIGINT)
        assert server.process.stdout
        assert WORDS not in server.process.stdout.read()
        server.process.wait()
    finally:
        server.close()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ["--host", "0.0.0.0"],
            "The setting host is 0.0.0.0; allowed is 127.0.0.1, ::1 or localhost beside source-text.",
        ),
        (["--public-url", "https://edition.example"], "allowed is none beside source-text."),
    ],
)
def test_a_server_for_others_never_holds_the_text(tmp_path: Path, options: list[str], said: str) -> None:
    result = serve(str(copy_lighthouse(tmp_path)), "--port", "0", "--source-text", str(ARTICLE), *options)
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1 and said in result.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"another text\n", "is not the text of any source of the edition"), (b"\xff\xfe", "is not UTF-8")],
)
def test_a_file_that_is_another_is_said_in_one_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    other = tmp_path / "other.txt"
    other.write_bytes(content)
    result = serve(str(copy_lighthouse(tmp_path)), "--port", "0", "--source-text", str(other))
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1 and said in result.stderr and "source-text" in result.stderr
