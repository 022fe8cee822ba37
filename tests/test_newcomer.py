"""What a newcomer's machine may lack is said in one clear sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def _bootstrap(tmp_path: Path, sitecustomize: str) -> subprocess.CompletedProcess[str]:
    """Run the bootstrap in a Python that is made to lack something."""
    (tmp_path / "sitecustomize.py").write_text(sitecustomize, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    return subprocess.run(
        [sys.executable, str(ROOT / "server" / "bootstrap.py")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_an_old_python_is_named_in_one_sentence(tmp_path: Path) -> None:
    result = _bootstrap(tmp_path, "import sys; sys.version_info = (3, 9, 2, 'final', 0)")
    assert result.returncode == 2
    assert result.stderr == (
        "garrison: Python 3.11 or later is needed, and this is 3.9; name another one with PYTHON=python3.11.\n"
    )


def test_a_missing_venv_module_is_named_with_its_package(tmp_path: Path) -> None:
    result = _bootstrap(tmp_path, "import sys; sys.modules['ensurepip'] = None")
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert "ensurepip is missing; install the package python3-venv" in result.stderr


def test_a_machine_without_python_is_told_so() -> None:
    result = subprocess.run(
        ["make", "environment", "PYTHON=python-that-is-not-there"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode != 0
    assert "garrison: no python-that-is-not-there on this machine" in result.stderr
