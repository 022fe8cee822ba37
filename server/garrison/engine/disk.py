"""Datasets on disk: loaded once, in a process of their own, and opened by each reader for itself.

An open store has native threads, which a fork does not copy; so the pool, which forks, never opens one. In memory most
queries are faster, point look-ups 1.3 times and paths three times at a million quads, and up to about ten million; a
quad takes 340 to 370 bytes there, 400 while it is loaded, and 220 on disk (measured at 0.9 and 8.8 million). A killed
pool is followed by its spare, which has the memory; only where that is killed with it, memory is loaded again, 3 to 4 s
at a million, and what is on disk found at once.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, RdfFormat, Store

from garrison.engine.limits import die_with
from garrison.errors import SnapshotError

MEMORY_QUADS = 10_000_000  # more are no faster in memory by enough to be worth it
_QUAD_BYTES = 400  # in memory, while it is loaded
_SHARE = 0.5  # of the memory that is free: a switch has two pools
UNLOADABLE = (OSError, SyntaxError, MemoryError)  # what loading may raise; the last for a term of 16 MiB or more


def fits_memory(quads: int, most: int | None) -> bool:
    """Tell if so many quads are held in memory.

    :param most: what was set; ``None``: ten million, or as many as half the free memory holds.
    """
    if most is None:
        most = min(MEMORY_QUADS, int(_free_bytes() * _SHARE / _QUAD_BYTES))
    return quads <= most


def load_on_disk(nquads: Path, digest: str, directory: Path) -> tuple[frozenset[str], int]:
    """Load a file into a store in ``directory``, unless it is there; return its graph names and the number of quads.

    :raises SnapshotError: if it cannot be loaded.
    """
    if not is_on_disk(directory, digest):
        _load_apart(nquads, digest, directory)
    facts = _facts(directory, digest)
    if facts is None:
        raise SnapshotError(f"{nquads} cannot be loaded on disk: the process that loads it was ended.")
    if "error" in facts:
        raise SnapshotError(f"{nquads} cannot be loaded on disk: {facts['error']}.")
    return frozenset(map(str, facts["graphs"])), int(facts["quads"])


def is_on_disk(directory: Path, digest: str) -> bool:
    """Tell if this dataset was loaded before."""
    facts = _facts(directory, digest)
    return facts is not None and "error" not in facts


def _facts(directory: Path, digest: str) -> dict[str, Any] | None:
    """What is said of a store once it is whole."""
    try:
        facts: dict[str, Any] = json.loads(_facts_file(directory).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return facts if facts["digest"] == digest else None


def _facts_file(directory: Path) -> Path:
    return directory.with_name(directory.name + ".json")


def _load_apart(nquads: Path, digest: str, directory: Path) -> None:
    pool = os.getpid()
    pid = os.fork()
    if pid == 0:
        try:
            die_with(pool)
            facts = _load(nquads, digest, directory)
            _write(_facts_file(directory), {"digest": digest, **facts})
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


def _load(nquads: Path, digest: str, directory: Path) -> dict[str, object]:
    shutil.rmtree(directory, ignore_errors=True)  # what a load that was ended left
    directory.mkdir(parents=True)
    try:
        store = Store(str(directory))
        store.bulk_load(path=str(nquads), format=RdfFormat.N_QUADS)
        if _digest(nquads) != digest:  # somebody wrote into it meanwhile, and what was loaded may be less
            return {"error": "it was altered while it was loaded"}
        graphs = [name.value for name in store.named_graphs() if isinstance(name, NamedNode)]
        return {"graphs": graphs, "quads": len(store)}
    except UNLOADABLE as error:
        return {"error": str(error)}


def _digest(nquads: Path) -> str:
    with nquads.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, facts: dict[str, object]) -> None:
    unfinished = path.with_suffix(".new")
    unfinished.write_text(json.dumps(facts), "utf-8")
    unfinished.replace(path)


def _free_bytes() -> int:
    """Memory that can be had without swapping; proc(5), ``MemAvailable``."""
    for line in Path("/proc/meminfo").read_text("ascii").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1_024
    return MEMORY_QUADS * _QUAD_BYTES
