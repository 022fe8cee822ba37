"""What a pool says of itself: how many readers and queries there are, and what runs."""

from __future__ import annotations

from garrison.engine.interface import EngineStatus, RunningQuery
from garrison.engine.lanes import TIMED, Lanes
from garrison.engine.slot import Lane
from garrison.engine.snapshot import Snapshot
from garrison.engine.waiting import Waiting


def running(lanes: Lanes, queue: Waiting, now: float) -> list[RunningQuery]:
    """Every query that is evaluated, stands still or waits, the oldest first.

    :param now: monotonic seconds.
    """
    states = {id(slot.asked): slot.lane.name.lower() for slot in lanes}
    queries = sorted((*lanes.asked, *queue), key=lambda asked: asked.since)
    return [asked.described(states.get(id(asked), "waiting"), now) for asked in queries]


def status_of(snapshot: Snapshot, lanes: Lanes, queue: Waiting) -> EngineStatus:
    """What is served, and how busy the readers are."""
    busy = lanes.of(*TIMED)
    datasets = snapshot.datasets
    return EngineStatus(
        version=snapshot.version,
        quads=datasets[""].quads,
        idle=len(lanes.of(Lane.IDLE)),
        busy=len(busy),
        paused=len(lanes.of(Lane.PAUSED)),
        queued=len(queue),
        reader_pids=tuple(slot.pid for slot in lanes if slot.lane is not Lane.ENDED),
        busy_pids=tuple(slot.pid for slot in busy),
        views={view: dataset.quads for view, dataset in datasets.items() if view},
    )
