"""How a query ended: what a reader or the pool says of it, and the error that a client is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from garrison.engine.interface import Allowance
from garrison.errors import (
    BudgetSpent,
    EndpointError,
    EngineUnavailable,
    EvaluationFailed,
    MalformedQuery,
    QueryCancelled,
    QueryOutOfMemory,
    QueryQueueFull,
    QueryRefused,
    QueryTimedOut,
    ResultUnwritable,
    TooManyQueries,
    UnknownView,
)

MAX_VERDICT = 65_536  # bytes
LONGEST = 8_000  # characters of a reason


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
    CROWDED = "crowded"  # limit: queries of this client that may wait
    OVERSPENT = "overspent"  # allowance
    TOO_LARGE = "too-large"  # reason; rule: rows or bytes; limit
    CANCELLED = "cancelled"  # somebody asked for its end
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
    rule: str = ""
    allowance: Allowance | None = None

    def encode(self) -> bytes:
        """Write it down, in at most :data:`MAX_VERDICT` bytes."""
        if self == _WHOLE:  # nearly every time
            return _WRITTEN
        return json.dumps(asdict(self) | {"reason": self.reason[:LONGEST]}, ensure_ascii=False).encode()

    @classmethod
    def decode(cls, packet: bytes) -> Verdict:
        if packet == _WRITTEN:
            return _WHOLE
        facts: dict[str, Any] = json.loads(packet)
        allowance = Allowance(**facts["allowance"]) if facts["allowance"] else None
        changed = {"outcome": Outcome(facts["outcome"]), "there": tuple(facts["there"]), "allowance": allowance}
        return cls(**facts | changed)

    def error(self) -> EndpointError:
        """Return what to raise for an outcome that is not ``complete``."""
        make = _ERRORS.get(self.outcome)
        return make(self) if make else EvaluationFailed(self.reason or "The evaluation was ended.", False)


BOUND = b"bound"  # what a reader says first, once: it ends with the pool from now on
_WHOLE = Verdict(Outcome.COMPLETE)
_WRITTEN = b"whole"


def is_whole(packet: bytes) -> bool:
    """Tell if this is the verdict on a result of which every byte was written."""
    return bool(packet) and Verdict.decode(packet).outcome is Outcome.COMPLETE


def _overspent(verdict: Verdict) -> EndpointError:
    allowance = verdict.allowance or Allowance(1.0, 0.0, 1.0)
    return BudgetSpent(allowance.budget_s, allowance.left_s, allowance.whole_in_s)


_ERRORS: Mapping[Outcome, Callable[[Verdict], EndpointError]] = {
    Outcome.MALFORMED: lambda verdict: MalformedQuery(verdict.reason, verdict.line, verdict.column),
    Outcome.NO_VIEW: lambda verdict: UnknownView(verdict.reason, verdict.there),
    Outcome.UNWRITABLE: lambda verdict: ResultUnwritable(verdict.reason),
    Outcome.FAILED: lambda verdict: EvaluationFailed(verdict.reason, caused_by_query=True),
    Outcome.TIMEOUT: lambda verdict: QueryTimedOut(verdict.limit),
    Outcome.MEMORY: lambda verdict: QueryOutOfMemory(int(verdict.limit)),
    Outcome.TOO_LARGE: lambda verdict: QueryRefused(verdict.reason, verdict.rule, int(verdict.limit)),
    Outcome.BUSY: lambda verdict: QueryQueueFull(int(verdict.limit)),
    Outcome.CROWDED: lambda verdict: TooManyQueries(int(verdict.limit)),
    Outcome.OVERSPENT: _overspent,
    Outcome.CANCELLED: lambda _verdict: QueryCancelled(),
    Outcome.KILLED: lambda verdict: EngineUnavailable(verdict.reason),
}
