"""Read the files of an edition: every one, whatever is wrong with another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, parse

from garrison.edition.finder import FOLDERS
from garrison.errors import EditionError

_FORMATS = {".ttl": RdfFormat.TURTLE, ".trig": RdfFormat.TRIG}
_APART = {"shapes.ttl"}  # shapes say nothing of the history: they are checked for syntax here, and used elsewhere


@dataclass(frozen=True, slots=True)
class SyntaxFault:
    """A file stops being Turtle or TriG here; lines and columns count from 1."""

    path: Path
    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class Source:
    """One file that was read."""

    path: Path
    quads: tuple[Quad, ...]


def _rdf_files(folder: Path) -> Iterator[Path]:
    """The edition's RDF files in a fixed order: ontology first, then data.

    :raises EditionError: if the folder lacks one that every edition has.
    """
    for name in FOLDERS:
        if not (folder / name).is_dir():
            raise EditionError(f"{folder} is not an edition: it has no folder {name}/.")
    for name in ("ontology", "graph_data"):
        yield from sorted(path for path in (folder / name).rglob("*") if path.suffix in _FORMATS)


def read(folder: Path) -> tuple[list[Source], list[SyntaxFault]]:
    """Read all files; a file with a fault gives the fault and what stood before it is left out.

    :raises EditionError: if a file cannot be opened, or holds a term that no parser takes.
    """
    sources: list[Source] = []
    faults: list[SyntaxFault] = []
    for path in _rdf_files(folder):
        try:
            quads = tuple(parse(path=path, format=_FORMATS[path.suffix], rename_blank_nodes=True))
        except SyntaxError as error:
            faults.append(SyntaxFault(path, error.lineno or 1, error.offset or 1, error.msg))
        except OSError as error:
            raise EditionError(f"{path} cannot be read: {error.strerror or error}.") from error
        except MemoryError as error:  # the parser's own: memory is not short
            raise EditionError(f"{path} cannot be read: a term in it is longer than 16 MiB, or never ends.") from error
        else:
            if path.name not in _APART:
                sources.append(Source(path, quads))
    return sources, faults
