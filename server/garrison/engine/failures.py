"""Turn what pyoxigraph raises into a verdict that a person understands."""

from __future__ import annotations

import re

from garrison.engine.interface import QueryRequest
from garrison.engine.verdict import Outcome, Verdict
from garrison.errors import EndpointError, MalformedQuery, QueryRefused, ResultUnwritable, UnknownView
from garrison.rdf.prefixes import predeclared
from garrison.rdf.sparql import explain

_PLACE = re.compile(r"error at (\d+):(\d+): ", re.ASCII)
# Rules beyond the grammar that pyoxigraph names in its list of what it expected.
_RULES = {
    "The SELECT contains a variable that is unbound": "SELECT names a variable that is neither in GROUP BY "
    "nor inside an aggregate such as COUNT( ) or SAMPLE( )",
    "The SELECT contains an expression with a variable that is unbound": "an expression in SELECT uses a "
    "variable that is neither in GROUP BY nor inside an aggregate such as COUNT( ) or SAMPLE( )",
    "SELECT * is not authorized with GROUP BY": "SELECT * cannot stand with GROUP BY; name the variables",
    "The SELECT overrides an existing variable": "AS in SELECT names a variable that the pattern binds "
    "already; choose another name",
    "Duplicated variable name in SELECT": "SELECT names a variable twice",
    "Reifiers are not allowed on property paths": "~ and {| |} say something of one triple, and a property path is "
    "none; write the last step as a pattern of its own",
    "IRI parsing failed": "an IRI is not valid",
}
_OTHER_RULES = (
    "the grammar is kept, but a rule beyond it is broken near this place; take the query apart to find which part is "
    "refused"
)
_UNSUPPORTED = re.compile(r"The custom (?:aggregate )?function (<.*>) is not supported")


def verdict_on(error: Exception, request: QueryRequest) -> Verdict:
    """Return how a query ended that raised this.

    :param request: with the text as the client wrote it, for the place of a syntax error.
    """
    if isinstance(error, MalformedQuery):
        return Verdict(Outcome.MALFORMED, str(error), error.line, error.column)
    if isinstance(error, UnknownView):
        return Verdict(Outcome.NO_VIEW, error.name, there=error.there)
    if isinstance(error, QueryRefused):
        return Verdict(Outcome.TOO_LARGE, str(error), rule=error.rule, limit=error.limit or 0)
    if isinstance(error, EndpointError):
        outcome = Outcome.UNWRITABLE if isinstance(error, ResultUnwritable) else Outcome.FAILED
        return Verdict(outcome, str(error))
    if isinstance(error, SyntaxError):
        return _malformed(str(error), request)
    if isinstance(error, MemoryError):
        return Verdict(Outcome.MEMORY)
    return Verdict(Outcome.FAILED, _reason(error))


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and "os error 24" in str(error):  # EMFILE: a reader has none to spare
        return "The query asks another endpoint, and nothing is asked elsewhere from here."
    if unsupported := _UNSUPPORTED.match(str(error)):
        return f"There is no function {unsupported[1]} here."
    return f"The query cannot be evaluated: {error}"


def _malformed(message: str, request: QueryRequest) -> Verdict:
    """Say where the text leaves the grammar, or else which rule beyond it is broken.

    pyoxigraph names the furthest place that it looked at, up to a keyword's length behind the fault; for a
    rule beyond the grammar it is all there is.
    """
    try:
        fault = explain(request.query, predeclared(request.view))
    except EndpointError as error:  # the query was not admitted: a test, or another caller
        fault = error if isinstance(error, MalformedQuery) else None
    if fault:
        return Verdict(Outcome.MALFORMED, str(fault), fault.line, fault.column)
    reason = next((ours for theirs, ours in _RULES.items() if theirs in message), _OTHER_RULES)
    place = _PLACE.match(message)
    if not place:
        return Verdict(Outcome.MALFORMED, f"{reason}.")
    line, column = int(place[1]), int(place[2])
    return Verdict(Outcome.MALFORMED, f"Line {line}, near column {column}: {reason}.", line, column)
