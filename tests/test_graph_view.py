"""The graph around a thing: a picture and a list that need no script, and the same as JSON at the same address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from conftest import CRATES, ROOT, Server
from test_resource_pages import words

BASE = "https://w3id.org/garrison/id/"


@pytest.fixture(scope="module")
def edition() -> Iterator[Server]:
    """The edition of this repository, served."""
    started = Server(ROOT)
    yield started
    started.stop()


def around(server: Server, path: str) -> dict[str, Any]:
    response = server.get(f"/graph/around/{path}.json")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    found: dict[str, Any] = response.json()
    return found


def edges(found: dict[str, Any]) -> set[tuple[str, str, str, str]]:
    return {
        (e["from"].removeprefix(BASE), e["property"].rpartition("#")[2], e["to"].removeprefix(BASE), e["verdict"])
        for e in found["edges"]
    }


def test_the_links_of_a_thing_in_both_directions(edition: Server) -> None:
    found = edges(around(edition, "place/bornholm"))
    assert ("place/bornholm", "commander", "person/gerhard-von-kamptz", "held") in found
    assert ("event/bombing-of-bornholm", "place", "place/bornholm", "held") in found


def test_what_is_only_said_is_told_apart_from_what_is_held(edition: Server) -> None:
    found = edges(around(edition, "place/bornholm"))
    assert ("event/atrocities-on-bornholm", "place", "place/bornholm", "denied") in found
    assert ("event/resistance-to-the-landing-on-bornholm", "place", "place/bornholm", "rival") in found
    assert ("event/resistance-to-the-landing-on-bornholm", "place", "place/bornholm", "denied") in found
    hinted = edges(around(edition, "event/border-shift"))
    assert {verdict for _, _, _, verdict in hinted if verdict != "held"} == {"hinted"}


def test_each_link_has_its_claims_and_their_voices(edition: Server) -> None:
    found = around(edition, "event/bombing-of-bornholm")
    (by,) = (edge for edge in found["edges"] if edge["property"].endswith("#carriedOutBy"))
    assert [claim["iri"] for claim in by["claims"]] == [BASE + "claim/c0471"]
    assert by["claims"][0]["assertedBy"] == [BASE + "person/yaroslav-butakov"]
    assert found["names"][BASE + "person/yaroslav-butakov"]["labels"]["ru"] == "Ярослав Бутаков"


def test_all_that_an_edge_names_is_a_node_and_has_a_name(edition: Server) -> None:
    for path in ("place/bornholm", "state/soviet-union", "claim/c0542", "event/world-war-ii", "certainty/doubtful"):
        found = around(edition, path)
        nodes = {node["iri"] for node in found["nodes"]}
        assert found["nodes"][0]["iri"] == BASE + path
        named = {iri for edge in found["edges"] for iri in (edge["from"], edge["to"], edge["property"])}
        assert named <= nodes | {edge["property"] for edge in found["edges"]}
        assert named | nodes <= set(found["names"])


def test_entries_of_lists_are_no_neighbours_but_have_some(edition: Server) -> None:
    assert not any("/eventkind/" in node["iri"] for node in around(edition, "event/bombing-of-bornholm")["nodes"])
    kind = around(edition, "eventkind/bombing")
    assert BASE + "event/bombing-of-bornholm" in {node["iri"] for node in kind["nodes"]}


def test_the_page_draws_and_lists_the_same(edition: Server) -> None:
    text = edition.get("/graph/around/place/bornholm", "text/html").text
    picture, _, listed = text.partition('<h2 id="list"')
    drawn = set(re.findall(r'<a href="/graph/around/([^"]+)"', picture.partition("<svg")[2]))
    assert drawn == set(re.findall(r'class="ref" href="/graph/around/([^"]+)"', listed))
    assert drawn == {node["iri"].removeprefix(BASE) for node in around(edition, "place/bornholm")["nodes"][1:]}
    assert "not held: denied c0562 graph" in words(listed)
    assert re.search(r'<path class="ray denied" d="M', picture) and "· denied" in words(picture)


def test_too_many_neighbours_are_listed_and_the_limit_is_said(server: Server) -> None:
    text = server.get("/graph/around/place/quay", "text/html").text
    assert "too many for a picture" in text and '<svg class="drawn star"' not in text
    found = around(server, "place/quay")
    assert CRATES > 100 and found["isWhole"] is False and 100 <= len(found["nodes"]) <= found["limit"]
    assert f"{len(found['nodes']) - 1} of its neighbours are shown" in text


def test_a_page_leads_to_the_graph_around_its_thing(edition: Server) -> None:
    assert 'href="/graph/around/place/bornholm"' in edition.get("/id/place/bornholm", "text/html").text


def test_the_same_address_answers_as_page_and_as_data(edition: Server) -> None:
    page = edition.get("/graph/around/place/bornholm", "text/html")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert '</graph/around/place/bornholm.json>; rel="alternate"; type="application/json"' in page.headers["Link"] or (
        '</graph/around/place/bornholm.json>; rel="describedby"' in page.headers["Link"]
    )
    data = edition.get("/graph/around/place/bornholm", "application/json")
    assert data.headers["Content-Location"] == "/graph/around/place/bornholm.json"
    assert data.json() == around(edition, "place/bornholm")
    assert edition.get("/graph/around/place/bornholm", "image/png").status_code == 406


def test_the_data_are_the_same_in_whatever_language_they_are_asked_for(edition: Server) -> None:
    address = "/graph/around/place/bornholm.json"
    answers = {edition.client.get(address, headers={"Accept-Language": each}).content for each in ("en", "ru")}
    assert len(answers) == 1


@pytest.mark.parametrize("path", ["place/nowhere", "place", "Place/x", "place/bornholm.ttl", "../../etc/passwd"])
def test_what_is_not_there_has_no_graph(edition: Server, path: str) -> None:
    response = edition.client.get(f"/graph/around/{path}")
    assert response.status_code in (308, 404)


def test_an_address_that_is_nearly_right_is_led_on(edition: Server) -> None:
    assert edition.client.get("/graph/around/place/bornholm/").headers["Location"] == "/graph/around/place/bornholm"
    assert "place/bornholm" in edition.get("/graph/around/place/bornhlm").text


def test_a_graph_speaks_russian(edition: Server) -> None:
    text = edition.get("/graph/around/place/bornholm", "text/html", lang="ru").text
    assert "Исследовать граф" in text and "место действия" in text and "· отрицается" in words(text)
    assert 'href="/graph/around/event/bombing-of-bornholm?lang=ru"' in text


def test_a_hostile_name_is_text_in_the_picture(server: Server) -> None:
    text = server.get("/graph/around/event/landing-at-the-quay", "text/html").text
    assert "<script>alert" not in text
    text = server.get("/graph/around/person/anna-clerk", "text/html").text
    assert "<script>alert" not in text
