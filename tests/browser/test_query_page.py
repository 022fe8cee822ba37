"""The researcher's walk: from the gallery to a changed query on a map, with an editor that helps on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from browser.conftest import Opener, Watched
from browser.test_every_page import faults_of
from conftest import ROOT, Server, until

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def editor(page: Page) -> Locator:
    """The editor, with the cursor in it; it opens when somebody goes to the text."""
    area, box = page.locator("textarea[name=query]"), page.locator("#query-editor")
    if area.is_visible():
        area.focus()
    expect(box).to_be_attached()
    box.focus()
    return box


def write(page: Page, text: str) -> None:
    """Put a text in place of the editor's, as if it was pasted."""
    editor(page)
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def written(page: Page) -> str:
    text: str = page.locator("textarea[name=query]").input_value()
    return text


def run(page: Page) -> None:
    page.get_by_role("button", name="Run", exact=True).click()


@pytest.fixture
def page(browser_page: Watched) -> Iterator[Page]:
    opened = browser_page.open("/sparql")
    editor(opened)
    yield opened


def test_from_the_gallery_to_a_changed_query_on_a_map(browser_page: Watched) -> None:
    page = browser_page.open("/queries")
    page.get_by_label("Look for words").fill("kilometres of a place")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="What lies within so many kilometres of a place").click()
    expect(page.locator("svg.map")).to_be_visible()
    page.locator("#place").select_option("Murmansk")
    page.get_by_role("button", name="Run").click()
    page.wait_for_url("**/api/near-a-place?place=*murmansk*")
    page.get_by_role("link", name="Change it and run it").click()
    editor(page)
    assert "place/murmansk" in written(page) and written(page).startswith("#defaultView:Map\n")
    write(page, written(page).replace('"100"', '"2500"'))
    page.keyboard.press("Control+Enter")
    expect(page.locator("#answer svg.map")).to_contain_text("Kirkenes")
    assert "defaultView" in page.url
    page.get_by_role("link", name="Table", exact=True).click()
    expect(page.locator("#answer table")).to_contain_text("Kirkenes")
    assert page.url.endswith("view=table")
    page.go_back()
    expect(page.locator("#answer svg.map")).to_be_visible()


def test_an_error_is_marked_where_the_server_finds_it(browser_page: Watched, page: Page) -> None:
    write(page, "SELECT ?x\nWHERE { ?x nope:b ?y }")
    run(page)
    expect(page.locator(".fault-note")).to_have_text(re.compile("^Line 2, column 12: .*nope: is not declared"))
    assert "".join(page.locator(".fault").all_text_contents()) == "nope:b"
    expect(page.get_by_role("status").first).to_have_text("The text is not a SPARQL query")
    assert page.locator("h1").count() == 1
    page.keyboard.type(" ")
    expect(page.locator(".fault")).to_have_count(0)
    browser_page.expect("400 (Bad Request)")


def test_who_writes_on_meanwhile_is_not_taken_back_to_an_error(browser_page: Watched, page: Page) -> None:
    write(page, "SELECT * {\n?x nope:b ?y }")
    held: list[Route] = []
    page.route("**/sparql?*", lambda route: held.append(route))
    with page.expect_request("**/sparql?*"):
        run(page)
    editor(page)
    page.keyboard.type(" # and so")
    held[0].continue_()
    expect(page.locator("#answer .lead")).to_contain_text("the prefix nope: is not declared")
    page.keyboard.type(" on")
    assert written(page).endswith("?y } # and so on")
    expect(page.locator(".fault")).to_have_count(0)
    browser_page.expect("400 (Bad Request)")


def test_a_page_of_an_error_marks_it_too(browser_page: Watched) -> None:
    page = browser_page.open("/sparql?query=SELECT+*%0A%7B+%3Fs+%3Fp+")
    editor(page)
    expect(page.locator(".fault-note")).to_contain_text("Line 2")
    write(page, "ASK {}")
    run(page)
    expect(page.locator("#how-many")).to_have_text("Yes.")
    browser_page.expect("400 (Bad Request)")


def test_a_long_query_shows_its_time_and_is_cancelled(edition: Server, page: Page) -> None:
    write(page, ENDLESS)
    run(page)
    expect(page.get_by_role("status").first).to_have_text(re.compile(r"Running for \d"))
    assert until(lambda: edition.busy() == 1)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("status").first).to_have_text(re.compile(r"Cancelled after \d"))
    assert until(lambda: edition.busy() == 0)
    write(page, "ASK {}")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#how-many")).to_have_text("Yes.")


def test_rows_and_seconds_are_told(page: Page) -> None:
    write(page, "SELECT * { VALUES ?x { 1 2 3 } }")
    run(page)
    expect(page.get_by_role("status").first).to_have_text(re.compile(r"^3 rows\. Answered in \d+\.\d\d s\.$"))


