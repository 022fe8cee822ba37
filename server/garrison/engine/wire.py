"""Messages between client, pool and reader: one packet each on AF_UNIX SOCK_SEQPACKET sockets.

A query is one letter and who asks, a JSON object and its text, with NUL between, so that escapes cannot make the text
longer than a packet; other requests are one letter and JSON. A query's packet carries the write end of a pipe, into
which the reader serialises; how it ended comes as a :class:`~garrison.engine.verdict.Verdict` on the control socket and
never in the data, so that a result cut short cannot be mistaken for a whole one.
"""

from __future__ import annotations

import json
import socket
from array import array
from collections.abc import Sequence
from dataclasses import MISSING, asdict, fields
from typing import Any

from garrison.engine.interface import Allowance, EngineStatus, QueryRequest, RunningQuery
from garrison.errors import EngineUnavailable

MAX_PACKET = 400_000  # bytes, which Linux allows without privilege; a query may have 256 KiB of them
QUERY, STATUS, GRAPHS, RUNNING, CANCEL = b"Q", b"S", b"G", b"R", b"C"  # first byte of a request
ALLOWANCE = b"A"  # first byte of what comes before a verdict, to a client that has a budget
LISTED = 300_000  # bytes of a list of what runs; the rest of it is left out
SHOWN = 1_000  # characters of a query that such a list shows


class Inbox:
    """Receives requests into one place: a new buffer of this size for each would cost more than most queries."""

    def __init__(self) -> None:
        self._buffer = bytearray(MAX_PACKET)
        self._room = socket.CMSG_SPACE(array("i", [0]).itemsize)

    def receive(self, control: socket.socket) -> tuple[bytes, list[int]]:
        """Return a packet with the descriptors that came with it, ``b""`` at the end."""
        length, extra, _flags, _address = control.recvmsg_into([self._buffer], self._room)
        fds = array("i")
        for level, kind, data in extra:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                fds.frombytes(data[: len(data) - len(data) % fds.itemsize])
        return bytes(memoryview(self._buffer)[:length]), list(fds)


_FACTS = {  # those that are written as JSON, with what they are in most requests
    each.name: None if each.default is MISSING else each.default
    for each in fields(QueryRequest)
    if each.name not in ("client", "query", "rewritten", "substitutions")
}
_to_json = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps makes such an encoder each time


def encode_query(request: QueryRequest) -> bytes:
    """Write a request down; what it has as most have it, is left out."""
    facts: dict[str, Any] = {
        name: value for name, usual in _FACTS.items() if (value := getattr(request, name)) != usual
    }
    if request.substitutions:
        facts["substitutions"] = dict(request.substitutions)
    client = request.client.replace("\0", "")
    described = _to_json(facts)
    return QUERY + "\0".join((client, described, request.rewritten, request.query)).encode()


def client_of(packet: bytes) -> str:
    """Return who asks, without reading the rest."""
    return packet[1 : packet.index(b"\0")].decode()


def decode_query(packet: bytes) -> QueryRequest:
    client, described, rewritten, text = packet[1:].split(b"\0", 3)
    facts: dict[str, Any] = json.loads(described.decode())
    for key in ("default_graphs", "named_graphs"):
        if key in facts:
            facts[key] = tuple(facts[key])
    return QueryRequest(text.decode(), client=client.decode(), rewritten=rewritten.decode(), **facts)


def encode_graphs(names: Sequence[str], view: str) -> bytes:
    return GRAPHS + json.dumps([view, *names], ensure_ascii=False).encode()


def decode_graphs(packet: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the name of a view, and the names of graphs that are asked after in it."""
    view, *names = json.loads(packet[1:])
    return view, tuple(names)


def encode_names(names: Sequence[str]) -> bytes:
    return GRAPHS + json.dumps(list(names), ensure_ascii=False).encode()


def decode_names(packet: bytes) -> tuple[str, ...]:
    return tuple(json.loads(packet[1:]))


def encode_status(status: EngineStatus) -> bytes:
    return STATUS + json.dumps(asdict(status)).encode()


def decode_status(packet: bytes) -> EngineStatus:
    """Read a status packet.

    :raises EngineUnavailable: if the packet is not one, as when the pool ends while it is asked.
    """
    if not packet.startswith(STATUS):
        raise EngineUnavailable("The engine ended while it was asked for its status.")
    facts: dict[str, Any] = json.loads(packet[1:])
    return EngineStatus(**facts | {key: tuple(facts[key]) for key in ("reader_pids", "busy_pids")})


def encode_allowance(allowance: Allowance) -> bytes:
    return ALLOWANCE + json.dumps(asdict(allowance)).encode()


def decode_allowance(packet: bytes) -> Allowance:
    return Allowance(**json.loads(packet[1:]))


def encode_running(queries: Sequence[RunningQuery]) -> bytes:
    """List queries, as many as :data:`LISTED` bytes hold."""
    written: list[str] = []
    left = LISTED
    for query in queries:
        text = json.dumps(asdict(query), ensure_ascii=False)
        left -= len(text.encode())
        if left < 0:
            break
        written.append(text)
    return RUNNING + f"[{','.join(written)}]".encode()


def decode_running(packet: bytes) -> tuple[RunningQuery, ...]:
    return tuple(RunningQuery(**facts) for facts in json.loads(packet[1:]))


def encode_cancel(id: str, client: str | None) -> bytes:
    return CANCEL + json.dumps([id, client]).encode()


def decode_cancel(packet: bytes) -> tuple[str, str | None]:
    id, client = json.loads(packet[1:])
    return id, client
