"""The README's commands run, and its answers are the answers."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = [line.strip() for line in re.findall(r"^    (\S.*)$", README, re.MULTILINE)]
START_S = 120  # the virtual environment is there already; building and checking take seconds


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """``make serve`` as a newcomer types it, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(["make", "serve", f"PORT={port}"], cwd=ROOT, start_new_session=True)
    try:
        yield _until_it_answers(f"http://127.0.0.1:{port}", process)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def _until_it_answers(url: str, process: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"{url}/health").status_code == 200:
                return url
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail("make serve did not answer")


def _shown_after(command: str) -> str:
    """The answer that the README shows under a command: the next block fenced as csv."""
    found = re.search(r"```csv\n(.*?)```", README[README.index(command) :], re.DOTALL)
    assert found
    return found[1]


def test_the_first_two_commands_are_those_a_newcomer_needs() -> None:
    assert COMMANDS[0] == "make serve"
    assert "make test" in COMMANDS
    for target in ("serve", "test"):
        planned = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=True)
        assert planned.stdout


def test_the_answer_in_the_readme_is_what_the_server_answers(served: str) -> None:
    command = next(command for command in COMMANDS if command.startswith("curl"))
    run = subprocess.run(
        shlex.split(command.replace("http://127.0.0.1:7070", served)), capture_output=True, text=True, check=True
    )
    assert run.stdout.splitlines() == _shown_after(command).splitlines()


def test_the_query_in_the_readme_has_an_answer(served: str) -> None:
    query = re.search(r"```sparql\n(.*?)```", README, re.DOTALL)
    assert query
    rows = httpx.post(f"{served}/sparql", data={"query": query[1]}).json()["results"]["bindings"]
    assert len(rows) >= 3


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith(".venv")])
def test_a_command_of_the_readme_runs(command: str, tmp_path: Path) -> None:
    words = shlex.split(command.replace("--out snapshots", f"--out {tmp_path}"))
    run = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_every_folder_and_file_that_the_readme_names_is_there() -> None:
    named = re.findall(r"`((?:ontology|graph_data|queries|server|tests)/[\w./-]*|LICENSE[\w-]*|CITATION\.cff)`", README)
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_option_of_serve_is_in_the_readme() -> None:
    help_text = subprocess.run(
        [".venv/bin/garrison", "serve", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    options = set(re.findall(r"--[a-z][a-z-]+", help_text)) - {"--help"}
    assert [option for option in sorted(options) if f"`{option}`" not in README] == []
