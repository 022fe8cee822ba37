"""What was looked up of the things of a snapshot is kept: a snapshot never changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from garrison.engine.interface import Engine

_Value = TypeVar("_Value")


class Kept(Generic[_Value]):
    """Something of each of many things, by the engine that was asked: an engine answers from one snapshot.

    It goes when the engine does. Threads share it: each replaces the whole at once, and loses at most what another one
    has added meanwhile.
    """

    def __init__(self, most: int) -> None:
        """Keep something of so many things; with more, what was read last."""
        self._most = most
        self._by_engine: WeakKeyDictionary[Engine, dict[str, _Value]] = WeakKeyDictionary()

    def __len__(self) -> int:
        """Of how many engines something is kept."""
        return len(self._by_engine)

    def of(self, engine: Engine, iris: Iterable[str]) -> dict[str, _Value]:
        """What is kept of these things; those of which nothing is kept are left out."""
        kept = self._by_engine.get(engine, {})
        return {iri: kept[iri] for iri in iris if iri in kept}

    def keep(self, engine: Engine, read: Mapping[str, _Value]) -> None:
        """Add what was read."""
        whole = {**self._by_engine.get(engine, {}), **read}
        self._by_engine[engine] = whole if len(whole) <= self._most else dict(read)
