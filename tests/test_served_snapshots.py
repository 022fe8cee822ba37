"""``garrison serve`` publishes what ``garrison build`` wrote, without the edition that it came from."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import START_S, Server, children, is_pool, until
from garrison.edition.build import build
from garrison.edition.snapshot import write_snapshot
from garrison.edition.sums import find_damage, write_sums
from lighthouse import copy_lighthouse

QUERY = "#+ summary: Places\nSELECT ?place { ?place a <https://w3id.org/garrison/ontology#Place> }\n"


def write(edition: Path, out: Path) -> Path:
    return write_snapshot(build(edition), out)


def serve(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "garrison", "serve", str(folder), "--port", "0"]
    return subprocess.run(command, capture_output=True, text=True, timeout=START_S, check=False)


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    made = copy_lighthouse(tmp_path)
    (made / "queries" / "places.rq").write_text(QUERY, "utf-8")
    (made / "graph_data" / "METHODS.md").write_text("# How it was made\n", "utf-8")
    return made


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def serving(edition: Path, out: Path) -> Iterator[Server]:
    write(edition, out)
    shutil.rmtree(edition)
    started = Server(out)
    yield started
    started.stop()


def test_a_built_folder_is_served_without_its_edition(serving: Server, out: Path) -> None:
    assert serving.get("/health").json()["version"] == (out / "current").read_text("ascii").strip()
    assert "place/skarn-point" in serving.get("/api/places", "text/csv").text
    assert serving.get("/methods").text == "# How it was made\n"
    assert serving.get("/ontology", "text/turtle").status_code == 200
    assert serving.get("/dumps/latest/garrison.nq.gz").status_code == 302


def test_health_counts_nothing(edition: Path, out: Path) -> None:
    """It is asked every second, and before anybody is told that the server answers: the build has counted."""
    snapshot = write(edition, out)
    counted = json.loads((snapshot / "statistics.json").read_text("utf-8"))
    (snapshot / "statistics.json").write_text(json.dumps({**counted, "claims": 12_345}), "utf-8")
    write_sums(snapshot)
    server = Server(out)
    assert server.get("/health").json()["claims"] == 12_345
    server.stop()


def test_saved_queries_change_without_a_new_version(edition: Path, out: Path) -> None:
    first = write(edition, out)
    (edition / "queries" / "places.rq").rename(edition / "queries" / "sites.rq")
    assert write(edition, out) == first
    carried = [path.name for path in first.rglob("*.rq")]
    assert carried == ["sites.rq"]


def test_what_is_served_may_be_deleted(serving: Server, out: Path) -> None:
    """The server holds it: pages read from it, and a pool that is killed loads it again."""
    shutil.rmtree(out)
    pool = next(pid for pid in children(serving.process.pid) if is_pool(pid))
    os.kill(pool, signal.SIGKILL)
    assert until(lambda: serving.get("/sparql", "text/csv", query="SELECT (1 AS ?one) {}").status_code == 200)
    assert serving.get("/methods").text == "# How it was made\n"
    assert serving.get("/dumps/latest/garrison.nq.gz").next_request is not None


def test_files_of_a_snapshot_may_be_symbolic_links(edition: Path, out: Path) -> None:
    """As stores of large files make them: each names its content by a path from where it stands."""
    snapshot = write(edition, out)
    kept = out / ".kept"
    kept.mkdir()
    for number, path in enumerate(sorted(path for path in snapshot.rglob("*") if path.is_file())):
        path.rename(kept / str(number))
        path.symlink_to(os.path.relpath(kept / str(number), path.parent))
    server = Server(out)
    shutil.rmtree(out)
    assert server.get("/methods").text == "# How it was made\n"
    assert "place/skarn-point" in server.get("/api/places", "text/csv").text
    server.stop()


def test_a_folder_whose_current_names_nothing_is_said_in_one_sentence(edition: Path, out: Path) -> None:
    write(edition, out)
    (out / "current").write_text("../elsewhere\n", "ascii")
    result = serve(out)
    assert result.returncode == 1
    assert result.stderr == f"garrison: {out}/current names no snapshot of this folder. Build it again.\n"


@pytest.mark.parametrize("gone", ["edition", "statistics.json", "dataset.nq", "version"])
def test_a_snapshot_that_lacks_a_part_is_said_in_one_sentence(edition: Path, out: Path, gone: str) -> None:
    part = write(edition, out) / gone
    shutil.rmtree(part) if part.is_dir() else part.unlink()
    result = serve(out)
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert gone in result.stderr


def _cut(part: Path) -> None:
    part.write_bytes(part.read_bytes()[: part.stat().st_size // 2])


@pytest.mark.parametrize("damage", [Path.unlink, _cut], ids=["gone", "cut"])
@pytest.mark.parametrize(
    "name",
    [
        "views.json",
        "dumps.json",
        "dumps/garrison.nq.gz",
        "dumps/SHA256SUMS",
        "edition/*/queries/places.rq",
        "edition/*/ontology/garrison.ttl",
        "edition/*/graph_data/METHODS.md",
        "SHA256SUMS",
    ],
)
def test_a_damaged_part_is_named_in_one_sentence(
    edition: Path, out: Path, name: str, damage: Callable[[Path], None]
) -> None:
    (part,) = write(edition, out).glob(name)
    damage(part)
    result = serve(out)
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert f"is damaged: {part.relative_to(part.parents[name.count('/')])} is" in result.stderr


@pytest.mark.parametrize("name", ["dataset.nq", "dumps/garrison.ttl.gz", "statistics.json", "SHA256SUMS"])
def test_what_is_damaged_is_whole_when_it_is_built_again(edition: Path, out: Path, name: str) -> None:
    snapshot = write(edition, out)
    whole = (snapshot / name).read_bytes()
    _cut(snapshot / name)
    assert find_damage(snapshot)
    assert write(edition, out) == snapshot
    assert find_damage(snapshot) is None
    assert (snapshot / name).read_bytes() == whole


def test_anybody_can_see_that_a_snapshot_is_whole(edition: Path, out: Path) -> None:
    command = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(command, cwd=write(edition, out), check=False, timeout=START_S).returncode == 0
