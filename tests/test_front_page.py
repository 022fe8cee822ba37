"""The first page: what is in here, in pictures that lead on, found in the data and told in the reader's language."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from conftest import Server
from garrison.rdf.wkt import Position
from garrison.services.events import Event, Events, Site
from garrison.services.theatres import find_theatres

GAR = "https://w3id.org/garrison/ontology#"
ID = "https://w3id.org/garrison/id/"
MAX_BYTES = 100_000  # compressed, before anything is opened
# Two islands, and what happened on them: place, longitude, latitude; event, date, place.
SITES = (("north-hut", 10.0, 70.0), ("north-pier", 10.4, 70.1), ("south-mill", 12.0, 44.0), ("lone-rock", 30.0, 56.0))
HAPPENED = (
    ("meeting", "1905-05-01", "north-hut"),
    ("quarrel", "1905-05", "north-pier"),
    ("peace", "1906/..", "north-hut"),
    ("harvest", "1910", "south-mill"),
    ("flood", "[1911..]", "south-mill"),
    ("wreck", "1912-01-02", "lone-rock"),
)


def _claim(number: int, triples: str) -> str:
    claim, aspects = f"<{ID}claim/c{number}>", ("certainty/certain", "modality/stated", "polarity/affirmed")
    described = " ; ".join(
        f"<{GAR}{aspect.split('/')[0]}> <{ID}{aspect}>" for aspect in (*aspects, "standing/accepted")
    )
    return f"{claim} a <{GAR}Claim> ; <{GAR}passage> <{ID}passage/p0001> ; {described} .\n{claim} {{ {triples} }}\n"


def _islands() -> tuple[str, str]:
    """Entities, and claims of where and when."""
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    entities, claims = f"<{ID}event/nameless> a <{GAR}Event> .\n", ""
    for n, (name, longitude, latitude) in enumerate(SITES):
        iri = f"<{ID}place/{name}>"
        entities += f'{iri} a <{GAR}Place> ; {label} "{name.capitalize()}"@en, "Место {n}"@ru .\n'
        wkt = f'"POINT({longitude} {latitude})"^^<http://www.opengis.net/ont/geosparql#wktLiteral>'
        claims += _claim(7000 + n, f"{iri} <{GAR}coordinates> {wkt} .")
    for n, (name, edtf, place) in enumerate(HAPPENED):
        iri = f"<{ID}event/{name}>"
        entities += f'{iri} a <{GAR}Event> ; {label} "The {name}"@en, "Событие {n}"@ru .\n'
        date = f'"{edtf}"^^<http://id.loc.gov/datatypes/edtf/EDTF>'
        claims += _claim(8000 + n, f"{iri} <{GAR}edtf> {date} ; <{GAR}place> <{ID}place/{place}> .")
    return entities, claims


@pytest.fixture(scope="module")
def islands(quay: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("editions") / "islands"
    shutil.copytree(quay, folder)
    entities, claims = _islands()
    (folder / "graph_data" / "entities" / "islands.ttl").write_text(entities, "utf-8")
    (folder / "graph_data" / "sources" / "islands.trig").write_text(claims, "utf-8")
    started = Server(folder)
    yield started
    started.stop()


class Page(HTMLParser):
    """Links, ids and headings of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.levels: list[int] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))


def page_of(server: Server, **parameters: str) -> str:
    response = server.get("/", "text/html", **parameters)
    assert response.status_code == 200
    return response.text


def data_of(server: Server, **parameters: str) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = server.get("/", "application/json", **parameters).json()
    return found


def test_the_ways_in_are_named_before_the_story_begins(islands: Server) -> None:
    """They stand below it, which is some twenty screens of a phone."""
    opening = page_of(islands).partition("</h1>")[2].partition("<section")[0]
    assert re.findall(r'href="#(\w+)"', opening) == ["read", "ask", "fetch"]


def test_a_kind_is_counted_with_its_narrower_ones_as_the_figures_are(islands: Server) -> None:
    text = page_of(islands)
    kinds = dict(re.findall(r'<a href="/ontology#(\w+)"[^>]*>[^<]*</a> <span class="count">(\d+)', text))
    figure = re.search(r"<b>(\d+)</b> <span>events<", text)
    assert figure and kinds["Event"] == figure[1] and "Capture" in kinds


