"""``python -m garrison`` is the ``garrison`` command."""

from __future__ import annotations

from garrison.cli import main

if __name__ == "__main__":
    main(prog_name="garrison")
