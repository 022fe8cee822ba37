"""What queries, clients and results are held to."""

from __future__ import annotations

from dataclasses import dataclass

_OWN_QUEUE = 256  # more than the pages that workers make at the same time have to ask


@dataclass(frozen=True, slots=True)
class ResultCaps:
    """What a result may be at most; 0: anything."""

    rows: int = 0  # solutions or triples
    bytes: int = 0  # as it is written


@dataclass(frozen=True, slots=True)
class Limits:
    """What queries are held to."""

    timeout_s: float = 30.0  # seconds of evaluation and delivery, with all that it had to wait and stand still
    memory_mb: int = 2_048  # address space that a reader may add to what it was forked with
    copied_mb: int = 1_024  # of what a reader shares with others, that it may have copied before it is replaced
    max_readers: int = 8  # queries evaluated at the same time, in both lanes; as many may be stopped between
    max_queue: int = 256  # queries of clients waiting for a reader
    client_queries: int = 6  # readers that one client may hold
    client_budget_s: float = 0.0  # seconds of evaluation that a client has in a minute; 0: no budget
    unbudgeted: tuple[str, ...] = ()  # clients without a budget
    max_rows: int = 0  # solutions or triples of a result; 0: any number
    max_result_mb: int = 0  # megabytes of a result as it is written; 0: any number

    @property
    def quick_lane(self) -> int:
        return max(1, self.max_readers // 2)

    @property
    def slow_lane(self) -> int:
        return max(1, self.max_readers - self.quick_lane)

    @property
    def client_slow_lane(self) -> int:
        """Places of the slow lane that one client may have: one is left to others."""
        return max(1, self.slow_lane - 1)

    @property
    def client_queue(self) -> int:
        """Queries that one client may have waiting."""
        return max(1, self.max_queue // 2)

    @property
    def own_queue(self) -> int:
        """Queries of the server itself that may wait, beside those of clients: a page asks several at once."""
        return max(_OWN_QUEUE, self.max_queue)

    @property
    def caps(self) -> ResultCaps:
        """What a result may be."""
        return ResultCaps(self.max_rows, self.max_result_mb * 1_000_000)
