"""One reader as the pool sees it: a process, a lane, and the query that it holds."""

from __future__ import annotations

import os
import signal
import socket
from dataclasses import dataclass, field
from enum import Enum, auto

from garrison.engine.interface import RunningQuery
from garrison.engine.verdict import Outcome, Verdict
from garrison.engine.wire import SHOWN, decode_query

BROKEN_START = 70  # exit status of a reader that could not be set up (EX_SOFTWARE of sysexits)


class Lane(Enum):
    """Where a reader stands."""

    IDLE = auto()  # waits for a query
    QUICK = auto()  # evaluates, not for long yet
    SLOW = auto()  # evaluates for longer, and gives way to others
    PAUSED = auto()  # would be slow, stopped until that lane has room
    ENDED = auto()  # killed, not yet reaped


@dataclass(slots=True, eq=False)
class Asked:
    """A query that a client has handed in, on its way to a reader or held by one."""

    client: socket.socket
    packet: bytes
    data_fd: int  # write end of the client's pipe; -1 once a reader has it
    since: float  # monotonic seconds when it was handed in
    who: str = ""  # the client; empty: the server itself
    id: str = ""
    judged: bool = False
    charged: bool = False

    def judge(self, verdict: Verdict) -> None:
        """Tell the client how it ended; only the first verdict counts."""
        if not self.judged:
            self.judged = True
            self.drop_data()
            try:
                self.client.send(verdict.encode())
            except OSError:
                return  # the client has left; nobody waits for this verdict

    def described(self, state: str, now: float) -> RunningQuery:
        """Say what is asked, and how far it has come."""
        request = decode_query(self.packet)
        shown = request.query[:SHOWN]
        seconds = round(now - self.since, 3)
        return RunningQuery(self.id, self.who, shown, request.view, request.media_type, state, seconds)

    def drop_data(self) -> None:
        if self.data_fd >= 0:
            os.close(self.data_fd)
            self.data_fd = -1


@dataclass(slots=True, eq=False)
class Slot:
    """A reader process with its control socket."""

    pid: int
    control: socket.socket
    lane: Lane = Lane.IDLE
    asked: Asked | None = None
    is_bound: bool = False  # it ends with the pool, even while it stands still
    has_yielded: bool = False  # at lower priority, for good: only root could raise it again
    slow_at: float = field(default=0.0)  # monotonic seconds when it leaves the quick lane
    deadline: float = field(default=0.0)  # monotonic seconds when it is killed
    turned_at: float = field(default=0.0)  # monotonic seconds when it last began to move or to stand still
    _spent_s: float = 0.0  # seconds of evaluation before it last stood still
    _moving_since: float | None = None  # monotonic seconds; None: it stands still

    @property
    def due(self) -> float:
        """When time next matters to its query, in monotonic seconds."""
        return min(self.slow_at, self.deadline) if self.lane is Lane.QUICK else self.deadline

    @property
    def who(self) -> str:
        """The client whose query this is."""
        return self.asked.who if self.asked else ""

    def active_s(self, now: float) -> float:
        """Seconds that its query has been evaluated for, without those that it stood still."""
        return self._spent_s + (0.0 if self._moving_since is None else now - self._moving_since)

    def hand(self, asked: Asked, now: float, quick_s: float, limit_s: float) -> None:
        """Give the reader a query and the pipe to answer into; who waits for an answer counts from the beginning."""
        socket.send_fds(self.control, [asked.packet], [asked.data_fd])
        asked.drop_data()
        self.asked, self.lane = asked, Lane.QUICK
        self.slow_at, self.deadline = now + quick_s, asked.since + limit_s
        self._spent_s, self._moving_since = 0.0, now

    def stay_quick(self, now: float, quick_s: float) -> None:
        """Count its time in the quick lane anew."""
        self.slow_at = now + quick_s

    def slow_down(self, now: float) -> None:
        """Enter the slow lane: run on."""
        self.lane, self.turned_at = Lane.SLOW, now

    def give_way(self) -> None:
        """Run after those that are quick."""
        if not self.has_yielded:
            os.setpriority(os.PRIO_PROCESS, self.pid, 10)
            self.has_yielded = True

    def pause(self, now: float) -> None:
        """Stop without losing anything but time: who waits for an answer counts every second."""
        os.kill(self.pid, signal.SIGSTOP)
        self._spent_s, self._moving_since = self.active_s(now), None
        self.lane, self.turned_at = Lane.PAUSED, now

    def resume(self, now: float) -> None:
        self.slow_down(now)
        self.give_way()
        self._moving_since = now
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        if self.lane is not Lane.ENDED:
            self.lane = Lane.ENDED
            os.kill(self.pid, signal.SIGKILL)

    def reap(self, memory_mb: int) -> Verdict:
        """Collect the ended process; return what its end says of the query it held."""
        self.lane = Lane.ENDED
        self.control.close()
        _pid, status = os.waitpid(self.pid, 0)
        return _verdict_on_end(os.waitstatus_to_exitcode(status), memory_mb)


def _verdict_on_end(code: int, memory_mb: int) -> Verdict:
    if code == BROKEN_START:  # so would be the next, without end
        raise RuntimeError("A reader could not be set up.")
    if code == -signal.SIGABRT:  # how Rust ends a process that cannot have more memory
        return Verdict(Outcome.MEMORY, limit=memory_mb)
    if code in (-signal.SIGSEGV, -signal.SIGBUS):
        return Verdict(Outcome.FAILED, "The query is too complex: evaluating it broke the reader.")
    return Verdict(Outcome.KILLED, "The reader was ended from outside while it evaluated the query.")
