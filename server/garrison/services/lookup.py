"""Queries of our own to the engine, answered as terms: what pages and catalogues look up.

Nothing from a request is put into a query's text: callers pass terms, which pyoxigraph checks and writes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from typing import Generic, Self, TypeVar

import pyoxigraph as ox

from garrison.engine.interface import Engine, QueryRequest, QueryRun
from garrison.errors import EndpointError
from garrison.rdf.terms import GAR, LABEL
from garrison.services.kept import Kept

# Of the formats that lose nothing it is written and read in half of the time that JSON takes.
_TSV = "text/tab-separated-values"
_NTRIPLES = "application/n-triples"

_DEFINITION = "http://www.w3.org/2004/02/skos/core#definition"
_LABELS = f"<{LABEL.value}>|<http://www.w3.org/2004/02/skos/core#prefLabel>"
_NAMES = f"{_LABELS}|<{GAR}edtf>"
_MAX_KEPT = 5_000  # things whose labels are kept, and as many whose definitions are
_MAX_KEPT_ROWS = 5_000  # that are kept at once
_PATIENCE_S = 0.005  # for one result, before the others are looked at

Term = ox.NamedNode | ox.BlankNode | ox.Literal
Texts = tuple[ox.Literal, ...]
_Found = TypeVar("_Found")

_kept_labels: Kept[Texts] = Kept(_MAX_KEPT)
_kept_definitions: Kept[Texts] = Kept(_MAX_KEPT)


class Lookup(Generic[_Found]):
    """Something that is being looked up."""

    def __init__(self, wait: Callable[[], _Found]) -> None:
        self._wait = wait

    def found(self) -> _Found:
        """Wait for it; to be asked once.

        :raises EndpointError: if the engine cannot answer.
        """
        return self._wait()


class _Reading:
    """A result on its way."""

    def __init__(self, run: QueryRun) -> None:
        self._run = run
        self._coming = _bytes_of(run)
        self._read: list[bytes] = []
        self._is_over = False
        self._error: EndpointError | None = None

    def whole(self) -> bytes:
        """Wait for all of it, and meanwhile take what comes of the others that this thread has begun.

        A reader whose result nobody takes keeps its place, and the one waited for may wait for a place.
        """
        while not self._is_over:
            others = [each for each in _on_its_way.readings if each is not self and not each._is_over]
            if not others or self._run.wait(_PATIENCE_S):
                self._take()
                continue
            for other in others:
                while not other._is_over and other._run.wait(0):
                    other._take()
        if self._error:
            raise self._error
        return b"".join(self._read)

    def _take(self) -> None:
        try:
            chunk = next(self._coming, None)
        except EndpointError as error:
            self._error, chunk = error, None
        self._is_over = chunk is None
        self._read.append(chunk or b"")


class _OnItsWay(threading.local):
    """What this thread has begun to read, in blocks within each other."""

    def __init__(self) -> None:
        self.readings: list[_Reading] = []


_on_its_way = _OnItsWay()


class Lookups:
    """Queries that are evaluated at the same time, since none needs what another one finds.

    They are waited for within the block, by the thread that opened it; what is left unread there is ended.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._held = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._held.close()

    def select(self, query: str) -> Lookup[list[ox.QuerySolution]]:
        """Begin a SELECT.

        :raises EngineUnavailable: if the engine does not answer.
        """
        reading = _Reading(self._held.enter_context(self.engine.start(QueryRequest(query, _TSV))))
        _on_its_way.readings.append(reading)
        self._held.callback(_on_its_way.readings.remove, reading)
        return Lookup(lambda: _solutions(reading.whole()))

    def labels(self, iris: Iterable[str]) -> Lookup[dict[str, Texts]]:
        """Begin to look up the labels of many things; nothing stands for one that has none."""
        return self.each(_kept_labels, iris, lambda wanted: _naming(wanted, _LABELS), _by_subject, ())

    def definitions(self, iris: Iterable[str]) -> Lookup[dict[str, Texts]]:
        """Begin to look up the definitions of many concepts; nothing stands for one that has none."""
        return self.each(_kept_definitions, iris, lambda wanted: _naming(wanted, f"<{_DEFINITION}>"), _by_subject, ())

    def each(
        self,
        kept: Kept[_Found],
        iris: Iterable[str],
        query: Callable[[str], str],
        read: Callable[[list[ox.QuerySolution]], Mapping[str, _Found]],
        nothing: _Found,
    ) -> Lookup[dict[str, _Found]]:
        """Begin to look up something of each of many things, but for those of which it is kept.

        :param query: makes a SELECT of what stands in its ``VALUES`` block.
        :param read: says what its rows say of each thing.
        :param nothing: what stands for a thing of which they say nothing.
        :raises EngineUnavailable: if the engine does not answer.
        """
        wanted = set(iris)
        known = kept.of(self.engine, wanted)
        if not (missing := wanted - known.keys()):
            return Lookup(lambda: known)
        rows = self.select(query(values(map(ox.NamedNode, missing))))

        def wait() -> dict[str, _Found]:
            said = rows.found()
            found = {**dict.fromkeys(missing, nothing), **read(said)}
            if len(said) < _MAX_KEPT_ROWS:  # more take much memory, or may be cut
                kept.keep(self.engine, found)
            return known | found

        return Lookup(wait)


