"""The ASGI door: results are streamed here, everything else is answered by the application behind it.

``/sparql``, ``/sparql/<view>`` and ``/api/<name>`` pass through here, since their results may be long, late, or fail
midway: here a slow query holds no thread, so pages and ``/health`` behind the door never wait for one.

What granian 2.8 does in ASGI mode, held by ``tests/test_http_door.py``:

- A response that began and was never finished breaks: the connection closes without the last chunk, so the
  client's read fails. Under granian's WSGI and RSGI it would end as a clean 200.
- A client's leaving completes the pending ``receive()`` with ``http.disconnect``, before the first byte as
  after it. ``send()`` to a client that left neither fails nor yields to the loop, so only ``receive()``
  tells, and a sender has to yield by itself.
- ``send()`` waits when the client reads slowly, after some megabytes; so a slow client slows its reader.
- ``receive()`` hands over to another thread, and the loop turns around until that has answered. So it is not called
  for a body that no field announces, and for a leaving only after a while; one that is past by then is told at once.
- ``send()`` of a head, and of a body in one piece, never waits.
- Any method passes, also ``QUERY``; ``scope["path"]`` is decoded once, ``scope["query_string"]`` not at all.
"""

from __future__ import annotations

import asyncio
import logging
import string
from collections.abc import Hashable
from urllib.parse import quote

from garrison.edition.catalogue import Catalogue
from garrison.edition.query_files import TAKEN
from garrison.engine.client import CHUNK
from garrison.engine.interface import AsyncQueryRun, QueryRequest
from garrison.errors import ResultInterrupted
from garrison.rdf.formats import Format
from garrison.services.preview import preview_async
from garrison.services.query import QueryService
from garrison.settings import Settings
from garrison.web import headers
from garrison.web.addresses import base_url
from garrison.web.assets import assets
from garrison.web.clients import Clients
from garrison.web.exchange import ASGIApplication, ClientLeft, Exchange, Message, Receive, Scope, Send
from garrison.web.leaving import Leaving
from garrison.web.planning import Plan, plan_query, plan_saved
from garrison.web.problems import Answer, problem_of, render_problem
from garrison.web.protocol import (
    METHODS,
    Preflight,
    QueryOperation,
    RequestParts,
    endpoint_path,
    read_operation,
    view_of,
)
from garrison.web.reader import reader_of
from garrison.web.remembering import Memory, is_repeatable
from garrison.web.result_page import ResultPage

log = logging.getLogger("garrison.web")

SAVED = "/api/"


