"""Write the results of a query in the format that was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import BinaryIO, TypeAlias

import pyoxigraph as ox

from garrison.errors import EvaluationFailed, ResultUnwritable
from garrison.rdf.prefixes import PREFIXES

Results: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

HEAD = 1_000  # triples; a shorter graph declares the prefixes that it uses, a longer one all of them
_UNWRITTEN = {  # datatypes that the form of a literal says already
    "http://www.w3.org/2001/XMLSchema#string",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
}
_NAMESPACE = re.compile(r".*[/#]")


def write_results(results: Results, media_type: str, output: BinaryIO, prefixes: Mapping[str, str] = PREFIXES) -> None:
    """Serialise lazily: what is written first leaves while the rest is being evaluated.

    :param prefixes: to abbreviate the IRIs of a graph with.
    :raises EvaluationFailed: if there is no such format for this kind of result.
    """
    if isinstance(results, ox.QueryTriples):
        _write_triples(results, media_type, output, prefixes)
        return
    format = ox.QueryResultsFormat.from_media_type(media_type)
    if format is None:
        raise EvaluationFailed(f"Solutions cannot be written as {media_type}.", caused_by_query=True)
    results.serialize(output, format=format)


def require_no_triple_term(results: Results, media_type: str) -> None:
    """Look through results that are to be written without a triple term.

    :raises ResultUnwritable: if one occurs.
    """
    if not isinstance(results, ox.QueryBoolean) and any(isinstance(term, ox.Triple) for row in results for term in row):
        raise ResultUnwritable(
            f"A triple term occurs in this result, and {media_type} as it is asked for cannot hold one. Ask for "
            "Turtle, N-Triples or RDF/XML of version 1.2, or take it apart with SUBJECT( ), PREDICATE( ) and OBJECT( )."
        )


def _write_triples(triples: ox.QueryTriples, media_type: str, output: BinaryIO, prefixes: Mapping[str, str]) -> None:
    format = ox.RdfFormat.from_media_type(media_type)
    if format is None:
        raise EvaluationFailed(f"Triples cannot be written as {media_type}.", caused_by_query=True)
    if format in (ox.RdfFormat.TURTLE, ox.RdfFormat.RDF_XML):
        head = list(islice(triples, HEAD))
        declared = _used(head, prefixes) if len(head) < HEAD else dict(prefixes)
        ox.serialize(chain(head, triples), output, format=format, prefixes=declared)
    else:
        triples.serialize(output, format=format)


def _used(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> dict[str, str]:
    """Return the part of the prefix map that a graph needs."""
    namespaces = {match[0] for triple in triples for iri in _iris(triple) if (match := _NAMESPACE.match(iri))}
    return {prefix: namespace for prefix, namespace in prefixes.items() if namespace in namespaces}


def _iris(triple: ox.Triple) -> Iterator[str]:
    for term in triple:
        if isinstance(term, ox.NamedNode):
            yield term.value
        elif isinstance(term, ox.Triple):
            yield from _iris(term)
        elif isinstance(term, ox.Literal) and term.datatype.value not in _UNWRITTEN:
            yield term.datatype.value
