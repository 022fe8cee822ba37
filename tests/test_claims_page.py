"""A claim is found by what it speaks of, when, by whom and how it is weighed; the query behind says the same."""

from __future__ import annotations

import csv
import html
import io
import random
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from conftest import ROOT, Server
from lighthouse import copy_lighthouse
from test_hostile_edition import MARKUP, assert_harmless

ID = "https://w3id.org/garrison/id/"
# Each has an answer in this edition, alone; together some have and some have none.
CHOICES: dict[str, list[str]] = {
    "about": ["diakonoff", "event/bombing-of-bornholm", f"{ID}place/kirkenes", "Кампц"],
    "place": ["kirkenes", "place/bornholm", "state/norway"],
    "from": ["1944", "1944-10-15", "1945-05"],
    "to": ["1944", "1945-06-01", "1990"],
    "certainty": ["certain", "possible"],
    "modality": ["testified", f"{ID}modality/judged"],
    "polarity": ["denied", "affirmed"],
    "standing": ["rival", "accepted"],
    "voice": ["igor-diakonoff", "yaroslav-butakov"],
    "source": ["russian-seven-2020", "dsr-bornholm"],
    "emended": ["yes", "no"],
    "sort": ["claim", "passage"],
}


@pytest.fixture(scope="module")
def history() -> Iterator[Server]:
    """The edition of this repository."""
    started = Server(ROOT)
    yield started
    started.stop()


@pytest.fixture(scope="module")
def lighthouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(copy_lighthouse(tmp_path_factory.mktemp("editions")))
    yield started
    started.stop()


def page_of(server: Server, **chosen: str) -> str:
    return server.get("/claims", "text/html", **chosen).text


def slugs(page: str) -> list[str]:
    """The claims of a page, in order."""
    return re.findall(r'<p class="about"><a class="claim" href="/id/claim/(\w+)', page)


def rows_of(server: Server, chosen: dict[str, str]) -> list[str]:
    return [claim["iri"] for claim in server.get("/claims", "application/json", **chosen).json()]


def rows_of_the_query(server: Server, chosen: dict[str, str]) -> list[str]:
    """What the query answers that the page leads to."""
    link = re.search(r'href="(/sparql\?[^"]+)"', page_of(server, **chosen))
    assert link
    query = parse_qs(urlsplit(html.unescape(link[1])).query)["query"][0]
    answer = server.client.post("/sparql", data={"query": query}, headers={"Accept": "application/json"})
    return [row["claim"]["value"] for row in answer.json()["results"]["bindings"]]


def test_a_claim_is_told_as_a_sentence_with_its_summary_voice_passage_and_weight(lighthouse: Server) -> None:
    item = next(each for each in page_of(lighthouse).split('<li class="told') if "/id/claim/c0021" in each)
    text = " ".join(re.sub(r"<[^>]+>", " ", item).split())
    assert "40" in text and "About 40 sailors were saved in the winter of 1902." in text
    assert 'href="/sources/beacon-2001#p0002"' in item and 'href="/id/person/orm"' in item
    assert 'class="certainty certain"' in item and 'class="bound about"' in item
    assert 'href="/id/emendation/e001"' in item


def test_claims_follow_the_text_of_their_source_or_their_numbers(history: Server) -> None:
    """In the article the passage p0073 stands between p0005 and p0006."""
    in_text = rows_of(history, {"source": "russian-seven-2020"})
    places = [in_text.index(f"{ID}claim/{slug}") for slug in ("c0051", "c0731", "c0061")]
    assert places == sorted(places)
    by_number = rows_of(history, {"source": "russian-seven-2020", "sort": "claim"})
    assert by_number == sorted(in_text)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in CHOICES.items() for value in values])
def test_each_choice_has_an_answer_and_the_query_behind_has_the_same_rows(
    history: Server, name: str, value: str
) -> None:
    found = rows_of(history, {name: value})
    assert found
    assert rows_of_the_query(history, {name: value}) == found
    if name != "sort" and value != "affirmed":
        assert len(found) < len(rows_of(history, {}))


@pytest.mark.parametrize("seed", range(30))
def test_choices_together_have_the_rows_of_the_query_too(history: Server, seed: int) -> None:
    chance = random.Random(seed)
    names = chance.sample(list(CHOICES), chance.randint(2, 4))
    chosen = {name: chance.choice(CHOICES[name]) for name in names}
    assert rows_of_the_query(history, chosen) == rows_of(history, chosen)


def test_choices_narrow_each_other(history: Server) -> None:
    both = set(rows_of(history, {"about": "diakonoff", "modality": "testified"}))
    assert both < set(rows_of(history, {"about": "diakonoff"}))
    assert both < set(rows_of(history, {"modality": "testified"}))


def test_a_person_is_found_by_any_spelling_and_other_things_of_that_name_are_told(history: Server) -> None:
    spellings = [rows_of(history, {"about": name}) for name in ("Diakonoff", "diakonov", "Дьяконов")]
    assert spellings[0] == spellings[1] == spellings[2] == rows_of(history, {"about": "person/igor-diakonoff"})
    assert "/id/work/diakonoff-memoirs" in html.unescape(page_of(history, about="Diakonoff")).replace("%2F", "/")


def test_a_place_brings_what_lies_within_and_what_was_there(history: Server) -> None:
    norway = rows_of(history, {"place": "state/norway"})
    assert f"{ID}claim/c0251" in norway  # the taking of Kirkenes
    assert set(rows_of(history, {"place": "kirkenes"})) < set(norway)


