"""Open a snapshot directory: check what it says of itself, load it into memory."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Store

from garrison.errors import SnapshotError

_VERSION = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An immutable dataset in memory, shared by every reader that is forked after it is loaded."""

    version: str  # SHA-256 of the canonical N-Quads, 64 hex digits
    store: Store
    graph_names: frozenset[str]
    quads: int


def open_snapshot(directory: Path) -> Snapshot:
    """Load ``dataset.nq`` of a snapshot, after comparing it with the version beside it.

    :raises SnapshotError: in one sentence, if a file is missing, altered or not N-Quads.
    """
    dataset = directory / "dataset.nq"
    version = _read_version(directory)
    if _digest(dataset) != version:
        raise SnapshotError(f"The snapshot {directory} is damaged: dataset.nq is not its version. Build it again.")
    store = Store()
    try:
        store.bulk_load(path=str(dataset), format=RdfFormat.N_QUADS)
    except (OSError, SyntaxError) as error:
        raise SnapshotError(f"The snapshot {directory} cannot be loaded: {error}. Build it again.") from error
    names = frozenset(name.value for name in store.named_graphs() if isinstance(name, NamedNode))
    return Snapshot(version, store, names, len(store))


def _read_version(directory: Path) -> str:
    try:
        version = (directory / "version").read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SnapshotError(f"{directory} is not a snapshot: no readable file version.") from error
    if not _VERSION.fullmatch(version):
        raise SnapshotError(f"{directory} is not a snapshot: its file version does not hold 64 hex digits.")
    return version


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise SnapshotError(f"{path.parent} is not a snapshot: no readable file dataset.nq.") from error
