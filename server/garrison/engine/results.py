"""Write the results of a query in the format that was asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import BinaryIO, TypeAlias, cast

import pyoxigraph as ox

from garrison.engine.solutions_csv import write_csv
from garrison.engine.xml_output import XmlOutput, nameable
from garrison.errors import EvaluationFailed, QueryRefused, ResultUnwritable
from garrison.rdf.prefixes import PREFIXES

Results: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
Graph: TypeAlias = ox.QueryTriples | Sequence[ox.Triple]

HELD = 10_000  # triples that are held in memory until all of them have been looked at
HEAD = 1_000  # triples; a shorter graph declares the prefixes that it uses, a longer one all of them
_UNWRITTEN = {  # datatypes that the form of a literal says already
    "http://www.w3.org/2001/XMLSchema#string",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
}
_VERSION = b'VERSION "1.2"\n'  # https://www.w3.org/TR/rdf12-turtle/#sec-version
_SAY_VERSION = (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG)
_NAMESPACE = re.compile(r".*[/#]")


def write_results(
    results: Results | Graph,
    media_type: str,
    output: BinaryIO,
    prefixes: Mapping[str, str] = PREFIXES,
    *,
    triple_terms: bool = False,
) -> None:
    """Serialise lazily: what is written first leaves while the rest is being evaluated.

    :param prefixes: to abbreviate the IRIs of a graph with.
    :param triple_terms: one may occur in the results.
    :raises EvaluationFailed: if there is no such format for this kind of result.
    :raises ResultUnwritable: if XML cannot hold it; the first bytes may have left then.
    """
    if "xml" in media_type:
        output = cast(BinaryIO, XmlOutput(output))
    if not isinstance(results, ox.QuerySolutions | ox.QueryBoolean):
        _write_triples(results, media_type, output, prefixes)
        return
    format = ox.QueryResultsFormat.from_media_type(media_type)
    if format is None:
        raise EvaluationFailed(f"Solutions cannot be written as {media_type}.", caused_by_query=True)
    if triple_terms and format == ox.QueryResultsFormat.CSV and isinstance(results, ox.QuerySolutions):
        write_csv(results, output)
    else:
        results.serialize(output, format=format)


def require_rows(results: Results, most: int) -> None:
    """Look how many results there are before one is written: less than all is never sent as if it were all.

    :raises QueryRefused: if there are more than ``most`` solutions or triples.
    """
    if not isinstance(results, ox.QueryBoolean) and next(islice(results, most, None), None) is not None:
        raise QueryRefused(
            f"The result has more than {most:,} rows, which is all that one may have here. "
            "Add a LIMIT, and ask for the rest with ORDER BY and OFFSET.",
            "rows",
            most,
        )


def without_triple_terms(evaluate: Callable[[], Results], media_type: str) -> Results | Graph:
    """Evaluate a query whose results are to be written without a triple term.

    No byte may leave before the last result has been looked at. A graph is held meanwhile, up to :data:`HELD`
    triples; a larger one, and solutions, which pyoxigraph writes only while it finds them, are evaluated once more.

    :raises ResultUnwritable: if a triple term occurs.
    """
    results = evaluate()
    if isinstance(results, ox.QueryBoolean):
        return results
    if isinstance(results, ox.QueryTriples):
        held = list(islice(results, HELD))
        _refuse_triple_terms(held, media_type)
        if len(held) < HELD:
            return held
    _refuse_triple_terms(results, media_type)
    return evaluate()


def _refuse_triple_terms(rows: Iterable[Iterable[object]], media_type: str) -> None:
    if any(isinstance(term, ox.Triple) for row in rows for term in row):
        raise ResultUnwritable(
            f"A triple term occurs in this result, and {media_type} as it is asked for cannot hold one. Ask for a "
            "graph in Turtle, N-Triples or RDF/XML, and name no lower version= of RDF; or take the triple term apart "
            "with SUBJECT( ), PREDICATE( ) and OBJECT( )."
        )


def _write_triples(triples: Graph, media_type: str, output: BinaryIO, prefixes: Mapping[str, str]) -> None:
    format = ox.RdfFormat.from_media_type(media_type)
    if format is None:
        raise EvaluationFailed(f"Triples cannot be written as {media_type}.", caused_by_query=True)
    if format in (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG, ox.RdfFormat.RDF_XML):
        rest = nameable(triples) if format == ox.RdfFormat.RDF_XML else iter(triples)
        head = list(islice(rest, HEAD))
        declared = _used(head, prefixes) if len(head) < HEAD else dict(prefixes)
        if format in _SAY_VERSION and any(isinstance(triple.object, ox.Triple) for triple in head):
            output.write(_VERSION)  # what was saved from HTTP has lost its media type
        ox.serialize(chain(head, rest), output, format=format, prefixes=declared)
    else:
        ox.serialize(triples, output, format=format)


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
