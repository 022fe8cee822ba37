"""Downloads of a version: the whole dataset in files that any tool reads, compressed, with their digests.

They are written once, when the snapshot is built. The same dataset gives the same files.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse, serialize

from garrison.rdf.prefixes import PREFIXES

INDEX = "dumps.json"  # in the snapshot: what was written, complete once it is there
SUMS = "SHA256SUMS"  # beside the files, as sha256sum -c reads it


@dataclass(frozen=True, slots=True)
class _Kind:
    """One file of a version."""

    name: str
    format: RdfFormat
    default_graph_only: bool = False


KINDS = (
    _Kind("garrison.nq.gz", RdfFormat.N_QUADS),
    _Kind("garrison.trig.gz", RdfFormat.TRIG),
    _Kind("garrison.ttl.gz", RdfFormat.TURTLE, default_graph_only=True),
    _Kind("garrison.jsonld.gz", RdfFormat.JSON_LD),
)


def write_dumps(directory: Path) -> None:
    """Write ``dumps/`` of a snapshot directory from its ``dataset.nq``, and then ``dumps.json``, which lists them."""
    quads = list(parse(path=str(directory / "dataset.nq"), format=RdfFormat.N_QUADS))
    (directory / "dumps").mkdir(exist_ok=True)
    listed = [_write(directory / "dumps" / kind.name, kind, quads) for kind in KINDS]
    sums = "".join(f"{facts['sha256']}  {facts['name']}\n" for facts in listed)
    (directory / "dumps" / SUMS).write_text(sums, "ascii")
    (directory / INDEX).write_text(json.dumps(listed, indent=2) + "\n", "utf-8")


def _write(path: Path, kind: _Kind, quads: Sequence[Quad]) -> dict[str, object]:
    chosen = _default_graph(quads) if kind.default_graph_only else quads
    prefixes = {} if kind.format == RdfFormat.N_QUADS else PREFIXES
    written = serialize(chosen, format=kind.format, prefixes=prefixes) or b""
    path.write_bytes(gzip.compress(_in_order(written), mtime=0))
    return {
        "name": kind.name,
        "media_type": kind.format.media_type,
        "bytes": path.stat().st_size,
        "sha256": _digest(path),
        "quads": len(chosen),
    }


def _in_order(written: bytes) -> bytes:
    """Sort the prefixes at the top, which the writer leaves in any order."""
    lines = written.split(b"\n")
    count = next((n for n, line in enumerate(lines) if not line.startswith(b"@prefix ")), len(lines))
    return b"\n".join([*sorted(lines[:count]), *lines[count:]])


def _default_graph(quads: Sequence[Quad]) -> list[Quad]:
    return [quad for quad in quads if isinstance(quad.graph_name, DefaultGraph)]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
