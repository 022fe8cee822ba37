"""An edition that means harm: whatever its data say, a page shows it as text, and a header holds what we wrote."""

from __future__ import annotations

import re
import shutil
from collections import deque
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from conftest import ROOT, Server
from test_resource_pages import is_harmless

BASE = "https://w3id.org/garrison/"
MARKUP = '</title></h1><script>alert(1)</script><img src=x onerror=alert(2)>" onmouseover="alert(3)\' {{ 4409 * 8231 }}'
TURNED = "\u202egpj.exe"
LONG = "long " * 20_000
IRIS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "vbscript:alert(1)",
    "data:text/html,%3Cscript%3Ealert(1)%3C/script%3E",
    "file:///etc/passwd",
    "https://w3id.org/garrison/ontology/../../../evil",
    "https://w3id.org/garrison/id//evil.example/x",
    "https://example.org/'onmouseover='alert(1)",
    "https://example.org/\u202egro.elpmaxe",
    "https://example.org/%0d%0aSet-Cookie:x=1",
    "https://example.org/" + "x" * 5_000,
)
MAX_PAGES = 150


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _things() -> Iterator[str]:
    """Things whose labels, types, properties, values and datatypes are all hostile."""
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    for n, iri in enumerate(IRIS):
        name = f"<{BASE}id/place/trap-{n}>"
        yield f'{name} {label} "{_escaped(MARKUP)} {n}"@en, "{TURNED}"@ar, "{LONG}"@ru .'
        yield f'{name} a <{BASE}ontology#Place>, <{iri}> ; <{iri}> <{iri}>, "{_escaped(MARKUP)}"^^<{iri}> .'
        yield f'<{iri}> <{iri}> {name} ; {label} "{_escaped(MARKUP)}"@en .'
    for aspect in ("certainty", "modality", "polarity", "standing", "assertedBy"):
        yield f"<{BASE}id/claim/c0021> <{BASE}ontology#{aspect}> <{IRIS[0]}>, <{IRIS[7]}> ."


def set_traps(quay: Path, folder: Path) -> None:
    """Make a copy of an edition hostile: its things, its ontology and its saved queries."""
    shutil.copytree(quay, folder)
    (folder / "graph_data" / "entities" / "traps.ttl").write_text("\n".join(_things()), "utf-8")
    ontology = folder / "ontology" / "garrison.ttl"
    term = f'<{BASE}ontology#Trap> a owl:Class ; rdfs:label "{_escaped(MARKUP)}"@en ; '
    term += f'skos:example "{_escaped(MARKUP)}"@en ; rdfs:subClassOf <{IRIS[0]}> ; rdfs:isDefinedBy <{IRIS[3]}> .'
    ontology.write_text(ontology.read_text("utf-8") + term, "utf-8")
    query = (ROOT / "tests/editions/quay/queries/ships/landings.rq").read_text("utf-8")
    hostile = query.replace("Landings and where they were", MARKUP.replace('"', "")).replace("ru:", "fr:")
    (folder / "queries" / "ships" / "traps.rq").write_text(hostile, "utf-8")


