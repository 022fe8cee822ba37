"""A snapshot: an edition as one immutable dataset, and the directory that it is written to."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An edition as one immutable dataset."""

    version: str  # SHA-256 of the canonical N-Quads (RDFC-1.0), 64 hex digits
    nquads: bytes  # canonical: sorted lines, blank nodes named by RDFC-1.0
    statistics: dict[str, object]


def write_snapshot(snapshot: Snapshot, out: Path) -> Path:
    """Write a snapshot as ``out/<version>/`` and name it in ``out/current``; both by rename, never half-way.

    :returns: the directory of this version. One that is there already is left as it is.
    """
    out.mkdir(parents=True, exist_ok=True)
    directory = out / snapshot.version
    if not directory.is_dir():
        _write_directory(snapshot, directory)
    current = out / ".current.new"
    current.write_text(snapshot.version + "\n", "utf-8")
    current.replace(out / "current")
    return directory


def _write_directory(snapshot: Snapshot, directory: Path) -> None:
    unfinished = Path(tempfile.mkdtemp(dir=directory.parent, prefix=".unfinished-"))
    try:
        (unfinished / "dataset.nq").write_bytes(snapshot.nquads)
        (unfinished / "version").write_text(snapshot.version + "\n", "utf-8")
        statistics = json.dumps(snapshot.statistics, indent=2, ensure_ascii=False, sort_keys=True)
        (unfinished / "statistics.json").write_text(statistics + "\n", "utf-8")
        unfinished.chmod(0o755)
        unfinished.rename(directory)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
