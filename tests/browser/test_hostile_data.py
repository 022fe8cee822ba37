"""An edition that means harm, in a real browser: nothing of it runs, nothing else is asked, no page is pushed apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from browser.conftest import Opener
from conftest import Server
from test_hostile_edition import MARKUP, set_traps

PATHS = (
    "/",
    "/id/place/trap-0",
    "/id/place/trap-7",
    "/id/place/trap-8",
    "/id/place/trap-10",
    "/id/claim/c0021",
    "/claims",
    "/sources",
    "/emendations",
    "/ontology",
    "/search?q=onmouseover",
    "/graph/around/place/trap-0",
)


@pytest.fixture(scope="module")
def hostile(bundle: Path, quay: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("editions") / "hostile"
    set_traps(quay, folder)
    started = Server(folder)
    yield started
    started.stop()


@pytest.mark.parametrize("path", PATHS)
def test_data_do_no_harm(opener: Opener, hostile: Server, path: str) -> None:
    page = opener(server=hostile, width=360).context.new_page()
    said: list[str] = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.goto(hostile.url + path, wait_until="networkidle")
    assert said == [] and page.locator("img[src='x'], [onmouseover], [onerror]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_suggestion_is_text(opener: Opener, hostile: Server) -> None:
    page = opener(server=hostile).open("/queries")
    page.get_by_role("combobox").press_sequentially("onmouseover")
    page.get_by_role("option").first.wait_for()
    assert MARKUP.split("<script>")[1].split("<")[0] in page.get_by_role("listbox").inner_text()
    assert page.locator("[role=listbox] img, [role=listbox] script").count() == 0
