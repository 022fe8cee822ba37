"""Ask the pool over its socket, from threads or from an event loop."""

from __future__ import annotations

import asyncio
import os
import select
import socket
import weakref
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from io import FileIO
from pathlib import Path
from typing import Self, TypeVar

from garrison.engine.addresses import socket_address
from garrison.engine.interface import Allowance, AsyncQueryRun, EngineStatus, QueryRequest, QueryRun, RunningQuery
from garrison.engine.verdict import MAX_VERDICT, Outcome, Verdict, is_whole
from garrison.engine.wire import (
    ALLOWANCE,
    CANCEL,
    MAX_PACKET,
    RUNNING,
    STATUS,
    decode_allowance,
    decode_names,
    decode_running,
    decode_status,
    encode_cancel,
    encode_graphs,
    encode_query,
)
from garrison.errors import EndpointError, EngineUnavailable, QueryRefused, ResultInterrupted

CHUNK = 65_536  # bytes; what a pipe holds
BRIEF_S = 0.001  # seconds for which the verdict alone is waited for
LATE_S = 0.2  # seconds after which the pool is listened to as well: an ended reader takes its time to close its pipe
MOST_FREE = 32  # sockets that are kept to ask again
PATIENCE_S = 5.0  # a pool answers within milliseconds; longer means that it is gone or stuck
_Value = TypeVar("_Value")
_GONE = "The engine does not answer. Try again in a moment."


class EngineClient:
    """Implements :class:`~garrison.engine.interface.Engine` over the socket of a pool.

    Holds a path, and sockets that are free to ask again, so it can be shared by threads, copied to other processes,
    and outlives a pool that is started again at the same path.
    """

    def __init__(self, socket_path: Path | str) -> None:
        self.socket_path = str(socket_path)
        self._free: list[socket.socket] = []  # appending and popping is safe between threads
        self._pid = os.getpid()  # whose sockets they are
        weakref.finalize(self, _close_all, self._free)

    def __reduce__(self) -> tuple[type[EngineClient], tuple[str]]:
        return EngineClient, (self.socket_path,)

    def start(self, request: QueryRequest) -> QueryRun:
        control, data = self._submit(request)
        control.settimeout(None)
        return _Run(control, data, self._give_back)

    async def start_async(self, request: QueryRequest) -> AsyncQueryRun:
        # Connecting and one small send to a local socket do not wait unless the pool is gone or stuck.
        control, data = self._submit(request)
        if control.gettimeout() != 0:
            control.setblocking(False)
        os.set_blocking(data.fileno(), False)
        return _AsyncRun(control, data, self._give_back)

    def unknown_graphs(self, names: Sequence[str], view: str = "") -> tuple[str, ...]:
        return decode_names(self._ask(encode_graphs(names, view))) if names else ()

    async def unknown_graphs_async(self, names: Sequence[str], view: str = "") -> tuple[str, ...]:
        return await asyncio.to_thread(self.unknown_graphs, names, view) if names else ()

    def status(self) -> EngineStatus:
        return decode_status(self._ask(STATUS))

    def running(self) -> tuple[RunningQuery, ...]:
        return decode_running(self._ask(RUNNING))

    def cancel(self, id: str, client: str | None) -> bool:
        return self._ask(encode_cancel(id, client)) == CANCEL + b"\1"

    def _ask(self, packet: bytes) -> bytes:
        _require_size(packet)
        with self._connect() as control:
            try:
                control.send(packet)
                answer = control.recv(MAX_PACKET)
            except OSError as error:
                raise EngineUnavailable(_GONE) from error
        if not answer:
            raise EngineUnavailable(_GONE)
        return answer

    def _connect(self) -> socket.socket:
        control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            control.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MAX_PACKET)
            control.settimeout(PATIENCE_S)
            with socket_address(Path(self.socket_path)) as address:
                control.connect(address)
        except OSError as error:
            control.close()
            raise EngineUnavailable(_GONE) from error
        return control

    def _submit(self, request: QueryRequest) -> tuple[socket.socket, FileIO]:
        """Send the query and the pipe's write end; return control socket and read end."""
        packet = encode_query(request)
        _require_size(packet)
        read_end, write_end = os.pipe()
        try:
            return self._hand_in(packet, write_end), FileIO(read_end, "rb")
        except BaseException:
            os.close(read_end)
            raise
        finally:
            os.close(write_end)

    def _hand_in(self, packet: bytes, write_end: int) -> socket.socket:
        """Send over a free socket, over a new one if the pool at its other end is gone."""
        while control := self._take_free():
            try:
                socket.send_fds(control, [packet], [write_end])
            except OSError:
                control.close()
            else:
                return control
        control = self._connect()
        try:
            socket.send_fds(control, [packet], [write_end])
        except OSError as error:
            control.close()
            raise EngineUnavailable(_GONE) from error
        return control

    def _take_free(self) -> socket.socket | None:
        if self._pid != os.getpid():  # forked: these are the other process's
            _close_all(self._free)
            self._pid = os.getpid()
        try:
            return self._free.pop()
        except IndexError:
            return None

    def _give_back(self, control: socket.socket) -> None:
        """Keep a socket whose query is answered."""
        if len(self._free) < MOST_FREE and self._pid == os.getpid():
            self._free.append(control)
        else:
            control.close()


def _close_all(sockets: list[socket.socket]) -> None:
    while sockets:
        sockets.pop().close()


def _require_size(packet: bytes) -> None:
    """Refuse what the pool would read in part."""
    if len(packet) > MAX_PACKET:
        raise QueryRefused("The query with its parameters and graphs is too large.", "size", MAX_PACKET)


