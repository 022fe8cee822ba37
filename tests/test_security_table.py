"""``server/SECURITY.md`` is true: its rows are numbered without a gap, and each names a test that is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "server" / "SECURITY.md").read_text("utf-8")
ROWS = [line.replace("\\|", "\0").strip("|").split("|") for line in TEXT.splitlines() if re.match(r"\| \d", line)]


def test_the_rows_are_numbered_without_a_gap() -> None:
    assert [int(row[0]) for row in ROWS] == list(range(1, len(ROWS) + 1))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip())
def test_every_row_says_what_it_gets_and_names_a_test(row: list[str]) -> None:
    _number, given, gets, name = (cell.strip().replace("\0", "|") for cell in row)
    assert given and gets
    files = [path for path in (ROOT / "tests").rglob("test_*.py") if "node_modules" not in path.parts]
    assert any(f"def {name.strip('`')}(" in path.read_text("utf-8") for path in files)


def test_no_test_of_a_hostile_input_is_missing_in_the_table() -> None:
    for name in ("test_hostile_requests.py", "test_slow_clients.py", "test_hostile_results.py"):
        tests = re.findall(r"^def (test_\w+)\(", (ROOT / "tests" / name).read_text("utf-8"), re.MULTILINE)
        assert [test for test in tests if f"`{test}`" not in TEXT] == []