def test_title_and_languages_are_those_of_the_query_that_is_answered(browser_page: Watched, page: Page) -> None:
    write(page, "#title:Who met whom\nSELECT (1 AS ?first) {}")
    run(page)
    expect(page.locator("h1")).to_have_text("Who met whom")
    expect(page).to_have_title("Who met whom · Garrison")
    write(page, "SELECT (2 AS ?second) {}")
    run(page)
    expect(page.locator("h1")).to_have_text("Ask in SPARQL")
    expect(page).to_have_title("SPARQL · Garrison")
    write(page, "SELECT (3 AS ?third) {")
    run(page)
    expect(page).to_have_title("The text is not a SPARQL query · Garrison")
    expect(page.locator("h1")).to_have_text("Ask in SPARQL")
    page.go_back()
    expect(page.locator("#answer th")).to_have_text(["second"])
    page.get_by_title("Русский").click()
    expect(page.locator("#how-many")).to_have_text("1 строка.")
    editor(page)
    write(page, "SELECT (4 AS ?fourth) {}")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#answer th")).to_have_text(["fourth"])
    page.get_by_title("English").click()
    expect(page.locator("#how-many")).to_have_text("1 row.")
    assert written(page) == "SELECT (4 AS ?fourth) {}"
    browser_page.expect("400 (Bad Request)")


# Completion


@pytest.mark.parametrize(
    ("typed", "chosen", "line"),
    [
        ("SELECT * { ?x a gar:Capt", "gar:Capture", "SELECT * { ?x a gar:Capture"),
        ("SELECT * { ?x a gar:Capture ; plac", "place", "SELECT * { ?x a gar:Capture ; gar:place"),
        ("SELECT * { ?x gar:place kirk", "Kirkenes", "SELECT * { ?x gar:place place:kirkenes"),
        ("SELECT * { ?x gar:certainty ", "possible", "SELECT * { ?x gar:certainty certainty:possible"),
        ("SELECT ?event { ?event a gar:Capture . ?ev", "?event", "SELECT ?event { ?event a gar:Capture . ?event"),
        ("PREFIX cer", "certainty:", "PREFIX certainty: <https://w3id.org/garrison/id/certainty/>"),
    ],
    ids=["class", "property", "entity", "value", "variable", "prefix"],
)
def test_what_fits_the_place_is_offered(page: Page, typed: str, chosen: str, line: str) -> None:
    write(page, typed)
    page.keyboard.press("Control+Space")
    option = page.get_by_role("option").filter(has_text=chosen).first
    expect(option).to_be_visible()
    option.dblclick()
    expect(page.get_by_role("option")).to_have_count(0)
    assert written(page).splitlines()[-1] == line


def test_a_name_brings_its_prefix_along(page: Page) -> None:
    write(page, "SELECT * { ?x a ")
    page.keyboard.type("gar:Captur")
    expect(page.get_by_role("option").first).to_contain_text("gar:Capture")
    page.keyboard.press("Enter")
    assert until(lambda: written(page).startswith("PREFIX gar: <https://w3id.org/garrison/ontology#>\nSELECT"))
    page.keyboard.type(" ; rdfs:")  # nothing is chosen: the prefix alone is known
    assert until(lambda: written(page).startswith("PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\nPREFIX gar:"))
    assert written(page).count("PREFIX") == 2 and written(page).endswith("?x a gar:Capture ; rdfs:")


def test_what_is_offered_can_be_read_on_a_phone(opener: Opener) -> None:
    page = opener(width=360).open("/sparql")
    write(page, "SELECT * { ?x gar:place kir")
    page.keyboard.press("Control+Space")
    option = page.get_by_role("option").first
    expect(option).to_be_visible()
    box = option.bounding_box()
    assert box and box["width"] >= 220 and box["x"] >= 0 and box["x"] + box["width"] <= 360


def test_a_prefix_of_ones_own_is_kept_to(page: Page) -> None:
    write(page, "PREFIX g: <https://w3id.org/garrison/ontology#>\nSELECT * { ?x g:pla")
    page.keyboard.press("Control+Space")
    page.get_by_role("option").first.dblclick()
    assert written(page).splitlines()[-1] == "SELECT * { ?x g:place"


def test_terms_are_those_of_the_view_in_the_language_of_the_page(browser_page: Watched) -> None:
    page = browser_page.open("/sparql/wikidata?lang=ru")
    write(page, "SELECT * { ?x wdt:P27")
    expect(page.get_by_role("textbox", name="Запрос")).to_be_focused()
    page.keyboard.press("Control+Space")
    expect(page.get_by_role("option").first).to_contain_text("место действия")
    page.keyboard.press("Enter")
    assert until(lambda: written(page) == "SELECT * { ?x wdt:P276")