class _Held:
    """The two ends that a run holds, and what its verdict means at this point of the result."""

    def __init__(self, control: socket.socket, data: FileIO, give_back: Callable[[socket.socket], None]) -> None:
        self._control = control
        self._data = data
        self._give_back = give_back
        self._begun = False
        self._is_over = False  # the control socket is another's, or closed
        self._allowance: Allowance | None = None
        self._verdict = b""  # a packet that was read before its time
        self._is_told = False  # so it was, or there is nobody to send one

    @property
    def allowance(self) -> Allowance | None:
        return self._allowance

    def _begin(self) -> None:
        """The first bytes are here, so what the pool says beforehand is here too, if it says anything."""
        self._begun = True
        if not self._is_told:
            self._hear()

    def _hear(self) -> None:
        """Take what the pool has said, if it has."""
        try:
            packet = self._control.recv(MAX_VERDICT, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:
            packet = b""
        self._verdict = self._without_allowance(packet)
        self._is_told = not packet.startswith(ALLOWANCE)

    def _without_allowance(self, packet: bytes) -> bytes:
        """Keep the allowance; return a packet that is none."""
        if not packet.startswith(ALLOWANCE):
            return packet
        self._allowance = decode_allowance(packet)
        return b""

    def _release(self) -> None:
        if not self._is_over:
            self._is_over = True
            self._control.close()  # the pool ends the query if it still runs
        self._data.close()

    def _failure(self, packet: bytes) -> EndpointError | None:
        """Let go; return what to raise after the data ended, ``None`` if the result is whole."""
        verdict = Verdict.decode(packet) if packet else None
        if verdict and not self._is_over:
            self._is_over = True
            self._give_back(self._control)
        self._release()
        if verdict and verdict.outcome is Outcome.COMPLETE:
            return None
        error = verdict.error() if verdict else EngineUnavailable(_GONE)
        if not self._begun:
            return error
        interrupted = ResultInterrupted(f"The result is cut short. {error}")
        interrupted.__cause__ = error  # told instead by who has passed nothing on yet
        return interrupted


class _Run(_Held):
    def first(self) -> bytes:
        """Return the next bytes, ``b""`` at the end of a whole result."""
        if self._data.closed:
            return b""
        chunk = self._data.read(CHUNK) or b""
        if not chunk:
            self._finish()
        elif not self._begun:
            self._begin()
        return chunk

    def wait(self, seconds: float) -> bool:
        if self._data.closed:
            return True
        poll = select.poll()
        poll.register(self._data, select.POLLIN)
        return bool(poll.poll(max(0.0, seconds * 1_000)))

    def chunks(self) -> Iterator[bytes]:
        while chunk := self.first():
            yield chunk

    def close(self) -> None:
        self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def _finish(self) -> None:
        try:
            packet = self._verdict or self._without_allowance(self._control.recv(MAX_VERDICT))
            packet = packet or self._control.recv(MAX_VERDICT)
        except ConnectionError:
            packet = b""
        if error := self._failure(packet):
            raise error


class _AsyncRun(_Held):
    async def first(self) -> bytes:
        """Return the next bytes, ``b""`` at the end of a whole result."""
        if self._data.closed:
            return b""
        if not self._begun:
            await self._verdict_at_once()
        while (chunk := self._data.read(CHUNK)) is None and not self._is_given_up():
            await self._something()
        if not chunk:
            await self._finish()
        elif not self._begun:
            self._begin()
        return chunk or b""

    def _is_given_up(self) -> bool:
        """Tell if the pool has said that the reader was ended, so that what it was writing has no end."""
        return self._is_told and not is_whole(self._verdict)

    async def _verdict_at_once(self) -> None:
        """Leave the pipe alone for a moment: a cheap query ends in it, and has woken this process once, not thrice."""
        until = asyncio.get_running_loop().time() + BRIEF_S
        while not self._is_told and await _is_readable(self._control.fileno(), until):
            self._hear()

    async def _something(self) -> None:
        """Wait until the pipe has bytes or its end; after a while, also until the pool says how it ended."""
        control = None if self._is_told else self._control.fileno()
        if await _readable(self._data.fileno(), control) == control:
            self._hear()

    async def chunks(self) -> AsyncIterator[bytes]:
        while chunk := await self.first():
            yield chunk

    async def close(self) -> None:
        self._release()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()

    async def _finish(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            packet = self._verdict or self._without_allowance(await loop.sock_recv(self._control, MAX_VERDICT))
            packet = packet or await loop.sock_recv(self._control, MAX_VERDICT)
        except ConnectionError:
            packet = b""
        if error := self._failure(packet):
            raise error


async def _readable(soon: int, later: int | None) -> int:
    """Wait until one of two descriptors can be read, the second not before :data:`LATE_S`; return which."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[int] = loop.create_future()
    loop.add_reader(soon, _wake, ready, soon)
    timer = None if later is None else loop.call_later(LATE_S, loop.add_reader, later, _wake, ready, later)
    try:
        return await ready
    finally:
        loop.remove_reader(soon)
        if timer and later is not None:
            timer.cancel()
            loop.remove_reader(later)


async def _is_readable(fd: int, until: float) -> bool:
    """Wait for a descriptor until a time of the loop."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[bool] = loop.create_future()
    loop.add_reader(fd, _wake, ready, True)
    timer = loop.call_at(until, _wake, ready, False)
    try:
        return await ready
    finally:
        loop.remove_reader(fd)
        timer.cancel()


def _wake(ready: asyncio.Future[_Value], value: _Value) -> None:
    if not ready.done():
        ready.set_result(value)
