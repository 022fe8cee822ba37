"""A directory for as long as a process lives: sockets, snapshots that were built or are held, stores on disk."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Self

_PREFIX = "garrison-"
_LOCK = "lock"


class RuntimeDirectory:
    """A new directory below ``TMPDIR``, readable by this user alone.

    A process that is killed cannot tidy up, and a store may be large. So each holds a lock, which the kernel lets go
    when its process ends, and whoever makes the next directory removes those that nobody holds.
    """

    def __init__(self) -> None:
        _remove_abandoned()
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        unfinished = self.path / f".{_LOCK}.new"
        self._lock = unfinished.open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        unfinished.rename(self.path / _LOCK)  # found by others only when it is held

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.remove()


def _remove_abandoned() -> None:
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/{_LOCK}"):
        with suppress(OSError), open(path, opener=_at_once) as lock:  # gone meanwhile, somebody else's, or held
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path.parent, ignore_errors=True)


def _at_once(path: str, flags: int) -> int:
    """Open without waiting: anybody may have put a pipe there, which nobody will ever write to."""
    return os.open(path, flags | os.O_NONBLOCK)
