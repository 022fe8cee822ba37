"""The RDF dataset that one query sees, and the terms that it is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from garrison.engine.interface import QueryRequest
from garrison.errors import EvaluationFailed


def graphs_of(store: ox.Store, request: QueryRequest) -> tuple[ox.Store, dict[str, Any]]:
    """Return the store to ask, and the dataset arguments of ``Store.query``.

    Several default graphs are merged into one first (SPARQL 1.1, section 13.2,
    https://www.w3.org/TR/sparql11-query/#specifyingDataset): pyoxigraph chains them, so that a triple in two
    of them is counted twice. A graph that is named twice it counts twice too; in a dataset it is there once.
    """
    named = None if request.named_graphs is None else _each_once(request.named_graphs)
    if request.default_graphs is None:
        return store, {"named_graphs": named}
    default = _each_once(request.default_graphs)
    if len(default) < 2:
        return store, {"default_graph": default, "named_graphs": named}
    merged = ox.Store()
    merged.extend(_triples_of(store, default))
    merged.extend(quad for name in named or () for quad in store.quads_for_pattern(None, None, None, name))
    return merged, {"default_graph": ox.DefaultGraph(), "named_graphs": named or []}


def _each_once(names: Iterable[str]) -> list[ox.NamedNode]:
    return [ox.NamedNode(name) for name in dict.fromkeys(names)]


def _triples_of(store: ox.Store, graphs: Iterable[ox.NamedNode]) -> Iterator[ox.Quad]:
    for graph in graphs:
        for quad in store.quads_for_pattern(None, None, None, graph):
            yield ox.Quad(quad.subject, quad.predicate, quad.object)


def checked_terms(substitutions: Mapping[str, str]) -> dict[str, str]:
    """Return terms as N-Triples writes them, after parsing each as one term and nothing more.

    :raises EvaluationFailed: if a name is no variable's, or a text is not one IRI, literal or triple term.
    """
    for name in substitutions:
        try:
            ox.Variable(name)
        except ValueError as error:
            raise EvaluationFailed(f"{name} is not the name of a variable.", caused_by_query=True) from error
    return {name: str(_term(name, text)) for name, text in substitutions.items()}


def _term(name: str, text: str) -> ox.NamedNode | ox.Literal | ox.Triple:
    try:
        terms = [quad.object for quad in ox.parse(f"<x:s> <x:p> {text} .", ox.RdfFormat.N_TRIPLES)]
    except SyntaxError:
        terms = []
    term = terms[0] if len(terms) == 1 else None
    if isinstance(term, ox.NamedNode | ox.Literal | ox.Triple):  # a blank node has no name outside
        return term
    raise EvaluationFailed(f"The value of {name} is not one IRI or literal: {text}", caused_by_query=True)
