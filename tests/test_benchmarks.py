"""The benchmarks measure what they say: the same history each time, answers that are not empty, load with replies."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pyoxigraph as ox
import pytest
import rdflib

from conftest import Server

BENCHMARKS = Path(__file__).parent / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

from aims import aims  # noqa: E402
from history import GAR, PLACES, statements, write_history  # noqa: E402
from load import press  # noqa: E402
from peers import garrison  # noqa: E402
from query_shapes import SHAPES, variants  # noqa: E402
from report import write_report  # noqa: E402
from scenarios import asked  # noqa: E402
from soak import Record, kill_now_and_then  # noqa: E402

TRIPLES = 20_000
ONTOLOGY = Path(__file__).parents[1] / "ontology" / "garrison.ttl"


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_history(TRIPLES, tmp_path_factory.mktemp("history"))


@pytest.fixture(scope="module")
def store(history: Path) -> ox.Store:
    store = ox.Store()
    store.bulk_load(path=str(history / "dataset.nq"), format=ox.RdfFormat.N_QUADS)
    return store


def test_the_same_seed_gives_the_same_history_and_another_another() -> None:
    assert list(statements(2_000)) == list(statements(2_000))
    assert list(statements(2_000)) != list(statements(2_000, seed=1))


def test_a_history_has_the_size_that_was_asked_for(store: ox.Store) -> None:
    assert abs(len(store) - TRIPLES) < TRIPLES / 100


def test_a_history_speaks_in_terms_of_the_ontology(store: ox.Store) -> None:
    terms = {str(term) for term in rdflib.Graph().parse(ONTOLOGY).subjects() if isinstance(term, rdflib.URIRef)}
    used = {quad.predicate.value for quad in store} | {
        quad.object.value for quad in store if quad.predicate.value.endswith("#type")
    }
    assert {term for term in used if term.startswith(GAR)} <= terms


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_finds_something(shape: str, store: ox.Store) -> None:
    """A query that finds nothing is quick with any server."""
    found = [store.query(text) for text in variants(shape, TRIPLES // PLACES)]
    assert any(each if isinstance(each, ox.QueryBoolean) else next(each, None) is not None for each in found)


def test_load_is_answered(history: Path) -> None:
    if not shutil.which("wrk"):
        pytest.skip("wrk is not installed (apt-get install wrk)")
    peer = garrison("garrison", history.parent, "--cache", "0")
    try:
        measured = press(peer.url, asked(["point", "describe"], 20), connections=4, seconds=1)
    finally:
        peer.stop()
    assert measured.requests
    assert not measured.failed


def test_an_aim_that_is_missed_is_reported_as_short(tmp_path: Path) -> None:
    results = _results(ours_ms=1.0)
    missed = {aim.what for aim in aims(results) if not aim.is_met}
    assert "point: ms above pyoxigraph in process" in missed
    assert "path, 20,000 triples: oxigraph's time / ours" not in missed
    markdown, _json, plot = write_report(results, tmp_path)
    assert "| point: ms above pyoxigraph in process | ≤ 0.35 | 0.9 | **short** |" in markdown.read_text("utf-8")
    assert plot.read_text("utf-8").count("<circle") == 2 + 2 * len(results["sizes"]["20000"]["median ms"])


def test_a_server_that_gave_another_answer_is_named(tmp_path: Path) -> None:
    results = _results(ours_ms=1.0)
    results["sizes"]["20000"]["rows"] = {"ask": {"garrison": 1, "virtuoso": 0}}
    assert "Not the same answer to “ask”: garrison 1 rows, virtuoso 0 rows" in write_report(results, tmp_path)[
        0
    ].read_text("utf-8")


def test_what_a_kill_breaks_is_its_own_and_not_the_one_s_before(quay: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A probe may note that it failed before the one who killed goes on."""
    record = Record()
    server = Server(quay)

    def kill(pid: int, number: int) -> None:
        began = record.now()
        os.kill(pid, number)
        time.sleep(0.05)
        record.failed_probes.append((began - 1.5, record.now(), "the connection broke"))
        time.sleep(0.05)

    monkeypatch.setattr("soak.os", SimpleNamespace(kill=kill))
    try:
        kill_one = kill_now_and_then(server, record, every_s=0.01, seed=1)
        for _ in range(2):
            time.sleep(0.1)
            kill_one()
    finally:
        server.stop()
    assert [length for _kind, length in record.gaps()] == [0, 0]


def test_the_command_says_what_it_can_do() -> None:
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / "run.py"), "--help"], capture_output=True, text=True, timeout=60
    )
    assert "--quick" in done.stdout


def _results(ours_ms: float) -> dict:  # type: ignore[type-arg]
    """Results as a run has them, with invented figures."""
    shapes = ("point", "two hops", "ask", "group-by over all", "star with dates", "path")
    median = {shape: {"garrison": ours_ms, "oxigraph serve": 3 * ours_ms} for shape in shapes}
    size = {
        "median ms": median,
        "in process ms": dict.fromkeys(shapes, 0.1),
        "rows": {},
        "large": {"MB a second": {"garrison": 2, "oxigraph serve": 1}, "first byte, ms": {"garrison": 4}},
        "32 clients": {"failed": {"garrison": 0}},
    }
    rates = {"garrison": 1, "garrison, cache": 9, "oxigraph serve": 1}
    four = {"added": 1, "most private of one": 1}
    return {
        "machine": {},
        "not measured": [],
        "sizes": {"20000": size},
        "saved queries": {"requests a second": rates},
        "beside runaways": {"garrison": {"ratio": 2.0}},
        "deadline": {"longest, s": 0.01},
        "four large at once": {"garrison": four, "garrison, disk": four},
    }
