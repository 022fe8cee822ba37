"""With a source's text: a file is opened in the page, read there, and shown with its claims; nothing of it is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import Opener
from conftest import Server
from lighthouse import ARTICLE, SOURCE, change, copy_lighthouse

ROOM = "/sources/beacon-2001"
# A file that is chosen, dropped: the way of a drop is that of the browser, the file is made in the page.
DROP = """([name, bytes]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name));
  for (const kind of ["dragover", "drop"]) {
    document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}"""


@pytest.fixture(scope="module")
def folder(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lighthouse edition, with a passage that overlaps another and one behind letters beyond the first plane."""
    edition = copy_lighthouse(tmp_path_factory.mktemp("editions"))
    change(edition, SOURCE, "oa:start 220 ;\n    oa:end 264 ;", "oa:start 140 ;\n    oa:end 264 ;")
    return edition


@pytest.fixture(scope="module")
def without(folder: Path) -> Iterator[Server]:
    started = Server(folder)
    yield started
    started.stop()


@pytest.fixture(scope="module")
def holding(folder: Path) -> Iterator[Server]:
    started = Server(folder, "--source-text", str(ARTICLE))
    yield started
    started.stop()


def shown(page: Page) -> tuple[str, list[str]]:
    """The text and the words of each passage, as they stand in the page, without what only differs in spaces."""
    text = page.locator(".source-text").evaluate("each => each.innerHTML")
    words = page.locator(".words").evaluate_all("all => all.map(each => each.innerHTML)")
    return " ".join(text.split()).replace("> <p", "><p").strip(), [" ".join(each.split()) for each in words]


def test_a_file_is_shown_as_the_server_would_show_it_and_is_sent_nowhere(
    opener: Opener, without: Server, holding: Server
) -> None:
    expected = opener(server=holding).open(ROOM)
    page = opener(server=without).open(ROOM)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_label("The file of the text").set_input_files(ARTICLE)
    expect(page.get_by_role("status")).to_contain_text("This is the text")
    expect(page.locator(".source-text del")).to_have_text("was rescue")
    assert asked == []
    assert shown(page) == shown(expected)


def test_a_file_may_be_dropped_anywhere_on_the_page(opener: Opener, without: Server) -> None:
    page = opener(server=without).open(ROOM)
    page.evaluate(DROP, ["article.txt", list(ARTICLE.read_bytes())])
    expect(page.get_by_role("heading", name="The text", exact=True)).to_be_visible()
    assert page.url.endswith(ROOM)


@pytest.mark.parametrize(
    "content",
    [b"another text\n", ARTICLE.read_bytes() + b"\n", b"\xff\xfe\x00", b""],
    ids=["other", "longer", "no text", "empty"],
)
def test_another_file_is_said_to_be_another(opener: Opener, without: Server, content: bytes) -> None:
    page = opener(server=without).open(ROOM)
    file = {"name": "x.txt", "mimeType": "text/plain", "buffer": content}
    page.get_by_label("The file of the text").set_input_files([file])  # type: ignore[list-item]
    expect(page.get_by_role("status")).to_have_text(
        "This is another file: its SHA-256 is not that of this source’s text."
    )
    expect(page.get_by_role("heading", name="The text", exact=True)).to_be_hidden()


def test_after_another_file_the_right_one_is_shown(opener: Opener, without: Server) -> None:
    page = opener(server=without).open(ROOM + "?lang=ru")
    field = page.get_by_label("Файл с текстом")
    field.set_input_files(Path(__file__))
    expect(page.get_by_role("status")).to_contain_text("Это другой файл")
    field.set_input_files(ARTICLE)
    expect(page.get_by_role("status")).to_contain_text("Это тот самый текст")
    expect(page.locator(".source-text ins")).to_have_text("[были спасены]")


