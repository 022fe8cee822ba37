"""Queries that wait for a reader: first come, first served, but nobody twice while others have nothing."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping

from garrison.engine.slot import Asked


class Waiting:
    """A bounded queue that is fair to clients."""

    def __init__(self) -> None:
        self._queue: deque[Asked] = deque()  # as they came
        self._waiting: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._queue)

    def __iter__(self) -> Iterator[Asked]:
        return iter(self._queue)

    def __contains__(self, asked: Asked) -> bool:
        return asked in self._queue

    @property
    def oldest(self) -> Asked | None:
        return self._queue[0] if self._queue else None

    def of(self, who: str) -> int:
        """How many queries of a client wait."""
        return self._waiting[who]

    def add(self, asked: Asked) -> None:
        self._queue.append(asked)
        self._waiting[asked.who] += 1

    def remove(self, asked: Asked) -> None:
        self._queue.remove(asked)
        self._count_off(asked)

    def next(self, held: Mapping[str, int], most: int) -> Asked | None:
        """Take out who is next: the first query of the client that holds the fewest readers.

        :param held: readers that each client holds.
        :param most: readers that a client may hold; one that holds as many waits. The server itself is no client.
        """
        chosen = min(
            (asked for asked in self._first_of_each() if not asked.who or held.get(asked.who, 0) < most),
            key=lambda asked: held.get(asked.who, 0),
            default=None,
        )
        if chosen:
            self.remove(chosen)
        return chosen

    def _first_of_each(self) -> Iterator[Asked]:
        seen: set[str] = set()
        for asked in self._queue:
            if asked.who not in seen:
                seen.add(asked.who)
                yield asked
                if len(seen) == len(self._waiting):
                    return

    def _count_off(self, asked: Asked) -> None:
        self._waiting[asked.who] -= 1
        if not self._waiting[asked.who]:
            del self._waiting[asked.who]
