"""The pages speak English and Russian, links keep the language that was chosen, and nothing is left untranslated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph as ox
import pytest
from babel.messages.extract import extract, extract_from_file
from babel.messages.pofile import read_po

from conftest import ROOT, Server
from garrison.rdf.prefixes import BASE
from garrison.web.presentation import Presentation
from garrison.web.reader import Reader, reader_of
from garrison.web.templating import FRONTEND, MESSAGES, environment, saying, translations
from garrison.web.terms import concept, iri

TEMPLATES = sorted((FRONTEND / "templates").glob("*.html"))
CODE = sorted((ROOT / "server" / "garrison" / "web").rglob("*.py"))
CATALOGUES = sorted(MESSAGES.glob("ru/*.po"))
# Said alike in every language: names of formats, languages and parts.
UNIVERSAL = re.compile(
    r"\b(Garrison|SPARQL|Turtle|JSON-LD|RDF|XML|RIS|BibTeX|IRI|URI|EDTF|CSV|WKT|curl|R|SHA|EN|RU|VoID|OpenAPI)\b|&\w+;"
)
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "marked": None}


class Texts(HTMLParser):
    """The texts of a template that stand outside every expression and are read by a person."""

    def __init__(self, template: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside: list[str] = []
        plain = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{% (trans|raw).*?end\1 %\}|\{%.*?%\}", " ", template, flags=re.DOTALL)
        self.feed(plain)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in ("code", "pre", "script", "style"):
            self.inside.append(tag)
        self.found += [v for name, v in attributes if name in ("title", "aria-label", "placeholder", "alt") and v]

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.found.append(data)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_what_a_template_says_is_marked_for_translation(path: Path) -> None:
    said = (UNIVERSAL.sub(" ", text) for text in Texts(path.read_text("utf-8")).found)
    assert [text.strip() for text in said if re.search(r"[^\W\d_]{2,}", text)] == []


def messages_of(path: Path) -> Iterator[tuple[int, str]]:
    if path.suffix == ".html":
        with path.open("rb") as file:
            found = list(extract("jinja2.ext:babel_extract", file, KEYWORDS, options={"trimmed": "true"}))
    else:
        found = list(extract_from_file("python", path, KEYWORDS))
    for line, message, *_ in found:
        yield line, message if isinstance(message, str) else message[0]


@pytest.mark.parametrize("path", [*TEMPLATES, *CODE], ids=lambda path: path.name)
def test_every_message_has_its_russian(path: Path) -> None:
    russian = translations("ru")
    lacking = [f"{path.name}:{line}: {text}" for line, text in messages_of(path) if russian.gettext(text) == text]
    assert [each for each in lacking if re.search(r"[^\W\d_]{2,}", UNIVERSAL.sub("", each.split(": ", 1)[1]))] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_a_translation_keeps_the_places_of_its_message(path: Path) -> None:
    with path.open("rb") as file:
        for message in read_po(file, locale="ru"):
            if not message.id:
                continue
            said = message.id if isinstance(message.id, str) else message.id[-1]
            answers = [message.string] if isinstance(message.string, str) else list(message.string)
            for answer in answers:
                assert set(re.findall(r"%\(\w+\)s", answer)) <= set(re.findall(r"%\(\w+\)s", said)), said
                assert answer and not re.search(r"<(?!/?(a|b|code|em)\b)", answer), said


def test_no_message_is_translated_twice_in_different_ways() -> None:
    seen: dict[object, object] = {}
    for path in CATALOGUES:
        with path.open("rb") as file:
            for message in read_po(file, locale="ru"):
                if message.id:
                    assert seen.setdefault(message.id, message.string) == message.string, f"{path.name}: {message.id}"


def test_no_translation_is_of_a_message_that_nobody_says() -> None:
    said = {text for path in (*TEMPLATES, *CODE) for _, text in messages_of(path)}
    for path in CATALOGUES:
        with path.open("rb") as file:
            ids = [m.id if isinstance(m.id, str) else m.id[0] for m in read_po(file, locale="ru") if m.id]
        assert [each for each in ids if each not in said] == [], path.name


def test_an_interface_is_in_the_language_asked_for(server: Server) -> None:
    assert "Перейти к содержанию" in server.get("/", "text/html", lang="ru").text
    page = server.get("/id/place/quay", "text/html", lang="ru").text
    assert '<html lang="ru">' in page and 'href="/queries?lang=ru"' in page


def test_links_name_the_language_where_the_browser_would_get_another() -> None:
    assert reader_of("/", b"", "ru").at("/queries#x") == "/queries?lang=ru#x"
    assert reader_of("/", b"", "en").at("/queries") == "/queries"
    assert reader_of("/", b"lang=en", "ru").at("/queries?a=b") == "/queries?a=b&lang=en"
    assert reader_of("/", b"lang=en", "en").at("/queries") == "/queries"
    assert reader_of("/", b"lang=native", "en").at("/") == "/?lang=native"


def test_a_page_leads_to_itself_in_another_language_with_all_that_was_asked() -> None:
    reader = reader_of("/claims", "certainty=possible&lang=en&q=Дьяконов".encode(), None)
    assert (
        reader.here_in("ru") == "/claims?certainty=possible&q=%D0%94%D1%8C%D1%8F%D0%BA%D0%BE%D0%BD%D0%BE%D0%B2&lang=ru"
    )


@pytest.mark.parametrize(
    "query_string", [b"lang=xx", b"lang=" + b"x" * 9_000, b"\xff\xfe", b"&".join([b"a"] * 500), b"lang"]
)
def test_a_language_that_there_is_not_is_english(query_string: bytes) -> None:
    reader = reader_of("/", query_string, None)
    assert (reader.language, reader.interface) == ("en", "en")


def test_native_names_come_first_where_they_are_asked_for(server: Server) -> None:
    page = server.get("/id/place/quay", "text/html", lang="native").text
    assert '<html lang="en">' in page
    assert environment("en") is not environment("ru")


def test_what_a_message_is_given_is_escaped() -> None:
    say = saying(translations("ru"))
    assert say("passage %(name)s", name="<b>") == "место &lt;b&gt;"
    assert say("Search") == "Поиск"


def test_each_page_remembers_its_own_names() -> None:
    place = BASE + "id/place/kirkenes"
    labels = {place: (ox.Literal("Kirkenes", language="en"), ox.Literal("Киркенес", language="ru"))}
    meaning = {place: (ox.Literal("A town.", language="en"),)}
    english, russian = Presentation(Reader("en"), labels, meaning), Presentation(Reader("ru"), labels)
    assert ">Kirkenes</a>" in iri(english, place) == iri(english, place)
    assert ">Киркенес</a>" in iri(russian, place)
    assert 'title="A town."' in concept(english, place)
    assert 'title="A town."' not in iri(english, place)
