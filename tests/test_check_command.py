"""``garrison check`` and ``garrison build`` as commands: what they print, and how they end."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lighthouse import ARTICLE, CHECKED, CLAIMS, THINGS, change, copy_lighthouse


def garrison(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "garrison", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    return copy_lighthouse(tmp_path)


def test_a_sound_edition_ends_with_nought(edition: Path) -> None:
    result = garrison("check", edition, "--source-text", ARTICLE)
    assert result.returncode == 0, result.stdout
    assert result.stdout.splitlines()[-1].startswith("0 errors")


def test_an_error_ends_with_one_and_is_told_on_one_line(edition: Path) -> None:
    change(edition, CLAIMS, '"1901-05-03"', '"May 1901"')
    result = garrison("check", edition)
    assert result.returncode == 1
    line = next(line for line in result.stdout.splitlines() if "edtf-valid" in line)
    assert line.startswith(f"{CLAIMS}:")
    assert "Lighting of Skarn Point" in line and "To do: " in line


def test_findings_can_be_had_as_json(edition: Path) -> None:
    change(edition, CLAIMS, '"1901-05-03"', '"May 1901"')
    findings = json.loads(garrison("check", edition, "--format", "json").stdout)
    finding = next(finding for finding in findings if finding["rule"] == "edtf-valid")
    assert finding["path"] == CLAIMS
    assert finding["severity"] == "error"
    assert isinstance(finding["line"], int)


def test_a_folder_that_is_no_edition_ends_with_two_and_one_sentence(tmp_path: Path) -> None:
    result = garrison("check", tmp_path)
    assert result.returncode == 2
    assert result.stderr.splitlines() == [f"garrison: {tmp_path} is not an edition: it has no folder ontology/."]


def test_a_folder_that_is_not_there_ends_with_two(tmp_path: Path) -> None:
    assert garrison("check", tmp_path / "nowhere").returncode == 2


@pytest.mark.parametrize("name", ["gone.ttl", "folder.trig"])
def test_a_file_that_cannot_be_read_ends_with_two_and_one_sentence(edition: Path, name: str) -> None:
    path = edition / "graph_data" / "entities" / name
    path.symlink_to(edition / "nowhere") if name == "gone.ttl" else path.mkdir()
    result = garrison("check", edition)
    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"garrison: {path} cannot be read: ")


def test_a_term_that_never_ends_ends_with_two_and_one_sentence(edition: Path) -> None:
    """The parser says that it has no memory left, which is a traceback by itself."""
    path = edition / "graph_data" / "entities" / "endless.ttl"
    path.write_text('<x:s> <x:p> """' + "never closed\n" * 1_500_000, "utf-8")
    result = garrison("check", edition)
    assert result.returncode == 2
    assert result.stderr == f"garrison: {path} cannot be read: a term in it is longer than 16 MiB, or never ends.\n"


@pytest.mark.parametrize(
    ("content", "says"), [(b"\xff\xfe", "cannot be read as CSV"), (b"qid,label\n", "no column entity")]
)
def test_a_checked_list_that_is_none_ends_with_two_and_one_sentence(edition: Path, content: bytes, says: str) -> None:
    (edition / CHECKED).write_bytes(content)
    result = garrison("check", edition)
    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert says in line and CHECKED in line


def test_build_prints_the_version_last(edition: Path, tmp_path: Path) -> None:
    result = garrison("build", edition, "--out", tmp_path / "out")
    version = result.stdout.splitlines()[-1]
    assert result.returncode == 0
    assert (tmp_path / "out" / version / "version").read_text("utf-8").strip() == version


def test_build_refuses_an_edition_with_errors_and_leaves_nothing(edition: Path, tmp_path: Path) -> None:
    change(edition, THINGS, "wd:Q1", "wd:Q2")
    result = garrison("build", edition, "--out", tmp_path / "out")
    assert result.returncode == 1
    assert "wikidata-checked" in result.stderr
    assert not (tmp_path / "out").exists()
