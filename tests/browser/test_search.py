"""What is typed into the search box of any page brings suggestions, by keyboard and by pointer."""

from __future__ import annotations

from playwright.sync_api import expect

from browser.conftest import Opener, Watched


def test_a_suggestion_is_chosen_by_keyboard(browser_page: Watched) -> None:
    page = browser_page.open("/queries")
    box = page.get_by_role("combobox", name="Search for a person")
    box.press_sequentially("Кампц")
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("Gerhard von Kamptz")
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    box.press("Enter")
    page.wait_for_url("**/id/person/gerhard-von-kamptz")


def test_escape_closes_what_is_suggested_and_enter_searches(browser_page: Watched) -> None:
    page = browser_page.open("/queries")
    box = page.get_by_role("combobox", name="Search for a person")
    box.press_sequentially("Bornholm")
    expect(page.get_by_role("listbox")).to_be_visible()
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    box.press("Enter")
    page.wait_for_url("**/search?q=Bornholm")
    expect(page.get_by_role("heading", level=1)).to_have_text("Search")


def test_a_suggestion_keeps_the_language_of_the_page(browser_page: Watched) -> None:
    page = browser_page.open("/queries?lang=ru")
    page.get_by_role("combobox").press_sequentially("campco")
    page.get_by_role("option", name="Герхард фон Кампц").click()
    page.wait_for_url("**/id/person/gerhard-von-kamptz?lang=ru")


def test_another_name_stands_in_quotation_marks_of_the_page_s_language(browser_page: Watched) -> None:
    page = browser_page.open("/queries?lang=ru")
    page.get_by_role("combobox").press_sequentially("campco")
    option = page.get_by_role("option", name="Герхард фон Кампц").first
    expect(option.locator("q")).to_have_text("Campco Yestoplivno-Servisnaya Kompaniya")


def test_without_script_the_box_searches(opener: Opener) -> None:
    page = opener(java_script_enabled=False).open("/", until="load")
    page.get_by_role("searchbox").fill("kirkens")
    page.get_by_role("searchbox").press("Enter")
    assert page.get_by_role("link", name="Kirkenes", exact=True).first.is_visible()
