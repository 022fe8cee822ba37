"""A tiny edition of an invented article, copied for each test that breaks it."""

from __future__ import annotations

import shutil
from pathlib import Path

TESTS = Path(__file__).parent
ARTICLE = TESTS / "editions" / "lighthouse-article.txt"
THINGS = "graph_data/entities/things.ttl"
SOURCE = "graph_data/sources/beacon-2001/source.ttl"
CLAIMS = "graph_data/sources/beacon-2001/claims.trig"
CHECKED = "graph_data/links/wikidata-checked.csv"


def copy_lighthouse(folder: Path) -> Path:
    """Copy the edition, and the real ontology beside it, below ``folder``."""
    edition = folder / "lighthouse"
    shutil.copytree(TESTS / "editions" / "lighthouse", edition)
    shutil.copytree(TESTS.parent / "ontology", edition / "ontology")
    return edition


def change(edition: Path, file: str, old: str, new: str) -> None:
    """Replace one place in one file; a text that stands nowhere, or twice, is a mistake in the test."""
    path = edition / file
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new), "utf-8")


def line_of(edition: Path, file: str, words: str) -> int:
    """The line, counted from 1, on which these words stand first."""
    lines = (edition / file).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)
