"""How the server's process tells its workers what to serve, and learns what they still need of what was before.

What is served at a time is a *generation*: the directory of a pool, with its socket and the snapshot that it holds.
Each worker calls once, is told the current generation at once and every later one as it comes, and says after each
change which generations its requests use. A worker that ends hangs up. Both ends use packets, so none is cut.
"""

from __future__ import annotations

import contextlib
import json
import logging
import selectors
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from garrison.engine.addresses import socket_address
from garrison.web.exchange import ASGIApplication, Receive, Scope, Send

log = logging.getLogger("garrison.web")

_MAX_PACKET = 65_536  # bytes; a packet holds some paths


@dataclass(slots=True, eq=False)
class _Line:
    """A worker as the switchboard knows it."""

    told: str  # the generation that it was told last
    uses: set[str] = field(default_factory=set)  # the generations that it named last


class Switchboard:
    """The server's end."""

    def __init__(self, path: Path, generation: str) -> None:
        """Listen at ``path``; whoever calls is told of ``generation``."""
        self._generation = generation
        self._lines: dict[socket.socket, _Line] = {}
        self._lock = threading.Lock()
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with socket_address(path) as address:
            self._listener.bind(address)
        self._listener.listen(64)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._awake, self._waker = socket.socketpair()
        self._selector.register(self._awake, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._listen, name="switchboard", daemon=True)
        self._thread.start()

    def publish(self, generation: str) -> None:
        """Tell every worker, and every later one, to serve this generation."""
        with self._lock:
            self._generation = generation
            for worker in self._lines:
                self._tell(worker)

    def is_settled(self) -> bool:
        """Tell if every worker serves the current generation."""
        with self._lock:
            return all(self._generation in line.uses for line in self._lines.values())

    def is_used(self, generation: str) -> bool:
        """Tell if a worker needs this generation, or is about to."""
        with self._lock:
            return any(generation == line.told or generation in line.uses for line in self._lines.values())

    def close(self) -> None:
        self._waker.close()
        self._thread.join()
        for each in (self._listener, self._awake, *self._lines):
            each.close()
        self._selector.close()

    def _listen(self) -> None:
        while True:
            ready = [key.fileobj for key, _events in self._selector.select()]
            if self._awake in ready:
                return
            with self._lock:
                for each in ready:
                    assert isinstance(each, socket.socket)
                    self._accept() if each is self._listener else self._hear(each)

    def _accept(self) -> None:
        worker, _address = self._listener.accept()
        worker.setblocking(False)
        self._selector.register(worker, selectors.EVENT_READ)
        self._lines[worker] = _Line(self._generation)
        self._tell(worker)

    def _hear(self, worker: socket.socket) -> None:
        try:
            packet = worker.recv(_MAX_PACKET)
        except OSError:
            packet = b""
        if packet:
            self._lines[worker].uses = set(json.loads(packet))
        else:
            self._selector.unregister(worker)
            del self._lines[worker]
            worker.close()

    def _tell(self, worker: socket.socket) -> None:
        self._lines[worker].told = self._generation
        with contextlib.suppress(OSError):  # it has ended, which is heard
            worker.send(self._generation.encode())


@dataclass(slots=True, eq=False)
class _Generation:
    """One generation in a worker, with the requests that it answers."""

    name: str
    application: ASGIApplication
    requests: int = 0


class Switching:
    """A worker's end: the application of the newest generation. A request stays with the one that it began with."""

    def __init__(self, path: Path, build: Callable[[Path], ASGIApplication]) -> None:
        """Call the switchboard, and build what it says.

        :param build: makes the application of a generation; may take its time, since it runs in a thread.
        """
        self._build = build
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with socket_address(path) as address:
            self._line.connect(address)
        self._lock = threading.Lock()
        self._current = self._open(self._line.recv(_MAX_PACKET))
        self._earlier: list[_Generation] = []  # with requests that began there
        self._say_what_is_used()
        threading.Thread(target=self._follow, name="switching", daemon=True).start()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":  # the life of the worker, which is no request of one generation
            await self._current.application(scope, receive, send)
            return
        with self._lock:  # between choosing and counting, a generation could be let go
            generation = self._current
            generation.requests += 1
        try:
            await generation.application(scope, receive, send)
        finally:
            with self._lock:
                generation.requests -= 1
                if generation in self._earlier:
                    self._let_go()

    def _follow(self) -> None:
        while packet := self._line.recv(_MAX_PACKET):
            try:
                opened = self._open(packet)
            except Exception as error:  # a worker that cannot follow is better than none
                log.error("%s cannot be served: %s", packet.decode(), error)
                continue
            with self._lock:
                self._earlier.append(self._current)
                self._current = opened
                self._let_go()

    def _open(self, packet: bytes) -> _Generation:
        name = packet.decode()
        return _Generation(name, self._build(Path(name)))

    def _let_go(self) -> None:
        self._earlier = [generation for generation in self._earlier if generation.requests]
        self._say_what_is_used()

    def _say_what_is_used(self) -> None:
        names = [generation.name for generation in (self._current, *self._earlier)]
        with contextlib.suppress(OSError):  # the server has ended, and this worker does too
            self._line.send(json.dumps(names).encode())