def test_theatres_are_where_the_events_of_this_edition_crowd(islands: Server) -> None:
    theatres = data_of(islands)["theatres"]
    assert [theatre["label"] for theatre in theatres] == ["North-hut, North-pier", "South-mill"]
    events = [{str(iri).rsplit("/", 1)[1] for iri in theatre["events"]} for theatre in theatres]  # type: ignore[attr-defined]
    assert events == [{"meeting", "quarrel", "peace"}, {"harvest", "flood"}]


def test_the_overview_leads_to_each_theatre(islands: Server) -> None:
    page = Page(page_of(islands))
    anchors = {link for link in page.links if link.startswith("#theatre-")}
    assert anchors == {"#theatre-1", "#theatre-2"}
    assert {link.removeprefix("#") for link in page.links if link.startswith("#")} <= set(page.ids)


def test_every_event_can_be_reached_and_says_when_it_was(islands: Server) -> None:
    text = page_of(islands)
    links = Page(text).links
    for name, _, _ in HAPPENED:
        assert f"/id/event/{name}" in links
    for said in ("1 May 1905", "May 1905", "from 1906, end open", "1911 or later", "2 January 1912"):
        assert f">{said}<" in text


def test_places_lead_to_their_pages(islands: Server) -> None:
    links = Page(page_of(islands)).links
    assert {f"/id/place/{name}" for name, *_ in SITES} <= set(links)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_each_number_leads_to_the_query_behind_it(islands: Server, language: str) -> None:
    figures = {str(figure["name"]): figure for figure in data_of(islands, lang=language)["figures"]}
    assert figures["events"]["number"] == len(HAPPENED) + 2  # the landing, and what has no name
    for name, figure in figures.items():
        answer = islands.get("/sparql", "application/sparql-results+json", query=str(figure["query"])).json()
        rows = answer["results"]["bindings"]
        number = int(rows[0]["n"]["value"]) if name == "triples" else len(rows)
        assert number == figure["number"], name
    queries = [
        parse_qs(urlsplit(link).query)["query"][0] for link in Page(page_of(islands)).links if "/sparql?query=" in link
    ]
    english = [str(figure["query"]) for figure in data_of(islands)["figures"]]
    assert queries == english


def test_the_page_is_data_at_the_same_address(islands: Server) -> None:
    response = islands.get("/", "application/json")
    assert response.headers["Content-Type"] == "application/json"
    data = response.json()
    assert {point["label"] for point in data["points"]} == {name.capitalize() for name, *_ in SITES}
    north = next(point for point in data["points"] if point["label"] == "North-hut")
    assert (north["longitude"], north["latitude"], len(north["items"])) == (10.0, 70.0, 2)
    quarrel = next(event for event in data["events"] if event["iri"] == f"{ID}event/quarrel")
    assert (quarrel["begin"], quarrel["end"], quarrel["edtf"]) == ("1905-05-01", "1905-05-31", "1905-05")
    assert json.loads(islands.get("/", None, format="json").text) == data


@pytest.mark.parametrize("format", ["text/turtle", "application/n-triples", "application/rdf+xml"])
def test_the_page_is_rdf_at_the_same_address(islands: Server, format: str) -> None:
    response = islands.get("/", format)
    assert response.headers["Content-Type"].startswith(format)
    rdf_format = RdfFormat.from_media_type(format)
    assert rdf_format
    triples = {(q.subject, q.predicate) for q in parse(response.content, rdf_format)}
    assert (NamedNode(f"{ID}event/quarrel"), NamedNode(f"{GAR}edtf")) in triples
    assert (NamedNode(f"{ID}place/north-hut"), NamedNode(f"{GAR}coordinates")) in triples


def test_who_has_no_wish_gets_the_page(islands: Server) -> None:
    for accept in (None, "*/*", "text/html,*/*;q=0.8"):
        response = islands.get("/", accept)
        assert response.headers["Content-Type"].startswith("text/html")
        assert response.headers["Content-Location"].startswith("/?format=html")
    again = islands.client.get("/", headers={"Accept": "text/html", "If-None-Match": response.headers["ETag"]})
    assert again.status_code in (200, 304)


def test_the_page_speaks_russian_and_keeps_to_it(islands: Server) -> None:
    text = page_of(islands, lang="ru")
    assert '<html lang="ru">' in text and "Событие 0" in text and "1 мая 1905" in text and "Три входа" in text
    assert "/id/event/meeting?lang=ru" in Page(text).links
    assert 'data-source="/?format=json&amp;lang=ru"' in text


