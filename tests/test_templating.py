"""Pages are written from templates that are compiled once, and are written all the same where that cannot be kept."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from garrison.web.reader import Reader
from garrison.web.templating import environment, render


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine whose temporary files go there; templates are read anew."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    environment.cache_clear()
    yield tmp_path
    environment.cache_clear()


def written(language: str = "en") -> str:
    return render("problems.html", Reader(language), explanations=[])


def kept(scratch: Path) -> list[Path]:
    return sorted(scratch.glob("_jinja2-cache-*/garrison-*"))


def test_templates_that_were_compiled_are_found_by_the_next_process(scratch: Path) -> None:
    first = written()
    found = {path: path.stat().st_mtime_ns for path in kept(scratch)}
    environment.cache_clear()
    assert written() == first
    assert found and {path: path.stat().st_mtime_ns for path in kept(scratch)} == found


def test_they_are_the_same_in_every_language_and_say_what_each_says(scratch: Path) -> None:
    assert 'lang="en"' in written("en")
    english = kept(scratch)
    assert 'lang="ru"' in written("ru")
    assert kept(scratch) == english


def test_a_page_is_written_where_nothing_can_be_kept(scratch: Path) -> None:
    usual = written()
    for path in kept(scratch):
        path.unlink()
    kept_in = next(scratch.glob("_jinja2-cache-*"))
    environment.cache_clear()
    environment("en")
    kept_in.rmdir()  # while the server runs
    assert written() == usual
    environment.cache_clear()
    kept_in.write_text("no directory", "utf-8")
    assert written() == usual


def test_what_was_kept_and_is_damaged_is_compiled_anew(scratch: Path) -> None:
    usual = written()
    for path in kept(scratch):
        path.write_bytes(path.read_bytes()[:40])
    environment.cache_clear()
    assert written() == usual
