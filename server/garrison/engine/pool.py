"""The pool: one process without threads that owns the readers, the limits and the list of what runs.

Readers are forked from it ahead of need and share its snapshot. A query starts in the quick lane; after
``QUICK_S`` it moves to the slow lane and its place is refilled, so a quick query always finds a reader soon.
While the slow lane is full it is stopped on the way (SIGSTOP). No reader is spared: a deadline, a client
that leaves, or the end of the pool kills it.
"""

from __future__ import annotations

import contextlib
import gc
import json
import math
import os
import selectors
import socket
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from garrison.engine.interface import EngineStatus
from garrison.engine.reader import become_reader
from garrison.engine.slot import BROKEN_START, Asked, Lane, Slot
from garrison.engine.snapshot import Snapshot
from garrison.engine.wire import (
    GRAPHS,
    MAX_PACKET,
    QUERY,
    STATUS,
    Outcome,
    Verdict,
    decode_graphs,
    encode_names,
    encode_status,
)

QUICK_S = 0.1  # seconds in the quick lane; measured: look-ups take 0.1-5 ms, runaways never end


@dataclass(frozen=True, slots=True)
class Limits:
    """What queries are held to."""

    timeout_s: float = 30.0  # seconds of evaluation and delivery, with all that it had to stand still
    memory_mb: int = 2_048  # address space that a reader may add to what it was forked with
    max_readers: int = 8  # queries evaluated at the same time, in both lanes; as many may be stopped between
    max_queue: int = 64  # queries waiting for a reader

    @property
    def quick_lane(self) -> int:
        return max(1, self.max_readers // 2)

    @property
    def slow_lane(self) -> int:
        return max(1, self.max_readers - self.quick_lane)


class Pool:
    """Serve queries on a listening socket until ``lifeline`` closes."""

    def __init__(self, snapshot: Snapshot, limits: Limits, listener: socket.socket, lifeline: int) -> None:
        self._snapshot = snapshot
        self._limits = limits
        self._listener = listener
        self._lifeline = lifeline
        self._pid = os.getpid()
        self._slots: list[Slot] = []
        self._queue: deque[Asked] = deque()
        self._selector = selectors.DefaultSelector()
        self._running = True

    def serve(self, ready: Callable[[], None]) -> None:
        """Run until the lifeline closes; every reader is ended then.

        :param ready: called once, when queries are answered.
        """
        gc.collect()
        gc.freeze()  # so that a reader's collector does not copy the pages it shares
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._selector.register(self._lifeline, selectors.EVENT_READ, self._stop)
        self._refill()
        ready()
        try:
            while self._running:
                for key, _events in self._selector.select(self._wait_s()):
                    key.data()
                self._advance(time.monotonic())
        finally:
            for slot in self._slots:
                slot.kill()

    def _stop(self) -> None:
        self._running = False

    # What clients say

    def _accept(self) -> None:
        with contextlib.suppress(BlockingIOError):
            client, _address = self._listener.accept()
            client.setblocking(False)
            self._selector.register(client, selectors.EVENT_READ, lambda: self._receive(client))

    def _receive(self, client: socket.socket) -> None:
        try:
            packet, fds, _flags, _address = socket.recv_fds(client, MAX_PACKET, 1)
        except OSError:
            packet, fds = b"", []
        kind = packet[:1]
        if kind == QUERY and len(fds) == 1:
            asked = Asked(client, packet, fds[0], time.monotonic())
            self._selector.modify(client, selectors.EVENT_READ, lambda: self._leave(asked))
            self._enqueue(asked)
            return
        for fd in fds:
            os.close(fd)
        self._answer(client, kind, packet)
        self._forget(client)

    def _answer(self, client: socket.socket, kind: bytes, packet: bytes) -> None:
        with contextlib.suppress(OSError, json.JSONDecodeError):
            if kind == STATUS:
                client.send(encode_status(self._status()))
            elif kind == GRAPHS:
                view, names = decode_graphs(packet)
                dataset = self._snapshot.datasets.get(view)  # the reader says so if it is not there
                client.send(encode_names([n for n in names if dataset and n not in dataset.graph_names]))

    def _enqueue(self, asked: Asked) -> None:
        if not self._in(Lane.IDLE) and len(self._queue) >= self._limits.max_queue:
            asked.judge(self._busy())
            self._forget(asked.client)
        else:
            self._queue.append(asked)

    def _leave(self, asked: Asked) -> None:
        """The client closed its control socket, or spoke out of turn: end its query."""
        asked.judge(Verdict(Outcome.LEFT))
        self._forget(asked.client)
        if asked in self._queue:
            self._queue.remove(asked)
        for slot in self._slots:
            if slot.asked is asked:
                slot.kill()

    def _forget(self, client: socket.socket) -> None:
        if client.fileno() >= 0:
            self._selector.unregister(client)
            client.close()

    # What readers say

    def _listen(self, slot: Slot) -> None:
        try:
            packet = slot.control.recv(MAX_PACKET)
        except ConnectionError:
            packet = b""
        if not packet:
            self._bury(slot)
        elif slot.lane is not Lane.ENDED:
            self._conclude(slot, Verdict.decode(packet))

    def _conclude(self, slot: Slot, verdict: Verdict) -> None:
        self._finish(slot, verdict)
        if slot.lane is Lane.QUICK and not verdict.spent:
            slot.lane = Lane.IDLE
        else:
            slot.kill()

    def _bury(self, slot: Slot) -> None:
        self._selector.unregister(slot.control)
        self._slots.remove(slot)
        self._finish(slot, slot.reap(self._limits.memory_mb))

    def _finish(self, slot: Slot, verdict: Verdict) -> None:
        if slot.asked:
            if verdict.outcome is Outcome.MEMORY:
                verdict = Verdict(Outcome.MEMORY, limit=self._limits.memory_mb)
            slot.asked.judge(verdict)
            self._forget(slot.asked.client)
            slot.asked = None

    # What time says

    def _advance(self, now: float) -> None:
        """Move what is due, then hand out readers and fork new ones."""
        for slot in self._in(Lane.QUICK, Lane.SLOW):
            if now >= slot.deadline:
                self._end(slot, Verdict(Outcome.TIMEOUT, limit=self._limits.timeout_s))
            elif slot.lane is Lane.QUICK and now >= slot.slow_at:
                self._demote(slot)
        for slot in self._in(Lane.PAUSED):
            if now >= slot.deadline:  # for want of room, not by its own fault
                self._end(slot, self._busy())
            elif len(self._in(Lane.SLOW)) < self._limits.slow_lane:
                slot.resume()
        self._expire(now)
        self._dispatch(now)
        self._refill()

    def _demote(self, slot: Slot) -> None:
        if len(self._in(Lane.SLOW)) < self._limits.slow_lane:
            slot.slow_down()
        elif len(self._in(Lane.PAUSED)) < self._limits.max_readers:
            slot.pause()
        else:
            self._end(slot, self._busy())

    def _end(self, slot: Slot, verdict: Verdict) -> None:
        slot.kill()
        self._finish(slot, verdict)

    def _expire(self, now: float) -> None:
        """Send away who has waited for a reader longer than a query may take."""
        while self._queue and now - self._queue[0].since > self._limits.timeout_s:
            asked = self._queue.popleft()
            asked.judge(self._busy())
            self._forget(asked.client)

    def _dispatch(self, now: float) -> None:
        idle = self._in(Lane.IDLE)
        while self._queue and idle:
            slot, asked = idle.pop(), self._queue.popleft()
            try:
                slot.hand(asked, now, QUICK_S, self._limits.timeout_s)
            except OSError:  # this reader is dying; another takes the query
                slot.kill()
                self._queue.appendleft(asked)

    def _refill(self) -> None:
        """Keep the quick lane full: whoever left it, or ended, is replaced at once."""
        missing = self._limits.quick_lane - len(self._in(Lane.IDLE, Lane.QUICK))
        for _ in range(missing):
            self._fork()
        if missing > 0:
            self._dispatch(time.monotonic())

    def _fork(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MAX_PACKET)  # as a client's: what came in can go on
        pid = os.fork()
        if pid == 0:
            self._become_reader(theirs)
        theirs.close()
        slot = Slot(pid, ours)
        self._slots.append(slot)
        self._selector.register(ours, selectors.EVENT_READ, lambda: self._listen(slot))

    def _become_reader(self, control: socket.socket) -> NoReturn:
        """Live as a reader, in the forked process; nothing of the pool runs there, not even its clean-up."""
        try:
            become_reader(self._snapshot, control, self._limits.memory_mb, self._pid)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(BROKEN_START)

    def _wait_s(self) -> float | None:
        """Seconds until time has something to say; ``None``: never."""
        due = [slot.due for slot in self._in(Lane.QUICK, Lane.SLOW, Lane.PAUSED)]
        due += [asked.since + self._limits.timeout_s for asked in list(self._queue)[:1]]
        return max(0.0, min(due) - time.monotonic()) if due else None

    # What is said of us

    def _in(self, *lanes: Lane) -> list[Slot]:
        return [slot for slot in self._slots if slot.lane in lanes]

    def _busy(self) -> Verdict:
        turns = (len(self._queue) + 1) / self._limits.quick_lane
        return Verdict(Outcome.BUSY, limit=max(1, math.ceil(turns * QUICK_S)))

    def _status(self) -> EngineStatus:
        busy = self._in(Lane.QUICK, Lane.SLOW, Lane.PAUSED)
        datasets = self._snapshot.datasets
        return EngineStatus(
            version=self._snapshot.version,
            quads=datasets[""].quads,
            idle=len(self._in(Lane.IDLE)),
            busy=len(busy),
            paused=len(self._in(Lane.PAUSED)),
            queued=len(self._queue),
            reader_pids=tuple(slot.pid for slot in self._slots if slot.lane is not Lane.ENDED),
            busy_pids=tuple(slot.pid for slot in busy),
            views={view: dataset.quads for view, dataset in datasets.items() if view},
        )
