"""The lexical shape of a SPARQL query, found without evaluating it.

Not here: an algebra, evaluation, graphs. A text that passes may still be malformed; the evaluator says so
then. Where a text can be read in two ways and one of them calls out, it is refused. Read ``scanner`` first.
"""

from __future__ import annotations

from collections.abc import Mapping

from garrison.errors import MalformedQuery, QueryRefused
from garrison.rdf.sparql.explanation import explain
from garrison.rdf.sparql.scanner import Scanner
from garrison.rdf.sparql.shape import Caps, QueryShape
from garrison.rdf.sparql.tokens import Token, malformed

__all__ = ["Caps", "QueryShape", "bind", "explain", "fitting", "scan"]


def scan(text: str, caps: Caps | None = None, prefixes: Mapping[str, str] | None = None) -> QueryShape:
    """Read a query's shape, in time linear in its length.

    :param prefixes: that the query may use without declaring them, and may declare anew.
    :raises MalformedQuery: if it is no SPARQL query, with line and column; not every such text is noticed.
    :raises QueryRefused: if it is an update, calls SERVICE, or is more than ``caps`` allow.
    """
    caps = caps or Caps()
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise malformed("half a surrogate pair is not a character.", text, error.start) from error
    if size > caps.size:
        raise QueryRefused(f"The query has {size:,} bytes; {caps.size:,} are allowed.", "size", caps.size)
    return Scanner(text, caps, prefixes=prefixes).run()


def bind(text: str, shape: QueryShape, terms: Mapping[str, str]) -> str:
    """Return the query with variables bound to terms in its outermost pattern.

    The terms stand as data (VALUES, https://www.w3.org/TR/sparql11-query/#inline-data) at the begin of the
    pattern and on its line, so that the lines of the query keep their numbers. A subquery or an expression
    in a nested group does not see them, as it sees no other variable of the pattern around it.

    :param terms: variable name to one term in N-Triples syntax, which the caller has parsed.
    :raises MalformedQuery: if the query has no pattern to bind in.
    """
    if not terms:
        return text
    if shape.where is None:
        raise MalformedQuery("Parameters need a query with a WHERE pattern to be bound in.")
    variables = " ".join(f"?{name}" for name in terms)
    data = f" VALUES ({variables}) {{ ({' '.join(terms.values())}) }} "
    return text[: shape.where] + data + text[shape.where :]


def fitting(text: str, variable: str, limit: int) -> str | None:
    """Return a query for the values of one variable for which the pattern of a query has a solution.

    :param text: a query that was scanned before.
    :returns: ``None`` if it has no pattern, or an RDF dataset of its own.
    """
    tokens: list[Token] = []
    shape = Scanner(text, Caps(), tokens).run()
    if shape.where is None or shape.default_graphs or shape.named_graphs:
        return None
    depth = 0
    for token in tokens:
        if token.start < shape.where - 1 or token.text not in ("{", "}"):
            continue
        depth += 1 if token.text == "{" else -1
        if depth == 0:
            pattern = text[shape.where : token.start]
            return f"{text[: tokens[0].start]}SELECT DISTINCT ?{variable} WHERE {{{pattern}}} LIMIT {limit}"
    return None
