"""The pool as a process: ``python -m garrison.engine``, started by :mod:`garrison.engine.process`.

Writes a line of JSON to standard output when queries are answered, by this process or by one that took its place; or
when they never will be. Standard output ends with the last of them.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from garrison.engine.addresses import socket_address
from garrison.engine.pool import Pool
from garrison.engine.quota import Limits
from garrison.engine.snapshot import open_snapshot
from garrison.engine.spare import Called
from garrison.errors import SnapshotError

_LIFELINE = 0  # standard input: the parent writes when this is to end, and it closes when the parent ends, however
_LOOK_S = 0.2  # seconds between two looks at it, until a pool listens to it


def main() -> int:
    arguments = _arguments()
    # The parent decides when to stop and what to publish; a terminal, and pkill, reach the whole process group.
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    try:
        with _ending_with(_LIFELINE):
            snapshot = open_snapshot(arguments.snapshot, arguments.disk, arguments.memory_quads)
    except SnapshotError as error:
        _say({"error": str(error)})
        return 1
    limits = Limits(**json.loads(arguments.limits))
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        arguments.socket.unlink(missing_ok=True)  # left by a pool that was killed
        with socket_address(arguments.socket) as address:
            listener.bind(address)
        listener.listen(4_096)
        while True:
            try:
                Pool(snapshot, limits, listener, _LIFELINE).serve(lambda: _say({"ready": os.getpid()}))
            except Called:  # this was its spare, and is the next
                continue
            return 0


@contextmanager
def _ending_with(lifeline: int) -> Iterator[None]:
    """End this process when the parent ends, or says so: what takes a minute to load nobody needs any more.

    A timer looks, and no thread: what loads on disk is forked meanwhile.
    """
    poll = select.poll()
    poll.register(lifeline, select.POLLIN)

    def look(_number: int, _frame: object) -> None:
        if poll.poll(0):
            os._exit(0)

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, _LOOK_S, _LOOK_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m garrison.engine", description=__doc__)
    parser.add_argument("--snapshot", type=Path, required=True, help="snapshot directory")
    parser.add_argument("--socket", type=Path, required=True, help="where to listen")
    parser.add_argument("--disk", type=Path, required=True, help="where stores go that are too large for memory")
    parser.add_argument("--memory-quads", type=int, help="quads that are held in memory")
    parser.add_argument("--limits", required=True, help="what queries are held to, as a JSON object")
    return parser.parse_args()


def _say(fact: dict[str, str | int]) -> None:
    """Write a line at once, so that none is read in part."""
    os.write(sys.stdout.fileno(), f"{json.dumps(fact)}\n".encode())


if __name__ == "__main__":
    sys.exit(main())
