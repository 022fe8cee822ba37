"""The figures as Markdown, JSON and a plot."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from aims import aims
from report_plot import draw

Table = Mapping[str, Mapping[str, float]]


def write_report(results: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write the three files into ``folder``; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    held = dict(results) | {"aims": [asdict(aim) for aim in aims(results)]}
    largest = max(results["sizes"], key=int)
    contents = {
        "report.md": "\n".join(_markdown(held)) + "\n",
        "report.json": json.dumps(held, indent=2, ensure_ascii=False) + "\n",
        "report.svg": draw(f"{int(largest):,} triples", results["sizes"][largest]["median ms"]),
    }
    for name, content in contents.items():
        (folder / name).write_text(content, "utf-8")
    return [folder / name for name in contents]


def _markdown(results: Mapping[str, Any]) -> Iterator[str]:
    yield "# Garrison beside its peers\n"
    yield ", ".join(f"{name}: {value}" for name, value in results["machine"].items()) + "\n"
    yield "## Aims\n\n| what | aim | figure | |\n|---|---|---|---|"
    for aim in results["aims"]:
        yield f"| {aim['what']} | {aim['aim']} | {_figure(aim['figure'])} | {'met' if aim['is_met'] else '**short**'} |"
    for size, figures in results["sizes"].items():
        yield f"\n## {int(size):,} triples\n\nMilliseconds at the median, one client, no cache but where it is named:\n"
        yield from _table(figures["median ms"], figures["in process ms"])
        yield "\n500,000 rows as JSON, or as many as there are:\n"
        yield from _table(figures["large"])
        yield "\nCheap shapes mixed, 32 clients:\n"
        yield from _table(figures["32 clients"])
        yield from _differences(figures["rows"])
    yield "\n## The saved queries of the edition, 32 clients\n"
    yield from _table(results["saved queries"])
    yield "\n## Eight clients beside four whose queries never end\n"
    yield from _table(_turned(results["beside runaways"]))
    yield "\n## A query that never ends, deadline of 2 s: what it lasts longer\n"
    yield from _table(_turned({"garrison": results["deadline"]}))
    yield "\n## Four results of 500,000 rows at once: MB of memory\n"
    yield from _table(_turned(results["four large at once"]))
    for reason in dict.fromkeys(results["not measured"]):
        yield f"\nNot measured: {reason}"


def _differences(rows: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """Which servers gave another number of rows than most: a time for another answer is no time."""
    for shape, counts in rows.items():
        if len(set(counts.values())) > 1:
            yield f"\nNot the same answer to “{shape}”: " + ", ".join(f"{name} {n} rows" for name, n in counts.items())


def _table(table: Table, in_process: Mapping[str, float] | None = None) -> Iterator[str]:
    names = list(dict.fromkeys(name for figures in table.values() for name in figures))
    columns = [*names, "in process"] if in_process else names
    yield f"| | {' | '.join(columns)} |"
    yield "|---|" + "---|" * len(columns)
    for what, figures in table.items():
        if figures:
            cells = _cells(figures, names) + ([_figure((in_process or {}).get(what))] if in_process else [])
            yield f"| {what} | {' | '.join(cells)} |"


def _cells(figures: Mapping[str, float], names: Sequence[str]) -> list[str]:
    return [_figure(figures.get(name)) for name in names]


def _turned(by_server: Table) -> Table:
    whats = dict.fromkeys(what for figures in by_server.values() for what in figures)
    return {what: {name: figures[what] for name, figures in by_server.items()} for what in whats}


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
