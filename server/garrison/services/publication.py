"""What is published: the snapshot that an edition was built into, with its counts and its saved queries."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from garrison.edition.build import build
from garrison.edition.catalogue import Catalogue
from garrison.edition.published_files import CURRENT, FOLDER
from garrison.edition.query_files import read_catalogue
from garrison.edition.snapshot import write_snapshot
from garrison.engine.runtime import RuntimeDirectory
from garrison.errors import SnapshotError
from garrison.services.building import build_for_serving
from garrison.services.ontologies import Ontologies, read_ontologies

_VERSION = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Dump:
    """One download of a version."""

    path: Path
    media_type: str  # of what is compressed
    bytes: int
    sha256: str  # of the compressed file
    quads: int


@dataclass(frozen=True, slots=True)
class Publication:
    """An edition as it is served: everything here is fixed until another is published in its place."""

    folder: Path  # those of the edition's files that the snapshot carries
    snapshot: Path  # directory that the engine reads
    version: str  # 64 hex digits
    statistics: Mapping[str, Any]
    catalogue: Catalogue
    ontologies: Ontologies
    partitions: Mapping[str, Mapping[str, Any]]  # view -> its counts; "" is the dataset itself
    dumps: Mapping[str, Dump]  # by file name


@contextmanager
def newest(folder: Path) -> Iterator[Path]:
    """The snapshot that there is to publish in a folder, for as long as the block lasts.

    :param folder: an edition, which is built; or what ``garrison build`` wrote, where ``current`` names a version.
    :raises EditionError: if the edition cannot be built, or a saved query of it breaks the rules.
    :raises SnapshotError: if ``current`` names no snapshot.
    """
    if is_built(folder):
        yield _named_snapshot(folder)
    else:
        with RuntimeDirectory() as directory:
            yield build_for_serving(folder, directory.path)


def is_built(folder: Path) -> bool:
    """Tell if a folder is what ``garrison build`` wrote, rather than an edition."""
    return (folder / CURRENT).is_file()


def identity_of(snapshot: Path) -> str:
    """What a snapshot holds, in one word that begins with its version: two with the same are published alike.

    :raises SnapshotError: if the snapshot's own files cannot be read.
    """
    try:
        version = (snapshot / "version").read_text("ascii").strip()
        parts = [(snapshot / FOLDER / CURRENT).read_bytes(), (snapshot / "statistics.json").read_bytes()]
        views = snapshot / "views.json"
        parts += [views.read_bytes()] if views.is_file() else []
    except (OSError, UnicodeDecodeError) as error:
        raise SnapshotError(f"The snapshot {snapshot} cannot be read: {error}. Build it again.") from error
    return f"{version} {hashlib.sha256(b' '.join(parts)).hexdigest()}"


def _named_snapshot(folder: Path) -> Path:
    try:
        version = (folder / CURRENT).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SnapshotError(f"{folder / CURRENT} cannot be read: {error}. Build it again.") from error
    if not _VERSION.fullmatch(version) or not (folder / version).is_dir():
        raise SnapshotError(f"{folder / CURRENT} names no snapshot of this folder. Build it again.")
    return folder / version


@contextmanager
def published(folder: Path) -> Iterator[Path]:
    """Build an edition into a temporary snapshot directory, which goes when the block is left.

    :raises EditionError: if the folder cannot be built.
    """
    with RuntimeDirectory() as directory:
        yield write_snapshot(build(folder), directory.path)


def open_publication(snapshot: Path) -> Publication:
    """Read what stands beside the dataset in a snapshot, saved queries and ontology among it.

    :raises SnapshotError: if the snapshot's own files cannot be read.
    :raises EditionError: if a saved query breaks the rules.
    """
    try:
        version = (snapshot / "version").read_text("ascii").strip()
        statistics = json.loads((snapshot / "statistics.json").read_text("utf-8"))
        partitions, dumps = _read_partitions(snapshot, statistics), _read_dumps(snapshot)
        folder = _published_files(snapshot)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise SnapshotError(f"The snapshot {snapshot} cannot be read: {error}. Build it again.") from error
    return Publication(
        folder,
        snapshot,
        version,
        statistics,
        read_catalogue(folder / "queries"),
        read_ontologies(folder / "ontology"),
        partitions,
        dumps,
    )


def _published_files(snapshot: Path) -> Path:
    folder = snapshot / FOLDER / (snapshot / FOLDER / CURRENT).read_text("ascii").strip()
    if not folder.is_dir():
        raise FileNotFoundError(f"no folder {folder.relative_to(snapshot)}")
    return folder


def _read_partitions(snapshot: Path, statistics: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Counts of the dataset and of each view; none of what an earlier Garrison did not count."""
    counted = {"": statistics["partitions"]} if "partitions" in statistics else {}
    views = snapshot / "views.json"
    described = json.loads(views.read_text("utf-8")) if views.is_file() else {}
    return counted | {view: facts["partitions"] for view, facts in described.items() if "partitions" in facts}


def _read_dumps(snapshot: Path) -> dict[str, Dump]:
    """The downloads that the snapshot lists: only these names lead to a file."""
    index = snapshot / "dumps.json"
    if not index.is_file():
        return {}
    listed = json.loads(index.read_text("utf-8"))
    return {
        str(facts["name"]): Dump(
            snapshot / "dumps" / Path(facts["name"]).name,
            str(facts["media_type"]),
            int(facts["bytes"]),
            str(facts["sha256"]),
            int(facts["quads"]),
        )
        for facts in listed
    }
