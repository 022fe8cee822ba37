"""The readers of a pool, by the lane they stand in and the client they work for.

Asked at every packet that the pool receives, so nothing is counted here that nobody wants to know.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from garrison.engine.slot import Asked, Lane, Slot

TIMED = (Lane.QUICK, Lane.SLOW, Lane.PAUSED)  # where time runs for a query


class Lanes:
    """All readers that are not reaped yet."""

    def __init__(self) -> None:
        self._slots: list[Slot] = []

    def __iter__(self) -> Iterator[Slot]:
        return iter(self._slots)

    def add(self, slot: Slot) -> None:
        self._slots.append(slot)

    def remove(self, slot: Slot) -> None:
        self._slots.remove(slot)

    def put_first(self, slot: Slot) -> None:
        """Let a reader be the next that is asked, once it is idle."""
        self._slots.remove(slot)
        self._slots.append(slot)

    def of(self, *lanes: Lane) -> list[Slot]:
        """The readers in some of the lanes."""
        return [slot for slot in self._slots if slot.lane in lanes]

    @property
    def due(self) -> float:
        """When time next matters to a query, in monotonic seconds."""
        return min((slot.due for slot in self._slots if slot.lane in TIMED), default=math.inf)

    @property
    def asked(self) -> list[Asked]:
        """The queries that readers hold."""
        return [slot.asked for slot in self._slots if slot.asked and slot.lane is not Lane.ENDED]

    def held_by(self, who: str) -> int:
        """How many readers a client holds."""
        return sum(asked.who == who for asked in self.asked)

    def held(self) -> dict[str, int]:
        """How many readers each client that holds one has."""
        held: dict[str, int] = {}
        for asked in self.asked:
            held[asked.who] = held.get(asked.who, 0) + 1
        return held

    def active_s(self, who: str, now: float) -> float:
        """Seconds that the queries of a client have been evaluated for, which are not charged yet."""
        return sum(slot.active_s(now) for slot in self._slots if slot.who == who)