def test_nothing_is_offered_within_a_text_or_a_comment(page: Page) -> None:
    for text in ('SELECT * { ?x ?p "Kirk', "# Kirk"):
        write(page, text)
        page.keyboard.press("Control+Space")
        page.wait_for_timeout(300)
        assert page.get_by_role("option").count() == 0


def test_the_tab_key_leads_out_of_the_editor(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_focused()


# The answer


def test_a_table_is_sorted_by_a_column(page: Page) -> None:
    write(page, 'SELECT ?n ?name { VALUES (?n ?name) { (10 "b") (9 "c") (100 "a") (UNDEF "d") } }')
    run(page)
    numbers = page.locator("#answer td:first-child")
    sort = page.locator("#answer th button").first
    for expected in (["9", "10", "100", ""], ["100", "10", "9", ""]):
        sort.click()
        expect(numbers).to_have_text([re.compile(f"^{number}") for number in expected])
    expect(page.locator("#answer th").first).to_have_attribute("aria-sort", "descending")


def test_a_thing_that_is_pointed_at_shows_a_card(browser_page: Watched) -> None:
    page = browser_page.open("/api/captures?view=table")
    link = page.locator("#answer td a").first
    for show in (link.hover, link.focus):
        show()
        expect(page.get_by_role("tooltip")).to_contain_text("settlement")
        page.keyboard.press("Escape")
        page.mouse.move(0, 0)
        link.blur()
        expect(page.get_by_role("tooltip")).to_have_count(0)


def test_a_link_to_the_query_is_copied(opener: Opener) -> None:
    watched = opener(permissions=["clipboard-read", "clipboard-write"])
    page = watched.open("/sparql")
    write(page, "ASK {}")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    copied: str = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{watched.home}/sparql?query=ASK+%7B%7D"


def test_a_link_to_a_query_keeps_the_view_that_is_looked_at(opener: Opener) -> None:
    watched = opener(permissions=["clipboard-read", "clipboard-write"])
    page = watched.open("/sparql?query=SELECT+*%0D%0A%7B+VALUES+%28%3Flabel+%3Fn%29+%7B+%28%22a%22+1%29+%7D+%7D")
    page.get_by_role("link", name="Chart", exact=True).click()
    expect(page.locator("#answer .drawn")).to_be_visible()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    copied: str = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"{watched.home}/sparql?query=SELECT") and copied.endswith("&view=chart")
    write(page, "ASK {}")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{watched.home}/sparql?query=ASK+%7B%7D"


def test_without_script_the_same_page_answers(opener: Opener) -> None:
    page = opener(java_script_enabled=False).open("/sparql", until="load")
    page.get_by_label("Query").fill("#defaultView:Timeline\nSELECT ?event ?day { ?event <ontology#begin> ?day }")
    run(page)
    expect(page.locator("#answer .timeline")).to_be_visible()
    page.get_by_role("link", name="Table", exact=True).click()
    expect(page.locator("#answer table")).to_be_visible()
    assert "SELECT ?event ?day" in page.get_by_label("Query").input_value()


def test_the_editor_is_fetched_when_somebody_goes_there_and_keeps_what_was_typed(browser_page: Watched) -> None:
    page = browser_page.open("/sparql")
    scripts = "performance.getEntriesByType('resource').map(entry => entry.name).filter(name => name.endsWith('.js'))"
    assert not any("editor" in name for name in page.evaluate(scripts))
    area = page.get_by_label("Query")
    area.fill("ASK { ?s a }")
    expect(page.locator("#query-editor")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".fault")).to_have_text("}")
    browser_page.expect("400 (Bad Request)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_open_editor_is_for_everybody(opener: Opener, scheme: str) -> None:
    page = opener(width=390, color_scheme=scheme).open("/sparql")
    write(page, "SELECT * { ?x a gar:C")
    assert faults_of(page) == []
    page.keyboard.press("Control+Space")
    expect(page.get_by_role("option").first).to_be_visible()
    assert faults_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_query_that_takes_too_long_is_told_so_with_what_to_do(opener: Opener) -> None:
    hasty = Server(ROOT, "--query-timeout", "1")
    try:
        watched = opener(server=hasty)
        page = watched.open("/sparql")
        write(page, ENDLESS)
        run(page)
        expect(page.locator("#answer h2").first).to_have_text("The query took too long and was ended")
        expect(page.locator("#answer")).to_contain_text("Do not repeat it unchanged")
        watched.expect("503 (Service Unavailable)")
        page.close()
    finally:
        hasty.stop()
