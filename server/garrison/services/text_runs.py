"""A source's text cut into runs: which passages each belongs to, and which garbled words it is part of.

Passages overlap and stand inside one another, and so do garbled readings; a run is as long as nothing begins or ends in
it. Positions are Unicode code points, which a Python string is indexed by. ``frontend/src/runs.ts`` does the same for a
file that a reader opens in the browser.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Span:
    """A part of the text, by the name that it has on the page."""

    name: str
    start: int
    end: int

    def covers(self, start: int, end: int) -> bool:
        return self.start <= start and end <= self.end


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text within one paragraph."""

    text: str
    start: int
    passages: tuple[str, ...]  # the shortest comes last
    garbled: tuple[str, ...]  # of which emendations; the shortest comes last
    begins: tuple[str, ...] = ()  # passages of which it is the first run
    ends: tuple[str, ...] = ()  # emendations of whose garbled words it is the last run; the shortest comes first


def paragraphs(
    text: str, passages: Sequence[Span], garbled: Sequence[Span], start: int = 0, end: int | None = None
) -> list[list[Run]]:
    """Cut the text between two positions into paragraphs, one a line, and those into runs; empty lines are left out."""
    end = len(text) if end is None else min(end, len(text))
    passages, garbled = _longest_first(passages), _longest_first(garbled)
    found = [
        [_run(text, a, b, passages, garbled) for a, b in _pieces(line, (*passages, *garbled))]
        for line in _lines(text, start, end)
    ]
    return _with_ends(_with_begins(found))


def garbled_span(name: str, text: str, start: int, end: int, sic: str) -> Span:
    """Where the garbled words stand in the span of their emendation; all of it, if they are not told."""
    at = text.find(sic, start, end) if sic else -1
    return Span(name, at, at + len(sic)) if at >= 0 else Span(name, start, min(end, len(text)))


def _longest_first(spans: Sequence[Span]) -> list[Span]:
    return sorted((span for span in spans if span.start < span.end), key=lambda span: span.start - span.end)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        if text[start:stop].strip():
            yield start, stop
        start = stop + 1


def _pieces(line: tuple[int, int], spans: Sequence[Span]) -> Iterator[tuple[int, int]]:
    start, end = line
    cuts = {start, end} | {at for span in spans for at in (span.start, span.end) if start < at < end}
    ordered = sorted(cuts)
    return pairwise(ordered)


def _run(text: str, start: int, end: int, passages: Sequence[Span], garbled: Sequence[Span]) -> Run:
    inside = tuple(span.name for span in passages if span.covers(start, end))
    return Run(text[start:end], start, inside, tuple(span.name for span in garbled if span.covers(start, end)))


def _with_begins(found: list[list[Run]]) -> list[list[Run]]:
    """Let each passage begin once, though its runs are many."""
    seen: set[str] = set()
    marked: list[list[Run]] = []
    for line in found:
        marked.append([])
        for run in line:
            marked[-1].append(replace(run, begins=tuple(name for name in run.passages if name not in seen)))
            seen.update(run.passages)
    return marked


def _with_ends(found: list[list[Run]]) -> list[list[Run]]:
    last = {name: (i, j) for i, line in enumerate(found) for j, run in enumerate(line) for name in run.garbled}
    return [
        [
            replace(run, ends=tuple(name for name in reversed(run.garbled) if last[name] == (i, j)))
            for j, run in enumerate(line)
        ]
        for i, line in enumerate(found)
    ]
