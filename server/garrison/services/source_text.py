"""The text of a source, where whoever runs the server holds it: read once, kept in memory, written nowhere."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from garrison.engine.interface import Engine
from garrison.errors import SettingsError
from garrison.rdf.terms import GAR
from garrison.services.lookup import select


@dataclass(frozen=True, slots=True)
class SourceText:
    """A text and its SHA-256; the text is in no log, since ``repr`` leaves it out."""

    digest: str
    text: str = field(repr=False)


def read_source_text(path: Path) -> SourceText:
    """Read a file as the positions of passages count it: UTF-8 as it is, line ends and all.

    :raises SettingsError: if it cannot be read, or is not UTF-8.
    """
    try:
        raw = path.read_bytes()
        return SourceText(hashlib.sha256(raw).hexdigest(), raw.decode("utf-8"))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SettingsError(f"The setting source-text is {path}, which cannot be read ({reason}).") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"The setting source-text is {path}, which is not UTF-8.") from error


def require_source(engine: Engine, path: Path, text: SourceText) -> None:
    """Demand that the text is that of a source of the edition.

    :raises SettingsError: if no source has its digest.
    :raises EndpointError: if the engine cannot answer.
    """
    rows = select(engine, f"SELECT ?digest WHERE {{ ?source <{GAR}textDigest> ?digest }}")
    if text.digest not in {row["digest"].value for row in rows}:
        raise SettingsError(
            f"The setting source-text is {path}, which is not the text of any source of the edition: its SHA-256 is "
            f"{text.digest}; allowed is the file that gar:textDigest of a source was made from, unchanged to the byte."
        )
