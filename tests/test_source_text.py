"""Whoever holds a source's text can check the edition against it, letter by letter."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from garrison.edition.check import check
from garrison.edition.findings import Finding
from lighthouse import ARTICLE, SOURCE, THINGS, change, copy_lighthouse, line_of


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    return copy_lighthouse(tmp_path)


def found(edition: Path, rule: str, article: Path = ARTICLE) -> list[Finding]:
    return [finding for finding in check(edition, article) if finding.rule == rule]


def test_the_right_text_agrees_with_every_passage(edition: Path) -> None:
    rules = {finding.rule for finding in check(edition, ARTICLE)}
    assert rules.isdisjoint({"source-digest", "slice-digest", "sic-in-source", "source-copied"})


def test_another_text_is_one_finding_and_not_one_for_each_passage(edition: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_bytes(ARTICLE.read_bytes() + b"\n")
    findings = check(edition, other)
    assert [f.rule for f in findings if f.rule in {"source-digest", "slice-digest", "sic-in-source"}] == [
        "source-digest"
    ]


def test_a_passage_that_is_one_letter_off_is_found(edition: Path) -> None:
    text = (edition / SOURCE).read_text("utf-8")
    start = next(line for line in text.splitlines() if "oa:start" in line)
    number = int(start.split()[1])
    (edition / SOURCE).write_text(text.replace(start, start.replace(str(number), str(number + 1)), 1), "utf-8")
    (finding,) = found(edition, "slice-digest")
    assert finding.line == line_of(edition, SOURCE, "passage:p0001 a")


def test_a_garbled_reading_that_does_not_stand_there_is_found(edition: Path) -> None:
    change(edition, SOURCE, '"was rescue"', '"were rescue"')
    (finding,) = found(edition, "sic-in-source")
    assert finding.line == line_of(edition, SOURCE, "emendation:e001 a")


def test_eight_words_in_a_row_of_the_source_are_found_wherever_they_stand(edition: Path) -> None:
    copied = "was rescue by its fire in the winter of 1902"
    change(edition, THINGS, "A headland with a lighthouse.", f"It {copied}.")
    (edition / "queries" / "README.md").write_text(f"First line\nwho {copied}\n", "utf-8")
    places = {(str(finding.path), finding.line) for finding in found(edition, "source-copied")}
    assert places == {(THINGS, line_of(edition, THINGS, copied)), ("queries/README.md", 2)}


@pytest.mark.parametrize(
    "spelt",
    [
        "was rescue by its\nfire in the winter of 1902",
        "was rescue by\n# its fire in the winter of 1902",
        "was rescue by -- its fire in the winter of 1902",
        r"was rescue by its\nfire in the winter of 1902",
        r"was rescue by its \u0066ire in the winter of 1902",
    ],
)
def test_a_copy_is_found_over_lines_and_however_it_is_spelt(edition: Path, spelt: str) -> None:
    (edition / "queries" / "README.md").write_text(f"First line\n{spelt}\n", "utf-8")
    assert [finding.line for finding in found(edition, "source-copied")] == [2]


def test_seven_words_in_a_row_are_no_sentence(edition: Path) -> None:
    change(edition, THINGS, "A headland with a lighthouse.", "Rescue by its fire in the winter.")
    assert found(edition, "source-copied") == []


def test_positions_count_code_points_and_not_bytes(edition: Path, tmp_path: Path) -> None:
    """The article ends with Cyrillic letters; a passage after them would shift by bytes."""
    text = ARTICLE.read_bytes().decode("utf-8")
    start, end = text.index("Маяк"), text.index("Маяк") + 4
    change(
        edition,
        SOURCE,
        "emendation:e001 a gar:Emendation ;",
        f"""passage:p0004 a gar:Passage ;
    gar:source source:beacon-2001 ;
    oa:start {start} ;
    oa:end {end} ;
    gar:digest "{hashlib.sha256("Маяк".encode()).hexdigest()}" ;
    gar:summary "A name."@en , "Имя."@ru
.
emendation:e001 a gar:Emendation ;""",
    )
    assert found(edition, "slice-digest") == []
