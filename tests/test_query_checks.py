"""``garrison check`` on saved queries: each fault is found, with file, line and what to do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from garrison.edition.findings import Severity
from garrison.services.query_checks import check_queries
from lighthouse import copy_lighthouse

GOOD = """#+ summary: { en: "Events", ru: "События" }
#+ parameters: { kind: { type: iri, default: "https://w3id.org/garrison/ontology#Event" } }
#+ returns: [event]

SELECT ?event
WHERE {
  ?event a ?kind .
}
"""
PIN = "event\nhttps://w3id.org/garrison/id/event/lighting\nhttps://w3id.org/garrison/id/event/rescue\n"
FAULTS = [
    ("query-header", 3, '#+ summary: { en: "Events", ru: "События" }', "#+ summary: ["),
    ("query-header", 3, "#+ returns: [event]", "#+ returns: 3"),
    ("query-header", 2, "kind: {", "lang: {"),
    ("query-parameter", 1, "?event a ?kind .", "?event a <https://w3id.org/garrison/ontology#Event> ."),
    ("query-runs", 6, "?event a ?kind .\n}", "?event a ?kind .\n"),
    ("query-runs", 1, "?event a ?kind .", "?event a ?kind . FILTER(<x:f>(?event))"),
    ("query-columns", 1, "SELECT ?event", "SELECT ?event ?kind"),
    ("query-pinned", 1, "?event a ?kind .", "?event a ?kind . FILTER(?event != ?event)"),
]


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    """The lighthouse with one saved query and its pinned answer."""
    folder = copy_lighthouse(tmp_path)
    (folder / "queries" / "time").mkdir()
    (folder / "queries" / "time" / "events.rq").write_text(GOOD, "utf-8")
    (folder / "queries" / "time" / "events.csv").write_text(PIN, "utf-8")
    return folder


def garrison(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "garrison", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_a_good_query_has_no_finding(edition: Path) -> None:
    assert [str(finding) for finding in check_queries(edition)] == []


@pytest.mark.parametrize(("rule", "line", "old", "new"), FAULTS)
def test_a_fault_is_found_with_its_line(edition: Path, rule: str, line: int, old: str, new: str) -> None:
    path = edition / "queries" / "time" / "events.rq"
    assert GOOD.count(old) == 1
    path.write_text(GOOD.replace(old, new), "utf-8")
    found = check_queries(edition)
    assert (rule, line) in {(finding.rule, finding.line) for finding in found}, found
    assert all(finding.remedy and finding.path and finding.path.stem == "events" for finding in found)


def test_bytes_that_are_no_text_are_found_with_their_line(edition: Path) -> None:
    (edition / "queries" / "time" / "events.rq").write_bytes(b"#+ summary: x\n\xff\xfe")
    (found,) = check_queries(edition)
    assert (found.rule, found.line, found.message) == ("query-header", 2, "This is not UTF-8.")


def test_two_queries_of_one_name_are_found(edition: Path) -> None:
    (edition / "queries" / "again").mkdir()
    (edition / "queries" / "again" / "events.rq").write_text(GOOD, "utf-8")
    assert "query-name" in {finding.rule for finding in check_queries(edition)}


def test_a_query_without_a_pin_is_a_warning(edition: Path) -> None:
    (edition / "queries" / "time" / "events.csv").unlink()
    (found,) = check_queries(edition)
    assert (found.rule, found.severity) == ("query-pinned", Severity.WARNING)


def test_the_check_command_tells_it_and_ends_with_one(edition: Path) -> None:
    (edition / "queries" / "time" / "events.rq").write_text("#+ tags: 3\nASK {}", "utf-8")
    ended = garrison("check", edition)
    assert ended.returncode == 1
    assert "queries/time/events.rq:1: error[query-header]" in ended.stdout


def test_serve_says_once_what_is_wrong_with_a_query(edition: Path) -> None:
    (edition / "queries" / "time" / "events.rq").write_text("#+ parameters: 3\nASK {}", "utf-8")
    ended = garrison("serve", edition, "--port", "0")
    assert ended.returncode == 1
    assert len(ended.stderr.strip().splitlines()) == 1 and "events.rq:1" in ended.stderr


def test_a_query_file_that_is_no_text_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.rq").write_bytes(b"\xff\xfe")
    ended = garrison("query", tmp_path / "x.rq")
    assert ended.returncode == 1
    assert "not UTF-8" in ended.stderr and "Traceback" not in ended.stderr
