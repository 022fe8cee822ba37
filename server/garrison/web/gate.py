"""The gate in front of everything: what is refused, or given up, by the shape of a request alone.

The HTTP library (granian's hyper) has said no before to what is no HTTP at all: an address beyond 64 KB (414), more
than 100 fields or a header beyond its buffer (431), a length or a coding that cannot be (400), a header that does not
arrive in time; those answers have no body. ``server/SECURITY.md`` lists both kinds.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from werkzeug.exceptions import BadRequest, HTTPException, RequestHeaderFieldsTooLarge, RequestTimeout

from garrison.errors import QueryQueueFull
from garrison.web import headers
from garrison.web.addresses import base_url
from garrison.web.exchange import ASGIApplication, ClientLeft, Message, Receive, Scope, Send
from garrison.web.problems import Answer, problem_of, render_problem

MAX_FIELD = 8_192  # bytes of a field; reading an Accept of 300 KB took 1.7 s, in which nobody was answered
MAX_FIELDS = 32_768  # bytes of all fields: a part of what an answer is remembered by

BODIES = 64_000_000  # bytes of the bodies that a worker holds at the same time
SHORT = 16_384  # bytes; a body that is shorter is read though others have taken all of that
PIECE = 131_072  # bytes that granian is given at once: it holds all that a client does not take


class Gate:
    """Passes on what has the shape of a request, and waits for nobody without end."""

    def __init__(self, inside: ASGIApplication, public_url: str | None, patience_s: float) -> None:
        """Wait so many seconds for a body, and for a client that takes nothing of its answer."""
        self._inside = inside
        self._public_url = public_url
        self._patience_s = patience_s
        self._held = _Held()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._inside(scope, receive, send)
            return
        if error := fault_of(scope["headers"]):
            await self._refuse(scope, send, error)
            return
        # To WSGI `X_Forwarded_For` would be the field that a trusted proxy has written, as nginx and others know.
        scope["headers"] = [(name, value) for name, value in scope["headers"] if b"_" not in name]
        body = _Body(receive, self._patience_s, self._held)
        output = _Output(send, self._patience_s)
        try:
            await self._inside(scope, body.receive, output.send)
        except ReaderLate:
            return
        finally:
            self._held.bytes -= body.bytes
            if output.is_late:
                _hang_up(scope)

    async def _refuse(self, scope: Scope, send: Send, error: HTTPException) -> None:
        base = base_url(self._public_url, scope.get("scheme", "http"), None)
        answer = render_problem(problem_of(error), None, base)
        await _say(send, Answer(answer.status, (*answer.headers, ("Connection", "close")), answer.body))


class BodyLate(RequestTimeout):
    """A body did not come to its end in time."""


class BodiesFull(QueryQueueFull):
    """The bodies of other requests fill the memory that there is for them."""

    def __init__(self) -> None:
        super().__init__(1)
        self.args = ("More long requests arrive than this server holds at the same time. Try again in a second.",)


class ReaderLate(ClientLeft):
    """A client took nothing of its answer for too long."""


def fault_of(fields: list[tuple[bytes, bytes]]) -> HTTPException | None:
    """Say what is wrong with a header, if anything is."""
    sizes = [len(name) + len(value) for name, value in fields]
    if max(sizes, default=0) > MAX_FIELD or sum(sizes) > MAX_FIELDS:
        said = f"A field of the header may have {MAX_FIELD:,} bytes, all of them {MAX_FIELDS:,}. "
        return RequestHeaderFieldsTooLarge(said + "A long query goes into the body of a POST.")
    # Beside chunks, a Content-Length is nothing here: hyper drops it (RFC 9112, section 6.3).
    codings = [value.strip().lower() for name, value in fields if name == b"transfer-encoding"]
    if codings and codings != [b"chunked"]:
        return BadRequest("The only Transfer-Encoding that is read here is chunked, once.")
    return None


@dataclass(slots=True)
class _Held:
    """What a worker holds of bodies."""

    bytes: int = 0


class _Body:
    """Receives the body within a time; after it, waits for the leaving of the client as long as that takes."""

    def __init__(self, receive: Receive, within_s: float, held: _Held) -> None:
        self._receive = receive
        self._held = held
        self.bytes = 0  # of this body so far
        self._within_s = within_s
        self._due = asyncio.get_running_loop().time() + within_s
        self._is_whole = False

    async def receive(self) -> Message:
        if self._is_whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._due):
                message = await self._receive()
        except TimeoutError:
            raise BodyLate(f"The body did not come to its end within {self._within_s:g} seconds.") from None
        self._count(len(message.get("body", b"")))
        self._is_whole = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    def _count(self, more: int) -> None:
        self.bytes += more
        self._held.bytes += more
        if self._held.bytes > BODIES and self.bytes > SHORT:
            raise BodiesFull


class _Output:
    """Sends, unless the client takes nothing for too long: its answer is given up then, and what it held is freed."""

    def __init__(self, send: Send, within_s: float) -> None:
        self._send = send
        self._within_s = within_s
        self._is_stream = False
        self.is_late = False

    async def send(self, message: Message) -> None:
        body = message.get("body", b"")
        if len(body) <= PIECE:
            await self._send_on(message)
            return
        for start in range(0, len(body), PIECE):
            is_last = start + PIECE >= len(body) and not message.get("more_body", False)
            await self._send_on({**message, "body": body[start : start + PIECE], "more_body": not is_last})

    async def _send_on(self, message: Message) -> None:
        if self.is_late:
            raise ReaderLate
        self._is_stream = self._is_stream or message.get("more_body", False)
        if not self._is_stream:  # granian takes a head, and an answer in one piece, without waiting for anybody
            await self._send(message)
            return
        try:
            async with asyncio.timeout(self._within_s):
                await self._send(message)
        except TimeoutError:
            self.is_late = True
            raise ReaderLate from None


async def _say(send: Send, answer: Answer) -> None:
    fields = headers.encoded((*answer.headers, ("Content-Length", str(len(answer.body)))))
    await send({"type": "http.response.start", "status": answer.status, "headers": fields})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})


def _hang_up(scope: Scope) -> None:
    """End the connection of a client that takes nothing: granian would keep it, and what is still unsent, as long as
    the client likes.
    """
    client = [str(part) for part in scope["client"]]  # granian has the port as text
    for entry in Path("/proc/self/fd").iterdir():
        if not _is_socket(entry):
            continue
        with contextlib.suppress(OSError), socket.socket(fileno=os.dup(int(entry.name))) as connection:
            peer = connection.getpeername()
            if isinstance(peer, tuple) and [str(part) for part in peer[:2]] == client:
                connection.shutdown(socket.SHUT_RDWR)


def _is_socket(entry: Path) -> bool:
    try:
        return str(entry.readlink()).startswith("socket:")
    except OSError:  # closed since it was listed
        return False
