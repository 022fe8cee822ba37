"""The pool starts whole or not at all, is followed when it is killed, and never outlives who started it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import asdict
from pathlib import Path

import pytest
from pyoxigraph import Store

from engine.conftest import COUNT, JSON, UNITS, all_end, answer, campaign, wait_until, write_snapshot
from garrison.engine.client import EngineClient
from garrison.engine.interface import QueryRequest
from garrison.engine.memory import load_in_memory
from garrison.engine.process import PoolProcess
from garrison.engine.quota import Limits
from garrison.engine.snapshot import open_snapshot
from garrison.errors import EngineUnavailable, ResultInterrupted, SnapshotError

LIMITS = Limits(timeout_s=30, memory_mb=128, max_readers=2)
SILENT = QueryRequest("SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", JSON)
LARGE = QueryRequest("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }", JSON)
RIGHT = f"n\r\n{UNITS}\r\n".encode()


def test_a_snapshot_that_is_missing_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="is not a snapshot: no readable file version"):
        PoolProcess(tmp_path / "none").start()


def test_a_snapshot_without_its_dataset_stops_the_start(tmp_path: Path) -> None:
    snapshot = write_snapshot(tmp_path, campaign())
    (snapshot / "dataset.nq").unlink()
    with pytest.raises(SnapshotError, match=r"no readable file dataset\.nq"):
        PoolProcess(snapshot).start()


def test_a_snapshot_that_was_altered_stops_the_start(tmp_path: Path) -> None:
    snapshot = write_snapshot(tmp_path, campaign())
    with (snapshot / "dataset.nq").open("a") as file:
        file.write("<x:s> <x:p> <x:o> .\n")
    with pytest.raises(SnapshotError, match="is damaged"):
        PoolProcess(snapshot).start()


def test_a_snapshot_with_a_strange_version_stops_the_start(tmp_path: Path) -> None:
    snapshot = write_snapshot(tmp_path, campaign())
    (snapshot / "version").write_text("2026-11\n")
    with pytest.raises(SnapshotError, match="64 hex digits"):
        PoolProcess(snapshot).start()


def test_a_snapshot_that_is_not_n_quads_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="cannot be loaded"):
        PoolProcess(write_snapshot(tmp_path, "no quads\n")).start()


def test_a_snapshot_with_a_term_that_the_parser_does_not_take_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match=r"cannot be loaded: dataset\.nq: Reached the buffer maximal size"):
        PoolProcess(write_snapshot(tmp_path, f'<x:s> <x:p> "{"long" * 5_000_000}" .\n')).start()


def test_a_snapshot_that_is_shortened_while_it_is_loaded_stops_the_start(tmp_path: Path) -> None:
    snapshot = write_snapshot(tmp_path, "".join(f'<x:s{n:06}> <x:p> "{n}" .\n' for n in range(300_000)))
    pool = PoolProcess(snapshot)
    shortening = threading.Thread(target=_shorten_once_mapped, args=(snapshot / "dataset.nq", pool))
    shortening.start()
    with pytest.raises(SnapshotError, match="was shortened while it was loaded"):
        pool.start()
    shortening.join()


LOADING = """
import sys, time
import garrison.engine.__main__ as engine

def load(*_arguments):
    print("loads", flush=True)
    time.sleep(60)

