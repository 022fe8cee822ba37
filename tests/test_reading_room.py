"""A source is read passage by passage, in the order of its text, with what is claimed on each at its side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from conftest import Server
from garrison.services.contents import Section, divide
from garrison.services.readings import PAGE_SIZE
from lighthouse import ARTICLE, SOURCE, copy_lighthouse
from test_hostile_edition import LONG, MARKUP, TURNED, assert_harmless
from test_resource_pages import Outline

BASE = "https://w3id.org/garrison/"
ROOM = "/sources/beacon-2001"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"


@pytest.fixture(scope="module")
def lighthouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(copy_lighthouse(tmp_path_factory.mktemp("editions")))
    yield started
    started.stop()


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The same with more passages than a page has, and with passages, claims and texts that mean harm."""
    edition = copy_lighthouse(tmp_path_factory.mktemp("editions"))
    folder = edition / "graph_data" / "sources" / "beacon-2001"
    (folder / "more.trig").write_text("\n".join([*many_passages(), *_traps()]), "utf-8")
    started = Server(edition)
    yield started
    started.stop()


def many_passages() -> Iterator[str]:
    for n in range(PAGE_SIZE):
        passage = f"<{BASE}id/passage/p{1000 + n}>"
        yield f"{passage} a <{BASE}ontology#Passage> ; <{BASE}ontology#source> <{BASE}id/source/beacon-2001> ."
        yield f"<{BASE}id/claim/c9{n:03}> a <{BASE}ontology#Claim> ; <{BASE}ontology#passage> {passage} ."


def _traps() -> Iterator[str]:
    gar, source, markup = (
        f"{BASE}ontology#",
        f"<{BASE}id/source/trap>",
        MARKUP.replace("\\", "\\\\").replace('"', '\\"'),
    )
    yield f'{source} a <{gar}Source> ; {LABEL} "{markup}"@en, "{TURNED}"@ar ; <{gar}locator> "{markup}" .'
    yield f'{source} <{gar}textDigest> "{markup}" ; <{gar}author> <javascript:alert(1)> ; <{gar}mirrorOf> "{markup}" .'
    for iri in (
        "javascript:alert(1)",
        f"{BASE}id/passage/UPPER",
        f"{BASE}id/passage/a-word",
        f"{BASE}id/passage/p7777",
    ):
        yield f'<{iri}> a <{gar}Passage> ; <{gar}source> {source} ; <{gar}summary> "{markup}"@en, "{LONG}"@ru .'
        yield f'<{iri}> <http://www.w3.org/ns/oa#start> "{markup}", {"9" * 5_000}, 7 .'
        yield f'<{iri}> <http://www.w3.org/ns/oa#end> "x", 3 .'
        for kind in ("claim", "emendation"):
            thing = f"<{iri}-{kind}>"
            yield f"{thing} a <{gar}{kind.capitalize()}> ; <{gar}passage> <{iri}> ; <{gar}emends> <{iri}> ;"
            yield f'  <{gar}sic> "{markup}" ; <{gar}reading> "{markup}"@en ; <{gar}certainty> <javascript:alert(1)> ;'
            yield f'  <{gar}assertedBy> "{markup}" ; <{gar}dependsOn> <{iri}-emendation> .'
            yield f'{thing} {{ <javascript:alert(2)> <{gar}text> "{markup}"@en, "{TURNED}"@ar . }}'
    yield f"<{BASE}id/claim/all> a <{gar}Claim> ."


def sections(page: str) -> list[str]:
    """The ids of the passages of a page, as they follow each other."""
    return re.findall(r'<section class="passage" id="([^"]+)"', page)


def test_sources_are_listed_with_what_they_are_and_how_much_rests_on_them(lighthouse: Server) -> None:
    page = lighthouse.get("/sources", "text/html").text
    assert f'<a href="{ROOM}" lang="en">Lights of the northern shore</a>' in page
    assert "An invented article." in page
    assert "3 passages" in page and "5 claims" in page and "1 emendation<" in page


def test_the_list_is_data_too(lighthouse: Server) -> None:
    (source,) = lighthouse.get("/sources", "application/json").json()
    assert source["url"] == ROOM and source["title"]["ru"] == "Огни северного берега"
    assert (source["passageCount"], source["claimCount"], source["emendationCount"]) == (3, 5, 1)
    turtle = lighthouse.get("/sources", "text/turtle").text
    assert "source:beacon-2001" in turtle and "gar:textDigest" in turtle


def test_passages_follow_the_text_and_have_their_claims_with_them(lighthouse: Server) -> None:
    page = lighthouse.get(ROOM, "text/html").text
    assert sections(page) == ["p0001", "p0002", "p0003"]
    second = page.split('id="p0002"')[1].split("</section>")[0]
    assert "About 40 sailors were saved in the winter of 1902." in second
    assert "The rescue" in second or "rescue" in second
    assert 'id="c0021"' in second and "about</a>" in second  # the bound of the number
    assert "The lamp was first lit" not in second


