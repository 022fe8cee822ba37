"""What the kernel holds a reader to: memory, file descriptors, lifetime."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

CONTROL_FD, DATA_FD = 0, 3  # 1 and 2 are the null device
_PR_SET_PDEATHSIG = 1  # prctl(2)
# Loaded before any fork: a reader has no descriptor left to load a library with.
_libc = ctypes.CDLL(None, use_errno=True)


_Opened = TypeVar("_Opened")


def confine(
    control: socket.socket, memory_mb: int, pool_pid: int, prepare: Callable[[], _Opened]
) -> tuple[socket.socket, _Opened]:
    """Bind this freshly forked process to its limits; return its control socket at its final place, and what it opened.

    Descriptors have fixed places, and the limit leaves exactly one free: the one that a query's pipe takes.
    So while a query runs none is left, and SERVICE cannot open a socket whatever was admitted.

    :param prepare: opens what the reader needs; its descriptors lie above the limit, where none can be added.
    """
    die_with(pool_pid)
    moved = _arrange_descriptors(control)
    opened = _above_data(prepare)
    address_space = _address_space() + memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_NOFILE, (DATA_FD + 1, DATA_FD + 1))
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return moved, opened


def _above_data(prepare: Callable[[], _Opened]) -> _Opened:
    """Call with the place of the pipe taken, and with as many descriptors to be had as the kernel grants.

    A store on disk opens as many of its files at once as a quarter of those; later it could open none.
    """
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    os.open(os.devnull, os.O_RDWR)  # takes the lowest that is free
    try:
        return prepare()
    finally:
        os.close(DATA_FD)


def die_with(pool_pid: int) -> None:
    """End when the pool does, however that ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != pool_pid:  # it ended before we asked to be told
        os._exit(0)


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    return pages * resource.getpagesize()


def _arrange_descriptors(control: socket.socket) -> socket.socket:
    """Leave control socket and null device; drop all that was inherited.

    A pipe of another query, kept open here by accident, would hide that query's end from its client.
    """
    os.dup2(control.detach(), CONTROL_FD)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 1)
    os.dup2(null, 2)  # an abort for want of memory prints a backtrace
    os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    return socket.socket(fileno=CONTROL_FD)
