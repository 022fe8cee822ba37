"""The edition and each thing of it can be cited: as text, and as what reference managers read."""

from __future__ import annotations

import json
import re
from datetime import date

import bibtexparser
import pytest
import rispy
import yaml
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT, Server
from garrison.rdf.formats import Format
from garrison.services.citation import Citation
from garrison.services.citation_formats import CITATIONS, as_bibtex, as_csl, as_ris, as_text

CLAIM = "/cite/id/claim/c0021"
HARD = ["{", "}", "\\", "%", "a\nER  - \nTY  - DATA", "@misc{x,", "\\input{x}", "\ud800"]
ANY = st.text(max_size=40) | st.sampled_from(HARD)
CITED = st.builds(
    Citation,
    key=ANY,
    title=ANY.filter(lambda text: plain(text)),
    container=ANY,
    authors=st.lists(ANY.filter(lambda text: plain(text)), max_size=3).map(tuple),
    version=ANY,
    snapshot=st.just("0123456789ab"),
    issued=st.dates(date(1000, 1, 1)).map(str) | st.just(""),
    url=st.just("https://w3id.org/garrison/id/person/") | ANY,
    licence=ANY,
    abstract=ANY,
    note=ANY,
)
CONTROL = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def plain(text: str) -> str:
    return CONTROL.sub(" ", text).strip()


def untex(text: str) -> str:
    """What TeX prints of an escaped text."""
    names = {"textbackslash": "\\", "textasciicircum": "^", "textasciitilde": "~"}
    return re.sub(
        r"\\(?:(text\w+)\{\}|([{}%#&$_]))", lambda found: names[found[1]] if found[1] else str(found[2]), text
    )


@given(CITED)
def test_any_citation_is_one_entry_of_bibtex_with_its_title(citation: Citation) -> None:
    library = bibtexparser.parse_string(as_bibtex(citation))
    assert not library.failed_blocks
    (entry,) = library.entries
    title = entry.fields_dict["title"].value
    assert untex(title.removeprefix("{").removesuffix("}")) == plain(citation.title)
    assert re.fullmatch(r"[A-Za-z0-9-]+", entry.key)


@given(CITED)
def test_any_citation_is_one_record_of_ris_with_its_title(citation: Citation) -> None:
    (record,) = rispy.loads(as_ris(citation))
    assert record["title"].strip() == plain(citation.title)


@given(CITED)
def test_any_citation_is_one_item_of_csl_json_with_its_title(citation: Citation) -> None:
    (item,) = json.loads(as_csl(citation))
    assert item["title"] == plain(citation.title)
    assert as_csl(citation).encode("utf-8")


@given(CITED)
def test_any_citation_is_one_line_of_text(citation: Citation) -> None:
    assert len(as_text(citation).encode("utf-8").decode("utf-8").splitlines()) == 1


def test_a_claim_is_cited_with_its_passage_its_voice_and_its_weight(server: Server) -> None:
    text = server.get(CLAIM).text
    version = server.get("/health").json()["version"][:12]
    assert text.startswith("“Claim c0021.” In ")
    assert f"snapshot {version}" in text
    assert "https://w3id.org/garrison/id/claim/c0021." in text
    assert "Passage p0002 of “" in text
    assert re.search(r"asserted by \w+", text)
    assert re.search(r"weighed as \w+, \w+, denied, accepted", text)


def test_a_citation_is_marked_as_the_english_that_it_is(server: Server) -> None:
    for path, mark in (
        (CLAIM, '<blockquote lang="en">'),
        ("/id/claim/c0021", '<blockquote class="citation" lang="en">'),
    ):
        assert mark in server.get(path, "text/html", lang="ru").text


@pytest.mark.parametrize("format", CITATIONS, ids=lambda format: format.name)
@pytest.mark.parametrize("path", ["/cite/dataset", CLAIM, "/cite/id/place/quay"])
def test_what_is_negotiated_has_an_address_of_its_own(server: Server, path: str, format: Format) -> None:
    negotiated = server.get(path, format.media_type)
    assert negotiated.headers["Content-Type"] == format.content_type
    assert negotiated.headers["Content-Location"] == f"{path}.{format.extension}"
    assert server.get(negotiated.headers["Content-Location"]).content == negotiated.content


def test_a_browser_gets_a_page_with_every_format(server: Server) -> None:
    page = server.get(CLAIM, "text/html").text
    for format in CITATIONS:
        assert f'href="{CLAIM}.{format.extension}"' in page
    assert "@misc{garrison-claim-c0021," in page


@pytest.mark.parametrize("path", ["/id/claim/c0021", "/id/place/quay", "/dataset"])
def test_a_thing_says_how_it_is_cited(server: Server, path: str) -> None:
    response = server.get(path, "text/html")
    link = response.headers["Link"]
    assert f'<https://w3id.org/garrison{path}>; rel="cite-as"' in link
    assert f'</cite{path}.json>; rel="describedby"; type="application/vnd.citationstyles.csl+json"' in link
    assert f'href="/cite{path}"' in response.text


def test_what_is_not_there_cannot_be_cited(server: Server) -> None:
    response = server.get("/cite/id/place/quai")
    assert response.status_code == 404
    assert "https://w3id.org/garrison/id/place/quay" in response.text


def test_what_is_not_written_is_said(server: Server) -> None:
    assert server.get(CLAIM, "image/png").status_code == 406


def test_the_citation_file_is_valid_and_agrees_with_the_edition() -> None:
    """Citation File Format 1.2.0: the required keys, their types, and no key that it does not know."""
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    known = {
        *("cff-version", "message", "title", "type", "authors", "version", "date-released", "license", "keywords"),
        *("abstract", "commit", "contact", "doi", "identifiers", "license-url", "preferred-citation", "references"),
        *("repository", "repository-artifact", "repository-code", "url"),
    }
    assert set(cited) <= known
    assert cited["cff-version"] == "1.2.0"
    assert cited["type"] in ("dataset", "software")
    assert cited["authors"] and all(author["name"] for author in cited["authors"])
    assert isinstance(cited["date-released"], date)
    dataset = (ROOT / "graph_data" / "dataset.ttl").read_text("utf-8")
    assert f'owl:versionInfo "{cited["version"]}"' in dataset
    assert f'version = "{cited["version"]}"' in (ROOT / "pyproject.toml").read_text("utf-8")
    assert f'"{cited["date-released"]}"^^xsd:date' in dataset
    assert cited["license"] == "CC-BY-4.0" and "licenses/by/4.0/" in dataset
    editors = (ROOT / "graph_data" / "entities" / "groups.ttl").read_text("utf-8")
    assert [author["name"] for author in cited["authors"]] == ["Editors of the Garrison edition"]
    assert '"Editors of the Garrison edition"@en' in editors
    assert cited["title"].replace("-", "–") in dataset.replace("-", "–")
