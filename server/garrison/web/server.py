"""Run the HTTP side: granian's worker processes in front of a pool that is already running."""

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

from a2wsgi import WSGIMiddleware
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import MPServer

from garrison.engine.client import EngineClient
from garrison.engine.process import PoolProcess
from garrison.engine.quota import Limits
from garrison.errors import SettingsError
from garrison.services.publication import open_publication
from garrison.services.query import QueryService
from garrison.settings import Settings
from garrison.web.app import create_app
from garrison.web.clients import Clients
from garrison.web.door import Door
from garrison.web.encoding import Encoding
from garrison.web.exchange import ASGIApplication
from garrison.web.remembering import Remembering

DEFAULT_BUDGET_S = 120.0  # two cores' worth of every minute
_KILL_S = 2  # seconds that a worker may take to end its last answers
_PR_SET_PDEATHSIG = 1  # prctl(2)
_PAGE_THREADS = 8  # pages being made at the same time, per worker


@dataclass(frozen=True, slots=True)
class WorkerPlan:
    """What a worker process needs to build its application; it is copied to other processes."""

    settings: Settings
    snapshot: Path
    socket_path: str
    server_pid: int


def build_application(plan: WorkerPlan) -> ASGIApplication:
    """The whole server as one ASGI application: the door, and Flask behind it."""
    publication = open_publication(plan.snapshot)
    engine = EngineClient(plan.socket_path)
    service = QueryService(engine, no_rewrites=plan.settings.no_rewrites)
    flask = create_app(plan.settings, publication, engine, service)
    behind: ASGIApplication = WSGIMiddleware(flask, workers=_PAGE_THREADS)  # type: ignore[arg-type,assignment]
    door = Door(service, publication.catalogue, behind, plan.settings)
    return Remembering(Encoding(door), plan.settings.cache_mb * 500_000)


def free_port(host: str, port: int) -> int:
    """The port to listen on: ``port`` if it is free, any free one for 0.

    Granian's workers share a port by SO_REUSEPORT, so a second server on the same port would start and take a
    share of the first one's clients; this is noticed here instead.

    :raises SettingsError: if host and port cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = error.strerror or str(error)
            raise SettingsError(
                f"Port {port} on {host} cannot be used ({reason.lower()}); choose another with --port."
            ) from error
        return int(probe.getsockname()[1])


def end_on_sigterm() -> None:
    """Let SIGTERM unwind this process as Ctrl-C does, so that pool and snapshot go with it.

    Granian brings its own handlers when it starts to serve.
    """
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(128 + signal.SIGTERM))


def run(settings: Settings, snapshot: Path, say: Callable[[str], None]) -> None:
    """Start the engine over a snapshot and serve until SIGINT or SIGTERM; nothing is left running.

    :param settings: with a port that is free, see :func:`free_port`.
    :raises EditionError: if a saved query breaks the rules.
    :param say: told the address, once, when queries are answered.
    """
    open_publication(snapshot)  # what is wrong with it is said once, not by every worker
    Clients(settings)  # and so are its tokens
    with PoolProcess(snapshot, limits_of(settings)) as pool:
        serve(settings, pool.snapshot, pool.socket_path, lambda address: say(f"Garrison answers at {address}"))


def limits_of(settings: Settings) -> Limits:
    """What the settings hold queries and clients to.

    Unless a budget is set, this machine itself has none: who asks from here runs the server, or stands behind a proxy
    that is not trusted, where all clients of the world are one.
    """
    budget_s = DEFAULT_BUDGET_S if settings.client_budget_s is None else settings.client_budget_s
    return Limits(
        timeout_s=settings.query_timeout_s,
        memory_mb=settings.reader_memory_mb,
        max_readers=settings.max_readers,
        max_queue=settings.max_queue,
        client_queries=settings.client_queries,
        client_budget_s=budget_s,
        unbudgeted=("127.0.0.1", "::1") if settings.client_budget_s is None else (),
        max_rows=settings.max_rows,
        max_result_mb=settings.max_result_mb,
    )


def serve(settings: Settings, snapshot: Path, socket_path: Path, ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; every worker has ended when this returns.

    :param ready: called once with the server's address, when queries are answered.
    """
    plan = WorkerPlan(settings, snapshot, str(socket_path), os.getpid())
    server = MPServer(
        "garrison.web.server:_worker",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=settings.workers,
        workers_kill_timeout=_KILL_S,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
        websockets=False,
    )
    announcer = threading.Thread(target=_announce, args=(server, settings, ready), daemon=True)
    server.on_startup(announcer.start)
    server.serve(target_loader=functools.partial(_worker, plan), wrap_loader=False)


def _worker(plan: WorkerPlan) -> ASGIApplication:
    """Runs first in each worker process."""
    _end_with(plan.server_pid)
    return build_application(plan)


def _end_with(server_pid: int) -> None:
    """Ask the kernel to end this worker if the server is killed, so that nobody is left behind."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != server_pid:  # it ended before we asked to be told
        os._exit(0)


def _announce(server: MPServer, settings: Settings, ready: Callable[[str], None]) -> None:
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
                ready(address)
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.05)
