"""Open a snapshot directory: check what it says of itself, load it into memory or, where it is large, on disk."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pyoxigraph import NamedNode, Store

from garrison.engine.disk import UNLOADABLE, fits_memory, is_on_disk, load_on_disk
from garrison.engine.memory import load_in_memory
from garrison.errors import SnapshotError

_DIGEST = re.compile(r"[0-9a-f]{64}")
_VIEW = re.compile(r"[a-z0-9]+")
_PART = 1 << 20  # bytes read at a time


@dataclass(frozen=True, slots=True)
class Dataset:
    """An immutable dataset: in memory, shared by every reader that is forked after it is loaded, or on disk."""

    graph_names: frozenset[str]
    quads: int
    store: Store | None  # None: on disk, and not open
    path: Path | None = None  # on disk: where

    def opened(self) -> Dataset:
        """The same, ready to be queried; a reader's own if it is on disk."""
        return replace(self, store=Store.read_only(str(self.path))) if self.path else self


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A dataset and its views."""

    version: str  # SHA-256 of the dataset's canonical N-Quads, 64 hex digits
    datasets: Mapping[str, Dataset]  # name of the view -> its dataset; "" is the dataset itself

    def opened(self) -> Snapshot:
        """The same, ready to be queried."""
        return replace(self, datasets={view: dataset.opened() for view, dataset in self.datasets.items()})


def open_snapshot(directory: Path, disk: Path | None = None, memory_quads: int | None = None) -> Snapshot:
    """Load ``dataset.nq`` of a snapshot and the views that ``views.json`` lists, after comparing their digests.

    :param disk: where stores go if the snapshot is too large for memory; what is there already is used again.
    :param memory_quads: how many quads are held in memory, see :func:`~garrison.engine.disk.fits_memory`.
    :raises SnapshotError: in one sentence, if a file is missing, altered or not N-Quads.
    """
    version = _read_version(directory)
    digests = {"": version, **_read_views(directory)}
    files = {view: directory / (f"views/{view}.nq" if view else "dataset.nq") for view in digests}
    stores = {view: disk / (view or "dataset") for view in digests} if disk else {}
    if stores and all(is_on_disk(stores[view], digest) for view, digest in digests.items()):
        return Snapshot(version, {view: _on_disk(files[view], digests[view], stores[view]) for view in digests})
    quads = sum(_require_digest(files[view], digest, directory) for view, digest in digests.items())
    if stores and not fits_memory(quads, memory_quads):
        return Snapshot(version, {view: _on_disk(files[view], digests[view], stores[view]) for view in digests})
    return Snapshot(version, {view: _load(path, digests[view], directory) for view, path in files.items()})


def _on_disk(path: Path, digest: str, store: Path) -> Dataset:
    names, quads = load_on_disk(path, digest, store)
    return Dataset(names, quads, None, store)


def _load(path: Path, digest: str, directory: Path) -> Dataset:
    try:
        store = load_in_memory(path)
    except UNLOADABLE as error:
        named = path.relative_to(directory)
        raise SnapshotError(f"The snapshot {directory} cannot be loaded: {named}: {error}. Build it again.") from error
    _require_digest(path, digest, directory)  # somebody may have written into it meanwhile
    names = frozenset(name.value for name in store.named_graphs() if isinstance(name, NamedNode))
    return Dataset(names, len(store), store)


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


def _require_digest(path: Path, digest: str, directory: Path) -> int:
    """Return the lines of a file that is what it should be."""
    named = path.relative_to(directory)
    found, lines = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while part := file.read(_PART):
                found.update(part)
                lines += part.count(b"\n")
    except OSError as error:
        raise SnapshotError(f"{directory} is not a snapshot: no readable file {named}.") from error
    if found.hexdigest() != digest:
        raise SnapshotError(f"The snapshot {directory} is damaged: {named} is not its version. Build it again.")
    return lines
