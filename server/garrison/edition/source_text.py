"""Check an edition against the text of its source, which is not in the repository: whoever holds it can.

Positions are Unicode code points of the file decoded from UTF-8 as it is, line ends untouched.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal

from garrison.edition.edition import Edition
from garrison.edition.findings import Finding, Severity
from garrison.rdf.terms import OA

SHINGLE = 8  # this many words in a row are a sentence of somebody else's
_WORD = re.compile(r"\w[\w’'-]*")
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|[tbnrf\"'\\])")  # in Turtle and SPARQL
_TEXT_SUFFIXES = {".ttl", ".trig", ".rq", ".md", ".csv", ".cff"}


def check_source_text(edition: Edition, path: Path) -> Iterator[Finding]:
    """Yield where passages, emendations and garbled readings do not agree with the text, and where it is copied."""
    raw = path.read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    source = _source_with(edition, digest)
    if source is None:
        yield _another_file(path, digest)
        return
    text = raw.decode("utf-8")
    yield from _slices(edition, text, source)
    yield from _garbled_readings(edition, text, source)
    yield from _copied(edition, text)


def _source_with(edition: Edition, digest: str) -> str | None:
    for iri in edition.of_class("Source"):
        if any(value.value == digest for value in edition.values(iri, "textDigest")):
            return iri
    return None


def _another_file(path: Path, digest: str) -> Finding:
    return Finding(
        Severity.ERROR,
        "source-digest",
        None,
        None,
        None,
        path.name,
        f"This is not the text of any source of the edition: its SHA-256 is {digest}.",
        "Name the file that gar:textDigest of the source was made from, unchanged to the byte.",
    )


def _anchored(edition: Edition, source: str) -> Iterator[tuple[str, int, int]]:
    """Passages of the source and emendations of those passages, with start and end."""
    passages = {iri for iri in edition.of_class("Passage") if source in _values(edition, iri, "source")}
    emendations = {iri for iri in edition.of_class("Emendation") if passages & set(_values(edition, iri, "emends"))}
    ends: dict[str, dict[str, int]] = {}
    for quad in edition.described:
        if quad.predicate.value in (OA + "start", OA + "end") and isinstance(quad.object, Literal):
            name = quad.predicate.value.removeprefix(OA)
            if quad.object.value.isdigit():
                ends.setdefault(str(getattr(quad.subject, "value", "")), {})[name] = int(quad.object.value)
    for iri in sorted(passages | emendations):
        if {"start", "end"} <= ends.get(iri, {}).keys():
            yield iri, ends[iri]["start"], ends[iri]["end"]


def _values(edition: Edition, iri: str, name: str) -> list[str]:
    return [value.value for value in edition.values(iri, name)]


def _slices(edition: Edition, text: str, source: str) -> Iterator[Finding]:
    for iri, start, end in _anchored(edition, source):
        digest = hashlib.sha256(text[start:end].encode()).hexdigest()
        if digest not in _values(edition, iri, "digest"):
            yield edition.finding(
                "slice-digest",
                iri,
                f"The text from {start} to {end} has another digest: {digest}.",
                "Correct oa:start and oa:end, counted in code points, or the digest of the exact words.",
            )


def _garbled_readings(edition: Edition, text: str, source: str) -> Iterator[Finding]:
    for iri, start, end in _anchored(edition, source):
        for sic in edition.values(iri, "sic"):
            if sic.value not in text[start:end]:
                yield edition.finding(
                    "sic-in-source",
                    iri,
                    f"The garbled reading “{sic.value}” does not stand between {start} and {end}.",
                    "Copy the garbled words letter by letter, with the source's quotation marks and case.",
                )


def _copied(edition: Edition, text: str) -> Iterator[Finding]:
    """Where eight words in a row of the source stand in the files; titles of works are names, and free."""
    works = edition.of_class("Work") | edition.of_class("Source")
    titles = [edition.labels[iri] for iri in works if iri in edition.labels]
    shingles = {shingle for _start, shingle in _shingles(text)}
    for path in _texts(edition.folder):
        for line in _lines_of(shingles, _without(_plain(path.read_text("utf-8")), titles)):
            yield Finding(
                Severity.ERROR,
                "source-copied",
                path.relative_to(edition.folder),
                line,
                None,
                "",
                f"{SHINGLE} words in a row of the source stand here.",
                "Say it in your own words: the source's sentences are not ours to publish.",
            )


def _lines_of(shingles: set[tuple[str, ...]], content: str) -> Iterator[int]:
    """Lines, counted from 1, on which a run of copied words begins; it may go on over the next."""
    is_run = False
    for start, shingle in _shingles(content):
        is_copied = shingle in shingles
        if is_copied and not is_run:
            yield content.count("\n", 0, start) + 1
        is_run = is_copied


def _plain(content: str) -> str:
    """Write escapes as what they stand for: a copy is one however it is spelt. No line is added."""
    return _ESCAPED.sub(_unescaped, content)


def _unescaped(escape: re.Match[str]) -> str:
    number = int(escape[1] or escape[2] or "20", 16)
    return chr(number) if number > 0x20 and number <= 0x10FFFF else " "


def _without(content: str, titles: list[str]) -> str:
    for title in titles:
        content = content.replace(title, " _title_ ")
    return content


def _shingles(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield every so many words in a row, with where the first begins."""
    words = [(match.start(), match[0]) for match in _WORD.finditer(text.lower())]
    for i in range(len(words) - SHINGLE + 1):
        yield words[i][0], tuple(word for _start, word in words[i : i + SHINGLE])


def _texts(folder: Path) -> Iterator[Path]:
    for name in ("ontology", "graph_data", "queries"):
        yield from sorted(p for p in (folder / name).rglob("*") if p.suffix in _TEXT_SUFFIXES and p.is_file())
    yield from sorted(p for p in folder.glob("*.*") if p.suffix in _TEXT_SUFFIXES and p.is_file())
