"""Hold a snapshot: keep its files for as long as it is served, whatever happens where it was written."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def hold(snapshot: Path, directory: Path) -> None:
    """Link the files of a snapshot into ``directory``, which is made; copy those that cannot be linked.

    A snapshot may then be deleted, and a build that replaces its files leaves those that are held alone. What is no
    readable file is left out: who opens the snapshot says so. Only what is written into a file in place shows through
    a link, and is found by its digest.
    """
    directory.mkdir(mode=0o700)
    for path in sorted(snapshot.rglob("*")):
        held = directory / path.relative_to(snapshot)
        if path.is_dir():
            held.mkdir(exist_ok=True)
        elif path.is_file():
            _link_or_copy(path, held)


def _link_or_copy(path: Path, held: Path) -> None:
    try:
        os.link(path.resolve(), held)  # of a symbolic link what it names: relative, it names nothing here
    except OSError:  # on another file system, or somebody else's
        try:
            shutil.copyfile(path, held)
        except OSError:
            held.unlink(missing_ok=True)
