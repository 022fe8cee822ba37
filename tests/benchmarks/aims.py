"""What the figures should be, and whether they are: each aim with its figure, told whichever way it went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

OURS, CACHED, OXIGRAPH, RDFLIB = "garrison", "garrison, cache", "oxigraph serve", "rdflib-endpoint"
HOP_MS = 0.35  # what our whole server may add to the engine in process
CHEAP_IN_PROCESS = ("point", "two hops", "ask")  # what the engine itself answers within a tenth of that


@dataclass(frozen=True, slots=True)
class Aim:
    """A figure beside what it should be."""

    what: str
    aim: str
    figure: float
    is_met: bool


def aims(results: Mapping[str, Any]) -> Iterator[Aim]:
    """Every aim that these results can be held to."""
    smallest, largest = min(results["sizes"], key=int), max(results["sizes"], key=int)
    yield from _above_the_engine(results["sizes"][smallest])
    rates = results["saved queries"]["requests a second"]
    yield _at_least("saved queries, 32 clients, with cache: rate / oxigraph's", rates[CACHED] / rates[OXIGRAPH], 1.0)
    yield _at_least("saved queries, 32 clients, without: rate / oxigraph's", rates[OURS] / rates[OXIGRAPH], 0.4)
    for shape in ("group-by over all", "star with dates", "path"):
        ms = results["sizes"][largest]["median ms"][shape]
        yield _at_least(f"{shape}, {int(largest):,} triples: oxigraph's time / ours", ms[OXIGRAPH] / ms[OURS], 2.0)
    yield from _beside_rdflib(results["sizes"][smallest]["median ms"])
    yield _at_most("8 clients beside 4 runaways: p95 / alone", results["beside runaways"][OURS]["ratio"], 3.0)
    yield _at_most("deadline: longest excess, s", results["deadline"]["longest, s"], 0.3)
    large = results["sizes"][largest]["large"]
    ours, peer = (large["MB a second"][name] for name in (OURS, OXIGRAPH))
    yield _at_least("500,000 rows: bytes a second / oxigraph's", ours / peer, 0.9)
    yield _at_most("500,000 rows: first byte, ms", large["first byte, ms"][OURS], 50)
    four = results["four large at once"]
    yield _at_most("four of them, memory: most private of a process, MB", four[OURS]["most private of one"], 150)
    yield _at_most("four of them, disk: added in all, MB", four["garrison, disk"]["added"], 200)


def _above_the_engine(figures: Mapping[str, Any]) -> Iterator[Aim]:
    for shape in CHEAP_IN_PROCESS:
        above = figures["median ms"][shape][OURS] - figures["in process ms"][shape]
        yield _at_most(f"{shape}: ms above pyoxigraph in process", above, HOP_MS)


def _beside_rdflib(figures: Mapping[str, Mapping[str, float]]) -> Iterator[Aim]:
    """With nothing remembered; and as it is served, when the same was asked before."""
    for shape, ms in figures.items():
        if RDFLIB in ms:
            yield _at_least(f"{shape}: rdflib-endpoint's time / ours", ms[RDFLIB] / ms[OURS], 10)
        if RDFLIB in ms and CACHED in ms:
            yield _at_least(f"{shape}, asked again: rdflib-endpoint's time / ours", ms[RDFLIB] / ms[CACHED], 10)


def _at_least(what: str, figure: float, aim: float) -> Aim:
    return Aim(what, f"≥ {aim:g}", figure, figure >= aim)


def _at_most(what: str, figure: float, aim: float) -> Aim:
    return Aim(what, f"≤ {aim:g}", figure, figure <= aim)
