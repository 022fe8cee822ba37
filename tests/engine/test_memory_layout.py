"""A dataset in memory is the file's, however it is laid out; and a reader shares with the others what it can."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from garrison.engine.memory import load_in_memory

TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
LINES = [
    f"<x:a> {TYPE} <x:Two> .",
    '<x:a> <x:label> "a \\n line, <x:b> <x:c> ." .',
    f"<x:b> {TYPE} <x:One> <x:graph> .",
    f"<x:b> {TYPE} <x:Two> .",
    "<x:b> <x:knows> _:b1 <x:graph> .",
    '<x:c> <x:label> "no class"@en .',
    f"_:b1 {TYPE} <x:One> .",
    '_:b1 <x:label> "a blank node"^^<x:type> .',
]


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def quads(text: str) -> list[str]:
    """Canonical, whatever blank nodes are called."""
    dataset = ox.Dataset(ox.parse(text, ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return sorted(map(str, dataset))


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(LINES) + "\n",
        "\n".join(LINES),
        "# a comment\n\n" + "\n\n# another\n".join(LINES) + "\n# the last",
        "\r\n".join(LINES) + "\r\n",
        "\n".join(f"  {line}" for line in LINES),
        "",
        "\n",
        LINES[0],
    ],
)
def test_every_quad_of_a_file_is_loaded(text: str, tmp_path: Path) -> None:
    store = load_in_memory(written(tmp_path / "some.nq", text))
    assert quads("".join(f"{quad} .\n" for quad in store)) == quads(text)


def test_every_quad_is_loaded_in_whatever_order_the_lines_are(tmp_path: Path) -> None:
    shuffled = random.Random(7)
    for number in range(50):
        lines = shuffled.sample(LINES, len(LINES))
        store = load_in_memory(written(tmp_path / f"{number}.nq", "\n".join(lines) + "\n"))
        assert quads("".join(f"{quad} .\n" for quad in store)) == quads("\n".join(LINES))


def test_a_file_that_is_not_n_quads_is_refused_with_the_line_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path / "bad.nq", "\n".join([*LINES[:5], "<x:c> no quad .", *LINES[5:]]) + "\n")
    with pytest.raises(SyntaxError, match="line 6"):
        load_in_memory(path)


@pytest.fixture(scope="module")
def people() -> Iterator[list[str]]:
    """Fifty thousand things of one class, a fifth as many of another in between."""
    lines = []
    for number in range(60_000):
        thing, kind = f"<https://example.org/id/{number:06}>", "Event" if number % 6 == 0 else "Person"
        lines.append(f'{thing} <x:label> "Number {number}" .')
        lines.append(f"{thing} {TYPE} <x:{kind}> .")
        lines.append(f"{thing} <x:knows> <https://example.org/id/{number // 2:06}> .")
    yield lines


def copied_pages(store: ox.Store, query: str) -> int:
    """Pages that a process, forked now, has to copy or to fetch to answer a query; it asked another before."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        store.query("ASK { <x:a> <x:b> ?c }")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        found = store.query(query)
        assert isinstance(found, ox.QuerySolutions)
        sum(1 for _ in found)
        os.write(writing, str(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    os.close(writing)
    with os.fdopen(reading) as said:
        return int(said.read())


def test_a_query_for_the_things_of_a_class_copies_little_of_the_others(people: list[str], tmp_path: Path) -> None:
    path = written(tmp_path / "people.nq", "\n".join(people) + "\n")
    mixed = ox.Store()
    mixed.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
    laid_out = load_in_memory(path)
    assert len(laid_out) == len(mixed) == len(people)
    query = "SELECT * { ?event a <x:Event> ; <x:label> ?label }"
    assert 2 * copied_pages(laid_out, query) < copied_pages(mixed, query)


SMALL_QUERIES = """
import os, pathlib, resource, sys
from garrison.engine.memory import load_in_memory

store = load_in_memory(pathlib.Path(sys.argv[1]))
if os.fork() == 0:
    for number in range(200):
        if number == 100:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        list(store.query(f"SELECT * {{ <https://example.org/id/{number:06}> ?p ?o }}"))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before, flush=True)
    os._exit(0)
os.wait()
"""


def test_a_small_query_writes_where_those_before_it_wrote(people: list[str], tmp_path: Path) -> None:
    """In a process of its own: nothing else has left its heap in pieces."""
    path = written(tmp_path / "people.nq", "\n".join(people) + "\n")
    done = subprocess.run([sys.executable, "-c", SMALL_QUERIES, path], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 200  # pages for a hundred queries; loaded in the same thread, five times that
