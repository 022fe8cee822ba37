"""Messages between client, pool and reader: one packet each on AF_UNIX SOCK_SEQPACKET sockets.

A request is one letter and JSON; a query's text follows behind a NUL as it is, so that escapes cannot make it longer
than a packet. Its packet carries the write end of a pipe, into which the reader serialises; how it ended comes as a
:class:`Verdict` on the control socket and never in the data, so that a result cut short cannot be mistaken for a
whole one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from garrison.engine.interface import EngineStatus, QueryRequest
from garrison.errors import (
    EndpointError,
    EngineUnavailable,
    EvaluationFailed,
    MalformedQuery,
    QueryOutOfMemory,
    QueryQueueFull,
    QueryTimedOut,
    ResultUnwritable,
    UnknownView,
)

MAX_PACKET = 400_000  # bytes, which Linux allows without privilege; a query may have 256 KiB of them
QUERY, STATUS, GRAPHS = b"Q", b"S", b"G"  # first byte of a request


class Outcome(StrEnum):
    """How a query ended."""

    COMPLETE = "complete"  # every byte was written
    MALFORMED = "malformed"  # reason, line, column
    NO_VIEW = "no-view"  # reason: its name; there
    UNWRITABLE = "unwritable"  # reason: the format cannot hold the result
    FAILED = "failed"  # reason: the query is the cause
    TIMEOUT = "timeout"  # limit in seconds
    MEMORY = "memory"  # limit in megabytes
    BUSY = "busy"  # limit: seconds after which to try again
    KILLED = "killed"  # the reader was ended by someone else
    LEFT = "left"  # the client stopped reading


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a query ended, with the facts that belong to the outcome."""

    outcome: Outcome
    reason: str = ""
    line: int | None = None
    column: int | None = None
    limit: float = 0
    spent: bool = False  # the reader grew, and is better replaced than used again
    there: tuple[str, ...] = ()  # the views that there are

    def encode(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def decode(cls, packet: bytes) -> Verdict:
        facts: dict[str, Any] = json.loads(packet)
        return cls(**facts | {"outcome": Outcome(facts["outcome"]), "there": tuple(facts["there"])})

    def error(self) -> EndpointError:
        """Return what to raise for an outcome that is not ``complete``."""
        match self.outcome:
            case Outcome.MALFORMED:
                return MalformedQuery(self.reason, self.line, self.column)
            case Outcome.NO_VIEW:
                return UnknownView(self.reason, self.there)
            case Outcome.UNWRITABLE:
                return ResultUnwritable(self.reason)
            case Outcome.TIMEOUT:
                return QueryTimedOut(self.limit)
            case Outcome.MEMORY:
                return QueryOutOfMemory(int(self.limit))
            case Outcome.BUSY:
                return QueryQueueFull(int(self.limit))
            case Outcome.FAILED:
                return EvaluationFailed(self.reason, caused_by_query=True)
            case _:
                return EvaluationFailed(self.reason or "The evaluation was ended.", caused_by_query=False)


def encode_query(request: QueryRequest) -> bytes:
    facts = asdict(request) | {"substitutions": dict(request.substitutions)}
    text: str = facts.pop("query")
    return QUERY + json.dumps(facts, ensure_ascii=False).encode() + b"\0" + text.encode()


def decode_query(packet: bytes) -> QueryRequest:
    described, _, text = packet[1:].partition(b"\0")
    facts: dict[str, Any] = json.loads(described)
    for key in ("default_graphs", "named_graphs"):
        facts[key] = None if facts[key] is None else tuple(facts[key])
    return QueryRequest(text.decode(), **facts)


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
