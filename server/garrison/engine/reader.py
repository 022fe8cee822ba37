"""A reader: a forked process that evaluates one query at a time and may be killed at any moment.

It creates, serialises and drops each result on its only thread; pyoxigraph aborts the process otherwise.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from pyoxigraph import Store

from garrison.engine.dataset import checked_terms, graphs_of
from garrison.engine.failures import verdict_on
from garrison.engine.interface import QueryRequest
from garrison.engine.limits import DATA_FD, confine
from garrison.engine.quota import Limits, ResultCaps
from garrison.engine.results import Results, require_rows, without_triple_terms, write_results
from garrison.engine.snapshot import Snapshot
from garrison.engine.verdict import BOUND, Outcome, Verdict
from garrison.engine.wire import Inbox, decode_query
from garrison.errors import QueryRefused, UnknownView
from garrison.rdf.prefixes import BASE, predeclared, prefixes_of
from garrison.rdf.sparql import bind, scan

BUFFER = 65_536  # bytes; pyoxigraph writes 8 KiB at a time, a pipe takes this much
SPENT_KB = 32_768  # a reader that grew by more is replaced, so that its memory returns to the machine
_PAGE_KB = resource.getpagesize() // 1_024


def become_reader(snapshot: Snapshot, control: socket.socket, limits: Limits, pool_pid: int) -> None:
    """Turn this freshly forked process into a reader; returns only by ending the process."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    Path("/proc/self/oom_score_adj").write_text("1000", "ascii")  # where memory ends, no other process is taken
    control, snapshot = confine(control, limits.memory_mb, pool_pid, snapshot.opened)
    control.send(BOUND)
    peak_kb, copied_kb = _memory_kb()
    inbox = Inbox()
    while True:
        packet, fds = inbox.receive(control)
        if not packet or fds != [DATA_FD]:
            os._exit(0)
        verdict = _answer(snapshot, packet, limits.caps)
        new_peak_kb, new_copied_kb = _memory_kb()
        is_spent = new_peak_kb - peak_kb > SPENT_KB or new_copied_kb - copied_kb > 1_024 * limits.copied_mb
        control.send(verdict.encode() if not is_spent else _spent(verdict).encode())


def _answer(snapshot: Snapshot, packet: bytes, caps: ResultCaps) -> Verdict:
    """Evaluate into the pipe and close it."""
    request = decode_query(packet)
    sink = _Pipe(DATA_FD, caps.bytes)
    try:
        output = cast(BinaryIO, sink)  # pyoxigraph calls nothing but write
        evaluate = partial(_evaluate, snapshot, request)
        if caps.rows:
            require_rows(evaluate(), caps.rows)
        results = without_triple_terms(evaluate, request.media_type) if request.refuse_triple_terms else evaluate()
        prefixes = prefixes_of(request.view)
        write_results(results, request.media_type, output, prefixes, triple_terms=request.triple_terms)
        sink.flush()
    except Exception as error:
        # The door of this process: whatever goes wrong becomes a verdict.
        return Verdict(Outcome.LEFT) if sink.broken else verdict_on(error, request)
    finally:
        os.close(DATA_FD)
    return Verdict(Outcome.COMPLETE)


def _evaluate(snapshot: Snapshot, request: QueryRequest) -> Results:
    if request.rewritten:
        # A query that breaks a rule beyond the grammar is told so by its own text.
        with suppress(SyntaxError):
            return _results(snapshot, request, request.rewritten)
    return _results(snapshot, request, request.query)


def _results(snapshot: Snapshot, request: QueryRequest, text: str) -> Results:
    prefixes = predeclared(request.view)
    if request.substitutions:
        text = bind(text, scan(text, prefixes=prefixes), checked_terms(request.substitutions))
    store, dataset = graphs_of(_store(snapshot, request.view), request)
    return store.query(text, base_iri=BASE, prefixes=dict(prefixes), **dataset)


def _store(snapshot: Snapshot, view: str) -> Store:
    if view in snapshot.datasets and (store := snapshot.datasets[view].store) is not None:  # one without quads is false
        return store
    raise UnknownView(view, filter(None, snapshot.datasets))


def _memory_kb() -> tuple[int, int]:
    """The most that was resident, and, at most, what this process has copied or fetched for itself."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_maxrss, used.ru_minflt * _PAGE_KB


def _spent(verdict: Verdict) -> Verdict:
    return replace(verdict, spent=True)


class _Pipe:
    """The write end, buffered so that a failure among the first bytes is told instead of sent."""

    def __init__(self, fd: int, max_bytes: int) -> None:
        """Write to ``fd``, no more than ``max_bytes``; 0: any number."""
        self._fd = fd
        self._max_bytes = max_bytes
        self._written = 0
        self._buffer = bytearray()
        self.broken = False  # nobody reads any more

    def write(self, data: bytes) -> int:
        self._written += len(data)
        if self._max_bytes and self._written > self._max_bytes:
            raise QueryRefused(
                f"The result has more than {self._max_bytes:,} bytes, which is all that one may have here. "
                "Ask for it in parts, with ORDER BY, LIMIT and OFFSET, or for fewer columns.",
                "bytes",
                self._max_bytes,
            )
        self._buffer += data
        if len(self._buffer) >= BUFFER:
            self.flush()
        return len(data)

    def flush(self) -> None:
        rest = memoryview(bytes(self._buffer))
        self._buffer.clear()
        try:
            while rest:
                rest = rest[os.write(self._fd, rest) :]
        except BrokenPipeError:
            self.broken = True
            raise