class Door:
    """Answers queries, and passes every other request on to ``behind``."""

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
        self._clients = Clients(settings)
        self._answers: Memory[bytes] = Memory(settings.cache_mb * 500_000)  # half is Remembering's

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
        base = self._base_of(exchange) or f"http://127.0.0.1:{self._settings.port}"
        parts = await exchange.read_parts(self._settings.max_body_bytes, base)
        saved = exchange.path.startswith(SAVED)
        plan = self._plan_saved(exchange, parts) if saved else await self._plan(exchange, parts)
        match plan:
            case Answer():
                await exchange.answer(plan)
            case Plan():
                await self._evaluate(exchange, plan)
            case None:
                await self._behind(_in_ascii(exchange.scope), _replay(parts.body, exchange.receive), exchange.send)

    async def _plan(self, exchange: Exchange, parts: RequestParts) -> Plan | Answer | None:
        """Decide what ``/sparql`` does; ``None`` leaves it to the application behind."""
        operation = read_operation(parts)
        match operation:
            case Preflight():
                return Answer(204, headers.preflight(METHODS), b"")
            case QueryOperation():
                exchange.query = operation.query
                shape = await self._service.admit_async(operation.query, operation.view)
                return plan_query(operation, shape, parts, self._client_of(exchange))
        return None

    def _plan_saved(self, exchange: Exchange, parts: RequestParts) -> Plan | None:
        """Decide what ``/api/<name>`` does; ``None`` leaves it to the application behind."""
        if parts.method not in ("GET", "HEAD"):
            return None
        query = self._catalogue.find(exchange.path.removeprefix(SAVED))
        return plan_saved(self._service, query, parts, self._client_of(exchange))

    def _client_of(self, exchange: Exchange) -> str:
        return self._clients.identify(exchange.peer, exchange.fields).name

    def _base_of(self, exchange: Exchange) -> str:
        """The server's address as this client knows it; empty where it names no usable host."""
        scheme = exchange.scope.get("scheme", "http")
        return base_url(self._settings.public_url, scheme, exchange.fields.get("host"))

    async def _evaluate(self, exchange: Exchange, plan: Plan) -> None:
        """Answer, and free the reader as soon as the client leaves."""
        with Leaving(exchange.left):
            await self._carry_out(exchange, plan)

    async def _carry_out(self, exchange: Exchange, plan: Plan) -> None:
        if isinstance(plan.written_as, ResultPage):
            shown = await preview_async(self._service, plan.request, plan.written_as.form)
            # A page of many rows, or a map, takes some milliseconds in which others want to be heard.
            body = (await asyncio.to_thread(plan.written_as.write, shown)).encode("utf-8")
            if is_repeatable(plan.request.query):
                # A page without the bundle gets it as soon as that is built.
                await exchange.answer_lasting(headers.PAGE, body, is_kept=bool(assets()))
            else:
                await exchange.answer(Answer(200, headers.PAGE, body))
        elif is_repeatable(plan.request.query):
            await self._recall(exchange, plan.request, plan.written_as)
        else:
            await self._stream(exchange, plan.request, plan.written_as)

    async def _recall(self, exchange: Exchange, request: QueryRequest, format: Format) -> None:
        """Answer from memory, else evaluate and remember."""
        key, kind = _key_of(request, format), ("Content-Type", format.content_type)
        if (known := self._answers.get(key)) is not None:
            await exchange.answer_lasting((kind,), known)
            return
        async with await self._service.start_async(request) as run:
            body = await run.first()
            # Less than a pipe holds is all there is, so that waiting for its end holds nothing back.
            if len(body) < CHUNK and not (more := await run.first()):
                self._answers.keep(key, body, len(body) + len(repr(key)))
                await exchange.answer_lasting((kind, *headers.rate_limit(run.allowance)), body)
            else:
                body += more if len(body) < CHUNK else b""
                await self._pass_on(exchange, run, body, format, key)

    async def _stream(self, exchange: Exchange, request: QueryRequest, format: Format) -> None:
        """Wait for the first bytes before the status line is sent, so that a timeout is a true 503."""
        async with await self._service.start_async(request) as run:
            await self._pass_on(exchange, run, await run.first(), format, None)

    async def _pass_on(
        self, exchange: Exchange, run: AsyncQueryRun, first: bytes, format: Format, key: Hashable | None
    ) -> None:
        """Send a result while it comes; what is small enough and has a key is remembered when it is whole."""
        await exchange.begin(200, (("Content-Type", format.content_type), *headers.rate_limit(run.allowance)))
        if exchange.scope["method"] != "HEAD":
            seen = bytearray(first)
            await exchange.write(first)
            async for chunk in run.chunks():
                await exchange.write(chunk)
                if len(seen) <= self._answers.largest:
                    seen += chunk
                await asyncio.sleep(0)  # let the leaving of the client be noticed, see above
            if key is not None:
                self._answers.keep(key, bytes(seen), len(seen) + len(repr(key)))
        await exchange.write(b"", is_last=True)

    async def _fail(self, exchange: Exchange, error: Exception) -> None:
        """Answer with a problem; a response that has begun is left unfinished, which breaks it."""
        if exchange.is_begun:
            log.warning("a result was cut off: %s", error, exc_info=not isinstance(error, ResultInterrupted))
            return
        fields = exchange.fields
        base = self._base_of(exchange)
        endpoint = endpoint_path(view_of(exchange.path) or "")
        problem = problem_of(error)
        reader = reader_of(exchange.path, exchange.scope["query_string"], fields.get("accept-language"))
        await exchange.answer(render_problem(problem, fields.get("accept"), base, exchange.query, endpoint, reader))


def _key_of(request: QueryRequest, format: Format) -> Hashable:
    """What an answer depends on, apart from the snapshot."""
    given = tuple(sorted(request.substitutions.items()))
    asked = (request.query.strip(), request.view, request.default_graphs, request.named_graphs, given)
    return (*asked, format.content_type, request.refuse_triple_terms)


def _is_ours(scope: Scope) -> bool:
    path: str = scope["path"]
    return view_of(path) is not None or (path.startswith(SAVED) and path.split("/")[2] not in TAKEN)


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