engine.open_snapshot = load
sys.argv[1:] = ["--snapshot", "none", "--socket", "none", "--disk", "none", "--limits", "{}"]
engine.main()
"""


@pytest.mark.parametrize("last_words", [b"", b"\n"])
def test_a_pool_that_loads_ends_with_who_started_it(last_words: bytes) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", LOADING], stdin=pipe, stdout=pipe, stderr=pipe) as loading:
        assert loading.stdout and loading.stdout.readline() == b"loads\n"
        begun = time.monotonic()
        _said, complaint = loading.communicate(last_words, timeout=50)
        assert time.monotonic() - begun < 10
        assert (loading.returncode, complaint) == (0, b"")


def _shorten_once_mapped(path: Path, pool: PoolProcess) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        for child in Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii").split():
            with suppress(OSError, EngineUnavailable):  # a child that has ended; a pool that is not started yet
                if f"{pool.snapshot}/dataset.nq" in Path(f"/proc/{child}/maps").read_text("utf-8"):
                    os.truncate(path, 1_000)
                    return


def test_what_is_altered_while_it_is_loaded_is_not_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = write_snapshot(tmp_path, campaign())

    def load(path: Path) -> Store:
        path.write_text(campaign().replace("men", "women"), "utf-8")
        return load_in_memory(path)

    monkeypatch.setattr("garrison.engine.snapshot.load_in_memory", load)
    with pytest.raises(SnapshotError, match="is damaged"):
        open_snapshot(snapshot)


def test_the_status_tells_version_and_size(snapshot: Path) -> None:
    with PoolProcess(snapshot, LIMITS) as pool:
        status = pool.client().status()
        assert status.version == (snapshot / "version").read_text().strip()
        assert status.quads == UNITS + 4


def test_a_stopped_pool_leaves_nothing(snapshot: Path) -> None:
    pool = PoolProcess(snapshot, LIMITS)
    pool.start()
    pids = [pool.pid or 0, _spare_of(pool), *pool.client().status().reader_pids]
    socket_path = pool.socket_path
    pool.stop()
    pool.stop()
    assert all_end(pids)
    assert not socket_path.parent.exists()


def test_the_socket_is_for_its_owner_only(snapshot: Path) -> None:
    with PoolProcess(snapshot, LIMITS) as pool:
        assert pool.socket_path.parent.stat().st_mode & 0o077 == 0


def test_a_killed_pool_interrupts_what_runs_and_is_followed(snapshot: Path) -> None:
    with PoolProcess(snapshot, LIMITS) as pool:
        engine = pool.client()
        readers = engine.status().reader_pids
        with engine.start(LARGE) as run:
            assert run.first()
            os.kill(pool.pid or 0, signal.SIGKILL)
            with pytest.raises(ResultInterrupted):
                list(run.chunks())
        assert all_end(readers)
        assert _answers_again(engine)


def test_who_asks_after_a_pool_was_killed_is_answered(snapshot: Path) -> None:
    """Again and again: the spare holds the socket, and has a spare of its own."""
    with PoolProcess(snapshot, LIMITS) as pool:
        for _ in range(4):
            _kill(pool)
            assert answer(pool.client(), COUNT, "text/csv") == RIGHT


def test_a_spare_needs_no_snapshot(tmp_path: Path) -> None:
    """Loading it again takes seconds where it is large, and would fail here."""
    origin = write_snapshot(tmp_path / "snapshot", campaign())
    with PoolProcess(origin, LIMITS) as pool:
        (origin / "dataset.nq").write_bytes(b"no quads")
        _kill(pool)
        assert answer(pool.client(), COUNT, "text/csv") == RIGHT


def test_a_spare_that_is_killed_is_replaced(snapshot: Path) -> None:
    with PoolProcess(snapshot, LIMITS) as pool:
        before = _spare_of(pool)
        os.kill(before, signal.SIGKILL)
        assert all_end([before])
        assert _spare_of(pool) != before
        _kill(pool)
        assert answer(pool.client(), COUNT, "text/csv") == RIGHT


def test_a_pool_that_is_killed_with_its_spare_is_started_again(snapshot: Path) -> None:
    with PoolProcess(snapshot, LIMITS) as pool:
        for _ in range(2):
            _kill_with_spare(pool)
            assert _answers_again(pool.client())


def test_what_took_the_place_of_a_pool_is_stopped_too(snapshot: Path) -> None:
    pool = PoolProcess(snapshot, LIMITS)
    pool.start()
    _kill(pool)
    assert answer(pool.client(), COUNT, "text/csv") == RIGHT
    pids = [pool.pid or 0, _spare_of(pool), *pool.client().status().reader_pids]
    pool.stop()
    assert all_end(pids)


def test_a_snapshot_that_is_gone_is_held(tmp_path: Path) -> None:
    origin = write_snapshot(tmp_path / "snapshot", campaign())
    with PoolProcess(origin, LIMITS) as pool:
        shutil.rmtree(origin)
        _kill_with_spare(pool)
        assert _answers_again(pool.client())


def test_why_a_pool_is_not_started_again_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Written into in place, the held file is altered too: it is the same file."""
    origin = write_snapshot(tmp_path / "snapshot", campaign())
    with PoolProcess(origin, LIMITS) as pool:
        whole = (origin / "dataset.nq").read_bytes()
        (origin / "dataset.nq").write_bytes(whole + b"<x:s> <x:p> <x:o> .\n")
        _kill_with_spare(pool)
        end = time.monotonic() + 10
        while not caplog.messages:
            assert time.monotonic() < end
            time.sleep(0.02)
        assert "is damaged: dataset.nq is not its version" in caplog.text
        (origin / "dataset.nq").write_bytes(whole)
        assert _answers_again(pool.client())


def test_a_busy_reader_does_not_outlive_a_killed_pool(snapshot: Path) -> None:
    """It looks up from its query only when that has ended, which may be never."""
    with PoolProcess(snapshot, LIMITS) as pool:
        engine = pool.client()
        with engine.start(SILENT) as run:
            busy = wait_until(engine, lambda status: status.busy == 1).busy_pids
            os.kill(pool.pid or 0, signal.SIGKILL)
            assert all_end(busy)
            with pytest.raises(EngineUnavailable):
                run.first()


