"""What the rest of the package knows of an engine: ask, read bytes, learn how it ended.

Every way to evaluate a query (the pool of readers on this machine, one day another SPARQL endpoint) stands
behind :class:`Engine`. A run is lazy: nothing has failed yet when it is started, and whoever holds it must
read it to its end or close it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, Self

WINDOW_S = 60.0  # seconds within which a client's budget fills up


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a client may still take of the engine, where it is held to a budget."""

    budget_s: float  # seconds of evaluation in :data:`WINDOW_S` seconds
    left_s: float  # below zero: more was taken than was there
    whole_in_s: float  # seconds until the whole budget is there again


@dataclass(frozen=True, slots=True)
class RunningQuery:
    """A query that is being evaluated, or waits for a reader."""

    id: str
    client: str
    query: str  # its beginning, up to 1,000 characters
    view: str
    media_type: str
    state: str  # waiting, quick, slow or paused
    seconds: float  # since it was handed in


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """One query with its RDF dataset, ready to be evaluated; whether it may be is decided before."""

    query: str  # SPARQL text, already admitted
    media_type: str  # what the results are serialised to
    default_graphs: tuple[str, ...] | None = None  # graph names; None: the dataset's default graph
    named_graphs: tuple[str, ...] | None = None  # graph names; None: all
    substitutions: Mapping[str, str] = field(default_factory=dict)  # variable name -> term as N-Triples
    client: str = ""  # address or token of who asks; empty: the server itself, for a page
    triple_terms: bool = False  # one may occur in the result
    refuse_triple_terms: bool = False  # end with ResultUnwritable if one occurs, before a byte is written
    view: str = ""  # of which view of the snapshot; empty: the dataset itself
    rewritten: str = ""  # evaluated in place of the query, to the answer that it should have; empty: itself is


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """How busy an engine is, and what it answers from."""

    version: str  # of the snapshot: 64 hex digits
    quads: int  # in the dataset, without its views
    idle: int  # readers that wait for a query
    busy: int  # readers that evaluate, in any lane
    paused: int  # readers stopped until the slow lane has room
    queued: int  # queries that wait for a reader
    reader_pids: tuple[int, ...]  # all readers, idle or not
    busy_pids: tuple[int, ...]  # readers that hold a query
    views: Mapping[str, int] = field(default_factory=dict)  # name of a view -> its quads


class QueryRun(Protocol):
    """A query being evaluated, read by a thread that may block."""

    def first(self) -> bytes:
        """Wait for the first bytes; ``b""`` is a complete result without any byte.

        :raises EndpointError: if evaluation fails before the first byte; the run is closed then.
        """

    def wait(self, seconds: float) -> bool:
        """Tell if there is something to read, or the end, within so many seconds; less than 0 is 0."""

    def chunks(self) -> Iterator[bytes]:
        """Yield what follows, as it comes.

        :raises ResultInterrupted: after bytes have been read, if no more can come and the end is missing.
        """

    @property
    def allowance(self) -> Allowance | None:
        """What was left to the client when its query began; known after :meth:`first`, ``None`` without a budget."""

    def close(self) -> None:
        """Let go; a query still running is ended. Closing twice does nothing."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc_info: object) -> None: ...


class AsyncQueryRun(Protocol):
    """A query being evaluated, read from an event loop; otherwise as :class:`QueryRun`."""

    async def first(self) -> bytes: ...

    def chunks(self) -> AsyncIterator[bytes]: ...

    @property
    def allowance(self) -> Allowance | None: ...

    async def close(self) -> None: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *exc_info: object) -> None: ...


class Engine(Protocol):
    """Something that evaluates admitted SPARQL queries over one immutable dataset and its views."""

    def start(self, request: QueryRequest) -> QueryRun:
        """Hand in a query.

        :raises EngineUnavailable: if the engine does not answer.
        """

    async def start_async(self, request: QueryRequest) -> AsyncQueryRun: ...

    def unknown_graphs(self, names: Sequence[str], view: str = "") -> tuple[str, ...]:
        """Return those of ``names`` that are no graph of the dataset or view; of a view that is not there, none."""

    async def unknown_graphs_async(self, names: Sequence[str], view: str = "") -> tuple[str, ...]: ...

    def status(self) -> EngineStatus:
        """Ask how busy the engine is; answers at once whatever runs.

        :raises EngineUnavailable: if the engine does not answer.
        """

    def running(self) -> tuple[RunningQuery, ...]:
        """List what is being evaluated and what waits, the oldest first.

        :raises EngineUnavailable: if the engine does not answer.
        """

    def cancel(self, id: str, client: str | None) -> bool:
        """End a query; whoever waits for its answer is told. Return ``False`` if there is no such query.

        :param client: whose query it has to be; ``None``: anybody's.
        :raises EngineUnavailable: if the engine does not answer.
        """
