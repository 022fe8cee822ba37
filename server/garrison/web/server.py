"""Run the server: pools of readers, the publisher that owns them, and the HTTP workers in front."""

from __future__ import annotations

import contextlib
import functools
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from a2wsgi import WSGIMiddleware

from garrison.engine.client import EngineClient
from garrison.engine.process import SNAPSHOT, SOCKET
from garrison.engine.quota import Limits
from garrison.errors import SettingsError
from garrison.services.publication import open_publication
from garrison.services.query import QueryService
from garrison.services.source_text import SourceText, read_source_text, require_source
from garrison.settings import Settings
from garrison.web.app import create_app
from garrison.web.clients import Clients
from garrison.web.door import Door
from garrison.web.encoding import Encoding
from garrison.web.exchange import ASGIApplication, ClientLeft, Message, Receive, Scope, Send
from garrison.web.gate import Gate
from garrison.web.preparation import prepare
from garrison.web.publisher import Publisher
from garrison.web.remembering import Remembering
from garrison.web.warming import warm_up
from garrison.web.workers import serve

DEFAULT_BUDGET_S = 120.0  # two cores' worth of every minute
_PAGE_THREADS = 8  # pages being made at the same time, per worker


def build_application(text: SourceText | None, settings: Settings, generation: Path) -> ASGIApplication:
    """The whole server as one ASGI application: the door, and Flask behind it.

    :param text: of a source, if whoever runs the server holds it.
    :param generation: directory of the pool that answers.
    """
    publication = open_publication(generation / SNAPSHOT)
    engine = EngineClient(generation / SOCKET)
    service = QueryService(engine, no_rewrites=settings.no_rewrites)
    flask = create_app(settings, publication, engine, service, text)
    warm_up(flask, engine, settings.public_url or f"http://127.0.0.1:{settings.port}")
    behind: ASGIApplication = WSGIMiddleware(flask, workers=_PAGE_THREADS)  # type: ignore[arg-type,assignment]
    door = Door(service, publication.catalogue, _deaf(behind), settings)
    remembering = Remembering(Encoding(door), settings.cache_mb * 500_000)
    return Gate(remembering, settings.public_url, settings.client_patience_s)


def _deaf(behind: ASGIApplication) -> ASGIApplication:
    """Let a thread go on that writes for a client that was given up: it would wait for ever for who sends."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_or_not(message: Message) -> None:
            with contextlib.suppress(ClientLeft):
                await send(message)

        await behind(scope, receive, send_or_not)

    return application


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


def heed_signals(hang_ups: SimpleQueue[bool]) -> None:
    """Let SIGTERM unwind this process as Ctrl-C does, so that pool and snapshot go with it; take note of a SIGHUP.

    Granian brings its own handlers when it starts to serve. Until then a SIGHUP would end the process, and what was
    built meanwhile would not be published.
    """
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(128 + signal.SIGTERM))
    signal.signal(signal.SIGHUP, lambda _number, _frame: hang_ups.put(True))


def run(settings: Settings, snapshot: Path, hang_ups: SimpleQueue[bool], say: Callable[[str], None]) -> None:
    """Start the engine over a snapshot and serve until SIGINT or SIGTERM; nothing is left running.

    :param settings: with a port that is free, see :func:`free_port`.
    :param hang_ups: holds something if there was a SIGHUP before this is ready for it.
    :raises EditionError: if a saved query breaks the rules.
    :raises SettingsError: if the text of a source cannot be read, or is another one.
    :param say: told the address, once, when queries are answered.
    """
    Clients(settings)  # what is wrong with its tokens is said once, not by every worker
    # Read once: a worker that is replaced later shows what was checked, whatever became of the file.
    text = read_source_text(settings.source_text) if settings.source_text else None
    with Publisher(settings.edition, limits_of(settings), settings.watch, settings.memory_quads, hang_ups) as publisher:
        preparing = Thread(target=prepare)
        preparing.start()  # beside the pool, which is a process of its own
        publisher.start(snapshot)
        preparing.join()  # a worker that is forked while a thread runs may find a lock taken for ever
        if text and settings.source_text:
            require_source(publisher.engine, settings.source_text, text)
        serve(
            settings,
            publisher.switchboard,
            functools.partial(build_application, text),
            publisher.ask,
            lambda at: say(f"Garrison answers at {at}"),
        )


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
