"""What the first process of a container has to do beside its own work: reap what nobody else is the parent of."""

from __future__ import annotations

import os
import signal
import sys


def leave_reaping_behind() -> None:
    """Go on in a child if this is the first process; it passes signals on, reaps all that ends, and ends as that did.

    A pool that is killed leaves its readers to the first process. Were that the server, they would stay in the list of
    processes, of which a container may have no more than so many.
    """
    if os.getpid() != 1:
        return
    child = os.fork()
    if child == 0:
        return
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _frame: os.kill(child, number))
    sys.exit(_reap_until(child))


def _reap_until(child: int) -> int:
    while True:
        pid, status = os.wait()
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code  # as a shell says it
