"""Say what is being measured: a line that moves for who watches, plain lines for a file."""

from __future__ import annotations

import sys
from typing import Self

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Steps:
    """Call it with each step; as a context manager it ends the line that moves."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console) if console.is_terminal else None
        self._task = self._progress.add_task("", total=None) if self._progress else None

    def __enter__(self) -> Self:
        if self._progress:
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress:
            self._progress.stop()

    def __call__(self, step: str) -> None:
        if self._progress and self._task is not None:
            self._progress.update(self._task, description=step)
        else:
            print(step, file=sys.stderr, flush=True)
