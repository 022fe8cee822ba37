"""Open a snapshot directory: check what it says of itself, load it into memory."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Store

from garrison.errors import SnapshotError

_DIGEST = re.compile(r"[0-9a-f]{64}")
_VIEW = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Dataset:
    """An immutable dataset in memory, shared by every reader that is forked after it is loaded."""

    store: Store
    graph_names: frozenset[str]
    quads: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A dataset and its views."""

    version: str  # SHA-256 of the dataset's canonical N-Quads, 64 hex digits
    datasets: Mapping[str, Dataset]  # name of the view -> its dataset; "" is the dataset itself


def open_snapshot(directory: Path) -> Snapshot:
    """Load ``dataset.nq`` of a snapshot and the views that ``views.json`` lists, after comparing their digests.

    :raises SnapshotError: in one sentence, if a file is missing, altered or not N-Quads.
    """
    version = _read_version(directory)
    digests = _read_views(directory)
    datasets = {"": _load(directory / "dataset.nq", version, directory)}
    for view, digest in digests.items():
        datasets[view] = _load(directory / "views" / f"{view}.nq", digest, directory)
    return Snapshot(version, datasets)


def _load(path: Path, digest: str, directory: Path) -> Dataset:
    named = path.relative_to(directory)
    if _digest(path, directory) != digest:
        raise SnapshotError(f"The snapshot {directory} is damaged: {named} is not its version. Build it again.")
    store = Store()
    try:
        store.bulk_load(path=str(path), format=RdfFormat.N_QUADS)
    except (OSError, SyntaxError) as error:
        raise SnapshotError(f"The snapshot {directory} cannot be loaded: {named}: {error}. Build it again.") from error
    names = frozenset(name.value for name in store.named_graphs() if isinstance(name, NamedNode))
    return Dataset(store, names, len(store))


def _read_version(directory: Path) -> str:
    try:
        version = (directory / "version").read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SnapshotError(f"{directory} is not a snapshot: no readable file version.") from error
    if not _DIGEST.fullmatch(version):
        raise SnapshotError(f"{directory} is not a snapshot: its file version does not hold 64 hex digits.")
    return version


def _read_views(directory: Path) -> dict[str, str]:
    """Return the digest of each view; a snapshot without ``views.json`` has none."""
    path = directory / "views.json"
    if not path.exists():
        return {}
    try:
        digests = {str(view): str(facts["sha256"]) for view, facts in json.loads(path.read_text("utf-8")).items()}
    except (OSError, ValueError, AttributeError, LookupError, TypeError) as error:
        raise SnapshotError(
            f"The snapshot {directory} is damaged: views.json cannot be read. Build it again."
        ) from error
    if not all(map(_VIEW.fullmatch, digests)):  # a view names a file
        raise SnapshotError(f"The snapshot {directory} is damaged: views.json names no views. Build it again.")
    return digests


def _digest(path: Path, directory: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        named = path.relative_to(directory)
        raise SnapshotError(f"{directory} is not a snapshot: no readable file {named}.") from error
