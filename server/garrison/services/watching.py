"""Notice that there is something new to publish in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from garrison.edition.finder import FOLDERS
from garrison.edition.published_files import CURRENT
from garrison.services.publication import is_built

LOOK_S = 0.25  # seconds between two looks; one at an edition of 250 files takes some milliseconds

_State = frozenset[tuple[str, int, int, int]]


class Watch:
    """Compares what a folder holds now with what it held at the last look."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken = self._last = _state(folder)

    def has_news(self) -> bool:
        """Tell, once, that the folder has changed and then stood still from one look to the next."""
        state = _state(self._folder)
        is_still, self._last = state == self._last, state
        if is_still and state != self._taken:
            self._taken = state
            return True
        return False


def _state(folder: Path) -> _State:
    return frozenset(_states(folder))


def _states(folder: Path) -> Iterator[tuple[str, int, int, int]]:
    for path in _watched(folder):
        try:
            status = path.stat()
        except OSError:  # it went while we looked
            continue
        yield str(path), status.st_mtime_ns, status.st_size, status.st_ino


def _watched(folder: Path) -> Iterator[Path]:
    """The version file of what was built, or the files of an edition."""
    if is_built(folder):
        yield folder / CURRENT
    else:
        for name in FOLDERS:
            yield from (path for path in (folder / name).rglob("*") if not path.is_dir())
