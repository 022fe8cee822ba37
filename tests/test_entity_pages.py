"""A thing's page says who says so beside each statement, and what is only said is never taken for what is held."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from conftest import ROOT, Server
from garrison.web.dates import date_in_words
from test_resource_pages import words

BASE = "https://w3id.org/garrison/"
VOID = {"link", "meta", "img", "input", "br", "rect", "path", "circle", "line", "hr"}


@pytest.fixture(scope="module")
def edition() -> Iterator[Server]:
    """The edition of this repository, served."""
    started = Server(ROOT)
    yield started
    started.stop()


class Part(HTMLParser):
    """The elements of a page that have a class, with all that stands in them."""

    def __init__(self, page: str, class_name: str) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self._wanted = class_name
        self._open: list[tuple[str, int | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for index in self._inside():
            self.found[index] += self.get_starttag_text() or ""
        if tag in VOID:
            return
        is_wanted = self._wanted in (dict(attributes).get("class") or "").split()
        if is_wanted:
            self.found.append("")
        self._open.append((tag, len(self.found) - 1 if is_wanted else None))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        for index in self._inside():
            self.found[index] += f"</{tag}>"

    def handle_data(self, data: str) -> None:
        for index in self._inside():
            self.found[index] += data

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def _inside(self) -> list[int]:
        return [index for _, index in self._open if index is not None]


def page(server: Server, path: str, language: str = "en") -> str:
    response = server.get(f"/id/{path}", "text/html", lang=language)
    assert response.status_code == 200, path
    return response.text


def section(text: str, heading: str) -> str:
    """A section of a page, by the id of its heading."""
    return text.partition(f'<h2 id="{heading}"')[2].partition("</section>")[0]


def row(text: str, property: str) -> str:
    """The row of one property among what is held."""
    return re.split(r"<dt>", section(text, "holds").partition(f"ontology#{property}")[2])[0]


# Statements and their evidence


def test_a_rival_stands_beside_what_is_held_with_the_reasons_of_both(edition: Server) -> None:
    held, rival = Part(row(page(edition, "event/bombing-of-bornholm"), "homeless"), "side").found
    assert words(held).startswith("Held 4 500 On Bornholm 4,500 people lost their homes at one stroke.")
    assert "a museum of the country concerned" in words(held)
    assert words(rival).startswith("Not held · rival nearly 3 000 Besides German servicemen")
    assert "the article may have taken houses for people" in words(rival)
    assert 'id="c1011"' in held and 'id="c0542"' in rival


def test_each_statement_has_its_claims_right_there(edition: Server) -> None:
    proof = Part(row(page(edition, "event/bombing-of-bornholm"), "carriedOutBy"), "proof").found[0]
    said = words(proof)
    assert said.startswith("Yaroslav Butakov emended On 7 and 8 May Soviet aircraft bombed the German troops")
    for part in ("Italy and other European countries", "Passage p0047", "certain stated affirmed accepted"):
        assert part in said
    assert re.search(r"Printed as .+ , read as .+ , because: .+ Emendation e037", said)


def test_all_evidence_is_there_without_script(edition: Server) -> None:
    """It stands in elements that a browser opens by itself."""
    text = page(edition, "person/igor-diakonoff")
    for statement in re.findall(r"<details class=\"proof\">.*?</details>", text, re.DOTALL):
        assert "<summary>" in statement and 'class="evidence held"' in statement
    assert text.count('class="proof"') > 4


def test_a_reader_is_told_that_a_statement_opens_where_one_does(edition: Server) -> None:
    hint = "open it to read where"
    assert hint in edition.get("/id/person/igor-diakonoff", "text/html").text
    assert hint not in edition.get("/id/certainty/doubtful", "text/html").text


def test_the_edition_itself_has_a_name_where_it_is_linked(edition: Server) -> None:
    page = edition.get("/id/source/russian-seven-2020", "text/html").text
    assert re.search(r'<a href="/dataset"[^>]*>this edition</a>', page)


def test_what_is_unusual_is_said_before_the_evidence_is_opened(edition: Server) -> None:
    summaries = re.findall(
        r"<summary>.*?</summary>", row(page(edition, "operation/petsamo-kirkenes-operation"), "cause")
    )
    assert words(summaries[0]) == "Yaroslav Butakov probable"


def test_a_denial_is_never_among_what_is_held(edition: Server) -> None:
    held, _, contested = page(edition, "place/bornholm").partition('id="contested"')
    assert "atrocities-on-bornholm" not in held.partition("<article")[2]
    denied = [each for each in Part(contested, "side").found if "atrocities-on-bornholm" in each]
    assert words(denied[0]).startswith("Not held · denied · rumoured Atrocities alleged on Bornholm")
    assert "The source says that it was not so, and the edition follows it." in words(denied[0])


def test_a_thing_that_is_only_hinted_at_holds_nothing(edition: Server) -> None:
    text = page(edition, "event/border-shift")
    assert 'id="holds"' not in text
    assert words(section(text, "contested")).count("Not held · hinted") >= 3
    assert '<script type="application/ld+json">' not in text


def test_denial_and_rival_affirmation_of_the_same_stand_apart(edition: Server) -> None:
    text = section(page(edition, "event/resistance-to-the-landing-on-bornholm"), "contested")
    said = [words(each)[:40] for each in Part(text, "side").found]
    assert any(each.startswith("Not held · denied resistance") for each in said)
    assert any(each.startswith("Not held · rival resistance") for each in said)


def test_a_text_stands_in_the_readers_language_and_the_others_behind_it(edition: Server) -> None:
    english = row(page(edition, "event/bombing-of-bornholm"), "text")
    assert words(english).partition("In other languages")[0].count("Hardly a house in Rønne") == 1
    assert "В Рённе почти не осталось" in english.partition("In other languages")[2]
    russian = row(page(edition, "event/bombing-of-bornholm", "ru"), "text")
    assert "В Рённе почти не осталось" in russian.partition("На других языках")[0]


# Dates


@pytest.mark.parametrize(
    ("edtf", "english", "russian"),
    [
        ("1944-10-15", "15 October 1944", "15 октября 1944 года"),
        ("1944-11", "some time in November 1944", "в какой-то день ноября 1944 года"),
        ("1944", "some time in 1944", "в какой-то день 1944 года"),
        ("1944-06/1944-12", "June–December 1944", "июнь–декабрь 1944 года"),
        ("1945-05-07/1945-05-08", "7–8 May 1945", "7–8 мая 1945 года"),
        ("1944-10-25/1944-11-08", "25 October – 8 November 1944", "25 октября – 8 ноября 1944 года"),
        ("1917/1946", "1917–1946", "1917–1946 годы"),
        ("1941-07/..", "from July 1941, end open", "с июля 1941 года, конец открыт"),
        ("1902/", "from 1902, end unknown", "с 1902 года, конец неизвестен"),
        ("../1944-10", "until October 1944, beginning open", "до октября 1944 года, начало открыто"),
        ("[1945..]", "1945 or later", "1945 год или позже"),
        ("[1990..1994]", "some time in 1990–1994", "когда-то в промежутке: 1990–1994 годы"),
        ("{1945,1947-03}", "1945 and March 1947", "1945 год и март 1947 года"),
        ("194X", "some time in 1940–1949", "когда-то в 1940–1949 годы"),
        ("1944-XX", "some time in 1944", "в какой-то день 1944 года"),
        ("1944~", "about 1944", "примерно 1944 год"),
        ("1944-11?", "perhaps November 1944", "возможно, ноябрь 1944 года"),
        ("1944-11-03%", "perhaps about 3 November 1944", "возможно, примерно 3 ноября 1944 года"),
        ("1944-21", "1944-21", "1944-21"),
        ("2020-01-01T10:00:00Z", "2020-01-01T10:00:00Z", "2020-01-01T10:00:00Z"),
        ("not a date", "not a date", "not a date"),
        ("../..", "../..", "../.."),
    ],
)
def test_a_date_is_said_in_words(edtf: str, english: str, russian: str) -> None:
    assert date_in_words(edtf, "en") == english
    assert date_in_words(edtf, "ru") == russian


def test_a_date_is_in_words_and_as_data(edition: Server) -> None:
    text = row(page(edition, "event/bombing-of-bornholm"), "edtf")
    assert '<data class="date" value="1945-05-07/1945-05-08">7–8 May 1945</data>' in text
    assert '<code class="edtf">1945-05-07/1945-05-08</code>' in text
    assert "7–8 мая 1945 года" in row(page(edition, "event/bombing-of-bornholm", "ru"), "edtf")


# Where and when


def test_a_page_has_a_map_and_says_in_words_what_it_shows(edition: Server) -> None:
    top = page(edition, "operation/petsamo-kirkenes-operation").partition('class="top')[2].partition('id="holds"')[0]
    assert '<svg class="drawn map"' in top
    listed = words(top.partition('<details class="listed">')[2].partition("</details>")[0])
    assert "Kirkenes : Storming of Kirkenes" in listed and "Nikel : " in listed


def test_the_dates_of_a_thing_and_of_what_it_has_to_do_with_are_a_timeline(edition: Server) -> None:
    drawn = section(page(edition, "operation/petsamo-kirkenes-operation"), "dates")
    when = words(drawn)
    assert "Its own date" in when and "Capture of Pechenga 15 October 1944" in when
    assert 'class="beyond"' not in drawn.partition("What it has to do with")[0]
    assert "World War II" not in when  # beside it the days of a battle could not be told apart


def test_nothing_that_is_not_held_is_on_a_map(edition: Server) -> None:
    """That Soviet troops stood in Foggia, Lecce and Brindisi too is what one page says."""
    text = page(edition, "event/other-soviet-presence-in-apulia")
    assert "Foggia" in section(text, "contested")
    assert "Foggia" not in text.partition('class="top')[2].partition("<section")[0]


# Links, identity, data


def test_what_links_here_says_by_which_claim(edition: Server) -> None:
    links = section(page(edition, "place/bornholm"), "incoming")
    assert re.search(r'Soviet bombing of Bornholm</a> <a class="ref" href="/id/claim/c0471"', links)


def test_passages_and_claims_that_link_here_say_what_they_say(edition: Server) -> None:
    links = words(section(page(edition, "source/russian-seven-2020"), "incoming"))
    assert re.search(r"Passage p0023 The army took Pechenga on 15 October\. c0231", links)
    asserted = words(section(page(edition, "person/niels-morten-udgaard"), "incoming"))
    assert re.search(r"Claim c0301 .+? Not held · hinted", asserted)


def test_identity_is_explained(edition: Server) -> None:
    said = words(section(page(edition, "person/igor-diakonoff"), "identity"))
    assert "identity state linked — An outside item was checked" in said
    assert "Q447180 — an item of Wikidata, which an editor checked" in said


def test_a_copy_of_somebody_elses_page_says_so(edition: Server) -> None:
    assert "A copy of somebody else’s page" in words(page(edition, "source/piglix-petsamo-kirkenes"))
    assert "A copy of somebody else’s page" not in words(page(edition, "source/dsr-bornholm"))


def test_the_query_behind_a_page_gives_what_the_page_shows(edition: Server) -> None:
    text = page(edition, "event/bombing-of-bornholm")
    query = re.search(r'<a href="(/sparql\?query=[^"]*)">Run it', text)
    assert query is not None
    answer = edition.client.get(query[1].replace("&amp;", "&"), headers={"Accept": "text/csv"})
    assert ",4500,https://w3id.org/garrison/id/claim/c1011," in answer.text
    assert ",3000," not in answer.text


def test_how_to_cite_it_stands_on_the_page(edition: Server) -> None:
    data = section(page(edition, "claim/c0231"), "data")
    for address in ("bib", "json", "ris", "txt"):
        assert f'href="/cite/id/claim/c0231.{address}"' in data
    assert "“Claim c0231.” In Editors of the Garrison edition" in words(data).replace("&#34;", '"')


def structured(text: str) -> dict[str, Any]:
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert block is not None
    found: dict[str, Any] = json.loads(block[1])
    return found


def test_search_engines_get_what_is_held_in_schema_org(edition: Server) -> None:
    bombing = structured(page(edition, "event/bombing-of-bornholm"))
    assert (bombing["@type"], bombing["startDate"], bombing["endDate"]) == ("Event", "1945-05-07", "1945-05-08")
    assert {place["name"] for place in bombing["location"]} == {"Bornholm", "Nexø", "Rønne"}
    man = structured(page(edition, "person/igor-diakonoff"))
    assert (man["@type"], man["birthDate"], man["deathDate"]) == ("Person", "1915-01-12", "1999-05-02")
    assert man["sameAs"] == ["http://www.wikidata.org/entity/Q447180"]
    assert structured(page(edition, "place/kirkenes"))["geo"]["latitude"] == pytest.approx(69.725, abs=0.001)
    assert structured(page(edition, "unit/14th-army-soviet"))["@type"] == "Organization"
    assert structured(page(edition, "source/dsr-bornholm"))["@type"] == "CreativeWork"


def test_a_block_for_search_engines_cannot_be_left(server: Server) -> None:
    """The label of the landing would end the element, were it written as it is."""
    text = server.get("/id/event/landing-at-the-quay", "text/html").text
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert block is not None and not re.search("[<>&]", block[1])
    assert structured(text)["name"] == "Landing at the quay <script>alert('quay')</script>"


# Claims, passages, emendations


def test_a_claim_says_through_whom_we_hear_of_it(edition: Server) -> None:
    text = page(edition, "claim/c0302")
    voices = [words(each) for each in re.findall(r"<li>(.*?)</li>", section(text, "voices"), re.DOTALL)]
    assert [voice.partition(" — ")[0] for voice in voices] == [
        "Yaroslav Butakov",
        "Nils Morten Udgaard",
        "Someone in the Soviet leadership",
    ]
    assert "Claim c0303" in voices[0] and voices[2].endswith("(this claim)")


def test_a_claim_explains_how_it_is_weighed(edition: Server) -> None:
    weighed = words(section(page(edition, "claim/c0302"), "weighed"))
    assert "hinted — The source reports that someone let it be understood." in weighed
    assert "certain — The words can be read in no other way." in weighed
    assert "Its triples stand in its own graph only" in weighed


def test_the_triples_of_a_claim_read_as_sentences(edition: Server) -> None:
    said = words(section(page(edition, "claim/c0231"), "says"))
    assert "Capture of Pechenga — date : 15 October 1944 1944-10-15 — place : Pechenga (Petsamo), settlement" in said


def test_a_claim_stands_beside_what_it_disputes(edition: Server) -> None:
    sides = Part(section(page(edition, "claim/c0542"), "beside"), "side").found
    assert [words(side)[:34] for side in sides] == [
        "This claim Not held · rival Soviet",
        "It is disputed by Held Soviet bomb",
    ]
    assert "homeless : 4 500" in words(sides[1])
    other = Part(section(page(edition, "claim/c1011"), "beside"), "side").found
    assert words(other[1]).startswith("It disputes Not held · rival")


def test_a_passage_has_its_claims_its_emendations_and_its_neighbours(edition: Server) -> None:
    text = page(edition, "passage/p0044")
    assert 'rel="prev" href="/id/passage/p0042"' in text and 'rel="next" href="/id/passage/p0043"' in text
    assert "Campco Yestoplivno-Servisnaya Kompaniya" in words(section(text, "emended"))
    claims = words(section(text, "claims"))
    assert "Bornholm — commander : Gerhard von Kamptz" in claims and "Claim c0442" in claims


def test_passages_of_an_excerpted_source_follow_one_another_by_number(edition: Server) -> None:
    text = page(edition, "passage/p0102")
    assert 'rel="prev" href="/id/passage/p0101"' in text and 'rel="next" href="/id/passage/p0103"' in text


def test_an_emendation_says_what_was_printed_what_is_read_and_why_and_what_rests_on_it(edition: Server) -> None:
    text = page(edition, "emendation/e010")
    said = words(section(text, "reading"))
    for part in ("printed as license 47", "read as C-47", "or else licence-built C-47", "because Two sentences later"):
        assert part in said, said
    assert "how sure probable — Another reading is conceivable" in said
    assert "Claim c05" in words(section(text, "claims"))


def test_a_concept_says_what_it_means_and_what_uses_it(edition: Server) -> None:
    text = words(page(edition, "modality/hinted"))
    assert "The source reports that someone let it be understood." in text
    assert re.search(r"What uses it \d", text)


# Language


def test_parts_of_the_apparatus_are_called_by_their_russian_names(edition: Server) -> None:
    text = words(page(edition, "claim/c0441", "ru"))
    assert "Утверждение c0441" in text and "Место p0044" in text and "Конъектура e002" in text
    assert not re.search(r"\b(Claim|Passage|Emendation) [cpe]\d", text.partition("Как сослаться")[0])


def test_a_name_of_the_land_comes_first_where_it_is_asked_for(edition: Server) -> None:
    text = page(edition, "event/bombing-of-bornholm", "native")
    assert '<h1 lang="da">Bombardementet af Bornholm</h1>' in text
    assert "?lang=native" in text


def test_any_edition_has_such_pages(server: Server) -> None:
    """The quay has no emendation, no rival and no coordinates; its pages have what there is."""
    text = page(server, "event/landing-at-the-quay")
    assert "some time in April 1704" in text
    assert "drawn map" not in text
    assert "People spoke of a fire, but there was none." in page(server, "passage/p0002")
