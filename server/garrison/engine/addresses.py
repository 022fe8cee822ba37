"""Where a socket is in the file system, however long its path is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MOST = 107  # bytes of an address on Linux, without the zero at its end (unix(7), "Address format")


@contextmanager
def socket_address(path: Path) -> Iterator[str]:
    """Yield what a socket is bound or connected to, as long as that takes: ``TMPDIR`` may be deep.

    :raises OSError: if the directory is not there.
    """
    if len(os.fsencode(path)) <= _MOST:
        yield str(path)
        return
    directory = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{directory}/{path.name}"
    finally:
        os.close(directory)
