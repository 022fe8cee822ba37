"""Turn what pyoxigraph raises into a verdict that a person understands."""

from __future__ import annotations

import re

from garrison.engine.wire import Outcome, Verdict

_PLACE = re.compile(r"error at (\d+):(\d+): ", re.ASCII)


def verdict_on(error: Exception, query: str) -> Verdict:
    if isinstance(error, SyntaxError):
        return _malformed(str(error), query)
    if isinstance(error, MemoryError):
        return Verdict(Outcome.MEMORY)
    return Verdict(Outcome.FAILED, str(error))


def _malformed(message: str, query: str) -> Verdict:
    place = _PLACE.match(message)
    if not place:
        return Verdict(Outcome.MALFORMED, message)
    line, column = int(place[1]), int(place[2])
    return Verdict(Outcome.MALFORMED, f"Line {line}, column {column}: {message[place.end() :]}", line, column)
