"""The server as the first process of a container, which inherits whatever a killed process leaves."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

FIRST = """
import ctypes, os, signal, sys, time
from pathlib import Path
from garrison.cli.first_process import leave_reaping_behind

ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: orphans come here, as to the first process
os.getpid = lambda: 1
leave_reaping_behind()
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, lambda number, _frame: sys.exit(number))

"""
ORPHAN = """
reading, writing = os.pipe()
if (between := os.fork()) == 0:
    if (orphan := os.fork()) == 0:
        time.sleep(0.2)
        os._exit(0)
    os.write(writing, str(orphan).encode())
    os._exit(0)
os.waitpid(between, 0)
orphan = Path("/proc") / os.read(reading, 100).decode()
end = time.monotonic() + 10
while orphan.exists() and time.monotonic() < end:
    time.sleep(0.02)
sys.exit(3 if orphan.exists() else 7)
"""


def test_what_has_no_parent_is_reaped_and_the_end_is_told() -> None:
    assert subprocess.run([sys.executable, "-c", FIRST + ORPHAN], timeout=30).returncode == 7


def test_a_server_that_is_killed_is_told_as_a_shell_does() -> None:
    program = FIRST + "os.kill(int(os.readlink('/proc/self')), signal.SIGKILL)"
    assert subprocess.run([sys.executable, "-c", program], timeout=30).returncode == 128 + signal.SIGKILL


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals_are_passed_on(number: signal.Signals) -> None:
    program = (
        FIRST + "time.sleep(0.3)\nprint('waits', flush=True)\ntime.sleep(30)"
    )  # the first has its handlers by then
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout and first.stdout.readline() == "waits\n"
        first.send_signal(number)
        assert first.wait(20) == number
