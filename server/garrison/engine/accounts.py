"""What each client may take of the engine by the minute, in seconds of evaluation."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from garrison.engine.interface import WINDOW_S, Allowance

MAX_ACCOUNTS = 10_000  # clients that are remembered; who is forgotten begins anew with a whole budget


@dataclass(slots=True)
class _Account:
    """A token bucket: what is left, as it was at one moment."""

    left_s: float
    at: float  # monotonic seconds


class Accounts:
    """A budget of query-seconds for each client; it fills up evenly within :data:`WINDOW_S` seconds.

    A query is admitted while anything is left, and pays for what it took when it has ended; so a client may owe, and
    waits for as long as that takes to be paid off.
    """

    def __init__(self, budget_s: float) -> None:
        self._budget_s = budget_s
        self._rate = budget_s / WINDOW_S  # seconds that are given back in a second
        self._accounts: OrderedDict[str, _Account] = OrderedDict()  # least recently used first

    def allowance(self, client: str, now: float, running_s: float) -> Allowance | None:
        """Return what is left to a client; ``None`` if there is no budget.

        :param running_s: seconds that its queries in progress have taken so far, which are not charged yet.
        """
        if not self._budget_s:
            return None
        left_s = self._left(client, now) - running_s
        return Allowance(self._budget_s, left_s, (self._budget_s - left_s) / self._rate)

    def charge(self, client: str, seconds: float, now: float) -> None:
        """Take what a query has used."""
        if not self._budget_s:
            return
        self._accounts[client] = _Account(self._left(client, now) - seconds, now)
        self._accounts.move_to_end(client)
        if len(self._accounts) > MAX_ACCOUNTS:
            self._accounts.popitem(last=False)

    def _left(self, client: str, now: float) -> float:
        account = self._accounts.get(client)
        if account is None:
            return self._budget_s
        return min(self._budget_s, account.left_s + (now - account.at) * self._rate)
