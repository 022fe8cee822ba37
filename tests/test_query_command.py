"""``garrison query``: the same answers as over HTTP, without a server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from conftest import START_S

LANDING = "https://w3id.org/garrison/id/event/landing-at-the-quay"


def query(quay: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "garrison", "query", "--edition", str(quay), *arguments],
        capture_output=True,
        text=True,
        timeout=START_S,
        check=False,
    )


def test_a_saved_query_writes_csv_to_a_pipe(quay: Path) -> None:
    result = query(quay, "landings")
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == ["event", LANDING]


def test_a_parameter_is_bound(quay: Path) -> None:
    result = query(quay, "landings", "--param", "place=https://w3id.org/garrison/id/place/nowhere")
    assert result.stdout.splitlines() == ["event"]


def test_the_format_can_be_named(quay: Path) -> None:
    result = query(quay, "landings", "--format", "json")
    assert json.loads(result.stdout)["results"]["bindings"][0]["event"]["value"] == LANDING


def test_a_table_shows_prefixed_names_and_counts(quay: Path) -> None:
    result = query(quay, "landings", "--format", "table")
    assert "event:landing-at-the-quay" in result.stdout
    assert "1 row" in result.stdout


def test_a_query_in_a_file_is_run(quay: Path, tmp_path: Path) -> None:
    file = tmp_path / "graph.rq"
    file.write_text("CONSTRUCT { ?s a ?class } WHERE { ?s a ?class } LIMIT 1", "utf-8")
    result = query(quay, str(file))
    assert result.returncode == 0, result.stderr
    assert result.stdout.rstrip().endswith(".")


def test_an_unknown_name_is_answered_with_the_nearest(quay: Path) -> None:
    result = query(quay, "landing")
    assert result.returncode == 1
    assert result.stderr == "garrison: There is no saved query called 'landing'. Did you mean landings?\n"


def test_a_value_of_the_wrong_type_is_refused(quay: Path) -> None:
    result = query(quay, "since", "--param", "day=yesterday")
    assert result.returncode == 1
    assert "The parameter day must be a day such as 1944-10-15" in result.stderr


def test_a_malformed_query_is_said_with_its_place(quay: Path, tmp_path: Path) -> None:
    file = tmp_path / "broken.rq"
    file.write_text("SELECT ?x\nWHERE { ?x ?y }", "utf-8")
    result = query(quay, str(file))
    assert result.returncode == 1
    assert "Line 2" in result.stderr or "line 2" in result.stderr


def test_a_view_can_be_asked(quay: Path, tmp_path: Path) -> None:
    file = tmp_path / "who-says.rq"
    file.write_text("SELECT ?claim { << ?event gar:place ?place ~ ?claim >> } ORDER BY ?claim", "utf-8")
    result = query(quay, str(file), "--view", "rdf12")
    assert result.returncode == 0, result.stderr
    assert [line.rsplit("/", 1)[-1] for line in result.stdout.splitlines()] == ["claim", "c0011", "c0021"]
    assert "no view 'braille'" in query(quay, str(file), "--view", "braille").stderr