def test_a_reader_that_has_hardly_begun_does_not_outlive_a_killed_pool(snapshot: Path, tmp_path: Path) -> None:
    """On a loaded machine a query may be slow before its reader has asked to end with the pool."""
    with _pool_of_slow_starters(snapshot, tmp_path / "pool") as pool, ExitStack() as runs:
        engine = EngineClient(tmp_path / "pool")
        for _ in range(6):
            runs.enter_context(engine.start(SILENT))
        time.sleep(0.4)  # longer than a query is quick, shorter than these readers take to begin
        readers = engine.status().reader_pids
        pool.kill()
        assert len(readers) > 2
        assert all_end(readers)


def test_nothing_outlives_a_killed_parent(snapshot: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from garrison.engine.process import PoolProcess\n"
        "pool = PoolProcess(Path(sys.argv[1])); pool.start()\n"
        "print(*Path(f'/proc/{pool.pid}/task/{pool.pid}/children').read_text().split(), pool.pid, flush=True)\n"
        "time.sleep(60)"
    )
    command = [sys.executable, "-c", script, str(snapshot)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pids = [int(word) for word in parent.stdout.readline().split()]
        parent.kill()
    assert len(pids) > 2
    assert all_end(pids)


def test_what_a_killed_parent_left_goes_with_the_next_start(snapshot: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from garrison.engine.process import PoolProcess\n"
        "pool = PoolProcess(Path(sys.argv[1])); pool.start(); print(pool.directory, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, str(snapshot)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent, PoolProcess(snapshot, LIMITS) as pool:
        assert parent.stdout
        left = Path(parent.stdout.readline().strip())
        parent.kill()
        parent.wait()
        assert left.is_dir()
        with PoolProcess(snapshot, LIMITS):
            assert not left.exists()
        assert answer(pool.client(), COUNT, "text/csv")


def test_the_pool_has_no_thread_besides_its_own(snapshot: Path) -> None:
    """A fork copies one thread; a lock held by another would stay locked for ever."""
    with PoolProcess(snapshot, LIMITS) as pool:
        wait_until(pool.client(), lambda status: status.idle == 1)
        assert len(list(Path(f"/proc/{pool.pid}/task").iterdir())) == 1


def _pool_of_slow_starters(snapshot: Path, socket: Path) -> subprocess.Popen[bytes]:
    """Start a pool whose readers take a second before they do anything, as on a machine without time for them."""
    script = (
        "import sys, time; from garrison.engine import __main__, limits; bind = limits.die_with\n"
        "limits.die_with = lambda pool_pid: (time.sleep(1), bind(pool_pid)); sys.exit(__main__.main())"
    )
    command = [sys.executable, "-c", script, "--snapshot", snapshot, "--socket", socket]
    command += ["--disk", socket.with_name("disk"), "--limits", json.dumps(asdict(Limits(max_readers=6)))]
    pool = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert pool.stdout
    pool.stdout.readline()  # it is ready
    return pool


def _spare_of(pool: PoolProcess) -> int:
    """The process that waits to take the pool's place; waits until there is one."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        readers = pool.client().status().reader_pids
        forked = Path(f"/proc/{pool.pid}/task/{pool.pid}/children").read_text("ascii").split()
        if others := [pid for pid in map(int, forked) if pid not in readers and _waits(pid)]:
            return others[0]
        time.sleep(0.005)
    raise AssertionError("there is no spare")


def _waits(pid: int) -> bool:
    """Tell a spare from a reader that was forked since the readers were listed, and from what has ended."""
    try:
        return Path(f"/proc/{pid}/oom_score_adj").read_text("ascii").strip() == "0"
    except OSError:
        return False


def _kill(pool: PoolProcess) -> None:
    """Kill the pool, and wait until it is known who follows."""
    killed = pool.pid or 0
    _spare_of(pool)
    os.kill(killed, signal.SIGKILL)
    end = time.monotonic() + 10
    while pool.pid == killed:
        assert time.monotonic() < end
        time.sleep(0.005)


def _kill_with_spare(pool: PoolProcess) -> None:
    """Kill both: the pool stands still meanwhile, so that it forks no other spare."""
    spare, killed = _spare_of(pool), pool.pid or 0
    os.kill(killed, signal.SIGSTOP)
    os.kill(spare, signal.SIGKILL)
    os.kill(killed, signal.SIGKILL)


def _answers_again(engine: EngineClient) -> bool:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            return answer(engine, COUNT, "text/csv") == RIGHT
        except EngineUnavailable:
            time.sleep(0.02)
    return False