def test_a_date_is_told_in_words_and_stands_as_written_behind_them(lighthouse: Server) -> None:
    for language, words in (("en", "3 May 1901"), ("ru", "3 мая 1901 года")):
        page = lighthouse.get(ROOM, "text/html", lang=language).text
        assert f'<data value="1901-05-03" title="1901-05-03">{words}</data>' in page


def test_an_emendation_says_what_is_printed_what_is_read_and_why(lighthouse: Server) -> None:
    page = lighthouse.get(ROOM, "text/html").text
    note = page.split('<li id="e001"')[1].split("</li>")[0]
    assert "<del>was rescue</del>" in note
    assert '<ins lang="en">were rescued</ins>' in note
    assert "Only a plural passive makes a sentence." in note
    assert 'href="/id/emendation/e001"' in note


def test_what_is_denied_is_marked_where_it_stands(lighthouse: Server) -> None:
    page = lighthouse.get(ROOM, "text/html").text
    assert re.findall(r'class="told contested" id="(\w+)"', page) == ["c0031"]


def test_a_source_that_is_known_by_excerpts_shows_where_they_stand(server: Server) -> None:
    page = server.get("/sources/quay-chronicle", "text/html").text
    assert sections(page) == ["p0001", "p0002"]
    assert "first leaf" in page and "second leaf" in page
    assert 'type="file"' not in page  # there is no text to compare a file with


def test_summaries_and_names_are_in_the_language_of_the_reader(lighthouse: Server) -> None:
    page = lighthouse.get(ROOM, "text/html", lang="ru").text
    assert "Лампу впервые зажгли 3 мая 1901 года." in page and "были спасены" in page
    assert "3 места" in page and "5 утверждений" in page
    assert 'href="/claims?source=beacon-2001&amp;lang=ru"' in page


def test_the_words_of_a_source_are_on_no_page_and_in_no_data(lighthouse: Server) -> None:
    for accept in ("text/html", "application/json", "text/turtle", "application/trig"):
        answer = lighthouse.get(ROOM, accept)
        assert answer.status_code == 200
        for sentence in ARTICLE.read_text("utf-8").split("\n"):
            assert len(sentence) < 30 or sentence not in answer.text


def test_the_same_address_gives_passages_and_claims_as_json(lighthouse: Server) -> None:
    told = lighthouse.get(ROOM, "application/json").json()
    assert [each["start"] for each in told["passages"]] == [60, 131, 220]
    (claim, _other) = told["passages"][1]["claims"]
    assert claim["says"][0]["value"] == {"value": "40", "datatype": "http://www.w3.org/2001/XMLSchema#integer"}
    assert claim["dependsOn"] == [f"{BASE}id/emendation/e001"] and claim["bound"] == "about"
    assert told["passages"][1]["emendations"][0]["reading"] == {"en": "were rescued", "ru": "были спасены"}
    assert told["passages"][2]["claims"][0]["isHeld"] is False


@pytest.mark.parametrize("accept", ["application/trig", "application/n-quads", "application/ld+json"])
def test_the_triples_of_a_claim_come_in_its_graph(lighthouse: Server, accept: str) -> None:
    format = RdfFormat.from_media_type(accept)
    assert format
    found = list(parse(lighthouse.get(ROOM, accept).content, format))
    sale = [quad for quad in found if str(quad.subject).endswith("/event/sale-of-oil>")]
    assert sale and {quad.graph_name for quad in sale} == {NamedNode(f"{BASE}id/claim/c0031")}
    described = {str(quad.subject) for quad in found}
    assert f"<{BASE}id/passage/p0003>" in described and f"<{BASE}id/emendation/e001>" in described


@pytest.mark.parametrize("accept", ["text/turtle", "application/n-triples", "application/rdf+xml"])
def test_where_there_are_no_graphs_a_denied_claim_is_described_and_not_told(lighthouse: Server, accept: str) -> None:
    text = lighthouse.get(ROOM, accept).text
    assert "c0031" in text and "sale-of-oil" not in text


def test_the_address_of_a_representation_answers_and_a_slash_leads_on(lighthouse: Server) -> None:
    assert lighthouse.get(f"{ROOM}.html").headers["Content-Type"].startswith("text/html")
    assert lighthouse.get(f"{ROOM}.ttl").headers["Content-Type"].startswith("text/turtle")
    moved = lighthouse.get(f"{ROOM}/", lang="ru")
    assert (moved.status_code, moved.headers["Location"]) == (308, f"{ROOM}?lang=ru")
    assert f'<{BASE}id/source/beacon-2001>; rel="describes"' in lighthouse.get(ROOM).headers["Link"]