def test_ids_are_given_once_and_headings_are_in_order(islands: Server) -> None:
    page = Page(page_of(islands))
    assert [name for name, count in Counter(page.ids).items() if count > 1] == []
    assert page.levels[0] == 1 and all(
        after <= before + 1 for before, after in zip(page.levels, page.levels[1:], strict=False)
    )


def test_the_page_is_light(islands: Server) -> None:
    assert len(gzip.compress(page_of(islands).encode())) < MAX_BYTES


def test_an_edition_without_places_on_the_map_has_its_timeline(server: Server) -> None:
    text = page_of(server)
    assert "April 1704" in text and 'class="drawn timeline"' in text
    assert 'class="drawn map"' not in text and 'data-enhance="map"' not in text
    assert "<script>alert" not in text


def test_another_process_writes_the_same_page(islands: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that holds it is told so by whichever worker it meets, before a restart and after."""
    tags = {islands.get("/", "text/html").headers["etag"]}
    for seed in ("1", "2", "3"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        again = Server(islands.folder)
        tags.add(again.get("/", "text/html").headers["etag"])
        again.stop()
    assert len(tags) == 1


def test_a_format_that_there_is_not_is_refused(server: Server) -> None:
    assert server.get("/", "image/png").status_code == 406
    assert server.get("/", None, format="csv").status_code == 406


# Theatres, from events made up


def _events(happened: dict[str, tuple[float, float] | None], **more: Event) -> Events:
    """One event at each place of its own name."""
    sites = {name: Site(name, Position(*at)) for name, at in happened.items() if at}
    events = {f"e-{name}": Event(f"e-{name}", "1900", (name,)) for name in happened}
    return Events({**events, **more}, sites)


def test_places_near_each_other_are_one_theatre_and_a_lone_event_is_none() -> None:
    events = _events({"a": (0, 0), "b": (0.5, 0), "c": (40, 0), "d": (40.5, 0.1), "alone": (20, 30)})
    assert [set(theatre.sites) for theatre in find_theatres(events)] == [{"a", "b"}, {"c", "d"}]


def test_what_is_near_depends_on_how_far_all_lies_apart() -> None:
    """Quarters of one town are theatres of their own in an edition that knows nothing but the town."""
    events = _events({"a": (0, 0), "b": (0.005, 0), "c": (0.2, 0), "d": (0.205, 0)})
    assert [set(theatre.sites) for theatre in find_theatres(events)] == [{"a", "b"}, {"c", "d"}]


def test_what_is_part_of_a_theatres_event_belongs_to_it() -> None:
    part, whole = Event("part", "", (), ("e-a",)), Event("whole")
    inner = Event("inner", "", (), ("whole", "e-a"))
    events = _events({"a": (0, 0), "b": (0.5, 0), "c": (40, 0), "d": (40.5, 0)}, part=part, whole=whole, inner=inner)
    first, second = find_theatres(events)
    assert set(first.events) == {"e-a", "e-b", "part", "inner", "whole"} and set(second.events) == {"e-c", "e-d"}


def test_what_concerns_two_theatres_belongs_to_none() -> None:
    both = Event("both", "1901", ("a", "c"))
    events = _events({"a": (0, 0), "b": (0.5, 0), "c": (40, 0), "d": (40.5, 0)}, both=both)
    assert all("both" not in theatre.events for theatre in find_theatres(events))


def test_a_place_without_coordinates_is_where_the_sites_within_it_are() -> None:
    vague = Event("vague", "", ("region",))
    events = _events({"a": (0, 0), "b": (0.5, 0), "c": (40, 0), "d": (40.5, 0)}, vague=vague)
    within = {"a": frozenset({"region"}), "b": frozenset({"region"})}
    first, _ = find_theatres(Events(events.events, events.sites, within))
    assert "vague" in first.events
    wide = {"a": frozenset({"region"}), "c": frozenset({"region"})}
    assert all("vague" not in t.events for t in find_theatres(Events(events.events, events.sites, wide)))


def test_a_theatre_is_named_after_its_outermost_places() -> None:
    events = _events({"town": (0, 0), "pier": (0.01, 0), "far": (40, 0)})
    within = {"pier": frozenset({"town"})}
    (theatre,) = find_theatres(Events(events.events, events.sites, within))
    assert theatre.named_after == ("town",)


def test_an_edition_without_events_has_no_theatre() -> None:
    assert find_theatres(Events()) == ()