@pytest.fixture(scope="module")
def server(quay: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("editions") / "hostile"
    set_traps(quay, folder)
    started = Server(folder)
    yield started
    started.stop()


class Page(HTMLParser):
    """What a page would make a browser do."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.harm: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "script" and not is_harmless(dict(attributes)):
            self.harm.append(f"script {attributes}")
        if tag in ("iframe", "object", "embed", "base", "style"):
            self.harm.append(tag)
        for name, value in attributes:
            if name.startswith("on") or name in ("style", "srcdoc", "http-equiv", "ping"):
                self.harm.append(f"{tag} {name}={value}")
            if name in ("href", "src", "action", "formaction"):
                self.links.append(value or "")
                if not re.match(r"/(?!/)|#|https?://", value or ""):
                    self.harm.append(f"{tag} {name}={value}")


def assert_harmless(response: httpx.Response) -> Page:
    page = Page(response.text)
    assert page.harm == [], response.url
    assert "{{ 4409 * 8231 }}" in response.text or "36290479" not in response.text
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy and response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in response.headers["Permissions-Policy"]
    assert "Referrer-Policy" in response.headers
    assert "Set-Cookie" not in response.headers
    return page


def test_no_page_that_can_be_reached_does_harm(server: Server) -> None:
    """From the first page and the traps, along every link."""
    traps = [f"/{at}/place/trap-{n}" for n in range(len(IRIS)) for at in ("id", "graph/around")]
    ahead = deque(["/", "/queries", "/ontology", "/id/claim/c0021", *traps])
    seen: set[str] = set()
    while ahead and len(seen) < MAX_PAGES:
        path = ahead.popleft()
        seen.add(path)
        response = server.client.get(path, headers={"Accept": "text/html"}, follow_redirects=True)
        assert response.status_code in (200, 404), path
        if response.headers["Content-Type"].startswith("text/html"):
            page = assert_harmless(response)
            local = (link.partition("#")[0] for link in page.links if link.startswith("/"))
            ahead.extend(link for link in local if link and link not in seen and link not in ahead)
    assert len(seen) > 60


@pytest.mark.parametrize(
    "path",
    [
        "/id/place/" + quote(MARKUP, safe=""),
        "/id/place/quay?format=" + quote(MARKUP),
        "/id/place/quay?lang=" + quote(MARKUP),
        "/id/place/quay?page=" + quote(MARKUP),
        "/id?iri=" + quote(MARKUP),
        "/id?iri=javascript:alert(1)",
        "/ontology/" + quote(MARKUP, safe=""),
        "/problems/" + quote(MARKUP, safe=""),
        "/queries/" + quote(MARKUP, safe=""),
        "/api/" + quote(MARKUP, safe=""),
        "/api/landings?place=" + quote(MARKUP),
        "/sparql?query=" + quote(MARKUP),
        "/sparql/" + quote(MARKUP, safe=""),
        "/sparql?query=" + quote("SELECT ?x ?l { ?x ?p ?l FILTER(CONTAINS(STR(?x), 'trap')) }"),
        "/" + quote(MARKUP, safe=""),
        "/id/place/trap-0?page=1&format=html&" + quote(MARKUP) + "=1",
    ],
)
def test_what_is_asked_comes_back_as_text(server: Server, path: str) -> None:
    response = server.client.get(path, headers={"Accept": "text/html"})
    assert response.status_code < 500
    if response.status_code != 406 or "html" in response.headers["Content-Type"]:
        assert_harmless(response)


def test_an_address_cannot_look_like_another(server: Server) -> None:
    """The turn of direction in an IRI is shown for what it is, and a name keeps none."""
    text = server.client.get("/id/place/trap-8", headers={"Accept": "text/html", "Accept-Language": "en"}).text
    assert "\u202e" not in re.sub(r'href="[^"]*"', "", text)
    assert "%E2%80%AEgro.elpmaxe" in text


def test_a_long_label_is_cut_on_the_page_and_whole_in_the_data(server: Server) -> None:
    page = server.client.get("/id/place/trap-0", headers={"Accept": "text/html", "Accept-Language": "ru"}).text
    assert len(page) < len(LONG)
    assert LONG in server.client.get("/id/place/trap-0.ttl").text


@pytest.mark.parametrize("extension", ["ttl", "nt", "jsonld", "rdf"])
def test_data_that_a_browser_opens_run_nothing(server: Server, extension: str) -> None:
    response = server.client.get(f"/id/place/trap-3.{extension}")
    assert response.status_code == 200
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert re.fullmatch(r'inline; filename="[a-zA-Z0-9.-]+"', response.headers["Content-Disposition"])


def test_results_of_a_query_run_nothing(server: Server) -> None:
    response = server.client.get("/sparql", params={"query": "SELECT * { ?s ?p ?o }", "format": "xml"})
    assert "sandbox" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("evil", ["%0d%0aSet-Cookie:%20x=1", "%0aX: y", "%00", "%7f", "%0d", "%ff%fe", "%e2%80%ae"])
@pytest.mark.parametrize(
    "path",
    ["/id/place/{}", "/id/place/quay{}", "/id/place/quay/{}/", "/id/{}/", "/ontology/{}/", "/id?iri={}", "/sparql/{}"],
)
def test_control_characters_in_an_address_are_refused(server: Server, path: str, evil: str) -> None:
    answer = server.raw(f"GET {path.format(evil.replace(' ', '%20'))} HTTP/1.1")
    head, _, body = answer.partition(b"\r\n\r\n")
    status = int(head.split()[1])
    assert 300 <= status < 500, answer
    assert b"set-cookie" not in head.lower() and b"\nx: y" not in head.lower()
    if status >= 400:
        assert b"application/problem+json" in head.lower(), head
    assert b"\x00" not in body


@pytest.mark.parametrize("field", [b"Accept: text/html\r x", b"Accept: a\x00b", b"X\x00: y", b"If-None-Match: \x01"])
def test_control_characters_in_a_header_are_refused(server: Server, field: bytes) -> None:
    with server.connect() as connection:
        connection.sendall(b"GET /id/place/quay HTTP/1.1\r\nHost: quay\r\nConnection: close\r\n" + field + b"\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400"), answer


def test_a_host_that_is_none_is_written_nowhere(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(b'GET /id/place/quay HTTP/1.1\r\nHost: a"><script>\r\nConnection: close\r\n\r\n')
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert b"<script>" not in answer


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/%2e%2e/app.py",
        "/static/..%2f..%2fweb%2fapp.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/ontology/../../etc/passwd",
        "/ontology/..%2f..%2f..%2fetc%2fpasswd",
        "/ontology/garrison.ttl",
        "/ontology/%2fetc%2fpasswd",
        "/id/../../etc/passwd",
        "/id/place/..%2f..%2f..%2fetc%2fpasswd",
        "/queries/..%2f..%2fpyproject",
        "/queries/%2e%2e/README",
        "/api/..%2flandings",
        "/problems/..%2fbase.html",
        "/dumps/..%2f..%2fetc%2fpasswd",
    ],
)
def test_no_file_is_opened_by_a_path_from_outside(server: Server, path: str) -> None:
    answer = server.raw(f"GET {path} HTTP/1.1")
    status = int(answer.split()[1])
    assert status in (308, 400, 404), answer
    assert b"root:" not in answer and b"import " not in answer
