"""What the browser's bundle consists of, if it is built: pages are whole without it.

``server/build_frontend.py`` writes ``frontend/static/built`` by rename, with a ``manifest.json`` from the name of each
entry to its file; it may appear while the server runs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

BUILT = Path(__file__).parents[1] / "frontend" / "static" / "built"
_ADDRESS = "/static/built/"


def assets() -> Mapping[str, str]:
    """Entry, such as ``page.js``, to the address of its file; empty where nothing is built."""
    manifest = BUILT / "manifest.json"
    try:
        return _read(manifest, manifest.stat().st_mtime_ns)
    except OSError:
        return {}


@lru_cache(maxsize=1)
def _read(manifest: Path, _modified: int) -> Mapping[str, str]:
    return {entry: _ADDRESS + file for entry, file in json.loads(manifest.read_text("utf-8")).items()}
