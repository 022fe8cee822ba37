"""Every IRI of the edition answers at this server: as RDF by negotiation, and as a page that hides nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from conftest import CRATES, ROOT, Server
from garrison.rdf.formats import TRIPLES, Format

BASE = "https://w3id.org/garrison/"
LANDING = BASE + "id/event/landing-at-the-quay"
CAPTURE = NamedNode(BASE + "ontology#Capture")
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
PAGES = [
    "/",
    "/queries",
    "/queries/landings",
    "/search?q=quay",
    "/api/landings",
    "/sparql",
    "/ontology",
    "/ontology/vocabularies",
    "/problems",
    "/problems/query-timeout",
    "/dataset",
    "/id/event/landing-at-the-quay",
    "/id/event/fire-on-the-quay",
    "/id/claim/c0021",
    "/id/passage/p0001",
    "/id/certainty/certain",
    "/graph/around/place/quay",
    "/graph/around/event/fire-on-the-quay",
    "/graph/inferred",
    "/nothing",
]


class Outline(HTMLParser):
    """What a page refers to, and how its headings stand."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.references: list[str] = []
        self.ids: list[str] = []
        self.scripts: list[dict[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "script":
            self.scripts.append(dict(attributes))
        for name, value in attributes:
            if name in ("src", "action") or (name == "href" and tag == "link"):
                self.references.append(value or "")
            elif name == "id":
                self.ids.append(value or "")


def is_harmless(script: dict[str, str | None]) -> bool:
    """Tell if a script element is the bundle that every page loads, or data that no browser runs."""
    return script.get("type") == "application/ld+json" or (script.get("src") or "").startswith("/static/built/page-")


def words(page: str) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def quads(server: Server, path: str, accept: str, format: RdfFormat) -> list[Quad]:
    response = server.get(path, accept)
    assert response.status_code == 200, response.text
    return list(parse(response.content, format))


@pytest.mark.parametrize("format", TRIPLES, ids=lambda format: format.name)
@pytest.mark.parametrize("path", ["/id/event/landing-at-the-quay", "/ontology"])
def test_an_address_answers_in_every_format(server: Server, path: str, format: Format) -> None:
    rdf_format = RdfFormat.from_media_type(format.media_type)
    assert rdf_format is not None
    subjects = {quad.subject for quad in quads(server, path, format.media_type, rdf_format)}
    assert NamedNode(BASE + path[1:]) in subjects


def test_without_a_wish_an_address_answers_in_turtle_with_prefixes(server: Server) -> None:
    response = server.get("/id/event/landing-at-the-quay")
    assert response.headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert "event:landing-at-the-quay" in response.text
    assert "@prefix gar:" in response.text


def test_an_address_names_its_other_representations(server: Server) -> None:
    link = server.get("/id/event/landing-at-the-quay").headers["Link"]
    assert f'<{LANDING}>; rel="describes"' in link
    assert '</id/event/landing-at-the-quay.jsonld>; rel="alternate"; type="application/ld+json"' in link


@pytest.mark.parametrize("path", ["/id/event/nothing", "/id/Event/x", "/id/event/x_y", "/ontology/nothing"])
def test_an_unknown_address_is_404(server: Server, path: str) -> None:
    assert server.get(path).status_code == 404


def test_a_format_that_is_not_offered_is_406(server: Server) -> None:
    assert server.get("/id/event/landing-at-the-quay", "image/png").status_code == 406


def test_links_to_a_thing_come_with_it(server: Server) -> None:
    """As many as a page shows; the rest is one Link away."""
    response = server.get("/id/place/quay", "application/n-triples")
    assert '</id/place/quay?page=2>; rel="next"' in response.headers["Link"]
    found = response.text + server.get("/id/place/quay", "application/n-triples", page="2").text
    assert f"<{LANDING}>" in found
    assert all(f"crate-{n}>" in found for n in range(CRATES))


def test_a_denied_claim_never_reads_as_a_fact(server: Server) -> None:
    """Its triples come in the formats that keep them in their graph, and in no other."""
    for format in TRIPLES:
        if format.name != "jsonld":
            assert b"fire-on-the-quay" not in server.get("/id/claim/c0021", format.media_type).content
    claim = NamedNode(BASE + "id/claim/c0021")
    for media_type, format in (
        ("application/trig", RdfFormat.TRIG),
        ("application/n-quads", RdfFormat.N_QUADS),
        ("application/ld+json", RdfFormat.JSON_LD),
    ):
        found = quads(server, "/id/claim/c0021", media_type, format)
        fire = [quad for quad in found if "fire-on-the-quay" in str(quad.subject)]
        assert fire and all(quad.graph_name == claim for quad in fire)


def test_the_page_of_a_claim_shows_its_triples_and_that_they_are_denied(server: Server) -> None:
    page = words(server.get("/id/claim/c0021", "text/html").text)
    assert "Fire on the quay — is a : Event" in page
    assert "The edition does not hold this to be so: the claim is denied and rumoured ." in page
    assert "People spoke of a fire, but there was none." in page


def test_what_is_only_denied_stands_apart_on_the_page_of_its_place(server: Server) -> None:
    held, _, contested = server.get("/id/place/quay", "text/html").text.partition("Said, but not held")
    assert "Fire on the quay" not in held
    assert "Fire on the quay" in contested


def test_a_thing_that_is_only_rumoured_has_a_page_too(server: Server) -> None:
    page = server.get("/id/event/fire-on-the-quay", "text/html")
    assert page.status_code == 200
    assert "Said, but not held" in page.text


def test_a_statement_leads_to_the_claim_behind_it(server: Server) -> None:
    page = server.get("/id/event/landing-at-the-quay", "text/html").text
    assert re.search(
        r'<details class="proof">\s*<summary>Anna the clerk</summary>\s*<div class="evidence held" id="c0011">', page
    )
    assert 'href="/id/claim/c0011"' in page
    assert "The sailors landed at the quay in spring." in page
    assert "Anna the clerk" in page


def test_labels_are_in_the_language_of_the_reader(server: Server) -> None:
    response = server.client.get("/id/place/quay", headers={"Accept": "text/html", "Accept-Language": "ru"})
    assert '<h1 lang="ru">Набережная</h1>' in response.text
    assert "Accept-Language" in response.headers["Vary"]


def test_what_the_data_say_is_shown_as_text(server: Server) -> None:
    """The label of the landing is hostile, and one of its links is a script."""
    page = server.get("/id/event/landing-at-the-quay", "text/html").text
    assert "<script>" not in page and "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert 'href="javascript:' not in page
    assert "javascript:alert(1)" in page
    assert 'href="https://example.org/quay"' in page


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_without_script_and_without_other_servers(server: Server, path: str) -> None:
    response = server.get(path, "text/html")
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self';" in policy and "unsafe" not in policy
    outline = Outline(response.text)
    assert all(is_harmless(script) for script in outline.scripts)
    outside = [ref for ref in outline.references if not ref.startswith("/") and not ref.startswith(server.url)]
    assert outside == []
    assert not re.search(r'\s(style|on[a-z]+)="', response.text)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_found_ones_way_in_by_headings_and_landmarks(server: Server, path: str) -> None:
    response = server.get(path, "text/html")
    outline = Outline(response.text)
    assert outline.tags.count("h1") == 1
    assert outline.tags.count("main") == 1
    assert '<html lang="en">' in response.text
    assert len(outline.ids) == len(set(outline.ids))


def test_every_iri_of_the_edition_answers(server: Server) -> None:
    query = f"""SELECT DISTINCT ?iri {{
      {{ ?iri ?p ?o }} UNION {{ ?s ?p ?iri }}
      UNION {{ GRAPH ?g {{ ?iri ?p ?o }} }} UNION {{ GRAPH ?g {{ ?s ?p ?iri }} }} UNION {{ GRAPH ?iri {{ ?s ?p ?o }} }}
      FILTER(STRSTARTS(STR(?iri), "{BASE}"))
    }}"""
    rows = server.get("/sparql", query=query).json()["results"]["bindings"]
    paths = {row["iri"]["value"].removeprefix(BASE.rstrip("/")).partition("#")[0] for row in rows}
    assert len(paths) > 300
    silent = {path for path in paths if server.client.head(path).status_code != 200}
    assert silent == set()


@pytest.mark.parametrize("path", ["/static/style.css", "/static/mark.svg"])
def test_what_pages_refer_to_is_there(server: Server, path: str) -> None:
    assert server.get(path).status_code == 200


def test_every_link_of_a_page_leads_somewhere(server: Server) -> None:
    page = server.get("/id/event/landing-at-the-quay", "text/html").text
    local = sorted({target.partition("#")[0] for target in re.findall(r'href="(/[^"]*)"', page)})
    assert len(local) > 10
    for target in local:
        assert server.client.get(target.replace("&amp;", "&")).status_code == 200, target


def test_the_ontology_is_the_file_that_its_editors_wrote(server: Server) -> None:
    assert server.get("/ontology").content == (ROOT / "ontology" / "garrison.ttl").read_bytes()


def test_a_term_of_the_ontology_has_an_anchor_and_a_definition(server: Server) -> None:
    page = server.get("/ontology", "text/html").text
    assert 'id="Capture"' in page
    assert "An event in which armed forces take a place" in page


def test_the_short_way_to_a_term_leads_to_its_anchor(server: Server) -> None:
    response = server.get("/ontology/Capture")
    assert response.status_code == 303
    assert response.headers["Location"] == "/ontology#Capture"


def test_the_version_of_the_ontology_has_an_address(server: Server) -> None:
    found = quads(server, "/ontology", "text/turtle", RdfFormat.TURTLE)
    versions = [q.object for q in found if q.predicate.value.endswith("#versionIRI")]
    assert isinstance(versions[0], NamedNode)
    assert server.get(versions[0].value.removeprefix(BASE.rstrip("/"))).status_code == 200


def test_the_start_page_says_what_it_is_and_counts(server: Server) -> None:
    page = server.get("/", "text/html").text
    assert "The quay: a small edition for tests" in page
    assert "<b>2</b> <span>claims</span>" in page
    assert "Landings and where they were" in page


def test_many_links_are_counted_and_paged(server: Server) -> None:
    first = server.get("/id/place/quay", "text/html").text
    total = CRATES + 1  # and the landing
    assert f'What links here <span class="count">{total}</span>' in first
    assert "Page 1 of 2" in first
    second = server.get("/id/place/quay", "text/html", page="2").text
    crates = [set(re.findall(r"/id/place/crate-[0-9]+", page)) for page in (first, second)]
    assert len(crates[0] | crates[1]) == CRATES
    assert not crates[0] & crates[1]


@pytest.mark.parametrize("page", ["0", "-1", "x", "99", "9" * 30])
def test_a_page_that_is_not_there_is_no_failure(server: Server, page: str) -> None:
    assert server.get("/id/place/quay", "text/html", page=page).status_code in (200, 404)


def test_a_label_is_a_label_in_data_as_on_the_page(server: Server) -> None:
    found = quads(server, "/id/place/quay", "text/turtle", RdfFormat.TURTLE)
    assert Literal("Набережная", language="ru") in {quad.object for quad in found}
