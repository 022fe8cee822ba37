"""A snapshot: an edition as one immutable dataset, and the directory that it is written to."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import RdfFormat, parse

from garrison.edition.dumps import write_dumps
from garrison.edition.partitions import partitions
from garrison.edition.published_files import write_published_files
from garrison.edition.sums import find_damage, write_sums


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An edition as one immutable dataset."""

    version: str  # SHA-256 of the canonical N-Quads (RDFC-1.0), 64 hex digits
    nquads: bytes  # canonical: sorted lines, blank nodes named by RDFC-1.0
    statistics: dict[str, object]
    views: dict[str, bytes] = field(default_factory=dict)  # name -> sorted N-Quads, see garrison.edition.views
    files: dict[str, bytes] = field(default_factory=dict)  # path in the edition -> what is published beside the data


def write_snapshot(snapshot: Snapshot, out: Path) -> Path:
    """Write a snapshot as ``out/<version>/`` and name it in ``out/current``; both by rename, never half-way.

    The version is that of the dataset alone. A view is derived from it by this package, and may change with it; so may
    the saved queries. Where the version is there already, its dataset is left as it is and the rest brought up to date;
    where it is there and damaged, all of it is written anew. ``current`` is written each time and last, so that who
    watches it learns of either.

    :returns: the directory of this version.
    """
    out.mkdir(parents=True, exist_ok=True)
    directory = out / snapshot.version
    if find_damage(directory):
        shutil.rmtree(directory, ignore_errors=True)  # what serves it holds it for itself
        _write_directory(snapshot, directory)
    elif _views_of(directory) != _described(snapshot.views):
        _write_views(snapshot.views, directory)
    write_published_files(snapshot.files, directory)
    write_sums(directory)
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
        _write_views(snapshot.views, unfinished)
        write_dumps(unfinished)
        unfinished.chmod(0o755)
        unfinished.rename(directory)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def _write_views(views: Mapping[str, bytes], directory: Path) -> None:
    """Write ``views/<name>.nq`` and then ``views.json``, which says what is whole; each by rename."""
    (directory / "views").mkdir(exist_ok=True)
    for name, nquads in views.items():
        _replace(directory / "views" / f"{name}.nq", nquads)
    described = json.dumps(_described(views), indent=2, sort_keys=True)
    _replace(directory / "views.json", f"{described}\n".encode())


def _described(views: Mapping[str, bytes]) -> dict[str, object]:
    """What ``views.json`` says of each view: SHA-256 of its file, the number of its quads, and its parts."""
    return {
        name: {
            "sha256": hashlib.sha256(nquads).hexdigest(),
            "quads": nquads.count(b"\n"),
            "partitions": partitions(parse(nquads, format=RdfFormat.N_QUADS)),
        }
        for name, nquads in views.items()
    }


def _views_of(directory: Path) -> object:
    try:
        return json.loads((directory / "views.json").read_text("utf-8"))
    except (OSError, ValueError):  # written before there were views, or broken off
        return None


def _replace(path: Path, content: bytes) -> None:
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.write_bytes(content)
    unfinished.replace(path)
