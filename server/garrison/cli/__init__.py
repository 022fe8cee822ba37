"""Commands: arguments and environment -> Settings -> one plain function. One file a command.

Not here: work. A command that grows logic gives it to ``services``.
"""

from __future__ import annotations

from garrison.cli.main import main

__all__ = ["main"]
