"""The scorecard measures what it says, and the README shows what it measured."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from garrison.edition.finder import published_edition
from garrison.edition.scorecard import Metric, score
from lighthouse import ARTICLE, CLAIMS, THINGS, change, copy_lighthouse

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
# What does not reach its target, and why nobody mends it by inventing something.
SHORT = {"places on the map with a native name beside English and Russian"}
GARRISON = "ontology/garrison.ttl"
CYCLE = "gar:Event rdfs:subClassOf gar:Capture .\ngar:Capture a owl:Class ;"
BREAKS = [
    ("things with a label in English and Russian", THINGS, '        "мыс Скарн"@ru ;', "        'Skarn'@no ;"),
    ("numbers with a bound", CLAIMS, "    gar:bound bound:about ;\n", ""),
    ("dates that are no EDTF", CLAIMS, '"1901-05-03"', '"3 May 1901"'),
    ("places with coordinates or the reason why not", THINGS, "    gar:unlocated unlocated:not-looked-for ;\n", ""),
    ("Wikidata identifiers outside the checked lists", THINGS, "schema:sameAs wd:Q1\n", "schema:sameAs wd:Q2\n"),
    ("undefined terms and addresses in use", CLAIMS, "gar:homeless 40", "gar:homeles 40"),
    ("critical pitfalls (OOPS! P06 P19 P27 P28 P31 P40)", GARRISON, "gar:Capture a owl:Class ;", CYCLE),
    ("metadata of the ontology (FOOPS!)", GARRISON, '    owl:versionInfo "0.2.0"\n', "    rdfs:comment 'no version'\n"),
]


def by_name(folder: Path, text: Path | None = None) -> dict[str, Metric]:
    return {metric.name: metric for metric in score(folder, text)}


def test_this_edition_reaches_its_targets_but_where_it_is_said() -> None:
    assert {metric.name for metric in score(published_edition()) if not metric.is_met} == SHORT


@pytest.mark.parametrize(("name", "file", "old", "new"), BREAKS)
def test_a_measure_falls_short_when_the_edition_is_broken(
    tmp_path: Path, name: str, file: str, old: str, new: str
) -> None:
    edition = copy_lighthouse(tmp_path)
    assert by_name(edition)[name].is_met
    change(edition, file, old, new)
    broken = by_name(edition)[name]
    assert not broken.is_met and broken.lacking


def test_the_text_of_the_source_is_measured_where_it_is_at_hand(tmp_path: Path) -> None:
    edition = copy_lighthouse(tmp_path)
    measured = by_name(edition, ARTICLE)
    assert measured["passages that the text bears out"].is_met
    assert "sentences of the source with a passage" in measured
    other = tmp_path / "other.txt"
    other.write_text("Another text.", "utf-8")
    assert not by_name(edition, other)["texts that are not the source's"].is_met


def test_the_command_prints_text_and_json() -> None:
    command = [sys.executable, "-m", "garrison", "check", "--scorecard"]
    text = subprocess.run(command, capture_output=True, text=True, check=False)
    assert text.returncode == 1 and "lacking: " in text.stdout
    printed = subprocess.run([*command, "--format", "json"], capture_output=True, text=True, check=False).stdout
    listed = json.loads(printed)
    assert {"name", "value", "target", "is_met", "lacking"} == set(listed[0])


def test_the_table_of_the_readme_is_what_is_measured() -> None:
    rows = [f"| {metric.name} | {metric.value} | {metric.target} |" for metric in score(published_edition())]
    assert [row for row in rows if row not in README] == []
