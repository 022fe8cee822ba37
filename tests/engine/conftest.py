"""A small snapshot of an invented campaign, and a pool over it that is strict and quick to anger."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from garrison.engine.client import EngineClient
from garrison.engine.interface import EngineStatus, QueryRequest
from garrison.engine.process import PoolProcess
from garrison.engine.quota import Limits
from garrison.services.query import QueryService

JSON = "application/sparql-results+json"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?unit <http://campaign.example/strength> ?men }"
UNITS = 2_000  # large enough that a product of three patterns never ends


def write_snapshot(directory: Path, n_quads: str) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "dataset.nq").write_text(n_quads, "utf-8")
    (directory / "version").write_text(hashlib.sha256(n_quads.encode()).hexdigest() + "\n", "ascii")
    return directory


def campaign() -> str:
    """Units with a strength in the default graph; some of it again in two claim graphs."""
    base = "http://campaign.example"
    lines = [f'<{base}/unit/{i}> <{base}/strength> "{i} men" .' for i in range(UNITS)]
    lines += [f"<{base}/unit/1> <{base}/at> <{base}/hill> <{base}/claim/{c}> ." for c in (1, 2)]
    lines += [f"<{base}/unit/{c}> <{base}/under> <{base}/unit/1> <{base}/claim/{c}> ." for c in (1, 2)]
    return "\n".join(sorted(lines)) + "\n"


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_snapshot(tmp_path_factory.mktemp("campaign"), campaign())


@pytest.fixture(scope="module")
def pool(snapshot: Path) -> Iterator[PoolProcess]:
    with PoolProcess(snapshot, Limits(timeout_s=1.0, memory_mb=128, max_readers=4, max_queue=8)) as process:
        yield process


@pytest.fixture(scope="module")
def patient(snapshot: Path) -> Iterator[EngineClient]:
    """As strict about memory, but not about time, which passes quickly where the machine has much to do."""
    with PoolProcess(snapshot, Limits(timeout_s=60.0, memory_mb=128)) as process:
        yield process.client()


@pytest.fixture
def engine(pool: PoolProcess) -> Iterator[EngineClient]:
    """The engine; whatever a test did to it, the next query is answered right."""
    yield pool.client()
    assert answer(pool.client(), COUNT, "text/csv") == f"n\r\n{UNITS}\r\n".encode()


@pytest.fixture
def service(engine: EngineClient) -> QueryService:
    return QueryService(engine)


def answer(engine: EngineClient, query: str, media_type: str = JSON) -> bytes:
    """Evaluate to the end, as the engine does for an admitted query: nothing is scanned here."""
    with engine.start(QueryRequest(query, media_type)) as run:
        return run.first() + b"".join(run.chunks())


def wait_until(engine: EngineClient, holds: Callable[[EngineStatus], bool]) -> EngineStatus:
    """Ask for the status until it is as expected, for ten seconds at most."""
    end = time.monotonic() + 10
    while not holds(status := engine.status()):
        assert time.monotonic() < end, status
        time.sleep(0.005)
    return status


def all_end(pids: Iterable[int]) -> bool:
    """Tell whether these processes end within ten seconds."""
    end = time.monotonic() + 10
    left = set(pids)
    while left and time.monotonic() < end:
        left = {pid for pid in left if _runs(pid)}
        time.sleep(0.005)
    return not left


def _runs(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
