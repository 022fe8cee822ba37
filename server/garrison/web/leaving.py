"""Ends the work on an answer when its client leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from garrison.web.exchange import ClientLeft

SOON_S = 0.01  # seconds until somebody looks; a look costs two switches between threads, as much as a cheap query


class Leaving:
    """Within it, the leaving of the client cancels the task that answers, and :class:`ClientLeft` comes out."""

    def __init__(self, left: Callable[[], Awaitable[None]]) -> None:
        """Watch a client.

        :param left: returns when the client has left, also if it is asked only then.
        """
        self._left = left
        self._watching: asyncio.Future[None] | None = None

    def __enter__(self) -> Self:
        answering = asyncio.current_task()
        assert answering is not None
        self._answering = answering
        self._timer = asyncio.get_running_loop().call_later(SOON_S, self._look)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._watching is None:
            return
        has_left = self._watching.done()
        self._watching.cancel()
        if has_left and isinstance(error, asyncio.CancelledError):
            self._answering.uncancel()
            raise ClientLeft from None

    def _look(self) -> None:
        self._watching = asyncio.ensure_future(self._left())
        self._watching.add_done_callback(lambda left: None if left.cancelled() else self._answering.cancel())
