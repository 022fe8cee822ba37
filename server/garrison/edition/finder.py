"""Where the edition that comes with the package lies."""

from __future__ import annotations

from pathlib import Path

import garrison

FOLDERS = ("ontology", "graph_data", "queries")


def published_edition() -> Path:
    """The folder of the edition that is published with the package.

    An installed wheel carries it as ``garrison/published``; an editable install has no such folder, and the
    repository's root is the edition.
    """
    package = Path(garrison.__file__).parent
    carried = package / "published"
    return carried if carried.is_dir() else package.parents[1]
