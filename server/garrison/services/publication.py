"""What is published: the snapshot that an edition was built into, with its counts and its saved queries."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from garrison.errors import EditionError, SnapshotError
from garrison.services.catalogue import Catalogue, read_catalogue
from garrison.services.ontologies import Ontologies, read_ontologies

_PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Publication:
    """An edition as it is served: everything here is fixed until the server starts again."""

    folder: Path  # the edition's files
    snapshot: Path  # directory that the engine reads
    version: str  # 64 hex digits
    statistics: Mapping[str, Any]
    catalogue: Catalogue
    ontologies: Ontologies


def find_edition() -> Path:
    """The edition that comes with the package: ``published/`` in a wheel, the repository's root in a
    checkout.

    :raises EditionError: if neither is there.
    """
    for folder in (_PACKAGE / "published", _PACKAGE.parents[1]):
        if is_edition(folder):
            return folder
    raise EditionError("No edition comes with this installation; name the folder of one.")


def is_edition(folder: Path) -> bool:
    """Tell if a folder has the shape of an edition."""
    return (folder / "graph_data").is_dir()


def open_publication(folder: Path, snapshot: Path) -> Publication:
    """Read what stands beside the dataset in a snapshot, and the saved queries of its edition.

    :raises SnapshotError: if the snapshot's own files cannot be read.
    :raises EditionError: if a saved query breaks the rules.
    """
    try:
        version = (snapshot / "version").read_text("ascii").strip()
        statistics = json.loads((snapshot / "statistics.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SnapshotError(f"The snapshot {snapshot} cannot be read: {error}. Build it again.") from error
    return Publication(
        folder,
        snapshot,
        version,
        statistics,
        read_catalogue(folder / "queries"),
        read_ontologies(folder / "ontology"),
    )
