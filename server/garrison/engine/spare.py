"""A spare: a process that a pool forks while all is well, and that takes the pool's place when it is killed.

It shares the snapshot, which would take seconds to load again, and the listening socket, so that whoever asks in
between waits for some milliseconds and is not refused. Until then it does nothing at all. Then it goes back to where
its pool was made, with :class:`Called`, and another is made there: whatever the one before had is forgotten, so that
no number of kills adds up to anything.
"""

from __future__ import annotations

import math
import os
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

_REST_S = 1.0  # seconds between two forks: where spares are ended for want of memory, forking would be all that is done


class Called(BaseException):
    """The pool that forked this process has ended, and this process is to be the next."""


class Spare:
    """The one spare of a pool, as the pool sees it."""

    def __init__(self, lifeline: int, kept: Collection[int]) -> None:
        """Fork nothing yet.

        :param lifeline: has something to read when nobody is to take over: the end is wanted.
        :param kept: descriptors that the next pool needs; a client's, kept open here, would hide that the pool is gone.
        """
        self._lifeline = lifeline
        self._kept = {lifeline, *kept}
        self._pid = 0
        self._forked_at = 0.0  # monotonic seconds
        self.line: socket.socket | None = None  # ends with the spare

    @property
    def due(self) -> float:
        """When to fork the next, in monotonic seconds; never while there is one."""
        return math.inf if self.line else self._forked_at + _REST_S

    def fork(self, let_go: Callable[[], None]) -> socket.socket:
        """Fork the spare; return what can be read when it has ended.

        :param let_go: called in the spare; closes what of the pool's would close itself when it is forgotten, and
            then perhaps another file, of the same number.
        :raises Called: in the spare, when its time has come; otherwise it never returns there.
        """
        self._forked_at = time.monotonic()
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            ours.close()
            with theirs:
                self._await_call(theirs.fileno(), let_go)
            raise Called
        theirs.close()
        self._pid, self.line = pid, ours
        return ours

    def end(self) -> None:
        """End it, or take note that it has ended."""
        if self.line:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self.line.close()
            self.line = None

    def _await_call(self, line: int, let_go: Callable[[], None]) -> None:
        """Wait, in the forked process, for the end of the pool; end, without a trace of its own, with everything."""
        is_called = False
        try:
            let_go()
            _close_all_but({*self._kept, line})
            is_called = self._is_called(line)
        except SystemExit:
            pass
        except BaseException:
            traceback.print_exc()
        finally:
            if not is_called:
                sys.stderr.flush()
                os._exit(0)

    def _is_called(self, line: int) -> bool:
        """Wait for the end of the pool, or of everything, in which a pool ends too."""
        poll = select.poll()
        for fd in (line, self._lifeline):
            poll.register(fd, select.POLLIN)
        return self._lifeline not in dict(poll.poll())


def _close_all_but(kept: Collection[int]) -> None:
    """Close what nothing in this process owns: descriptors that were handed to the pool."""
    for entry in list(Path("/proc/self/fd").iterdir()):
        if int(entry.name) not in kept:
            with suppress(OSError):  # the list itself
                os.close(int(entry.name))
