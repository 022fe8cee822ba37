"""The edition of this repository, served once for all clients; and the clients in JavaScript, installed once."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ROOT, Server

HERE = Path(__file__).parent
INSTALL_S = 300  # bound on fetching some 500 packages


@pytest.fixture(scope="session")
def edition() -> Iterator[Server]:
    """The published edition, served."""
    started = Server(ROOT)
    yield started
    started.stop()


@pytest.fixture(scope="session")
def comunica() -> Path:
    """Comunica's command, installed from the lock file unless that is done already.

    Without a package registry the tests are skipped and say so; where ``CI`` is set they fail.
    """
    modules = HERE / "node_modules"
    stamp = modules / ".garrison-lock"
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text("ascii") != wanted:
        _install()
        stamp.write_text(wanted, "ascii")
    return modules / ".bin" / "comunica-sparql"


def _install() -> None:
    npm = Path(sys.executable).parent / "npm"
    command = [str(npm) if npm.exists() else shutil.which("npm") or "npm", "ci", "--no-audit", "--no-fund"]
    try:
        result = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=INSTALL_S, check=False)
        failure = result.stderr[-500:] if result.returncode else ""
    except (OSError, subprocess.TimeoutExpired) as error:
        failure = str(error)
    if failure and os.environ.get("CI"):
        pytest.fail(f"npm ci: {failure}")
    if failure:
        pytest.skip(f"Comunica could not be installed: {failure}")
