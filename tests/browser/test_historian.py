"""Who has never seen RDF walks from the front page to the passage behind a statement, and is never at a loss."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.conftest import Opener, Watched

EVENT = {"en": "Capture of Pechenga", "ru": "взятие Печенги"}
DATE = {"en": "15 October 1944", "ru": "15 октября 1944 года"}
SAID = {"en": "The army took Pechenga on 15 October.", "ru": "15 октября"}
ROOM = re.compile(r"/sources/russian-seven-2020(\?lang=ru)?#p0023$")


def statement(page: Page, value: str) -> Locator:
    """The statement of a value, with what stands behind it."""
    return page.locator("#holds ~ dl li", has_text=value).first


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("is_script", [True, False])
@pytest.mark.parametrize("width", [360, 1280])
def test_from_the_front_page_to_the_passage(opener: Opener, language: str, is_script: bool, width: int) -> None:
    page = opener(width=width, java_script_enabled=is_script).open(f"/?lang={language}", until="load")
    page.locator(".timeline").get_by_role("link", name=EVENT[language], exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(EVENT[language])
    told = statement(page, DATE[language])
    told.locator("summary").click()
    evidence = told.locator(".evidence")
    expect(evidence.locator(".summary")).to_contain_text(SAID[language])
    expect(evidence.locator(".weighing li")).to_have_count(4)
    evidence.locator("a[href*='/sources/']").click()
    expect(page).to_have_url(ROOM)
    passage = page.locator("#p0023")
    expect(passage).to_be_in_viewport()
    expect(passage.locator(".summary")).to_contain_text(SAID[language])
    expect(passage.locator(".told")).not_to_have_count(0)


def test_the_same_way_by_keyboard_alone(browser_page: Watched) -> None:
    page = browser_page.open("/id/event/capture-of-pechenga", until="load")
    statement(page, DATE["en"]).locator("summary").focus()
    page.keyboard.press("Enter")
    expect(statement(page, DATE["en"]).locator(".evidence")).to_be_visible()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Passage p0023":
            break
    page.keyboard.press("Enter")
    expect(page).to_have_url(ROOM)


def test_from_a_number_of_the_front_page_to_the_rows_behind_it(browser_page: Watched) -> None:
    page = browser_page.open("/", until="load")
    figure = page.locator(".figures a", has_text="emendations")
    number = figure.locator("b").inner_text()
    figure.click()
    expect(page.locator("main")).to_contain_text(number)
