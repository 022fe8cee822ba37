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
    waived: tuple[str, ...] = ()  # what was found and is meant so; ontology/README.md says why
    is_measured: bool = True  # false where something that measures it is not installed

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def share(name: str, good: Collection[str], everything: Collection[str], at_least: float = 1.0) -> Metric:
    """How much of everything is good, in percent; nothing at all is all of it."""
    percent = 100 * len(good) / len(everything) if everything else 100.0
    shown = f"{percent:.0f} % of {len(everything)}" if percent in (0, 100) else f"{percent:.1f} % of {len(everything)}"
    lacking = tuple(sorted(set(everything) - set(good)))[:10]
    target = f"{100 * at_least:.0f} %"
    return Metric(name, shown, target if at_least == 1 else f"at least {target}", percent >= 100 * at_least, lacking)


def none_of(name: str, found: Collection[str], waived: Collection[str] = (), at_most: int = 0) -> Metric:
    """How many of something unwanted there are, apart from those that are meant so."""
    counted = sorted(set(found) - set(waived))
    kept = tuple(sorted(set(found) & set(waived)))
    shown = f"{len(counted)}, and {len(kept)} waived" if kept else str(len(counted))
    target = f"at most {at_most}" if at_most else "0"
    return Metric(name, shown, target, len(counted) <= at_most, tuple(counted)[:10], kept)


def unmeasured(name: str, target: str, reason: str) -> Metric:
    """What could be measured here, were it not for this reason; that alone is no failure."""
    return Metric(name, f"not measured: {reason}", target, is_met=True, is_measured=False)
