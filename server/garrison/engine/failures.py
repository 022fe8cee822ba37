"""Turn what pyoxigraph raises into a verdict that a person understands."""

from __future__ import annotations

import re

from garrison.engine.wire import Outcome, Verdict
from garrison.errors import EndpointError, MalformedQuery

_PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?", re.ASCII)
_SENTENCE = re.compile(r"(?:^|, )((?:[A-Z*]\w*|[a-z]\w+) [^,\[\]\"]*[a-z]{3}[^,\[\]\"]*)")
_UNSUPPORTED = re.compile(r"The custom (?:aggregate )?function (<.*>) is not supported")


def verdict_on(error: Exception, query: str) -> Verdict:
    """Return how a query ended that raised this.

    :param query: the text as the client wrote it, for the place of a syntax error.
    """
    if isinstance(error, MalformedQuery):
        return Verdict(Outcome.MALFORMED, str(error), error.line, error.column)
    if isinstance(error, EndpointError):
        return Verdict(Outcome.FAILED, str(error))
    if isinstance(error, SyntaxError):
        return _malformed(str(error), query)
    if isinstance(error, MemoryError):
        return Verdict(Outcome.MEMORY)
    return Verdict(Outcome.FAILED, _reason(error))


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and "os error 24" in str(error):  # EMFILE: a reader has none to spare
        return "The query asks another endpoint, and nothing is asked elsewhere from here."
    if unsupported := _UNSUPPORTED.match(str(error)):
        return f"There is no function {unsupported[1]} here."
    return f"The query cannot be evaluated: {error}"


def _malformed(message: str, query: str) -> Verdict:
    """Say what the parser found; it names rules of the grammar, and places behind what it tried to read."""
    place = _PLACE.match(message)
    if not place:
        return Verdict(Outcome.MALFORMED, message)
    line, column = int(place[1]), int(place[2])
    said = _SENTENCE.search(message[place.end() :])
    reason = f"{said[1]}." if said else "the query does not follow the grammar of SPARQL near here."
    return Verdict(Outcome.MALFORMED, f"Line {line}, column {column}: {reason}", line, column)
