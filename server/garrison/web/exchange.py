"""One request and its response over ASGI: reading with a limit, answering, noticing that the client left."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_etags

from garrison.errors import ProtocolError
from garrison.web import headers
from garrison.web.problems import Answer
from garrison.web.protocol import RequestParts

KEEP = "garrison.keep"  # in the scope of a request: an :class:`Answered` that whoever answers may mark

_CONDITIONAL = ("GET", "HEAD", "QUERY")  # the others are no question after a representation: section 13.1.2

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApplication = Callable[[Scope, Receive, Send], Awaitable[None]]


def header_of(scope: Scope, name: bytes) -> str | None:
    """A field of the header, repeated ones joined; ``None`` if it is not there."""
    values = [value.decode("latin-1") for key, value in scope["headers"] if key == name]
    return ", ".join(values) if values else None


@dataclass(slots=True)
class Answered:
    """What is known of an answer; copies of a scope share it."""

    is_lasting: bool = False  # it is the same as long as the snapshot is served


def mark_lasting(scope: Scope) -> None:
    """Say that the answer to a request is the same as long as the snapshot is served, so that it may be kept."""
    if isinstance(answered := scope.get(KEEP), Answered):
        answered.is_lasting = True


class ClientLeft(Exception):
    """The client closed the connection; nobody is there to be answered."""


@dataclass(slots=True)
class Exchange:
    """One request and its response."""

    scope: Scope
    receive: Receive
    send: Send
    is_begun: bool = False  # the status line has left: no other status can follow
    query: str | None = None  # what was asked, as soon as it is known
    fields: dict[str, str] = field(init=False)  # the header; repeated fields are joined (RFC 9110, section 5.3)

    def __post_init__(self) -> None:
        self.fields = {}
        for name, value in self.scope["headers"]:
            key, text = name.decode("latin-1"), value.decode("latin-1")
            self.fields[key] = f"{self.fields[key]}, {text}" if key in self.fields else text

    @property
    def path(self) -> str:
        """The decoded path, without a trailing slash."""
        path: str = self.scope["path"]
        return path.rstrip("/")

    @property
    def peer(self) -> str:
        """The address that the connection comes from."""
        host: str = (self.scope.get("client") or ("",))[0]
        return host

    async def read_parts(self, max_body_bytes: int, base: str) -> RequestParts:
        """Read the whole request.

        :param base: the address that the client knows this server by.
        :raises RequestEntityTooLarge: as soon as the body is known to be longer than ``max_body_bytes``.
        :raises ProtocolError: if the body breaks off, because it is malformed or the client leaves while it sends.
        """
        length = self.fields.get("content-length", "0")
        if length.isdigit() and int(length) > max_body_bytes:
            raise RequestEntityTooLarge(f"The body may have at most {max_body_bytes} bytes; this has {length}.")
        # Either field announces a body (RFC 9112, section 6.3); to be told that there is none takes 0.3 ms.
        is_sent = length != "0" or "transfer-encoding" in self.fields
        body = await self._read_body(max_body_bytes) if is_sent else b""
        scope = self.scope
        return RequestParts(scope["method"], scope["query_string"], self.fields, body, scope["path"], base)

    async def _read_body(self, max_body_bytes: int) -> bytes:
        body = bytearray()
        while True:
            message = await self.receive()
            if message["type"] == "http.disconnect":  # who left hears nothing of it; whose body was none does
                raise ProtocolError("The body of the request broke off, or its chunks are none.")
            body += message.get("body", b"")
            if len(body) > max_body_bytes:
                raise RequestEntityTooLarge(f"The body may have at most {max_body_bytes} bytes.")
            if not message.get("more_body", False):
                return bytes(body)

    async def left(self) -> None:
        """Return when the client leaves."""
        while (await self.receive())["type"] != "http.disconnect":
            pass

    async def begin(self, status: int, fields: tuple[tuple[str, str], ...]) -> None:
        """Send the status line and the header."""
        encoded = headers.encoded(fields)
        self.is_begun = True
        await self.send({"type": "http.response.start", "status": status, "headers": encoded})

    async def write(self, chunk: bytes, is_last: bool = False) -> None:
        """Send a part of the body."""
        await self.send({"type": "http.response.body", "body": chunk, "more_body": not is_last})

    async def answer_lasting(self, fields: tuple[tuple[str, str], ...], body: bytes, is_kept: bool = True) -> None:
        """Send a response that is the same for as long as the snapshot is served; 304 to who holds it already.

        A tag tells formats apart that write the same bytes (RFC 9110, section 8.8.1).

        :param is_kept: whether it may be remembered here too.
        """
        kind = dict(fields)["Content-Type"]
        tag = hashlib.sha256(f"{kind}\n".encode("latin-1") + body).hexdigest()[:32]
        lasting = (*fields, ("ETag", f'"{tag}"'), ("Cache-Control", "no-cache"))
        if is_kept:
            mark_lasting(self.scope)
        held = self.fields.get("if-none-match") if self.scope["method"] in _CONDITIONAL else None
        if held is not None and parse_etags(held).contains_weak(tag):
            await self.begin(304, lasting)
            await self.write(b"", is_last=True)
        else:
            await self.answer(Answer(200, lasting, body))

    async def answer(self, answer: Answer) -> None:
        """Send a whole response; HEAD gets its header alone."""
        length = ("Content-Length", str(len(answer.body)))
        await self.begin(answer.status, (*answer.headers, length))
        await self.write(b"" if self.scope["method"] == "HEAD" else answer.body, is_last=True)
