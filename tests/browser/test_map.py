"""A map that opens on a click: by pointer and by keyboard, with links to what is on it, and nothing from elsewhere."""

from __future__ import annotations

from browser.conftest import Opener, Watched


def test_a_map_opens_where_the_drawing_was_and_closes_again(browser_page: Watched) -> None:
    page = browser_page.open("/")
    drawing = page.locator(".openable svg.map")
    assert drawing.is_visible() and page.locator(".leaflet-container").count() == 0
    page.get_by_role("button", name="Open the map").click()
    page.locator("path.leaflet-interactive").first.wait_for()
    assert not drawing.is_visible()
    page.get_by_role("button", name="Close the map").click()
    assert drawing.is_visible() and page.locator(".leaflet-container").count() == 0


def test_heavy_parts_come_when_a_map_is_opened(browser_page: Watched) -> None:
    asked: list[str] = []
    browser_page.context.on("request", lambda request: asked.append(request.url))
    page = browser_page.open("/")
    assert not any("leaflet" in url or "countries" in url for url in asked)
    page.get_by_role("button", name="Open the map").click()
    page.locator("path.leaflet-interactive").first.wait_for()
    assert any("leaflet" in url for url in asked) and any("countries" in url for url in asked)


def test_the_keyboard_reaches_a_place_and_what_happened_there(browser_page: Watched) -> None:
    page = browser_page.open("/")
    page.get_by_role("button", name="Open the map").press("Enter")
    page.locator("path.leaflet-interactive").first.wait_for()
    page.get_by_role("button", name="Bornholm", exact=True).focus()
    page.keyboard.press("Enter")
    link = page.locator(".leaflet-popup").get_by_role("link", name="Soviet bombing of Bornholm")
    link.wait_for()
    assert "7–8 May 1945" in page.locator(".leaflet-popup").inner_text()
    link.press("Enter")
    page.wait_for_url("**/id/event/bombing-of-bornholm")


def test_a_map_speaks_the_readers_language(browser_page: Watched) -> None:
    page = browser_page.open("/?lang=ru")
    page.get_by_role("button", name="Открыть карту").click()
    place = page.get_by_role("button", name="Борнхольм", exact=True)
    place.wait_for()
    place.dispatch_event("click")
    assert page.locator(".leaflet-popup a").first.get_attribute("href") == "/id/place/bornholm?lang=ru"


def test_without_script_the_drawing_is_all_there_is(opener: Opener) -> None:
    page = opener(java_script_enabled=False).open("/")
    assert page.locator(".openable svg.map").is_visible()
    assert page.get_by_role("button", name="Open the map").count() == 0
    page.locator(".course .what a").first.click()
    assert page.url.endswith("#theatre-1")


def test_a_map_that_cannot_be_loaded_says_so(browser_page: Watched) -> None:
    browser_page.context.route("**/countries-*.json", lambda route: route.abort())
    page = browser_page.open("/")
    page.get_by_role("button", name="Open the map").click()
    page.get_by_text("The map could not be loaded.").wait_for()
    browser_page.expect("countries-", "ERR_FAILED", "Failed to fetch")
