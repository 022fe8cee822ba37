"""Signals reach the server's main process, however near to each other they come."""

from __future__ import annotations

import signal
import subprocess
import sys

ROUNDS = 25  # an event of the library loses the second signal in one of four
WAITING = """
import signal, threading, time
from garrison.web.interrupt import Interrupt
event, seen = Interrupt(), []
def note(number, frame):
    seen.append(number)
    if number == signal.SIGINT:
        event.set()
for number in (signal.SIGHUP, signal.SIGINT):
    signal.signal(number, note)
for _ in range(4):
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
print("waits", flush=True)
event.wait()
print(*seen, flush=True)
"""


def test_two_signals_that_come_together_both_arrive() -> None:
    for _ in range(ROUNDS):
        waiting = subprocess.Popen([sys.executable, "-c", WAITING], stdout=subprocess.PIPE, text=True)
        assert waiting.stdout and waiting.stdout.readline() == "waits\n"
        waiting.send_signal(signal.SIGHUP)
        waiting.send_signal(signal.SIGINT)
        said, _errors = waiting.communicate(timeout=20)
        assert set(map(int, said.split())) == {signal.SIGHUP, signal.SIGINT}


def test_another_thread_wakes_who_waits() -> None:
    program = WAITING.replace("event.wait()", "threading.Timer(0.1, event.set).start(); event.wait(); event.wait()")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stdout) == (0, "waits\n\n")
