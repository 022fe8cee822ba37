"""Start the pool as a child process and stop it again."""

from __future__ import annotations

import json
import select
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Self

from garrison.engine.client import EngineClient
from garrison.engine.pool import Limits
from garrison.errors import EngineUnavailable, SnapshotError

_START_S = 120.0  # ten million quads load in 40 s


class PoolProcess:
    """A pool over one snapshot directory, as a context manager.

    The child ends with this process, however this process ends: it holds the other end of a pipe.
    """

    def __init__(self, snapshot: Path, limits: Limits | None = None) -> None:
        self.snapshot = snapshot
        self.limits = limits or Limits()
        self._directory: Path | None = None
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def socket_path(self) -> Path:
        """Where the pool listens; only this user can reach it."""
        if self._directory is None:
            raise EngineUnavailable("The pool of readers is not started.")
        return self._directory / "pool"

    def client(self) -> EngineClient:
        return EngineClient(self.socket_path)

    def start(self) -> None:
        """Start the pool and wait until it answers queries.

        :raises SnapshotError: if the snapshot is damaged or missing.
        :raises EngineUnavailable: if the pool does not start; nothing is left running.
        """
        self._directory = Path(tempfile.mkdtemp(prefix="garrison-"))  # readable by this user alone
        try:
            self._child = self._spawn()
            self._await_ready(self._child)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End pool and readers. Stopping twice does nothing."""
        if self._child:
            self._child.terminate()
            self._child.wait()
            for pipe in (self._child.stdin, self._child.stdout):
                if pipe:
                    pipe.close()
            self._child = None
        if self._directory:
            shutil.rmtree(self._directory, ignore_errors=True)
            self._directory = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def _spawn(self) -> subprocess.Popen[bytes]:
        limits = self.limits
        options = {
            "--snapshot": self.snapshot,
            "--socket": self.socket_path,
            "--timeout-s": limits.timeout_s,
            "--memory-mb": limits.memory_mb,
            "--max-readers": limits.max_readers,
            "--max-queue": limits.max_queue,
        }
        words = [str(word) for option in options.items() for word in option]
        command = [sys.executable, "-m", "garrison.engine", *words]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def _await_ready(self, child: subprocess.Popen[bytes]) -> None:
        assert child.stdout is not None
        readable, _, _ = select.select([child.stdout], [], [], _START_S)
        line = child.stdout.readline() if readable else b""
        if not line:
            raise EngineUnavailable("The pool of readers did not start.")
        said = json.loads(line)
        if "error" in said:
            raise SnapshotError(said["error"])
