"""``server/DEVIATIONS.md`` is true: what is mended has its test, what is left answers as the table says."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.conftest import write_snapshot
from garrison.engine.interface import QueryRequest
from garrison.engine.process import PoolProcess
from garrison.services.query import QueryService

ROOT = Path(__file__).parents[1]
DATA = "<x:s> <x:p> <x:o> .\n<x:s> <x:p> <x:o> <x:g> .\n"


def table(heading: str) -> list[list[str]]:
    """The rows of the table under a heading, cell by cell."""
    text = (ROOT / "server" / "DEVIATIONS.md").read_text("utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line.replace("\\|", "\0") for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip().replace("\0", "|") for cell in line.strip("|").split("|")] for line in lines[1:]]


LEFT = [(row[2].strip("`"), row[3], row[4]) for row in table("Left")]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryService]:
    with PoolProcess(write_snapshot(tmp_path_factory.mktemp("one"), DATA)) as pool:
        yield QueryService(pool.client())


@pytest.mark.parametrize(("query", "here", "standard"), LEFT)
def test_what_is_left_answers_as_the_table_says(service: QueryService, query: str, here: str, standard: str) -> None:
    assert here != standard
    with service.start(QueryRequest(query, "text/csv")) as run:
        text = (run.first() + b"".join(run.chunks())).decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert (rows[-1] if rows[-1] else [""]) == [here]


@pytest.mark.parametrize("name", [row[3].strip("`") for row in table("Mended")])
def test_what_is_mended_has_its_test(name: str) -> None:
    files = [path for path in (ROOT / "tests").rglob("test_*.py") if "node_modules" not in path.parts]
    tests = "".join(path.read_text("utf-8") for path in files)
    assert f"def {name}(" in tests


@pytest.mark.parametrize("row", [*table("Mended"), *table("Left")], ids=lambda row: row[0][:40])
def test_every_row_names_the_section_of_a_standard(row: list[str]) -> None:
    assert re.fullmatch(r"\[[^\]]+\d[^\]]*\]\(https://www\.w3\.org/TR/\S+\)", row[1])
