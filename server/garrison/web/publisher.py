"""Publish what is new in place of what is served, without a request that fails.

A new generation is a second pool beside the first, with a snapshot that it holds. Once it answers, the workers are
told; each builds the application of the new generation beside the old one and then changes a reference, so requests in
flight end where they began. The old pool is stopped when no worker needs it any more. Until then the memory of two is
taken. What cannot be published is said in one sentence, and what was served stays.
"""

from __future__ import annotations

import os
import queue
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from garrison.edition.sums import require_whole
from garrison.engine.client import EngineClient
from garrison.engine.process import PoolProcess
from garrison.engine.quota import Limits
from garrison.engine.runtime import RuntimeDirectory
from garrison.errors import GarrisonError
from garrison.services.building import Builder
from garrison.services.publication import identity_of, is_built, newest, open_publication
from garrison.services.watching import LOOK_S, Watch
from garrison.web.switchboard import Switchboard

_SETTLE_S = 60.0  # seconds that workers may take to follow
_STEP_S = 0.05  # seconds between two looks at whether they have
_STOP_S = 10.0  # seconds for what is being published when the server ends


@dataclass(frozen=True, slots=True)
class _Retired:
    """A pool that requests may still need."""

    pool: PoolProcess
    until: float  # monotonic seconds; a client that reads slowly holds it no longer


class Publisher:
    """Owns the pools and the thread that publishes, as a context manager."""

    def __init__(
        self, folder: Path, limits: Limits, watch: bool, memory_quads: int | None, asked: queue.SimpleQueue[bool]
    ) -> None:
        """Publish what is new in ``folder`` when asked to, and with ``watch`` by itself.

        :param asked: may hold ``True`` already: publish as soon as something is served.
        """
        self._folder = folder
        self._limits = limits
        self._memory_quads = memory_quads
        self._watch = Watch(folder) if watch else None
        self._asked = asked  # True: publish; False: end
        self._directory = RuntimeDirectory()
        self._builder = Builder()
        self._pool: PoolProcess | None = None
        self._coming: PoolProcess | None = None
        self._retired: list[_Retired] = []
        self._identity = ""
        self._board: Switchboard | None = None
        self._is_stopping = False
        self._thread = threading.Thread(target=self._work, name="publisher", daemon=True)

    @property
    def switchboard(self) -> Path:
        """Where workers call."""
        return self._directory.path / "switchboard"

    @property
    def engine(self) -> EngineClient:
        """The engine that answers from what is served."""
        assert self._pool
        return self._pool.client()

    def start(self, snapshot: Path) -> None:
        """Start with this snapshot.

        :raises SnapshotError: if it is damaged or missing.
        :raises EditionError: if a saved query breaks the rules.
        """
        self._identity = identity_of(snapshot)
        self._pool, self._coming = self._open(snapshot), None
        self._board = Switchboard(self.switchboard, _generation(self._pool))
        self._thread.start()

    def ask(self) -> None:
        """Publish what is new, soon. May be called by a handler of signals, since it takes no lock."""
        self._asked.put(True)

    def stop(self) -> None:
        """End the pools and what is being published."""
        self._is_stopping = True
        self._asked.put(False)
        self._builder.stop()
        if self._coming:
            self._coming.stop()
        if self._thread.is_alive():
            self._thread.join(_STOP_S)
        if self._board:
            self._board.close()
        for pool in (self._pool, *(retired.pool for retired in self._retired)):
            if pool:
                pool.stop()
        self._directory.remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def _work(self) -> None:
        while not self._is_stopping:
            if self._is_asked() and not self._is_stopping:
                self._publish()
            self._dismiss()

    def _is_asked(self) -> bool:
        """Wait until there is something to do; asking ten times meanwhile is asking once."""
        try:
            asked = self._asked.get(timeout=LOOK_S if self._watch or self._retired else None)
            while not self._asked.empty():
                asked = self._asked.get_nowait()
        except queue.Empty:
            asked = False
        return (self._watch is not None and self._watch.has_news()) or asked

    def _publish(self) -> None:
        try:
            with self._newest() as snapshot:
                identity = identity_of(snapshot)
                if identity == self._identity:
                    _say(sys.stdout, "Garrison publishes this already")
                    return
                pool = self._open(snapshot)
        except (GarrisonError, OSError) as error:
            if not self._is_stopping:
                _say(sys.stderr, f"garrison: What is new is not published, what was before is: {error}")
            return
        self._identity = identity
        self._replace(pool)

    def _replace(self, pool: PoolProcess) -> None:
        assert self._pool and self._board
        old, self._pool, self._coming = self._pool, pool, None
        self._board.publish(_generation(pool))
        # A query may wait for as long as it may run; what is left then is a client that does not read.
        self._retired.append(_Retired(old, time.monotonic() + 2 * self._limits.timeout_s + _SETTLE_S))
        if _until(lambda: self._is_stopping or bool(self._board and self._board.is_settled()), _SETTLE_S):
            _say(sys.stdout, f"Garrison publishes version {self._identity[:12]}")
        else:
            _say(sys.stderr, "garrison: Not every worker has followed to what is published now.")

    def _open(self, snapshot: Path) -> PoolProcess:
        """Start a pool over a snapshot, and see that the rest of it can be served."""
        require_whole(snapshot)
        open_publication(snapshot)
        pool = self._coming = PoolProcess(snapshot, self._limits, self._memory_quads)
        pool.start()
        return pool

    @contextmanager
    def _newest(self) -> Iterator[Path]:
        """As :func:`newest`, but an edition is built apart: this process is forked when a worker is replaced."""
        if is_built(self._folder):
            with newest(self._folder) as snapshot:
                yield snapshot
        else:
            with tempfile.TemporaryDirectory(dir=self._directory.path) as out:
                yield self._builder.build(self._folder, Path(out))

    def _dismiss(self) -> None:
        """Stop the pools that nobody needs any more."""
        assert self._board
        for retired in list(self._retired):
            if not self._board.is_used(_generation(retired.pool)) or time.monotonic() > retired.until:
                self._retired.remove(retired)
                retired.pool.stop()


def _generation(pool: PoolProcess) -> str:
    return str(pool.directory)


def _until(holds: Callable[[], bool], bound_s: float) -> bool:
    end = time.monotonic() + bound_s
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(_STEP_S)
    return True


def _say(stream: object, text: str) -> None:
    """Write a line past the buffers: a worker forked meanwhile would find their locks taken for ever."""
    with suppress(OSError):  # nobody listens any more, ``garrison serve | head -1`` perhaps
        os.write(2 if stream is sys.stderr else 1, f"{text}\n".encode())
