"""A thing is found by any of its names: in any script, as it sounds, a letter off, or garbled as the source has it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT, Server
from garrison.services.folding import MAX_LENGTH, sound, words

HTML = "text/html,*/*;q=0.8"
# What is typed, and what it should find first.
ASKED = {
    "Diakonov": "person/igor-diakonoff",
    "Diakonoff": "person/igor-diakonoff",
    "Дьяконов": "person/igor-diakonoff",
    "djakonow": "person/igor-diakonoff",
    "Diakonof": "person/igor-diakonoff",
    "Diaknov": "person/igor-diakonoff",
    "Campco": "person/gerhard-von-kamptz",
    "Кампц": "person/gerhard-von-kamptz",
    "Kampts": "person/gerhard-von-kamptz",
    "Ronne": "place/ronne",
    "RØNNE": "place/ronne",
    "kirkens": "place/kirkenes",
    "Киркенес": "place/kirkenes",
    "Mikhaylov": "person/pavel-mikhailov",
    "Михайлов": "person/pavel-mikhailov",
    "shevcov": "person/shevtsov-captain",
    "PALAISEAU": "place/palese",
    "license 47": "materiel/c-47",
    "14 армия": "unit/14th-army-soviet",
    "porkala": "place/porkkala",
    "ostersoen": "place/baltic-sea",
    "simon": "person/konstantin-simonov",
}


@pytest.fixture(scope="module")
def edition() -> Iterator[Server]:
    """The edition of this repository, served."""
    started = Server(ROOT)
    yield started
    started.stop()


def found(server: Server, **asked: str) -> list[str]:
    results = server.get("/search", "application/json", **asked).json()["results"]
    return [each["iri"].removeprefix("https://w3id.org/garrison/id/") for each in results]


@pytest.mark.parametrize(("typed", "first"), ASKED.items(), ids=list(ASKED))
def test_a_name_is_found_in_any_script_and_spelling(edition: Server, typed: str, first: str) -> None:
    assert found(edition, q=typed)[0] == first


def test_it_is_said_by_which_name_a_thing_was_found(edition: Server) -> None:
    best = edition.get("/search", "application/json", q="campco").json()["results"][0]
    assert best["matched"] == "Campco Yestoplivno-Servisnaya Kompaniya" and best["matched as"] == "garble"
    page = edition.get("/search", HTML, q="campco").text
    assert "garbled in the source as" in page and "Gerhard von Kamptz" in page


def test_a_garble_leads_to_what_it_stands_for_and_to_nothing_else_in_its_passage(edition: Server) -> None:
    garbled = [e for e in edition.get("/search", q="campco").json()["results"] if e["matched as"] == "garble"]
    assert [each["label"] for each in garbled] == ["Gerhard von Kamptz"]


def test_every_word_has_to_fit_one_name(edition: Server) -> None:
    assert found(edition, q="igor diakonoff") == ["person/igor-diakonoff"]
    assert found(edition, q="simonov kirkenes") == []


def test_a_search_is_narrowed_by_kind_place_and_time(edition: Server) -> None:
    bornholm = "https://w3id.org/garrison/id/place/bornholm"
    assert "person/gerhard-von-kamptz" in found(edition, kind="person", place=bornholm)
    assert "person/igor-diakonoff" not in found(edition, kind="person", place=bornholm)
    assert found(edition, kind="person", place="Борнхольм") == found(edition, kind="person", place=bornholm)
    october = found(edition, kind="event", **{"from": "1944-10", "to": "1944-10", "limit": "100"})
    assert "event/capture-of-pechenga" in october and "event/bombing-of-bornholm" not in october


def test_what_lies_within_a_place_is_found_at_it(edition: Server) -> None:
    norway = "https://w3id.org/garrison/id/state/norway"
    assert "place/kirkenes" in found(edition, place=norway, kind="place")


def test_kinds_are_counted_whichever_is_asked_for(edition: Server) -> None:
    every = edition.get("/search", q="bornholm").json()
    places = edition.get("/search", q="bornholm", kind="place").json()
    assert places["kinds"] == every["kinds"] and places["total"] == every["kinds"]["place"]
    assert sum(every["kinds"].values()) == every["total"]


def test_pages_follow_one_another_without_gap_or_repetition(edition: Server) -> None:
    first = edition.get("/search", limit="10").json()
    pages = [found(edition, limit="10", page=str(n)) for n in range(1, first["pages"] + 1)]
    listed = [iri for page in pages for iri in page]
    assert len(listed) == len(set(listed)) == first["total"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("from", "soon"),
        ("to", "44"),
        ("from", "1944-10-25T00:00"),
        ("page", "0"),
        ("page", "x"),
        ("limit", "9999"),
        ("limit", "²"),
        ("place", "nowhere at all qqq"),
    ],
)
def test_what_cannot_be_read_is_400_and_says_what_can(edition: Server, name: str, value: str) -> None:
    response = edition.get("/search", "application/json", **{name: value})
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["parameter"] == name


@pytest.mark.parametrize(("name", "value"), [("from", "spring of 1944"), ("to", "x"), ("place", "nowhere at all qqq")])
def test_a_reader_who_errs_keeps_the_form_and_is_told_in_their_language(edition: Server, name: str, value: str) -> None:
    page = edition.get("/search", HTML, q="Kirkenes", lang="ru", **{name: value})
    assert page.status_code == 200 and 'value="Kirkenes"' in page.text and "/id/place/kirkenes" in page.text
    assert f'aria-invalid="true" aria-describedby="h-{name}"' in page.text and "Это не учтено." in page.text


def test_a_date_is_the_thing_s_own_and_as_exact_as_it_is_held(edition: Server) -> None:
    """The days of what belongs to an event narrow a search, and are not shown for an end that nobody states."""
    offensive = edition.get("/search", q="Petsamo-Kirkenes offensive").json()["results"][0]
    assert offensive["date"] == "1944-10-07/.." and "end" not in offensive
    shown = edition.get("/search", HTML, q="Petsamo-Kirkenes offensive").text
    assert "from 7 October 1944, end open" in shown and "1944-11-08" not in shown
    assert "с июля 1941 года, конец открыт" in edition.get("/search", HTML, q="Fighting Murmansk", lang="ru").text
    assert edition.get("/search", q="Removal of von Kamptz").json()["results"][0]["date"] == "1945-05"


@pytest.mark.parametrize(
    "typed", ["", "   ", "🚢", "%", "\\", "'\"><script>alert(1)</script>", "a" * 5_000, "\u202eabc", "\x01"]
)
def test_whatever_is_typed_is_answered(edition: Server, typed: str) -> None:
    page = edition.get("/search", HTML, q=typed)
    assert page.status_code == 200 and "<script>alert" not in page.text
    assert edition.get("/search", q=typed).status_code == 200


def test_what_is_not_found_gets_advice(edition: Server) -> None:
    assert "Nothing goes by such a name" in edition.get("/search", HTML, q="zzzzqqq").text


def test_a_form_without_script_keeps_what_was_asked(edition: Server) -> None:
    page = edition.get("/search", HTML, q="Kirk", kind="place", **{"from": "1944", "lang": "ru"}).text
    assert 'value="Kirk"' in page and '<option value="place" selected>' in page and 'value="1944"' in page
    assert '<input type="hidden" name="lang" value="ru">' in page


def test_another_format_is_refused(edition: Server) -> None:
    assert edition.get("/search", "text/turtle", q="x").status_code == 406
    assert edition.get("/search", q="x", format="json").headers["Content-Type"] == "application/json"


def test_spellings_of_a_name_sound_alike() -> None:
    for names in ("Дьяконов Diakonoff Diakonov D'yakonov Dyakonow", "Шевцов Shevtsov Schewzow", "Кампц Kamptz Kampts"):
        assert len({sound(word) for name in names.split() for word in words(name)}) == 1
    assert sound("kirkenes") != sound("petsamo")


@given(st.text(max_size=300))
def test_any_text_has_words_in_latin_letters(text: str) -> None:
    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in words(text))
    assert sum(map(len, words(text))) <= 20 * MAX_LENGTH


@given(st.from_regex(r"[a-z0-9]{1,20}", fullmatch=True))
def test_every_word_has_a_sound_of_bounded_length(word: str) -> None:
    assert len(sound(word)) <= 2 * len(word)
