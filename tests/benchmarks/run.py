"""Measure the server beside its peers in one run: ``make bench``, or ``python tests/benchmarks/run.py --quick``.

Writes ``report.md``, ``report.json`` and ``report.svg`` into the output folder. README.md says what is measured.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import scenarios
from history import UNITS, write_history
from peers import CannotMeasure, Peer, garrison, oxigraph, rdflib_endpoint, virtuoso
from plan import FULL, QUICK, Plan
from query_shapes import CHEAP, HEAVY
from report import write_report
from steps import Steps

ROOT = Path(__file__).resolve().parents[2]
NO_CACHE = ("--cache", "0")
OURS, ON_DISK, CACHED, OXIGRAPH = "garrison", "garrison, disk", "garrison, cache", "oxigraph serve"
Start = Callable[[], Peer]


def main() -> int:
    arguments = _arguments()
    if not shutil.which("wrk"):
        print("benchmarks: wrk is not installed (apt-get install wrk).", file=sys.stderr)
        return 2
    plan = QUICK if arguments.quick else FULL
    arguments.cache.mkdir(parents=True, exist_ok=True)
    with Steps() as say:
        results = measure(plan, arguments.cache, say)
    for path in write_report(results, arguments.out):
        print(path)
    return 0


def measure(plan: Plan, cache: Path, say: Callable[[str], None]) -> dict[str, Any]:
    """Return all figures as JSON has them."""
    results: dict[str, Any] = {"machine": _machine(), "sizes": {}, "not measured": []}
    data = {size: write_history(size, cache / f"history-{size}") for size in plan.sizes}
    for size, directory in data.items():
        results["sizes"][str(size)] = _of_size(plan, size, directory, cache, say, results["not measured"])
    results["saved queries"] = _of_edition(plan, cache, say)
    smallest = data[plan.sizes[0]]
    results["beside runaways"] = _beside_runaways(plan, smallest, cache, say)
    say("deadlines")
    with _serving([partial(garrison, OURS, smallest.parent, *NO_CACHE, "--query-timeout", "2")], []) as peers:
        results["deadline"] = scenarios.deadlines(peers[0], plan.deadlines)
    results["four large at once"] = _four_at_once(data[plan.sizes[-1]], say)
    return results


def _of_size(
    plan: Plan, size: int, directory: Path, cache: Path, say: Callable[[str], None], left_out: list[str]
) -> dict[str, Any]:
    data, smallest, shapes = directory / "dataset.nq", size // UNITS // 10, [*CHEAP, *HEAVY]
    starts: list[Start] = [
        partial(garrison, OURS, directory.parent, *NO_CACHE),
        partial(garrison, ON_DISK, directory.parent, *NO_CACHE, "--memory-quads", "0"),
        partial(oxigraph, cache, data),
        partial(virtuoso, cache, data),
    ]
    if size <= plan.most_for_rdflib:
        starts += [partial(rdflib_endpoint, cache, data), partial(garrison, CACHED, directory.parent)]
    say(f"{size:,} triples: starting the servers")
    with _serving(starts, left_out) as peers:
        say(f"{size:,} triples: are the answers the same")
        figures: dict[str, Any] = {"rows": scenarios.sizes_of_answers(peers, smallest)}
        say(f"{size:,} triples: one client")
        figures["median ms"] = scenarios.alone(peers, shapes, smallest, plan.rounds, plan.seconds)
        say(f"{size:,} triples: 500,000 rows")
        figures["large"] = scenarios.large(peers, plan.rounds)
        say(f"{size:,} triples: 32 clients")
        mix = scenarios.asked([*CHEAP], smallest)
        figures["32 clients"] = scenarios.crowd(peers, mix, 32, plan.rounds, plan.seconds)
    say(f"{size:,} triples: pyoxigraph in this process")
    figures["in process ms"] = scenarios.in_process(data, [*CHEAP], smallest)
    return figures


def _of_edition(plan: Plan, cache: Path, say: Callable[[str], None]) -> scenarios.Figures:
    say("the saved queries of the edition, 32 clients")
    data = scenarios.built_edition(ROOT, cache / "edition") / "dataset.nq"
    starts: list[Start] = [
        partial(garrison, CACHED, ROOT),
        partial(garrison, OURS, ROOT, *NO_CACHE),
        partial(oxigraph, cache, data),
    ]
    with _serving(starts, []) as peers:
        return scenarios.crowd(peers, scenarios.saved_queries(ROOT), 32, plan.rounds, plan.seconds)


def _beside_runaways(
    plan: Plan, directory: Path, cache: Path, say: Callable[[str], None]
) -> dict[str, dict[str, float]]:
    starts: dict[str, Start] = {
        OURS: partial(garrison, OURS, directory.parent, *NO_CACHE),
        OXIGRAPH: partial(oxigraph, cache, directory / "dataset.nq"),
    }
    figures = {}
    for name, start in starts.items():
        say(f"8 clients beside 4 runaways: {name}")
        figures[name] = scenarios.beside_runaways(start, 50, plan.rounds, plan.seconds)
    return figures


def _four_at_once(directory: Path, say: Callable[[str], None]) -> dict[str, dict[str, float]]:
    figures = {}
    for name, options in ((OURS, ()), (ON_DISK, ("--memory-quads", "0"))):
        say(f"four large results at once: {name}")
        with _serving([partial(garrison, name, directory.parent, *NO_CACHE, *options)], []) as peers:
            figures[name] = scenarios.four_at_once(peers[0])
    return figures


@contextmanager
def _serving(starts: list[Start], left_out: list[str]) -> Iterator[list[Peer]]:
    """Run these servers while the block runs; note those that cannot be had."""
    with ExitStack() as running:
        peers = []
        for start in starts:
            try:
                peers.append(peer := start())
            except CannotMeasure as error:
                left_out.append(str(error))
            else:
                running.callback(peer.stop)
        yield peers


def _machine() -> dict[str, str]:
    cpu = next((line for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines() if "model name" in line), ":")
    return {
        "processors": f"{len(os.sched_getaffinity(0))} × {cpu.split(':')[1].strip()}",
        "python": platform.python_version(),
        "kernel": platform.release(),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="20,000 triples, one round: does it run")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "benchmarks", help="where the report goes")
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "peers", help="where peers and data are kept")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
