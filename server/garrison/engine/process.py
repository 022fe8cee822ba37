"""Start the pool as a child process, start it again if it ends with its spare, and stop it."""

from __future__ import annotations

import json
import logging
import os
import select
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Self

from garrison.engine.client import EngineClient
from garrison.engine.holding import hold
from garrison.engine.quota import Limits
from garrison.engine.runtime import RuntimeDirectory
from garrison.errors import EngineUnavailable, GarrisonError, SnapshotError

log = logging.getLogger("garrison.engine")

START_S = 900.0  # ten million quads load in 40 s into memory, in 74 s on disk
STOP_S = 5.0  # the pool kills its readers and ends; longer means that it is stuck
SNAPSHOT, SOCKET = "snapshot", "pool"  # in the directory of a pool
RETRY_S = 1.0  # at most, before a pool that ended within that time is started again
_FIRST_RETRY_S = 0.05  # before the first of those; a pool that was killed twice is no broken one


class PoolProcess:
    """A pool over one snapshot directory, as a context manager.

    The child ends with this process, however this process ends: it holds the other end of a pipe. A child
    that is killed is followed by its spare, and one whose spare is killed too is started again, both at the same
    socket, so that clients need not know.
    """

    def __init__(self, snapshot: Path, limits: Limits | None = None, memory_quads: int | None = None) -> None:
        """Serve a snapshot from memory, or one of more than ``memory_quads`` quads from disk."""
        self._origin = snapshot
        self._memory_quads = memory_quads
        self.limits = limits or Limits()
        self._directory: RuntimeDirectory | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._pid: int | None = None  # of the child, or of what took its place
        self._watcher: threading.Thread | None = None
        self._stopping = threading.Event()
        self._complaint = ""  # what was said last of why it does not start
        self._lock = threading.Lock()  # between stopping and starting again

    @property
    def directory(self) -> Path:
        """All that a client needs of this pool: its socket, and the snapshot that it holds."""
        if self._directory is None:
            raise EngineUnavailable("The pool of readers is not started.")
        return self._directory.path

    @property
    def socket_path(self) -> Path:
        """Where the pool listens; only this user can reach it."""
        return self.directory / SOCKET

    @property
    def snapshot(self) -> Path:
        """The snapshot as it is held here: it stays as long as the pool, whatever happens where it came from."""
        return self.directory / SNAPSHOT

    @property
    def pid(self) -> int | None:
        """The process that answers, or did last; ``None`` before the start and after the end."""
        return self._pid

    def client(self) -> EngineClient:
        return EngineClient(self.socket_path)

    def start(self) -> None:
        """Start the pool and wait until it answers queries.

        :raises SnapshotError: if the snapshot is damaged or missing.
        :raises EngineUnavailable: if the pool does not start; nothing is left running.
        """
        self._stopping.clear()
        self._directory = RuntimeDirectory()
        try:
            hold(self._origin, self.snapshot)
            self._child = self._spawn()
            self._pid = _await_ready(self._child)
        except SnapshotError as error:
            told = str(error).replace(str(self.snapshot), str(self._origin))
            self.stop()
            raise SnapshotError(told) from error
        except BaseException:
            self.stop()
            raise
        arguments = (self._child,)
        self._watcher = threading.Thread(target=self._watch, args=arguments, name="pool watcher", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """End pool and readers. Stopping twice does nothing."""
        with self._lock:
            self._stopping.set()
            child = self._child
        if child:
            _end(child)
        if self._watcher:
            self._await_watcher(self._watcher)
            self._watcher = None
        if child:
            _close(child)
            self._child = self._pid = None
        if self._directory:
            self._directory.remove()
            self._directory = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def _await_watcher(self, watcher: threading.Thread) -> None:
        """Wait until nobody is left who serves; what took the child's place ends by itself, unless it is stuck."""
        watcher.join(STOP_S)
        if watcher.is_alive() and self._pid:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
        watcher.join()

    def _watch(self, child: subprocess.Popen[bytes]) -> None:
        """Start the pool again whenever it ends unasked, later each time while each ends soon."""
        begun, pause_s = time.monotonic(), 0.0
        while True:
            self._follow(child)
            child.wait()
            is_young = time.monotonic() - begun < RETRY_S
            pause_s = min(RETRY_S, 2 * pause_s + _FIRST_RETRY_S) if is_young else 0.0
            self._stopping.wait(pause_s)
            if (successor := self._spawn_after(child)) is None:
                return
            begun, child = time.monotonic(), successor
            try:
                self._pid = _await_ready(child)
            except (GarrisonError, ValueError) as error:  # a ValueError: it was cut off while it spoke
                self._complain(error)
                _end(child)

    def _follow(self, child: subprocess.Popen[bytes]) -> None:
        """Take note of who takes whose place, until nobody is left who could."""
        assert child.stdout is not None
        for line in child.stdout:
            child.poll()  # it has ended, and is to leave the list of processes
            with suppress(ValueError, LookupError, TypeError):  # somebody else's line, of a library perhaps
                self._pid = int(json.loads(line)["ready"])

    def _spawn_after(self, ended: subprocess.Popen[bytes]) -> subprocess.Popen[bytes] | None:
        """Spawn the next child, however long that takes; ``None`` if there is to be none."""
        while True:
            with self._lock:
                if self._stopping.is_set():
                    return None
                try:
                    child = self._spawn()
                except OSError as error:  # no process or memory to be had now
                    self._complain(error)
                else:
                    _close(ended)
                    self._child = child
                    return child
            self._stopping.wait(RETRY_S)

    def _complain(self, error: Exception) -> None:
        """Say why there are no answers, once for each reason."""
        if str(error) != self._complaint and not self._stopping.is_set():
            self._complaint = str(error)
            log.error("The pool of readers cannot be started again: %s", error)

    def _spawn(self) -> subprocess.Popen[bytes]:
        limits = json.dumps(asdict(self.limits))
        options: tuple[str, ...] = (
            "--snapshot",
            str(self.snapshot),
            "--socket",
            str(self.socket_path),
            "--limits",
            limits,
        )
        options += ("--disk", str(self.directory / "disk"))
        if self._memory_quads is not None:
            options += ("--memory-quads", str(self._memory_quads))
        command = [sys.executable, "-m", "garrison.engine", *options]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _await_ready(child: subprocess.Popen[bytes]) -> int:
    """Return the process that answers, once it does."""
    assert child.stdout is not None
    readable, _, _ = select.select([child.stdout], [], [], START_S)
    line = child.stdout.readline() if readable else b""
    if not line:
        if readable and child.wait() == -signal.SIGBUS:  # what is mapped ends before the map
            raise SnapshotError("A file of the snapshot was shortened while it was loaded.")
        raise EngineUnavailable("The pool of readers did not start.")
    said = json.loads(line)
    if "error" in said:
        raise SnapshotError(said["error"])
    return int(said["ready"])


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child, and tell what may have taken its place: whatever is written wakes it, and it ends."""
    assert child.stdin is not None
    with suppress(OSError):
        os.write(child.stdin.fileno(), b"\n")
    child.terminate()
    try:
        child.wait(STOP_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _close(child: subprocess.Popen[bytes]) -> None:
    """Close the pipes to an ended child."""
    for pipe in (child.stdin, child.stdout):
        if pipe:
            pipe.close()
