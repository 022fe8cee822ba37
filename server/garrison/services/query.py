"""Ask the edition: admit a SPARQL query, evaluate it, read its results.

From a notebook, over a snapshot that ``garrison build`` wrote::

    from pathlib import Path
    from garrison.engine.process import PoolProcess
    from garrison.services.query import QueryService

    with PoolProcess(Path("out") / version) as pool:
        service = QueryService(pool.client())
        for row in service.select("SELECT ?person WHERE { ?person a gar:Person }"):
            print(row["person"].value)
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeAlias

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from garrison.edition.views import VIEWS
from garrison.engine.interface import AsyncQueryRun, Engine, QueryRequest, QueryRun
from garrison.errors import EvaluationFailed, QueryRefused, UnknownView
from garrison.rdf.prefixes import predeclared
from garrison.rdf.sparql import Caps, QueryShape, scan
from garrison.rdf.sparql.codepoints import without_escapes
from garrison.rdf.sparql.dialect import from_wikidata
from garrison.rdf.sparql.rewrites import SHAPES, rewrite, with_graph_names
from garrison.rdf.versions import NO_TRIPLE_TERMS, may_hold_triple_terms

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
Row: TypeAlias = dict[str, Term]  # only the variables that are bound

_WITH_PARAMETERS = ("existence",)
SHORT = 8_192  # characters that are read within milliseconds
_JSON = "application/sparql-results+json"
_N_TRIPLES = "application/n-triples"


class QueryService:
    """Evaluates SPARQL queries of anybody, and refuses what is never evaluated here."""

    def __init__(self, engine: Engine, caps: Caps | None = None, no_rewrites: Collection[str] = ()) -> None:
        """Ask an engine.

        :param no_rewrites: which of :data:`garrison.rdf.sparql.rewrites.SHAPES` are not applied, or ``all``.
        """
        self._engine = engine
        self._caps = caps or Caps()
        self._rewrites = () if "all" in no_rewrites else tuple(name for name in SHAPES if name not in no_rewrites)
        self._reading = asyncio.Semaphore(1)

    @property
    def engine(self) -> Engine:
        """The engine that is asked."""
        return self._engine

    def admit(self, text: str, view: str = "") -> QueryShape:
        """Look at a query before anything is spent on it.

        :param view: what it asks, as :class:`~garrison.engine.interface.QueryRequest` says.
        :raises MalformedQuery: with line and column; not every malformed query is noticed before evaluation.
        :raises QueryRefused: if it is an update, calls SERVICE, or is larger than the caps allow.
        :raises UnknownView: if no snapshot has such a view. Whether this one has it, the run says.
        """
        self._require_known(view)
        return _scan(_rewritten(text, view), self._caps, view)

    def start(self, request: QueryRequest) -> QueryRun:
        """Admit a query and start it; the run that is returned wants to be closed.

        ``default_graphs`` and ``named_graphs`` of the request are what the protocol says; ``None`` twice
        leaves the RDF dataset to the query's own FROM.

        :raises MalformedQuery: as :meth:`admit`.
        :raises QueryRefused: as :meth:`admit`, and if it names a graph that the dataset does not have.
        :raises EngineUnavailable: if the engine does not answer.
        :raises UnknownView: as :meth:`admit`.
        """
        complete = self._complete(request)
        _refuse_foreign(self._engine.unknown_graphs(_graphs(complete), complete.view))
        return self._engine.start(complete)

    async def start_async(self, request: QueryRequest) -> AsyncQueryRun:
        """Do as :meth:`start`, from an event loop."""
        complete = await self._complete_async(request)
        _refuse_foreign(await self._engine.unknown_graphs_async(_graphs(complete), complete.view))
        return await self._engine.start_async(complete)

    async def admit_async(self, text: str, view: str = "") -> QueryShape:
        """Do as :meth:`admit`, from an event loop: a long text is read in a thread, one at a time."""
        if len(text) <= SHORT:
            return self.admit(text, view)
        async with self._reading:
            return await asyncio.to_thread(self.admit, text, view)

    async def _complete_async(self, request: QueryRequest) -> QueryRequest:
        if len(request.query) <= SHORT:
            return self._complete(request)
        async with self._reading:
            return await asyncio.to_thread(self._complete, request)

    def _require_known(self, view: str) -> None:
        """Say that there is no such view before its query is found to be malformed for want of a prefix."""
        if view and view not in VIEWS:
            raise UnknownView(view, self._engine.status().views)

    def _complete(self, request: QueryRequest) -> QueryRequest:
        self._require_known(request.view)
        text = _rewritten(request.query, request.view)
        shape = _scan(text, self._caps, request.view)
        occur = may_hold_triple_terms(shape, request.view)
        refuse = occur and (request.refuse_triple_terms or request.media_type in NO_TRIPLE_TERMS)
        faster = self._faster(text, request)
        told = _changed(request, query=text, triple_terms=occur, refuse_triple_terms=refuse, rewritten=faster)
        complete = _with_dataset(told, shape)
        if (count := len(_graphs(complete))) > self._caps.graphs:
            message = f"The request names {count:,} graphs; {self._caps.graphs:,} are allowed."
            raise QueryRefused(message, "graphs", self._caps.graphs)
        return complete

    def _faster(self, text: str, request: QueryRequest) -> str:
        """Return what is better evaluated in place of a text; nothing, if the text is."""
        # A parameter gives the evaluator something to begin with, and the others reckon with nothing of the kind.
        names = tuple(name for name in self._rewrites if name in _WITH_PARAMETERS or not request.substitutions)
        rewrite = _rewrite_short if len(text) <= SHORT else _rewrite_long
        faster = rewrite(text, names, request.view)
        return faster if faster != text else ""

    def select(self, text: str, substitutions: Mapping[str, str] | None = None, max_rows: int = 10_000) -> list[Row]:
        """Return all solutions of a SELECT query.

        :param substitutions: variable name to a term in N-Triples syntax, bound in the outermost pattern.
        :raises EndpointError: as :meth:`start` and the run itself.
        :raises EvaluationFailed: if there are more than ``max_rows``; nothing is cut silently.
        """
        results = parse_query_results(self._bytes(text, _JSON, substitutions), format=QueryResultsFormat.JSON)
        if not isinstance(results, QuerySolutions):
            raise EvaluationFailed("A SELECT query is expected here.", caused_by_query=True)
        names = [variable.value for variable in results.variables]
        rows: list[Row] = []
        for solution in results:
            if len(rows) == max_rows:
                raise EvaluationFailed(f"The query has more than {max_rows:,} solutions.", caused_by_query=True)
            rows.append({name: term for name in names if (term := solution[name]) is not None})
        return rows

    def ask(self, text: str, substitutions: Mapping[str, str] | None = None) -> bool:
        """Return the answer of an ASK query; raises as :meth:`select`."""
        result = parse_query_results(self._bytes(text, _JSON, substitutions), format=QueryResultsFormat.JSON)
        if not isinstance(result, QueryBoolean):
            raise EvaluationFailed("An ASK query is expected here.", caused_by_query=True)
        return bool(result)

    def triples(self, text: str, substitutions: Mapping[str, str] | None = None) -> list[Triple]:
        """Return the triples of a CONSTRUCT or DESCRIBE query; raises as :meth:`select`."""
        quads = parse(self._bytes(text, _N_TRIPLES, substitutions), format=RdfFormat.N_TRIPLES)
        return [quad.triple for quad in quads]

    def _bytes(self, text: str, media_type: str, substitutions: Mapping[str, str] | None) -> bytes:
        with self.start(QueryRequest(text, media_type, substitutions=substitutions or {})) as run:
            return run.first() + b"".join(run.chunks())


# View -> what is made of a query's text before it is admitted. A rewriting keeps every line on its line, since
# what is malformed is told by line and column; text that it does not understand it returns as it is.
REWRITES: dict[str, Callable[[str], str]] = {"wikidata": from_wikidata}


def _rewritten(text: str, view: str) -> str:
    text = without_escapes(text)
    return REWRITES[view](text) if view in REWRITES else text


def _scan(text: str, caps: Caps, view: str) -> QueryShape:
    return _scan_short(text, caps, view) if len(text) <= SHORT else _scan_long(text, caps, view)


@lru_cache(maxsize=512)  # a saved query, a page of the editor, a dashboard: the same texts come again and again
def _scan_short(text: str, caps: Caps, view: str) -> QueryShape:
    return scan(text, caps, predeclared(view))


@lru_cache(maxsize=4)  # a query is admitted, then started; what is kept is bounded, as texts and graphs are
def _scan_long(text: str, caps: Caps, view: str) -> QueryShape:
    return scan(text, caps, predeclared(view))


@lru_cache(maxsize=512)
def _rewrite_short(text: str, names: tuple[str, ...], view: str) -> str:
    return rewrite(with_graph_names(text, predeclared(view)), names, predeclared(view))


@lru_cache(maxsize=4)
def _rewrite_long(text: str, names: tuple[str, ...], view: str) -> str:
    return rewrite(with_graph_names(text, predeclared(view)), names, predeclared(view))


def _changed(request: QueryRequest, **facts: Any) -> QueryRequest:
    """Replace facts of a request, which in most are as they were."""
    new = {name: value for name, value in facts.items() if value != getattr(request, name)}
    return replace(request, **new) if new else request


def _with_dataset(request: QueryRequest, shape: QueryShape) -> QueryRequest:
    """Say what the query's RDF dataset is, unless it is that of the endpoint.

    What the protocol says replaces what the query says, and either describes the whole dataset (SPARQL 1.1
    Protocol, section 2.1.4, https://www.w3.org/TR/sparql11-protocol/#dataset).
    """
    default_graphs, named_graphs = request.default_graphs, request.named_graphs
    if default_graphs is None and named_graphs is None:
        if not (shape.default_graphs or shape.named_graphs):
            return request
        default_graphs, named_graphs = shape.default_graphs, shape.named_graphs
    return replace(request, default_graphs=default_graphs or (), named_graphs=named_graphs or ())


def _graphs(request: QueryRequest) -> tuple[str, ...]:
    return (request.default_graphs or ()) + (request.named_graphs or ())


def _refuse_foreign(unknown: Sequence[str]) -> None:
    if unknown:
        message = f"{unknown[0]} is not a graph of this dataset, and nothing is fetched from elsewhere."
        raise QueryRefused(message, "foreign-graph")
