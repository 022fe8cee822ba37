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
_WORD = re.compile(r"[\w’'-]+")
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
    """Lines of the files that hold eight words in a row of the source; titles of works are names, and free."""
    works = edition.of_class("Work") | edition.of_class("Source")
    titles = [edition.labels[iri] for iri in works if iri in edition.labels]
    shingles = _shingles(text)
    for path in _texts(edition.folder):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if not shingles.isdisjoint(_shingles(_without(line, titles))):
                yield Finding(
                    Severity.ERROR,
                    "source-copied",
                    path.relative_to(edition.folder),
                    number,
                    None,
                    "",
                    f"{SHINGLE} words in a row of the source stand here.",
                    "Say it in your own words: the source's sentences are not ours to publish.",
                )


def _without(line: str, titles: list[str]) -> str:
    for title in titles:
        line = line.replace(title, " | ")
    return line


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    return {tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}


def _texts(folder: Path) -> Iterator[Path]:
    for name in ("ontology", "graph_data", "queries"):
        yield from sorted(p for p in (folder / name).rglob("*") if p.suffix in _TEXT_SUFFIXES and p.is_file())
    yield from sorted(p for p in folder.glob("*.*") if p.suffix in _TEXT_SUFFIXES and p.is_file())
