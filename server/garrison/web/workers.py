"""The HTTP side: granian's worker processes, and what is otherwise here than granian has it.

- SIGHUP publishes what is new. Granian would replace its workers, and connections would break.
- A worker that is killed is replaced at once, however often. Granian takes two ends of one worker within 5.5 s for a
  loop of crashes and ends the whole server; here that holds only until the server has answered once.
- Two signals that come together both arrive.
- A client that takes nothing of its answer is given up, also when all of it is written and only granian holds it.
"""

from __future__ import annotations

import ctypes
import functools
import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import MPServer
from granian.server.mp import WorkerProcess

from garrison.settings import Settings
from garrison.web.exchange import ASGIApplication
from garrison.web.interrupt import Interrupt
from garrison.web.switchboard import Switching

_CONNECTIONS = 4_096  # of a worker; one that does nothing costs about 20 KB
_KILL_S = 2  # seconds that a worker may take to end its last answers
_PR_SET_PDEATHSIG = 1  # prctl(2)
_YOUNG_S = 1.0  # a worker that ended within that time may do so again
_BREATH_S = 0.2  # seconds before such a one is replaced

Build = Callable[[Settings, Path], ASGIApplication]


@dataclass(frozen=True, slots=True)
class _WorkerPlan:
    """What a worker process needs to build its application; it is copied to other processes."""

    settings: Settings
    switchboard: Path
    build: Build
    server_pid: int


class _Workers(MPServer):
    """Granian's main process."""

    def __init__(self, settings: Settings, hang_up: Callable[[], None]) -> None:
        super().__init__(
            "garrison.web.workers:_worker",
            address=settings.host,
            port=settings.port,
            interface=Interfaces.ASGI,
            http=HTTPModes.http1,  # of HTTP/2 nothing is told apart here: streams, windows, resets
            http1_settings=HTTP1Settings(header_read_timeout=int(settings.client_patience_s * 1_000)),
            backlog=_CONNECTIONS,
            backpressure=_CONNECTIONS,  # a worker accepts no more; an idle one ends after the same time
            workers=settings.workers,
            workers_kill_timeout=_KILL_S,
            respawn_failed_workers=True,
            log_level=LogLevels.warning,
            websockets=False,
        )
        self.main_loop_interrupt = Interrupt()
        self._hang_up = hang_up
        self._patience_ms = int(settings.client_patience_s * 1_000)
        self.has_answered = False

    def signal_handler_reload(self, *_args: Any) -> None:
        self._hang_up()

    def _spawn_worker(self, idx: int, target: Callable[..., Any], *args: Any, **kwargs: Any) -> WorkerProcess:
        patient = functools.partial(_run_patiently, self._patience_ms, target)
        return super()._spawn_worker(idx, patient if sys.platform == "linux" else target, *args, **kwargs)

    def _respawn_workers(self, workers: list[int], *args: Any, **kwargs: Any) -> None:
        if any(time.monotonic() - self.wrks[worker].birth < _YOUNG_S for worker in workers):
            time.sleep(_BREATH_S)
        super()._respawn_workers(workers, *args, **kwargs)
        if self.has_answered:
            self.respawned_wrks.clear()
        if self.interrupt_children:  # one ended while granian took note of another
            self.main_loop_interrupt.set()


def serve(
    settings: Settings,
    switchboard: Path,
    build: Build,
    hang_up: Callable[[], None],
    ready: Callable[[str], None],
) -> None:
    """Serve until SIGINT or SIGTERM; every worker has ended when this returns.

    :param switchboard: where workers learn which generation to serve.
    :param build: makes the application of a generation.
    :param hang_up: called at SIGHUP, as a handler of signals.
    :param ready: called once with the server's address, when queries are answered.
    """
    plan = _WorkerPlan(settings, switchboard, build, os.getpid())
    server = _Workers(settings, hang_up)
    announcer = threading.Thread(target=_announce, args=(server, settings, ready), daemon=True)
    server.on_startup(announcer.start)
    server.serve(target_loader=functools.partial(_worker, plan), wrap_loader=False)


def _run_patiently(patience_ms: int, target: Callable[..., Any], *args: Any) -> None:
    """Run a worker's process as granian does, but for its socket."""
    serve_on: Callable[..., Any] = target.__wrapped__  # type: ignore[attr-defined]
    patient = functools.partial(_serve_patiently, patience_ms, serve_on)
    WorkerProcess.wrap_target(patient)(*args)  # type: ignore[no-untyped-call]


def _serve_patiently(
    patience_ms: int, serve_on: Callable[..., Any], worker_id: int, callback: Any, sockets: Any, *args: Any
) -> None:
    """Let the kernel end each connection whose client takes nothing for too long of what was written to it.

    Nobody here knows when granian has written the end of an answer; it would wait for ever, and hold what is left.
    """
    shared, _ = sockets
    listening = shared.build()  # as granian would now
    with socket.socket(fileno=os.dup(listening.get_fd())) as listener:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, patience_ms)  # all that it accepts have it
    serve_on(worker_id, callback, (None, listening), *args)


def _worker(plan: _WorkerPlan) -> ASGIApplication:
    """Runs first in each worker process."""
    _end_with(plan.server_pid)
    return Switching(plan.switchboard, functools.partial(plan.build, plan.settings))


def _end_with(server_pid: int) -> None:
    """Ask the kernel to end this worker if the server is killed, so that nobody is left behind."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != server_pid:  # it ended before we asked to be told
        os._exit(0)


def _announce(server: _Workers, settings: Settings, ready: Callable[[str], None]) -> None:
    """Say the address once ``/health`` is answered.

    The workers are forked from this process; a lock that this thread held then would stay locked in them for
    ever. So it only sleeps until they all run.
    """
    while len(server.wrks) < settings.workers:
        time.sleep(0.02)
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)
    address = f"http://{f'[{host}]' if ':' in host and not host.startswith('[') else host}:{settings.port}"
    while not server.interrupt_signal:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5):
                server.has_answered = True
                ready(address)
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.05)
