"""Who runs in the slow lane: it has few places, of which no client has all, and they are taken in turns.

Whoever finds it full stands still; without turns a query of half a second would do so until some runaway has used up
its whole time.
"""

from __future__ import annotations

from collections.abc import Sequence

from garrison.engine.quota import Limits
from garrison.engine.slot import Slot

TURN_S = 1.0  # seconds that a query keeps its place while another waits for it
LOOK_S = TURN_S / 4  # seconds between two looks at whether a turn is over


def has_place(slow: Sequence[Slot], who: str, limits: Limits) -> bool:
    """Tell if a client's query may enter the lane now.

    :param slow: those in the lane.
    :param who: the client; empty: the server itself, which is held to no share.
    """
    return len(slow) < limits.slow_lane and not _has_its_share(slow, who, limits)


def who_gives_way(slow: Sequence[Slot], who: str, limits: Limits, now: float) -> Slot | None:
    """Return whose turn is over and whose place the client's query may have: its own, where it has its share."""
    places = [slot for slot in slow if slot.who == who] if _has_its_share(slow, who, limits) else slow
    over = [slot for slot in places if now - slot.turned_at >= TURN_S]
    return min(over, key=lambda slot: slot.turned_at, default=None)


def _has_its_share(slow: Sequence[Slot], who: str, limits: Limits) -> bool:
    return bool(who) and sum(slot.who == who for slot in slow) >= limits.client_slow_lane
