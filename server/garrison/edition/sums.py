"""Whether the files of a snapshot are still what was built: their digests, as ``sha256sum -c SHA256SUMS`` reads them.

Written last. So a snapshot that was broken off while it was written or brought up to date is not whole either.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from garrison.errors import SnapshotError

SUMS = "SHA256SUMS"
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


def write_sums(snapshot: Path) -> None:
    """Write down what every file of a snapshot is, by rename."""
    files = sorted(path for path in snapshot.rglob("*") if path.is_file() and path != snapshot / SUMS)
    unfinished = snapshot / f".{SUMS}.new"
    unfinished.write_text("".join(f"{_digest(path)}  {path.relative_to(snapshot)}\n" for path in files), "utf-8")
    unfinished.replace(snapshot / SUMS)


def find_damage(snapshot: Path, but: str = "") -> str | None:
    """Return the name of a file that is not what was built, ``None`` if all are.

    :param but: the ending of files that are not looked at.
    """
    try:
        text = (snapshot / SUMS).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return SUMS
    for line in text.split("\n")[:-1] if text.endswith("\n") else [""]:
        if not (listed := _LINE.fullmatch(line)):
            return SUMS
        digest, name = listed.groups()
        if not (but and name.endswith(but)) and _digest(snapshot / name) != digest:
            return name
    return None


def require_whole(snapshot: Path) -> None:
    """See that nothing beside the datasets is damaged; those the engine compares itself as it loads them.

    :raises SnapshotError: in one sentence that names the file.
    """
    if name := find_damage(snapshot, but=".nq"):
        state = "not what was built" if (snapshot / name).is_file() else "gone"
        raise SnapshotError(f"The snapshot {snapshot} is damaged: {name} is {state}. Build it again.")


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:  # gone, or not to be read
        return ""
