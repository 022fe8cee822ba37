"""One line of the scorecard."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Metric:
    """What was measured, what came out, and what is aimed at."""

    name: str
    value: str
    target: str
    is_met: bool
    lacking: tuple[str, ...] = ()  # what keeps it from its target, some of it

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def share(name: str, good: Collection[str], everything: Collection[str], at_least: float = 1.0) -> Metric:
    """How much of everything is good, in percent; nothing at all is all of it."""
    percent = 100 * len(good) / len(everything) if everything else 100.0
    shown = f"{percent:.0f} % of {len(everything)}" if percent in (0, 100) else f"{percent:.1f} % of {len(everything)}"
    lacking = tuple(sorted(set(everything) - set(good)))[:10]
    target = f"{100 * at_least:.0f} %"
    return Metric(name, shown, target if at_least == 1 else f"at least {target}", percent >= 100 * at_least, lacking)


def none_of(name: str, found: Collection[str]) -> Metric:
    """How many of something unwanted there are."""
    return Metric(name, str(len(found)), "0", not found, tuple(sorted(found))[:10])
