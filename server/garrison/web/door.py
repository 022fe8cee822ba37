"""The ASGI door: results are streamed here, everything else is answered by the application behind it.

``/sparql`` and ``/api/<name>`` pass through here, since their results may be long, late, or fail midway. What
a person is shown (a form, the first rows of a result) is a page, and pages are made behind the door.

What granian 2.8 does in ASGI mode, held by ``tests/test_http_door.py``:

- A response that began and was never finished breaks: the connection closes without the last chunk, so the
  client's read fails. Under granian's WSGI and RSGI it would end as a clean 200.
- A client's leaving completes the pending ``receive()`` with ``http.disconnect``, before the first byte as
  after it. ``send()`` to a client that left neither fails nor yields to the loop, so only ``receive()``
  tells, and a sender has to yield by itself.
- ``send()`` waits when the client reads slowly, after some megabytes; so a slow client slows its reader.
- Any method passes, also ``QUERY``; ``scope["path"]`` is decoded once, ``scope["query_string"]`` not at all.
"""

from __future__ import annotations

import asyncio
import logging
import string
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from werkzeug.exceptions import RequestEntityTooLarge

from garrison.engine.interface import QueryRequest
from garrison.errors import ResultInterrupted
from garrison.rdf.formats import OFFERED, Format
from garrison.services.catalogue import Catalogue
from garrison.services.query import QueryService
from garrison.settings import Settings
from garrison.web import headers
from garrison.web.addresses import base_url
from garrison.web.negotiation import negotiate, wants_html
from garrison.web.problems import Answer, problem_of, render_problem
from garrison.web.protocol import (
    METHODS,
    Preflight,
    QueryOperation,
    RequestParts,
    choose_format,
    query_request,
    read_operation,
)
from garrison.web.saved_queries import read_call

log = logging.getLogger("garrison.web")

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApplication = Callable[[Scope, Receive, Send], Awaitable[None]]

SPARQL = frozenset({"/sparql", "/sparql/"})
SAVED = "/api/"


class ClientLeft(Exception):
    """The client closed the connection; nobody is there to be answered."""


@dataclass(slots=True)
class Exchange:
    """One request and its response."""

    scope: Scope
    receive: Receive
    send: Send
    is_begun: bool = False  # the status line has left: no other status can follow

    @property
    def path(self) -> str:
        """The decoded path, without a trailing slash."""
        path: str = self.scope["path"]
        return path.rstrip("/")

    @property
    def is_saved_query(self) -> bool:
        """Tell if a saved query is run, rather than one that the request brings."""
        return self.path.startswith(SAVED)

    @property
    def client(self) -> str:
        """The address of who asks."""
        host: str = (self.scope.get("client") or ("",))[0]
        return host

    @property
    def fields(self) -> dict[str, str]:
        """The header; repeated fields are joined (RFC 9110, section 5.3)."""
        joined: dict[str, str] = {}
        for name, value in self.scope["headers"]:
            key, text = name.decode("latin-1"), value.decode("latin-1")
            joined[key] = f"{joined[key]}, {text}" if key in joined else text
        return joined

    async def read_parts(self, max_body_bytes: int) -> RequestParts:
        """Read the whole request.

        :raises RequestEntityTooLarge: as soon as the body is known to be longer than ``max_body_bytes``.
        :raises ClientLeft: if the client leaves while it sends.
        """
        fields = self.fields
        length = fields.get("content-length", "0")
        if length.isdigit() and int(length) > max_body_bytes:
            raise RequestEntityTooLarge(f"The body may have at most {max_body_bytes} bytes; this has {length}.")
        body = await self._read_body(max_body_bytes)
        return RequestParts(self.scope["method"], self.scope["query_string"], fields, body)

    async def _read_body(self, max_body_bytes: int) -> bytes:
        body = bytearray()
        while True:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise ClientLeft
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
        self.is_begun = True
        encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in fields]
        await self.send({"type": "http.response.start", "status": status, "headers": encoded})

    async def write(self, chunk: bytes, is_last: bool = False) -> None:
        """Send a part of the body."""
        await self.send({"type": "http.response.body", "body": chunk, "more_body": not is_last})

    async def answer(self, answer: Answer) -> None:
        """Send a whole response; HEAD gets its header alone."""
        length = ("Content-Length", str(len(answer.body)))
        await self.begin(answer.status, (*answer.headers, length, *headers.COMMON))
        await self.write(b"" if self.scope["method"] == "HEAD" else answer.body, is_last=True)


@dataclass(frozen=True, slots=True)
class Planned:
    """A query that will be answered here, and how its result is written."""

    request: QueryRequest
    format: Format


