"""The pool: one process without threads that owns the readers, the limits and the list of what runs.

Readers are forked from it ahead of need and share its snapshot. A query starts in the quick lane; after
``QUICK_S`` it moves to the slow lane and its place is refilled, so a quick query always finds a reader soon. It gives
way to every other, by a lower priority; where there was no other, and little was copied, its reader is used again.
While the slow lane is full it is stopped on the way (SIGSTOP) until it has a turn there. No reader is spared: a
deadline, a client that leaves, somebody who may end the query, or the end of the pool kills it.

A pool that is killed is followed at once by its spare, see :mod:`garrison.engine.spare`.

No client has the engine alone: each holds so many readers and waits with so many queries, the slow lane always has a
place for another, and a budget of query-seconds bounds what one takes by the minute.
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
from collections.abc import Callable
from functools import partial
from typing import NoReturn

from garrison.engine.accounts import Accounts
from garrison.engine.interface import Allowance
from garrison.engine.lanes import TIMED, Lanes
from garrison.engine.quota import Limits
from garrison.engine.reader import become_reader
from garrison.engine.slot import BROKEN_START, Asked, Lane, Slot
from garrison.engine.slow_lane import LOOK_S, has_place, who_gives_way
from garrison.engine.snapshot import Snapshot
from garrison.engine.spare import Spare
from garrison.engine.status import running, status_of
from garrison.engine.verdict import BOUND, MAX_VERDICT, Outcome, Verdict
from garrison.engine.waiting import Waiting
from garrison.engine.wire import (
    CANCEL,
    GRAPHS,
    MAX_PACKET,
    QUERY,
    RUNNING,
    STATUS,
    Inbox,
    client_of,
    decode_cancel,
    decode_graphs,
    encode_allowance,
    encode_names,
    encode_running,
    encode_status,
)

QUICK_S = 0.1  # seconds in the quick lane; measured: look-ups take 0.1-5 ms, runaways never end
FAIR = 0.25  # part of its time that a query has had whose fault it is not to have come to its end


class Pool:
    """Serve queries on a listening socket until ``lifeline`` closes, or says anything."""

    def __init__(self, snapshot: Snapshot, limits: Limits, listener: socket.socket, lifeline: int) -> None:
        self._snapshot = snapshot
        self._limits = limits
        self._listener = listener
        self._lifeline = lifeline
        self._pid = os.getpid()
        self._lanes = Lanes()
        self._asking: dict[socket.socket, Asked] = {}  # by the control socket of who waits for the answer
        self._queue = Waiting()
        self._inbox = Inbox()
        self._accounts = Accounts(limits.client_budget_s)
        self._asked_so_far = 0
        self._selector = selectors.DefaultSelector()
        self._running = True

    def serve(self, ready: Callable[[], None]) -> None:
        """Run until the lifeline closes; every reader is ended then, and the spare.

        :param ready: called once, when queries are answered.
        :raises Called: in a process forked from here, when this pool has been killed: another is to be made there.
        """
        self._spare = Spare(self._lifeline, (1, 2, self._listener.fileno()))
        gc.collect()
        gc.freeze()  # so that a reader's collector does not copy the pages it shares
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._selector.register(self._lifeline, selectors.EVENT_READ, self._stop)
        try:
            self._stand_by()
            self._refill()
            ready()
            while self._running:
                for key, _events in self._selector.select(self._wait_s()):
                    key.data()
                self._advance(time.monotonic())
        finally:
            if os.getpid() == self._pid:  # not in a spare that is called, where nothing of this pool is alive
                self._end_all()

    def _stop(self) -> None:
        self._running = False

    def _end_all(self) -> None:
        self._spare.end()
        for slot in self._lanes:
            slot.kill()

    def _let_go(self) -> None:
        """Close, in the spare, what this pool talks through; what the next needs stays open."""
        for key in list(self._selector.get_map().values()):
            if isinstance(key.fileobj, socket.socket) and key.fileobj is not self._listener:
                key.fileobj.close()
        self._selector.close()

    def _stand_by(self) -> None:
        self._selector.register(self._spare.fork(self._let_go), selectors.EVENT_READ, self._miss_spare)

    def _miss_spare(self) -> None:
        assert self._spare.line
        self._selector.unregister(self._spare.line)
        self._spare.end()

    # What clients say

    def _accept(self) -> None:
        with contextlib.suppress(BlockingIOError):
            client, _address = self._listener.accept()
            client.setblocking(False)
            self._selector.register(client, selectors.EVENT_READ, partial(self._hear, client))

    def _hear(self, client: socket.socket) -> None:
        """A client asks, one query after the other; while it waits for an answer, anything it does is its leaving."""
        if asked := self._asking.get(client):
            self._drop(asked, Verdict(Outcome.LEFT))
            self._forget(client)
        else:
            self._receive(client)

    def _receive(self, client: socket.socket) -> None:
        try:
            packet, fds = self._inbox.receive(client)
        except OSError:
            packet, fds = b"", []
        kind = packet[:1]
        if kind == QUERY and len(fds) == 1:
            self._enqueue(self._read_asked(client, packet, fds[0]))
            return
        for fd in fds:
            os.close(fd)
        self._answer(client, kind, packet)
        self._forget(client)

    def _read_asked(self, client: socket.socket, packet: bytes, data_fd: int) -> Asked:
        self._asked_so_far += 1
        id = f"{self._pid}-{self._asked_so_far}"
        asked = self._asking[client] = Asked(client, packet, data_fd, time.monotonic(), client_of(packet), id)
        return asked

    def _answer(self, client: socket.socket, kind: bytes, packet: bytes) -> None:
        with contextlib.suppress(OSError, json.JSONDecodeError):
            if kind == STATUS:
                client.send(encode_status(status_of(self._snapshot, self._lanes, self._queue)))
            elif kind == RUNNING:
                client.send(encode_running(running(self._lanes, self._queue, time.monotonic())))
            elif kind == CANCEL:
                client.send(CANCEL + bytes([self._cancel(*decode_cancel(packet))]))
            elif kind == GRAPHS:
                view, names = decode_graphs(packet)
                dataset = self._snapshot.datasets.get(view)  # the reader says so if it is not there
                client.send(encode_names([n for n in names if dataset and n not in dataset.graph_names]))

    def _enqueue(self, asked: Asked) -> None:
        if refusal := self._refusal(asked):
            self._judge(asked, refusal)
        else:
            self._queue.add(asked)

    def _refusal(self, asked: Asked) -> Verdict | None:
        """Say why a query cannot even wait."""
        allowance = self._allowance(asked.who)
        if allowance and allowance.left_s <= 0:
            return Verdict(Outcome.OVERSPENT, allowance=allowance)
        if self._lanes.of(Lane.IDLE) and self._lanes.held_by(asked.who) < self._limits.client_queries:
            return None
        own = self._queue.of("")
        if not asked.who:
            return self._busy() if own >= self._limits.own_queue else None
        if len(self._queue) - own >= self._limits.max_queue:
            return self._busy()
        if self._queue.of(asked.who) >= self._limits.client_queue:
            return Verdict(Outcome.CROWDED, limit=self._limits.client_queue)
        return None

    def _cancel(self, id: str, who: str | None) -> bool:
        """End a query, if it is there and theirs."""
        for asked in (*self._lanes.asked, *self._queue):
            if asked.id == id and who in (None, asked.who):
                self._drop(asked, Verdict(Outcome.CANCELLED))
                return True
        return False

    def _judge(self, asked: Asked, verdict: Verdict) -> None:
        """Tell the client how its query ended; then it may ask again."""
        asked.judge(verdict)
        self._asking.pop(asked.client, None)

    def _drop(self, asked: Asked, verdict: Verdict) -> None:
        """End a query wherever it stands."""
        self._judge(asked, verdict)
        if asked in self._queue:
            self._queue.remove(asked)
        for slot in self._lanes:
            if slot.asked is asked:
                self._charge(slot)
                slot.kill()

    def _forget(self, client: socket.socket) -> None:
        if client.fileno() >= 0:
            self._selector.unregister(client)
            client.close()

    # What readers say

    def _listen(self, slot: Slot) -> None:
        try:
            packet = slot.control.recv(MAX_VERDICT)
        except ConnectionError:
            packet = b""
        if not packet:
            self._bury(slot)
        elif packet == BOUND:
            slot.is_bound = True
        elif slot.lane is not Lane.ENDED:
            self._conclude(slot, Verdict.decode(packet))

    def _conclude(self, slot: Slot, verdict: Verdict) -> None:
        self._finish(slot, verdict)
        is_as_good = not (verdict.spent or slot.has_yielded)
        if slot.lane is Lane.QUICK and is_as_good:
            slot.lane = Lane.IDLE
        elif slot.lane is Lane.SLOW and is_as_good and (idle := self._lanes.of(Lane.IDLE)):
            idle[-1].kill()  # it was forked in this one's stead, and has copied nothing yet of what was asked for
            self._lanes.put_first(slot)
            slot.lane = Lane.IDLE
        else:
            slot.kill()

    def _bury(self, slot: Slot) -> None:
        self._selector.unregister(slot.control)
        self._lanes.remove(slot)
        self._finish(slot, slot.reap(self._limits.memory_mb))

    def _finish(self, slot: Slot, verdict: Verdict) -> None:
        if slot.asked:
            self._charge(slot)
            if verdict.outcome is Outcome.MEMORY:
                verdict = Verdict(Outcome.MEMORY, limit=self._limits.memory_mb)
            self._judge(slot.asked, verdict)
            slot.asked = None

    # What time says

    def _advance(self, now: float) -> None:
        """Move what is due, then hand out readers and fork new ones."""
        for slot in self._lanes.of(*TIMED):
            if now >= slot.deadline:
                self._end(slot, self._overdue(slot, now))
            elif slot.lane is Lane.QUICK and now >= slot.slow_at:
                self._demote(slot, now)
        for slot in sorted(self._lanes.of(Lane.PAUSED), key=lambda slot: slot.turned_at):
            if self._has_slow_place(slot.who) or self._make_way(slot.who, now):
                slot.resume(now)
        self._expire(now)
        self._dispatch(now)
        self._refill()
        if now >= self._spare.due:
            self._stand_by()

    def _demote(self, slot: Slot, now: float) -> None:
        if self._has_slow_place(slot.who):
            slot.slow_down(now)
            if len(self._lanes.of(*TIMED)) > 1:
                slot.give_way()
        elif not slot.is_bound:  # stopped now, it would outlive a pool that is killed, and for ever
            slot.stay_quick(now, QUICK_S)
        elif len(self._lanes.of(Lane.PAUSED)) < self._limits.max_readers:
            slot.pause(now)
        else:
            self._end(slot, self._busy())

    def _has_slow_place(self, who: str) -> bool:
        return has_place(self._lanes.of(Lane.SLOW), who, self._limits)

    def _make_way(self, who: str, now: float) -> bool:
        if slot := who_gives_way(self._lanes.of(Lane.SLOW), who, self._limits, now):
            slot.pause(now)
        return bool(slot)

    def _overdue(self, slot: Slot, now: float) -> Verdict:
        """What is told at the deadline: what stood still or waited nearly all the time may be asked again."""
        if slot.active_s(now) < FAIR * self._limits.timeout_s:
            return self._busy()
        return Verdict(Outcome.TIMEOUT, limit=self._limits.timeout_s)

    def _end(self, slot: Slot, verdict: Verdict) -> None:
        slot.kill()
        self._finish(slot, verdict)

    def _expire(self, now: float) -> None:
        """Send away who has waited for a reader longer than a query may take."""
        while (asked := self._queue.oldest) and now - asked.since > self._limits.timeout_s:
            self._queue.remove(asked)
            self._judge(asked, self._busy())

    def _dispatch(self, now: float) -> None:
        if not self._queue:
            return
        for slot in self._lanes.of(Lane.SLOW):
            slot.give_way()
        idle = self._lanes.of(Lane.IDLE)
        while idle and (asked := self._queue.next(self._lanes.held(), self._limits.client_queries)):
            slot = idle.pop()
            self._tell_allowance(asked)
            try:
                slot.hand(asked, now, QUICK_S, self._limits.timeout_s)
            except OSError:  # this reader is dying; another takes the query
                slot.kill()
                self._queue.add(asked)

    def _tell_allowance(self, asked: Asked) -> None:
        if allowance := self._allowance(asked.who):
            with contextlib.suppress(OSError):  # the client has left, and is noticed
                asked.client.send(encode_allowance(allowance))

    # What a client may take

    def _allowance(self, who: str) -> Allowance | None:
        if not who or who in self._limits.unbudgeted:
            return None
        now = time.monotonic()
        return self._accounts.allowance(who, now, self._lanes.active_s(who, now))

    def _charge(self, slot: Slot) -> None:
        """Take from the client's budget what its query took, once."""
        if slot.asked and slot.who and not slot.asked.charged:
            now = time.monotonic()
            slot.asked.charged = True
            self._accounts.charge(slot.who, slot.active_s(now), now)

    def _refill(self) -> None:
        """Keep the quick lane full: whoever left it, or ended, is replaced at once."""
        missing = self._limits.quick_lane - len(self._lanes.of(Lane.IDLE, Lane.QUICK))
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
        self._lanes.add(slot)
        self._selector.register(ours, selectors.EVENT_READ, lambda: self._listen(slot))

    def _become_reader(self, control: socket.socket) -> NoReturn:
        """Live as a reader, in the forked process; nothing of the pool runs there, not even its clean-up."""
        try:
            become_reader(self._snapshot, control, self._limits, self._pid)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(BROKEN_START)

    def _wait_s(self) -> float | None:
        """Seconds until time has something to say; ``None``: never."""
        now = time.monotonic()
        due = min(self._spare.due, self._lanes.due)
        if oldest := self._queue.oldest:
            due = min(due, oldest.since + self._limits.timeout_s)
        if self._lanes.of(Lane.PAUSED):
            due = min(due, now + LOOK_S)
        return max(0.0, due - now) if due < math.inf else None

    def _busy(self) -> Verdict:
        turns = (len(self._queue) + 1) / self._limits.quick_lane
        return Verdict(Outcome.BUSY, limit=max(1, math.ceil(turns * QUICK_S)))