@pytest.mark.parametrize("path", ["/sources/nothing", "/sources/Beacon-2001", f"{ROOM}?page=2", "/sources/a/b"])
def test_a_source_or_a_page_that_is_not_there_is_404(lighthouse: Server, path: str) -> None:
    assert lighthouse.client.get(path).status_code == 404


def test_a_page_that_the_client_holds_already_is_not_sent_again(lighthouse: Server) -> None:
    first = lighthouse.get(ROOM, "text/html")
    request = {"Accept": "text/html", "If-None-Match": first.headers["ETag"], "Accept-Encoding": ""}
    assert lighthouse.client.get(ROOM, headers=request).status_code == 304


@pytest.mark.parametrize("path", ["/sources", ROOM, "/claims", "/emendations"])
def test_headings_landmarks_and_names_are_in_order(lighthouse: Server, path: str) -> None:
    page = lighthouse.get(path, "text/html").text
    outline = Outline(page)
    assert outline.tags.count("h1") == 1 and outline.tags.count("main") == 1
    assert len(outline.ids) == len(set(outline.ids))
    inside = set(re.findall(r'href="#([^"]+)"', page)) - {f"t-{name}" for name in ("p0001", "p0002", "p0003")}
    assert inside <= set(outline.ids)
    levels = [int(tag[1]) for tag in outline.tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_many_passages_come_in_pages(crowded: Server) -> None:
    first = crowded.get(ROOM, "text/html").text
    assert len(sections(first)) == PAGE_SIZE and sections(first)[:4] == ["p0001", "p0002", "p0003", "p1000"]
    assert f'href="{ROOM}?page=2"' in first
    second = crowded.get(ROOM, "text/html", page="2").text
    assert sections(second) == [f"p{n}" for n in range(1000 + PAGE_SIZE - 3, 1000 + PAGE_SIZE)]
    assert crowded.get(ROOM, page="2").json()["page"] == 2
    assert 'rel="next"' in crowded.get(ROOM, "text/turtle").headers["Link"]


def test_a_claim_leads_to_the_page_that_its_passage_is_on(crowded: Server) -> None:
    page = crowded.get("/claims", "text/html", about="https://nothing.example/", source="beacon-2001").text
    assert "0 claims" in page
    listed = crowded.get("/claims", "text/html", source="beacon-2001", page="6").text
    assert f'href="{ROOM}?page=2#p{1000 + PAGE_SIZE - 1}"' in listed


@pytest.mark.parametrize("path", ["/sources", "/sources/trap", "/claims", "/claims?source=trap", "/emendations"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_sources_claims_and_emendations_say_does_no_harm(crowded: Server, path: str, language: str) -> None:
    response = crowded.client.get(path, headers={"Accept": "text/html", "Accept-Language": language})
    assert response.status_code == 200
    page = assert_harmless(response)
    for link in {link for link in page.links if link.startswith("/") and not link.startswith("/static")}:
        answer = crowded.client.get(link.partition("#")[0], headers={"Accept": "text/html"}, follow_redirects=True)
        assert answer.status_code == 200, link


@pytest.mark.parametrize("path", ["/sources", "/sources/trap", "/claims", "/emendations"])
@pytest.mark.parametrize("name", ["json", "csv", "turtle", "trig", "jsonld"])
def test_hostile_data_are_data(crowded: Server, path: str, name: str) -> None:
    answer = crowded.get(path, format=name)
    assert answer.status_code in (200, 406)
    assert "sandbox" in answer.headers["Content-Security-Policy"] or answer.status_code == 406


def test_contents_are_the_lands_that_passages_speak_of() -> None:
    """One passage about elsewhere is part of its section, and so is what speaks of no place."""
    north, south, sea = "urn:north", "urn:south", "urn:sea"
    rows = [{north}] * 4 + [set(), {sea}, {north, sea}] + [{south}] * 5 + [set()]
    assert divide(rows) == [Section(north, 0, 6), Section(south, 7, 12)]


def test_where_no_place_is_known_there_are_no_contents() -> None:
    assert divide([set(), set()]) == []
    assert divide([]) == []


def test_a_short_source_has_no_contents(lighthouse: Server) -> None:
    assert 'class="contents"' not in lighthouse.get(ROOM, "text/html").text


def test_an_edition_without_sources_says_so(tmp_path: Path) -> None:
    edition = copy_lighthouse(tmp_path)
    (edition / SOURCE).unlink()
    (edition / "graph_data/sources/beacon-2001/claims.trig").unlink()
    bare = Server(edition)
    try:
        for path in ("/sources", "/claims", "/emendations"):
            assert bare.get(path, "text/html").status_code == 200
        assert "This edition has no sources." in bare.get("/sources", "text/html").text
        assert bare.get("/claims", "application/json").json() == []
        assert bare.get("/emendations", "text/csv").text.splitlines()[0].startswith("emendation,")
    finally:
        bare.stop()
