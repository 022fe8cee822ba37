"""Compression by negotiation (RFC 9110, section 12.5.3), without holding a stream back.

Stands around the whole application: what is compressed leaves piece by piece, each as soon as it is there; a response
that breaks off breaks off here too.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Protocol

import brotli  # type: ignore[import-untyped]
import zstandard
from werkzeug.http import parse_accept_header

from garrison.web.exchange import ASGIApplication, Message, Receive, Scope, Send, header_of

SHORT = 1_024  # bytes; a shorter body fits one packet anyway
_TEXTS = ("text/", "application/json", "application/javascript", "image/svg+xml")
_SUFFIXES = ("+json", "+xml", "/n-triples", "/n-quads", "/trig", "/xml")


class Compressor(Protocol):
    """A coding at work on one body."""

    def add(self, data: bytes, is_last: bool) -> bytes:
        """Return what can leave now: everything that was added."""


class _Gzip:
    def __init__(self) -> None:
        self._stream = zlib.compressobj(level=5, wbits=31)

    def add(self, data: bytes, is_last: bool) -> bytes:
        return self._stream.compress(data) + self._stream.flush(zlib.Z_FINISH if is_last else zlib.Z_SYNC_FLUSH)


class _Zstd:
    def __init__(self) -> None:
        self._stream = zstandard.ZstdCompressor(level=3).compressobj()

    def add(self, data: bytes, is_last: bool) -> bytes:
        end = zstandard.COMPRESSOBJ_FLUSH_FINISH if is_last else zstandard.COMPRESSOBJ_FLUSH_BLOCK
        return self._stream.compress(data) + self._stream.flush(end)


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Compressor(quality=4)

    def add(self, data: bytes, is_last: bool) -> bytes:
        compressed: bytes = self._stream.process(data)
        rest: bytes = self._stream.finish() if is_last else self._stream.flush()
        return compressed + rest


# By preference: what costs least for what it saves comes first.
CODINGS: dict[str, Callable[[], Compressor]] = {"zstd": _Zstd, "br": _Brotli, "gzip": _Gzip}


def choose_coding(accept_encoding: str | None) -> str | None:
    """Return the coding that a client prefers, ``None`` for none; ``*`` is taken for what everything can read."""
    if not accept_encoding:
        return None
    accepted = {name.lower().removeprefix("x-"): quality for name, quality in parse_accept_header(accept_encoding)}
    ranked = {coding: accepted.get(coding, 0.0) for coding in CODINGS}
    ranked["gzip"] = accepted.get("gzip", accepted.get("*", 0.0))
    best = max(ranked, key=lambda coding: ranked[coding])  # among equals the first
    return best if ranked[best] > 0 and ranked[best] >= accepted.get("identity", 0.0) else None


def is_compressible(content_type: str) -> bool:
    """Tell if a media type is of text, and not compressed already."""
    media_type = content_type.partition(";")[0].strip()
    return media_type.startswith(_TEXTS) or media_type.endswith(_SUFFIXES)


class Encoding:
    """Compresses what the application inside answers, as the client accepts."""

    def __init__(self, inside: ASGIApplication) -> None:
        self._inside = inside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        coding = choose_coding(header_of(scope, b"accept-encoding")) if scope["type"] == "http" else None
        if coding is None:
            await self._inside(scope, receive, send)
        else:
            held = header_of(scope, b"if-none-match") or ""
            scope["headers"] = [(name, _plain(name, value, coding)) for name, value in scope["headers"]]
            await self._inside(scope, receive, _Encoded(coding, send, held, scope["method"] == "HEAD").send)


class _Encoded:
    """One response on its way: its head is held until its first bytes show whether they are worth it."""

    def __init__(self, coding: str, send: Send, held: str, is_head: bool) -> None:
        """Encode what is sent; ``held`` is the If-None-Match of the request, HEAD gets the header of a GET."""
        self._is_head = is_head
        self._coding = coding
        self._send = send
        self._held = held
        self._head: Message | None = None
        self._compressor: Compressor | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._head = message
        elif message["type"] == "http.response.body":
            await self._pass_on(message.get("body", b""), not message.get("more_body", False))
        else:
            await self._send(message)

    async def _pass_on(self, body: bytes, is_last: bool) -> None:
        if self._head is not None:
            if _is_worth_it(self._head, body, is_last):
                self._compressor = CODINGS[self._coding]()
                self._head["headers"] = [
                    *_tagged(self._head["headers"], self._coding),
                    (b"content-encoding", self._coding.encode("ascii")),
                ]
            elif self._head["status"] == 304 and f'-{self._coding}"' in self._held:
                self._head["headers"] = _tagged(self._head["headers"], self._coding)
            await self._send(self._head)
            self._head = None
        if self._compressor and not self._is_head:
            body = self._compressor.add(body, is_last)
        await self._send({"type": "http.response.body", "body": body, "more_body": not is_last})


def _is_worth_it(head: Message, body: bytes, is_last: bool) -> bool:
    fields = {name.lower(): value for name, value in head["headers"]}
    whole = int(fields.get(b"content-length", SHORT if not body else len(body)))
    if head["status"] != 200 or b"content-encoding" in fields or (is_last and whole < SHORT):
        return False
    return is_compressible(fields.get(b"content-type", b"").decode("latin-1"))


def _tagged(fields: list[tuple[bytes, bytes]], coding: str) -> list[tuple[bytes, bytes]]:
    """The header of the compressed body, which has another length and a tag of its own (RFC 9110, section 8.8.3.3)."""
    mark = f'-{coding}"'.encode("ascii")
    kept = [field for field in fields if field[0].lower() not in (b"content-length", b"etag")]
    return kept + [(name, value[:-1] + mark) for name, value in fields if name.lower() == b"etag"]


def _plain(name: bytes, value: bytes, coding: str) -> bytes:
    """The tags that the application inside knows."""
    return value.replace(f'-{coding}"'.encode("ascii"), b'"') if name == b"if-none-match" else value
