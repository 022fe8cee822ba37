"""Every kind of page, at three widths, light and dark, with and without script: nobody is shut out."""

from __future__ import annotations

from functools import cache

import pytest
from playwright.sync_api import Page

from browser.conftest import FRONTEND, Opener

PAGES = {
    "start": "/",
    "person": "/id/person/igor-diakonoff",
    "place": "/id/place/bornholm",
    "event": "/id/event/bombing-of-bornholm",
    "claim": "/id/claim/c0441",
    "denied claim": "/id/claim/c0562",
    "passage": "/id/passage/p0023",
    "emendation": "/id/emendation/e002",
    "source": "/id/source/russian-seven-2020",
    "concept": "/id/certainty/doubtful",
    "operation": "/id/operation/petsamo-kirkenes-operation",
    "rumoured event": "/id/event/atrocities-on-bornholm",
    "graph": "/graph/around/place/bornholm",
    "long graph": "/graph/around/person/yaroslav-butakov",
    "inferred graph": "/graph/inferred",
    "query page": "/sparql",
    "result": "/api/captures",
    "result as a map": "/api/events-on-a-map",
    "result as a timeline": "/api/between-two-days",
    "result as a graph": "/api/who-met-whom",
    "result as a chart": "/api/how-sure-we-are",
    "answer to a query": "/sparql?query=SELECT+*+WHERE+%7B+%3Fs+a+%3Fo+%7D+LIMIT+5",
    "empty answer": "/sparql?query=SELECT+%3Fs+WHERE+%7B+%3Fs+a+%22x%22%40en+%7D",
    "refused query": "/sparql?query=SELECT+*+WHERE+%7B+%3Fs+%3Fp+",
    "search": "/search?q=bornholm",
    "nothing found": "/search?q=zzzzqqq",
    "sources": "/sources",
    "reading room": "/sources/russian-seven-2020",
    "reading room of excerpts": "/sources/natural-earth",
    "claims": "/claims",
    "chosen claims": "/claims?about=Diakonov&place=kirkenes&from=1944&to=x",
    "emendations": "/emendations",
    "gallery": "/queries",
    "saved query": "/queries/events-at-a-place",
    "ontology": "/ontology",
    "vocabularies": "/ontology/vocabularies",
    "dataset": "/dataset",
    "methods": "/methods",
    "citation": "/cite/id/claim/c0231",
    "problems": "/problems",
    "problem": "/problems/query-timeout",
    "not found": "/id/person/nobody-at-all",
}
WIDTHS = {"phone": 360, "tablet": 820, "desk": 1440}
LIVING = ("refused query", "not found")  # their status is that of an error, which the console repeats


@cache
def axe() -> str:
    """The accessibility engine, from the libraries that the bundle is built with."""
    return (FRONTEND / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


def faults_of(page: Page) -> list[str]:
    """What axe finds serious or critical (https://github.com/dequelabs/axe-core/blob/develop/doc/API.md).

    Runs in a world of its own, as an extension does, so that the page's policy stays in force.
    """
    session = page.context.new_cdp_session(page)
    frame = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
    world = session.send("Page.createIsolatedWorld", {"frameId": frame})["executionContextId"]
    session.send("Runtime.evaluate", {"expression": axe(), "contextId": world})
    run = """axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => id + ": " + nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(" | ")))"""
    asked = {"expression": run, "contextId": world, "awaitPromise": True, "returnByValue": True}
    answer = session.send("Runtime.evaluate", asked)
    assert "exceptionDetails" not in answer, answer
    found: list[str] = answer["result"]["value"]
    return found


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_is_for_everybody(opener: Opener, kind: str) -> None:
    """One heading of the first level, never wider than the screen, and nothing that axe finds serious in any dress."""
    watched = opener(width=WIDTHS["phone"])
    page = watched.open(PAGES[kind])
    assert page.locator("h1").count() == 1
    for name, width in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 900})
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{name}: the page is {overflow} pixels wider than the screen"
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert faults_of(page) == [], f"{name}, {scheme}"
    if kind in LIVING:
        watched.expect("Failed to load resource")


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_is_whole_without_script(opener: Opener, kind: str) -> None:
    watched = opener(java_script_enabled=False)
    page = watched.open(PAGES[kind], until="load")
    assert page.locator("main h1").is_visible()
    assert page.locator("main").inner_text().count("\n") >= 3
    if kind in LIVING:
        watched.expect("Failed to load resource")


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_is_read_by_keyboard_alone(opener: Opener, kind: str) -> None:
    """The first stop leads past the navigation; what has the focus can be seen."""
    watched = opener()
    page = watched.open(PAGES[kind], until="load")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    where = "document.activeElement.closest('main, footer') !== null || document.activeElement === document.body"
    assert page.evaluate(where)
    if kind in LIVING:
        watched.expect("Failed to load resource")


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_in_russian_says_so_and_stays_so(opener: Opener, kind: str) -> None:
    watched = opener(locale="ru-RU", java_script_enabled=False)
    page = watched.open(PAGES[kind], until="load")
    assert page.locator("html").get_attribute("lang") == "ru"
    links = page.eval_on_selector_all(
        "header.site a[href^='/'], footer.site a[href^='/']", "links => links.map(link => link.getAttribute('href'))"
    )
    assert links and all("lang=" in link for link in links)
    if kind in LIVING:
        watched.expect("Failed to load resource")


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_is_light(opener: Opener, kind: str) -> None:
    """All that a page needs before a map, graph or editor is opened has under 100 KB as it is sent."""
    watched = opener()
    page = watched.context.new_page()
    session = watched.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(watched.home + PAGES[kind])
    page.wait_for_load_state("networkidle")
    assert 0 < sum(sizes) < 100_000, f"{sum(sizes):,.0f} bytes"
    if kind in LIVING:
        watched.expect("Failed to load resource")


@pytest.mark.parametrize("is_script", [True, False])
def test_evidence_is_printed_though_it_is_closed(opener: Opener, is_script: bool) -> None:
    """Nobody opens anything on paper, and a statement without its passage is not what is published here."""
    page = opener(java_script_enabled=is_script).open(PAGES["person"], until="load")
    summary = page.locator("details.proof .summary").first
    assert not summary.is_visible()
    page.emulate_media(media="print")
    assert summary.is_visible() and summary.bounding_box()["height"] > 10  # type: ignore[index]
