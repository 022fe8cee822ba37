"""The file of shapes is checked like every other: a rule that cannot speak is found before it is missed."""

from __future__ import annotations

from pathlib import Path

import pytest

from garrison.edition.check import check
from garrison.edition.findings import Finding, Severity, has_errors
from lighthouse import change, copy_lighthouse, line_of

SHAPES = "ontology/shapes.ttl"
VOICE = """shapes:claim-asserter a sh:PropertyShape ;
    sh:name "The voice of a claim"@en"""


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    return copy_lighthouse(tmp_path)


def found(edition: Path, rule: str) -> Finding:
    (finding,) = [finding for finding in check(edition) if finding.rule == rule]
    return finding


def test_a_syntax_error_names_the_exact_line_and_column(edition: Path) -> None:
    change(edition, SHAPES, VOICE, VOICE + " ;;; ]")
    finding = found(edition, "syntax")
    assert (str(finding.path), finding.line) == (SHAPES, line_of(edition, SHAPES, ";;; ]"))
    assert finding.column


def test_bytes_that_are_no_text_are_found(edition: Path) -> None:
    (edition / SHAPES).write_bytes(b"\xff" + (edition / SHAPES).read_bytes())
    assert found(edition, "syntax").line == 1


@pytest.mark.parametrize("slip", ["gar:asertedBy", "gar:asserted-By", "certainty:sure"])
def test_a_term_that_nothing_defines_is_found_with_its_line(edition: Path, slip: str) -> None:
    """Such a shape has no target or no path to follow, and would be silent for ever."""
    change(edition, SHAPES, VOICE, VOICE + f" ;\n    sh:equals {slip}")
    finding = found(edition, "shape-terms")
    assert finding.line == line_of(edition, SHAPES, slip)
    assert finding.term == slip.replace("certainty:", "certainty/")


@pytest.mark.parametrize("constraint", ['sh:minLength "x"', 'sh:pattern "("'])
def test_what_is_no_shacl_is_told_in_a_sentence(edition: Path, constraint: str) -> None:
    change(edition, SHAPES, VOICE, VOICE + f" ;\n    {constraint}")
    finding = found(edition, "shapes-usable")
    assert (str(finding.path), finding.severity) == (SHAPES, Severity.ERROR)
    assert "\n" not in str(finding)


def test_an_edition_without_shapes_is_warned_that_they_find_nothing(edition: Path) -> None:
    (edition / SHAPES).unlink()
    assert SHAPES in found(edition, "shapes-there").message
    assert not has_errors(check(edition))
