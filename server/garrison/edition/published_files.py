"""Files of an edition that are published beside its dataset, as a snapshot carries them.

A snapshot's version is that of the dataset alone; these files change without it. So a set of them has a digest of its
own, and ``edition/current`` in the snapshot names the set that belongs to it.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

_PATTERNS = ("queries/**/*.rq", "ontology/*.ttl", "graph_data/METHODS.md", "graph_data/METHODS.ru.md")
_DIGITS = 16  # of the digest; two sets side by side are told apart by fewer
FOLDER = "edition"
CURRENT = "current"


def read_published_files(folder: Path) -> dict[str, bytes]:
    """Read saved queries, ontology documents and methods of an edition, by their path in it."""
    paths = sorted(path for pattern in _PATTERNS for path in folder.glob(pattern) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def write_published_files(files: Mapping[str, bytes], snapshot: Path) -> None:
    """Write ``edition/<digest>/`` into a snapshot, then name it in ``edition/current``; both by rename.

    A set that was written before goes: what serves it holds it for itself.
    """
    folder = snapshot / FOLDER
    folder.mkdir(exist_ok=True)
    name = _digest(files)
    if not (folder / name).is_dir():
        _write(files, folder / name)
    unfinished = folder / f".{CURRENT}.new"
    unfinished.write_text(name + "\n", "ascii")
    unfinished.replace(folder / CURRENT)
    for other in folder.iterdir():
        if other.is_dir() and other.name != name:
            shutil.rmtree(other, ignore_errors=True)


def _write(files: Mapping[str, bytes], directory: Path) -> None:
    unfinished = Path(tempfile.mkdtemp(dir=directory.parent, prefix=".unfinished-"))
    for name, content in files.items():
        path = unfinished / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    unfinished.chmod(0o755)
    unfinished.rename(directory)


def _digest(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{len(name.encode())} {name} {len(content)} ".encode())
        digest.update(content)
    return digest.hexdigest()[:_DIGITS]
