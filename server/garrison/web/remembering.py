"""The byte cache: an answer is evaluated and written once for as long as its snapshot is served.

Two layers of one kind. The outer one, :class:`Remembering`, knows a GET by its bytes and answers before anything is
parsed. The inner one, in the door, knows a query by what it means: whether it came by GET or POST, however its
parameters were ordered, and whatever Accept led to its format. Both live and die with the application of one snapshot,
so nothing in them is ever stale.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from werkzeug.http import parse_etags

from garrison.rdf.sparql.codepoints import without_escapes
from garrison.web.exchange import KEEP, Answered, ASGIApplication, Message, Receive, Scope, Send, header_of

LARGEST = 16  # part of the memory that one answer may take: 1/16
_TOLD_APART = (b"accept", b"accept-encoding", b"accept-language", b"authorization", b"content-type", b"host")
_OF_THE_MOMENT = (b"ratelimit", b"ratelimit-policy")  # said to one client at one time
_CHANGING = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\b")
_LETTERS = ("NOW", "RAND", "UUID", "BNODE")  # of which most queries have none, which takes a tenth to see

_Value = TypeVar("_Value")


def is_repeatable(query: str) -> bool:
    """Tell if a query has the same answer each time. Cautious: a name of a function in a text is enough to say no."""
    letters = without_escapes(query).upper()
    return not any(name in letters for name in _LETTERS) or _CHANGING.search(letters) is None


class Memory(Generic[_Value]):
    """What was used last, within a number of bytes."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._entries: OrderedDict[Hashable, tuple[_Value, int]] = OrderedDict()

    @property
    def largest(self) -> int:
        """Bytes of the largest entry that is kept."""
        return self._max_bytes // LARGEST

    def get(self, key: Hashable) -> _Value | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def keep(self, key: Hashable, value: _Value, size: int) -> None:
        """Keep an entry of so many bytes, and let go of others for it."""
        if size > self.largest:
            return
        self._bytes += size - self._entries.pop(key, (None, 0))[1]
        self._entries[key] = (value, size)
        while self._bytes > self._max_bytes:
            _key, (_value, freed) = self._entries.popitem(last=False)
            self._bytes -= freed


class Remembering:
    """Answers a GET that was answered before with the same bytes."""

    def __init__(self, inside: ASGIApplication, max_bytes: int) -> None:
        self._inside = inside
        self._memory: Memory[tuple[list[tuple[bytes, bytes]], bytes]] = Memory(max_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or scope["method"] != "GET" or not self._memory.largest:
            await self._inside(scope, receive, send)
            return
        key = _key_of(scope)
        if known := self._memory.get(key):
            await _answer(scope, send, *known)
            return
        scope[KEEP] = answered = Answered()
        recorder = _Recorder(send, self._memory.largest)
        await self._inside(scope, receive, recorder.send)
        if answered.is_lasting and recorder.is_whole:
            body = bytes(recorder.body)
            asked = 2 * len(scope["query_string"]) + sum(len(name) + len(value) for name, value in scope["headers"])
            self._memory.keep(key, (recorder.fields, body), len(body) + asked + 1_000)


def matches(scope: Scope, tag: str) -> bool:
    """Tell if the client holds this answer already (RFC 9110, section 13.1.2)."""
    held = header_of(scope, b"if-none-match")
    return held is not None and parse_etags(held).contains_weak(tag)


async def _answer(scope: Scope, send: Send, fields: list[tuple[bytes, bytes]], body: bytes) -> None:
    tag = next((value.decode("latin-1") for name, value in fields if name == b"etag"), "")
    status = 304 if tag and matches(scope, tag.strip('"')) else 200
    if status == 304:
        fields, body = [field for field in fields if field[0] not in (b"content-length", b"content-encoding")], b""
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _key_of(scope: Scope) -> tuple[object, ...]:
    told_apart = tuple(sorted((name, value) for name, value in scope["headers"] if name in _TOLD_APART))
    return (scope["path"], scope["query_string"], told_apart)


class _Recorder:
    """Passes a response on, and keeps it as long as it is small."""

    def __init__(self, send: Send, max_bytes: int) -> None:
        self._send = send
        self._max_bytes = max_bytes
        self._status = 0
        self.fields: list[tuple[bytes, bytes]] = []
        self.body = bytearray()
        self.is_whole = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self.fields = [field for field in message["headers"] if field[0].lower() not in _OF_THE_MOMENT]
        elif message["type"] == "http.response.body" and self._status == 200 and len(self.body) <= self._max_bytes:
            self.body += message.get("body", b"")
            self.is_whole = not message.get("more_body", False) and len(self.body) <= self._max_bytes
        await self._send(message)
