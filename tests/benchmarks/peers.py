"""The servers that are measured: ours in three ways, and those that people use today, each as a process of its own.

Peers from PyPI live in an environment that is made once in the cache folder; Virtuoso is Debian's, where it is there.
"""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

START_S = 600.0  # bound for loading a million triples
FROM_PYPI = ("oxigraph==0.5.13", "rdflib-endpoint==0.6.3", "uvicorn>=0.30")
_VIRTUOSO_INI = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = {sql_port}
LiteMode = 0
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
ServerThreads = 40
DirsAllowed = {data}, {folder}
ResultSetMaxRows = 2000000
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 40
MaxClientConnections = 40
[SPARQL]
ResultSetMaxRows = 2000000
MaxQueryExecutionTime = 60
[Client]
SQL_PREFETCH_ROWS = 100
"""


class CannotMeasure(Exception):
    """A server is not there, or does not start; the message says why."""


@dataclass
class Peer:
    """A server that answers queries."""

    name: str
    url: str  # of its endpoint
    process: subprocess.Popen[bytes]

    def stop(self, patience_s: float = 20) -> None:
        """Ask it to end; kill it when it has not ended within ``patience_s`` seconds."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def garrison(name: str, folder: Path, *options: str) -> Peer:
    """Start our server on an edition or on what was built."""
    port = free_port()
    command = [sys.executable, "-m", "garrison", "serve", str(folder), "--port", str(port), *options]
    return _started(name, f"http://127.0.0.1:{port}/sparql", command)


def oxigraph(cache: Path, data: Path) -> Peer:
    """Load a file into a store on disk, unless it was, and serve it."""
    binary, store = _environment(cache) / "oxigraph", cache / f"oxigraph-{data.parent.name[:12]}"
    if not store.is_dir():
        _run(binary, "load", "--location", store, "--file", data, "--format", "nq")
    port = free_port()
    command = [str(binary), "serve", "--location", str(store), "--bind", f"127.0.0.1:{port}"]
    return _started("oxigraph serve", f"http://127.0.0.1:{port}/query", command)


def rdflib_endpoint(cache: Path, data: Path) -> Peer:
    """Serve a file from rdflib's memory, with the store that it has by default."""
    port, binary = free_port(), _environment(cache) / "rdflib-endpoint"
    triples = cache / f"{data.parent.name[:12]}.nt"
    if not triples.exists():
        shutil.copyfile(data, triples)
    command = [str(binary), "serve", "--host", "127.0.0.1", "--port", str(port), str(triples)]
    return _started("rdflib-endpoint", f"http://127.0.0.1:{port}/", command)


def virtuoso(cache: Path, data: Path) -> Peer:
    """Load a file into a database of Virtuoso's, unless it was, and serve it.

    :raises CannotMeasure: if Debian's ``virtuoso-opensource`` is not installed.
    """
    server, client = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if not server or not client:
        raise CannotMeasure("Virtuoso is not installed (apt-get install virtuoso-opensource).")
    folder = cache / f"virtuoso-{data.parent.name[:12]}"
    is_new, port, sql_port = not folder.is_dir(), free_port(), free_port()
    folder.mkdir(exist_ok=True)
    settings = folder / "virtuoso.ini"
    settings.write_text(_VIRTUOSO_INI.format(folder=folder, port=port, sql_port=sql_port, data=data.parent), "utf-8")
    command = [server, "-f", "-c", str(settings)]
    peer = _started("virtuoso", f"http://127.0.0.1:{port}/sparql", command)
    if is_new:
        load = f"ttlp_mt(file_to_string_output('{data}'), '', 'urn:bench', 0); checkpoint;"
        _run(client, f"127.0.0.1:{sql_port}", "dba", "dba", f"exec={load}")
    return peer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(cache: Path) -> Path:
    """The folder of programs of an environment with the peers in it."""
    programs = cache / "environment" / "bin"
    if not (programs / "rdflib-endpoint").exists():
        _run(sys.executable, "-m", "venv", cache / "environment")
        _run(programs / "pip", "install", "--quiet", *FROM_PYPI)
    return programs


def _run(*command: str | Path) -> None:
    """Run a program to its end.

    :raises CannotMeasure: if it fails, with the end of what it said.
    """
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=START_S)
    if done.returncode:
        raise CannotMeasure(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout)[-400:]}")


def _started(name: str, url: str, command: Sequence[str]) -> Peer:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    peer, deadline = Peer(name, url, process), time.monotonic() + START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise CannotMeasure(f"{name} ended as soon as it was started.")
        if _answers(url):
            return peer
        time.sleep(0.1)
    peer.stop()
    raise CannotMeasure(f"{name} did not answer within {START_S:.0f} s.")


def _answers(url: str) -> bool:
    request = urllib.request.Request(f"{url}?query=ASK%7B%7D", headers={"Accept": "application/sparql-results+json"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return True  # it refuses, so it is there
    except OSError:
        return False