def test_a_time_brings_what_was_then_and_not_who_lived_then(history: Server) -> None:
    october = rows_of(history, {"from": "1944-10", "to": "1944-10"})
    assert f"{ID}claim/c0231" in october
    assert rows_of(history, {"from": "1944-10-16", "to": "1944-10-16", "about": "event/capture-of-pechenga"}) == []
    late = rows_of(history, {"from": "1970", "to": "1970", "about": "person/igor-diakonoff"})
    assert f"{ID}claim/c0323" not in late  # he was deputy commandant, and alive in 1970


def test_what_rests_on_an_emendation_can_be_left_out(history: Server) -> None:
    parts = [rows_of(history, {"emended": word}) for word in ("yes", "no")]
    assert len(parts[0]) > 50 and set(parts[0]).isdisjoint(parts[1])
    assert sorted(parts[0] + parts[1]) == sorted(rows_of(history, {}))


def test_counts_say_what_each_value_would_give(history: Server) -> None:
    """Beside all else that is chosen, and whatever value of the same kind is."""
    page = page_of(history, place="bornholm", certainty="possible")
    for name, value in (("certainty", "certain"), ("standing", "rival"), ("modality", "rumoured")):
        counted = re.search(rf'<option value="{value}"[^>]*>[^<]*\((\d+)\)</option>', page)
        chosen = {"place": "bornholm", "certainty": "possible", name: value}
        assert int(counted[1] if counted else 0) == len(rows_of(history, chosen)), name


def test_the_form_keeps_what_was_chosen_and_works_without_script(history: Server) -> None:
    page = page_of(history, place="bornholm", certainty="possible", emended="no", lang="ru")
    form = page.split('<form class="filters"')[1].split("</form>")[0]
    assert 'action="/claims" method="get"' in form and 'value="bornholm"' in form
    assert re.search(r'<option value="possible" selected>возможно \(', form)
    assert '<option value="no" selected>' in form
    assert '<input type="hidden" name="lang" value="ru">' in form


def test_a_list_is_paged_and_its_pages_keep_the_choice(history: Server) -> None:
    chosen = {"source": "russian-seven-2020", "polarity": "affirmed"}
    found: list[str] = []
    path = "/claims?" + urlencode(chosen)
    while path:
        page = history.client.get(path, headers={"Accept": "text/html"}).text
        found += slugs(page)
        following = re.search(r'<a rel="next" href="([^"]+)"', page)
        path = html.unescape(following[1]) if following else ""
    assert [ID + "claim/" + slug for slug in found] == rows_of(history, chosen)
    assert history.get("/claims", "text/html", page="99").status_code == 404
    assert "polarity=affirmed" in history.get("/claims", "text/html", **chosen).headers["Link"]


def test_the_same_rows_are_csv(lighthouse: Server) -> None:
    rows = list(csv.DictReader(io.StringIO(lighthouse.get("/claims", "text/csv", emended="yes").text)))
    assert [row["claim"] for row in rows] == rows_of(lighthouse, {"emended": "yes"})
    assert rows[0]["says"].endswith(": homeless 40") and rows[0]["start"] == "131"
    assert rows[0]["emendations"] == f"{ID}emendation/e001" and rows[0]["bound"] == f"{ID}bound/about"


def test_a_representation_is_named_with_what_was_chosen(lighthouse: Server) -> None:
    answer = lighthouse.get("/claims", "application/json", certainty="certain")
    assert answer.headers["Content-Location"] == "/claims.json?certainty=certain"
    assert lighthouse.get("/claims.json?certainty=certain").content == answer.content
    page = lighthouse.get("/claims", "text/html", certainty="certain")
    assert 'href="/claims.csv?certainty=certain"' in page.text


BAD = [
    ("from", "spring"),
    ("to", "1944-13"),
    ("from", "1944-12/1944-01"),
    ("certainty", "quite"),
    ("source", "nothing"),
    ("emended", "perhaps"),
    ("sort", "colour"),
    ("about", "zzzzqqq"),
    ("about", "person/nobody at all"),
    ("place", "<>"),
    ("place", "Atlantis"),
    ("certainty", MARKUP),
    ("about", MARKUP),
    ("from", MARKUP),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_what_cannot_be_understood_is_left_out_with_a_word(lighthouse: Server, name: str, value: str) -> None:
    response = lighthouse.get("/claims", "text/html", **{name: value})
    assert response.status_code == 200
    assert_harmless(response)
    assert "It is left out." in response.text


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_program_is_told_that_a_parameter_is_bad(lighthouse: Server, name: str, value: str) -> None:
    for accept in ("application/json", "text/csv"):
        answer = lighthouse.get("/claims", accept, **{name: value})
        assert answer.status_code == 400
        assert answer.json()["type"].endswith("/problems/bad-parameter") and answer.json()["parameter"] == name


@pytest.mark.parametrize(
    "query",
    [
        "about=" + "x" * 9_000,
        "about=%00",
        "about=%ff",
        "from=%E2%80%AE1944",
        "certainty=a&certainty=b",
        "page=-1",
        "=",
        "%",
    ],
)
def test_strange_addresses_are_no_error_of_the_server(lighthouse: Server, query: str) -> None:
    for accept in ("text/html", "application/json"):
        assert lighthouse.client.get(f"/claims?{query}", headers={"Accept": accept}).status_code < 500


def test_an_iri_that_nothing_speaks_of_has_no_claims(lighthouse: Server) -> None:
    assert rows_of(lighthouse, {"about": "https://example.org/'onmouseover='alert(1)"}) == []
    assert "No claim fits all of this." in page_of(lighthouse, about="https://example.org/nothing")


def test_a_period_that_ends_before_it_begins_is_said(lighthouse: Server) -> None:
    assert "The first day comes after the last." in page_of(lighthouse, **{"from": "1950", "to": "1940"})
