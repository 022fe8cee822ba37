"""The graph around a thing is opened, walked and expanded, by pointer and by keyboard."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from browser.conftest import Opener, Watched


def opened(watched: Watched, path: str = "/graph/around/place/bornholm") -> Page:
    page = watched.open(path)
    page.get_by_role("button", name="Explore this graph").click()
    expect(page.locator(".explorer li").first).to_be_visible()
    return page


def test_nothing_heavy_is_fetched_before_the_graph_is_opened(browser_page: Watched) -> None:
    page = browser_page.context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(browser_page.home + "/graph/around/place/bornholm", wait_until="networkidle")
    assert not [url for url in asked if "cytoscape" in url or url.endswith(".json")]
    page.get_by_role("button", name="Explore this graph").click()
    expect(page.locator(".explorer canvas").first).to_be_visible()
    assert [url for url in asked if "cytoscape" in url]


def test_every_name_of_the_picture_lies_within_it(opener: Opener) -> None:
    """With the verdict behind it, which is longer in Russian."""
    for language in ("en", "ru"):
        page = opener().open(f"/graph/around/place/bornholm?lang={language}")
        names = page.locator("svg.star text")
        assert names.count() > 20
        assert (
            names.evaluate_all("""names => names.filter((name) => {
              const [box, edge] = [name.getBoundingClientRect(), name.ownerSVGElement.getBoundingClientRect()];
              return box.left < edge.left || box.right > edge.right;
            }).map((name) => name.textContent)""")
            == []
        )


def test_the_graph_takes_the_place_of_the_picture_and_gives_it_back(browser_page: Watched) -> None:
    page = opened(browser_page)
    expect(page.locator("svg.star")).to_be_hidden()
    page.get_by_role("button", name="Close the graph").click()
    expect(page.locator("svg.star")).to_be_visible()
    expect(page.locator(".explorer")).to_have_count(0)


def test_the_keyboard_walks_from_thing_to_thing_and_shows_the_links_of_one(browser_page: Watched) -> None:
    page = opened(browser_page)
    says, things = page.get_by_role("status"), page.locator(".explorer li")
    expect(says).to_contain_text("Bornholm · Place")
    before = things.count()
    page.locator(".canvas").press("ArrowRight")
    expect(says).to_contain_text("Gerhard von Kamptz · Person")
    page.locator(".canvas").press("Enter")
    expect(things.filter(has_text="Order to von Kamptz").first).to_be_visible()
    assert things.count() > before


def test_a_thing_of_the_list_shows_its_links_too(browser_page: Watched) -> None:
    page = opened(browser_page)
    more = page.get_by_role("button", name="Denmark: show its links", exact=True)
    more.click()
    expect(page.locator(".explorer li", has_text="German surrender in Denmark").first).to_be_visible()
    expect(more).to_have_count(0)


def test_a_click_on_a_thing_of_the_picture_shows_its_links(browser_page: Watched) -> None:
    page = opened(browser_page, "/graph/around/event/border-shift")
    things = page.locator(".explorer li")
    before = things.count()
    canvas = page.locator(".canvas")
    box = canvas.bounding_box()
    assert box is not None
    for x in range(20, int(box["width"]), 18):  # where a thing lies, the layout decides
        for y in range(20, int(box["height"]), 18):
            canvas.click(position={"x": x, "y": y})
            if things.count() > before:
                return
    raise AssertionError("no click found a thing")


def test_the_graph_takes_no_more_than_it_says(browser_page: Watched) -> None:
    page = opened(browser_page)
    for _ in range(40):
        more = page.get_by_role("button", name=re.compile("show its links$"))
        if more.count() == 0 or "takes no more" in page.get_by_role("status").inner_text():
            break
        name = more.first.get_attribute("aria-label")
        more.first.click()
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    expect(page.get_by_role("status")).to_contain_text("holds 150 things and takes no more")
    assert page.locator(".explorer li").count() == 150


def test_the_graph_follows_the_dress_of_the_system_and_speaks_russian(opener: Opener) -> None:
    watched = opener(width=390, color_scheme="dark", locale="ru-RU")
    page = watched.open("/graph/around/place/bornholm")
    page.get_by_role("button", name="Исследовать граф").click()
    expect(page.get_by_role("status")).to_contain_text("Борнхольм · Географическое место")
    page.emulate_media(color_scheme="light")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_graph_that_cannot_be_fetched_says_so(browser_page: Watched) -> None:
    page = browser_page.open("/graph/around/place/bornholm")
    page.route("**/*.json", lambda route: route.abort())
    page.get_by_role("button", name="Explore this graph").click()
    expect(page.get_by_role("status")).to_have_text("The graph could not be fetched.")
    browser_page.expect("Failed to load resource")