def select(engine: Engine, query: str, view: str = "") -> list[ox.QuerySolution]:
    """Evaluate a SELECT to its end.

    :param view: of the snapshot; empty: the dataset itself.
    :raises EndpointError: if the engine cannot answer.
    """
    return _solutions(_read(engine, QueryRequest(query, _TSV, view=view)))


def construct(engine: Engine, query: str) -> list[ox.Triple]:
    """Evaluate a CONSTRUCT to its end.

    :raises EndpointError: if the engine cannot answer.
    """
    quads = ox.parse(_read(engine, QueryRequest(query, _NTRIPLES)), ox.RdfFormat.N_TRIPLES)
    return [quad.triple for quad in quads]


def values(terms: Iterable[ox.NamedNode]) -> str:
    """The terms for a ``VALUES`` block."""
    return " ".join(sorted({str(term) for term in terms}))


def read_labels(engine: Engine, iris: Iterable[str]) -> dict[str, Texts]:
    """The labels of many things at once."""
    with Lookups(engine) as lookups:
        return lookups.labels(iris).found()


def read_names(engine: Engine, iris: Iterable[str], view: str = "") -> dict[str, Texts]:
    """The labels of many things at once, and among them the dates of those that have one."""
    request = _asking_names(iris, view)
    return _by_subject(_solutions(_read(engine, request))) if request else {}


async def read_names_async(engine: Engine, iris: Iterable[str], view: str = "") -> dict[str, Texts]:
    """Do as :func:`read_names`, from an event loop."""
    request = _asking_names(iris, view)
    if request is None:
        return {}
    async with await engine.start_async(request) as run:
        data = await run.first()
        async for chunk in run.chunks():
            data += chunk
    return _by_subject(_solutions(data))


def _asking_names(iris: Iterable[str], view: str) -> QueryRequest | None:
    wanted = values(ox.NamedNode(iri) for iri in iris)
    return QueryRequest(_naming(wanted, _NAMES), _TSV, view=view) if wanted else None


def _naming(wanted: str, path: str) -> str:
    return f"SELECT ?x ?value WHERE {{ VALUES ?x {{ {wanted} }} ?x {path} ?value }} ORDER BY ?x ?value"


def _by_subject(rows: Iterable[ox.QuerySolution]) -> dict[str, Texts]:
    found: dict[str, list[ox.Literal]] = {}
    for thing, text in rows:
        if isinstance(text, ox.Literal):
            found.setdefault(thing.value, []).append(text)
    return {iri: tuple(texts) for iri, texts in found.items()}


def _solutions(data: bytes) -> list[ox.QuerySolution]:
    results = ox.parse_query_results(data, ox.QueryResultsFormat.TSV)
    assert isinstance(results, ox.QuerySolutions)
    return list(results)


def _read(engine: Engine, request: QueryRequest) -> bytes:
    with engine.start(request) as run:
        return _Reading(run).whole()


def _bytes_of(run: QueryRun) -> Iterator[bytes]:
    yield run.first()
    yield from run.chunks()
