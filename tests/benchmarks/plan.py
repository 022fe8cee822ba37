"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes in triples, times in seconds."""

    sizes: tuple[int, ...]
    rounds: int  # of each figure the median of so many is told
    seconds: float  # of load, in each round
    deadlines: int  # queries that never end
    most_for_rdflib: int  # triples; it takes minutes to load more


FULL = Plan((100_000, 1_000_000), rounds=3, seconds=2, deadlines=5, most_for_rdflib=100_000)
QUICK = Plan((20_000,), rounds=1, seconds=1, deadlines=1, most_for_rdflib=20_000)