def test_where_a_browser_computes_no_digest_the_garbled_words_are_looked_at(opener: Opener, without: Server) -> None:
    """As on http from another machine, where there is no crypto.subtle."""
    watched = opener(server=without)
    watched.context.add_init_script("Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })")
    page = watched.open(ROOM)
    field = page.get_by_label("The file of the text")
    field.set_input_files(Path(__file__))
    expect(page.get_by_role("status")).to_contain_text("This is another file")
    field.set_input_files(ARTICLE)
    expect(page.get_by_role("status")).to_contain_text("so this seems to be the text")
    expect(page.locator(".source-text del")).to_have_text("was rescue")


def test_a_passage_leads_to_its_claims_and_back(opener: Opener, without: Server) -> None:
    page = opener(server=without).open(ROOM)
    page.get_by_label("The file of the text").set_input_files(ARTICLE)
    page.locator("#t-p0002").click()
    expect(page.locator("#p0002")).to_be_in_viewport()
    page.locator("#p0002").get_by_role("link", name="in the text").click()
    expect(page.locator("#t-p0002")).to_be_in_viewport()
    page.locator(".source-text ins a").click()
    expect(page.locator("#e001")).to_be_in_viewport()


def test_the_claims_of_the_passage_that_the_keyboard_reaches_stand_beside_the_text(
    opener: Opener, holding: Server
) -> None:
    page = opener(server=holding).open(ROOM)
    beside = page.get_by_label("What is claimed on this passage")
    page.locator("#t-p0002").focus()
    expect(beside).to_contain_text("About 40 sailors were saved in the winter of 1902.")
    lit = page.locator(".source-text .said.lit").all_inner_texts()
    assert "".join(lit) == ARTICLE.read_bytes().decode("utf-8")[131:192]
    assert beside.locator("[id]").count() == 0


def test_the_inner_of_two_passages_is_told_where_both_are_pointed_at(opener: Opener, holding: Server) -> None:
    page = opener(server=holding).open(ROOM)
    page.locator(".said.twice").first.hover()
    expect(page.locator(".beside h3")).to_have_text("p0002")


def test_positions_are_code_points_though_the_browser_counts_otherwise(
    opener: Opener, bundle: Path, tmp_path: Path
) -> None:
    """A letter beyond the first plane is two units of JavaScript's strings; a byte order mark is a character here."""
    edition = copy_lighthouse(tmp_path)
    text = "\ufeff𝔏𝔦𝔤𝔥𝔱 " + ARTICLE.read_bytes().decode("utf-8")
    file = tmp_path / "article.txt"
    file.write_bytes(text.encode("utf-8"))
    source = (edition / SOURCE).read_text("utf-8")
    for old in (60, 100, 131, 192, 148, 170, 220, 264):
        source = source.replace(f" {old} ;", f" {old + 7} ;")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    source = source.replace(hashlib.sha256(ARTICLE.read_bytes()).hexdigest(), digest)
    (edition / SOURCE).write_text(source, "utf-8")
    server = Server(edition)
    try:
        page = opener(server=server).open(ROOM)
        page.get_by_label("The file of the text").set_input_files(file)
        expect(page.get_by_role("status")).to_contain_text("This is the text")
        words = page.locator("#p0001 .words").inner_text()
        assert words == text[67:107]
        expect(page.locator(".source-text del")).to_have_text("was rescue")
    finally:
        server.stop()


def test_without_script_nothing_is_offered_that_would_not_work(opener: Opener, without: Server) -> None:
    page = opener(server=without, java_script_enabled=False).open(ROOM, until="load")
    assert page.get_by_label("The file of the text").is_hidden()
    assert page.get_by_text("About 40 sailors were saved in the winter of 1902.").is_visible()
    assert page.get_by_role("link", name="in the text").count() == 0


def test_claims_are_chosen_without_script(opener: Opener) -> None:
    page = opener(java_script_enabled=False).open("/claims", until="load")
    page.get_by_label("Place", exact=True).fill("Борнхольм")
    page.get_by_label("Certainty").select_option("possible")
    page.get_by_role("button", name="Choose").click()
    assert "place=%D0%91" in page.url and "certainty=possible" in page.url
    claims = page.locator(".claims > li")
    assert 0 < claims.count() < 40
    claims.first.get_by_role("link", name="passage").click()
    assert "/sources/" in page.url and "#p" in page.url