class Door:
    """Answers queries from ``service``, and passes every other request on to ``behind``."""

    def __init__(
        self,
        service: QueryService,
        catalogue: Catalogue,
        behind: ASGIApplication,
        settings: Settings,
    ) -> None:
        self._service = service
        self._catalogue = catalogue
        self._behind = behind
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or not _is_ours(scope):
            await self._behind(_in_ascii(scope), receive, send)
            return
        exchange = Exchange(scope, receive, send)
        try:
            await self._handle(exchange)
        except ClientLeft:
            return
        except Exception as error:  # the one place where everything is caught: see problems
            await self._fail(exchange, error)

    async def _handle(self, exchange: Exchange) -> None:
        parts = await exchange.read_parts(self._settings.max_body_bytes)
        planned = self._plan_saved(exchange, parts) if exchange.is_saved_query else self._plan(exchange, parts)
        match planned:
            case Answer():
                await exchange.answer(planned)
            case Planned():
                await self._evaluate(exchange, planned)
            case None:
                await self._behind(_in_ascii(exchange.scope), _replay(parts.body, exchange.receive), exchange.send)

    def _plan(self, exchange: Exchange, parts: RequestParts) -> Planned | Answer | None:
        """Decide what ``/sparql`` does; ``None`` leaves it to the application behind."""
        operation = read_operation(parts)
        match operation:
            case Preflight():
                return Answer(204, headers.preflight(METHODS), b"")
            case QueryOperation() if not _is_page(operation.format_name, operation.accept):
                format = choose_format(operation, self._service.admit(operation.query).form)
                return Planned(query_request(operation, format, exchange.client), format)
        return None

    def _plan_saved(self, exchange: Exchange, parts: RequestParts) -> Planned | None:
        """Decide what ``/api/<name>`` does; ``None`` leaves it to the application behind."""
        query = self._catalogue.find(exchange.path.removeprefix(SAVED))
        request, format_name = read_call(query, parts.query_string)
        accept = parts.headers.get("accept")
        if parts.method not in ("GET", "HEAD") or _is_page(format_name, accept):
            return None
        format = negotiate(accept, OFFERED[self._service.admit(request.query).form], format_name)
        return Planned(replace(request, media_type=format.media_type, client=exchange.client), format)

    async def _evaluate(self, exchange: Exchange, planned: Planned) -> None:
        """Stream the result, and free its reader as soon as the client leaves."""
        streaming = asyncio.ensure_future(self._stream(exchange, planned))
        leaving = asyncio.ensure_future(exchange.left())
        try:
            await asyncio.wait({streaming, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not streaming.done():
                raise ClientLeft
            await streaming
        finally:
            for task in (streaming, leaving):
                task.cancel()
            await asyncio.gather(streaming, leaving, return_exceptions=True)

    async def _stream(self, exchange: Exchange, planned: Planned) -> None:
        """Wait for the first bytes before the status line is sent, so that a timeout is a true 503."""
        async with await self._service.start_async(planned.request) as run:
            first = await run.first()
            await exchange.begin(200, (("Content-Type", planned.format.content_type), *headers.COMMON))
            if exchange.scope["method"] != "HEAD":
                await exchange.write(first)
                async for chunk in run.chunks():
                    await exchange.write(chunk)
                    await asyncio.sleep(0)  # let the leaving of the client be noticed, see above
            await exchange.write(b"", is_last=True)

    async def _fail(self, exchange: Exchange, error: Exception) -> None:
        """Answer with a problem; a response that has begun is left unfinished, which breaks it."""
        if exchange.is_begun:
            log.warning("a result was cut off: %s", error, exc_info=not isinstance(error, ResultInterrupted))
            return
        fields = exchange.fields
        base = base_url(self._settings.public_url, exchange.scope.get("scheme", "http"), fields.get("host"))
        await exchange.answer(render_problem(problem_of(error), fields.get("accept"), base))


def _is_ours(scope: Scope) -> bool:
    path: str = scope["path"]
    return path in SPARQL or path.startswith(SAVED)


def _is_page(format_name: str | None, accept: str | None) -> bool:
    return format_name == "html" or (format_name is None and wants_html(accept))


def _in_ascii(scope: Scope) -> Scope:
    """The request with its query string percent-encoded: some clients send it raw, and WSGI has no place for
    that.
    """
    if scope["type"] != "http":
        return scope
    return {**scope, "query_string": quote(scope["query_string"], safe=string.printable).encode("ascii")}


def _replay(body: bytes, receive: Receive) -> Receive:
    """A ``receive`` that gives the body once more, then goes on."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return pending.pop() if pending else await receive()

    return again
