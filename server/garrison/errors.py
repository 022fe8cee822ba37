"""Every error that a user can cause or meet, in one tree.

::

    GarrisonError
    ├─ SettingsError            a setting has a value that is not allowed
    ├─ EditionError             a folder cannot be read as an edition
    │  └─ QueryFileError        a saved query breaks the rules: path, line, what to do
    ├─ SnapshotError            a snapshot is damaged or gone
    └─ EndpointError            something a client of the endpoint is told
       ├─ ProtocolError         the request does not follow the SPARQL 1.1 Protocol
       ├─ MalformedQuery        line, column, what was expected
       ├─ QueryRefused          well-formed perhaps, but never evaluated here: which rule, which limit
       ├─ TokenRefused          a token is not known here
       ├─ UpdateRefused         an edition is read-only
       ├─ ParameterRefused      a parameter of a saved query has a value it cannot have
       ├─ UnknownResource       no such thing at this address
       │  └─ UnknownView        the snapshot has no such view
       ├─ QueryTimedOut         limit in seconds
       ├─ QueryOutOfMemory      limit in megabytes
       ├─ QueryQueueFull        retry later
       ├─ TooManyQueries        this client has too many queries waiting
       ├─ BudgetSpent           this client has had its seconds of evaluation
       ├─ QueryCancelled        somebody asked for its end
       ├─ EvaluationFailed      the engine's reason
       ├─ ResultUnwritable      the format that was asked for cannot hold this result
       ├─ ResultInterrupted     a result ended before its end
       └─ EngineUnavailable     the pool of readers does not answer

Classes hold facts; which HTTP status and problem type they become is said in ``web/problems.py`` only.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path


class GarrisonError(Exception):
    """Base of all errors of this package; ``str()`` is a sentence for a person."""


class SettingsError(GarrisonError):
    """A setting has a value that is not allowed; the sentence names setting, value and what is allowed."""


class EditionError(GarrisonError):
    """A folder cannot be read as an edition."""


class QueryFileError(EditionError):
    """The file of a saved query breaks the rules of ``queries/README.md``; ``line`` counts from 1."""

    def __init__(self, path: Path, line: int, message: str, remedy: str) -> None:
        super().__init__(f"{path}:{line}: {message} {remedy}")
        self.path = path
        self.line = line
        self.message = message
        self.remedy = remedy


class SnapshotError(GarrisonError):
    """A snapshot is damaged or gone; build it again."""


class EndpointError(GarrisonError):
    """Base of what a client of the endpoint is told."""


class ProtocolError(EndpointError):
    """The request does not follow the SPARQL 1.1 Protocol; the sentence says which rule."""


class MalformedQuery(EndpointError):
    """The text is not a SPARQL query. Repeating it unchanged cannot help.

    ``line`` and ``column`` count from 1; ``None`` where the parser names no place.
    """

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class QueryRefused(EndpointError):
    """The query is never evaluated here: it breaks ``rule`` (a slug such as ``nesting`` or ``service``)."""

    def __init__(
        self, message: str, rule: str, limit: int | None = None, line: int | None = None, column: int | None = None
    ) -> None:
        super().__init__(message)
        self.rule = rule
        self.limit = limit
        self.line = line
        self.column = column


class TokenRefused(EndpointError):
    """The request brings a token that this server does not know."""

    def __init__(self) -> None:
        super().__init__(
            "The token in Authorization is not known here. Ask who runs this server for one, or send none: "
            "queries need no token."
        )


class UpdateRefused(EndpointError):
    """An edition is changed in its files, never over HTTP. Repeating it cannot help."""

    def __init__(self) -> None:
        super().__init__(
            "An edition is read-only over HTTP: it is changed in its files and published again. "
            "Only queries are answered here."
        )


class ParameterRefused(EndpointError):
    """The value given for ``parameter`` of a saved query is not of the type that its header promises."""

    def __init__(self, message: str, parameter: str) -> None:
        super().__init__(message)
        self.parameter = parameter


class UnknownResource(EndpointError):
    """Nothing is known at this address; ``near`` names what may have been meant, each with IRI and label."""

    def __init__(self, message: str, near: Sequence[Mapping[str, object]] = ()) -> None:
        super().__init__(message)
        self.near = tuple(near) or None


class UnknownView(UnknownResource):
    """The snapshot that is served has no view ``name``; one that is built anew may have it."""

    def __init__(self, name: str, there: Iterable[str]) -> None:
        self.name = name
        self.there = tuple(sorted(there))
        super().__init__(
            f"What is served here has no view {name!r}; its views: {', '.join(self.there) or 'none'}. A snapshot that "
            "an earlier Garrison wrote lacks the views that came later; build it again with `garrison build`. "
            "The dataset itself answers at /sparql."
        )


class QueryTimedOut(EndpointError):
    """Evaluation took longer than ``limit_s`` seconds and was ended. Repeating it unchanged cannot help."""

    def __init__(self, limit_s: float) -> None:
        super().__init__(
            f"The query did not finish within {limit_s:g} seconds and was ended. "
            "Do not repeat it unchanged: add a LIMIT, bind more terms, or ask for less."
        )
        self.limit_s = limit_s


class QueryOutOfMemory(EndpointError):
    """Evaluation needed more than ``limit_mb`` megabytes and was ended. Repeating it unchanged cannot help."""

    def __init__(self, limit_mb: int) -> None:
        super().__init__(
            f"The query needed more than {limit_mb} MB of memory and was ended. "
            "Do not repeat it unchanged: avoid ORDER BY or DISTINCT over a large product of patterns."
        )
        self.limit_mb = limit_mb


class QueryQueueFull(EndpointError):
    """All readers are busy and the queue is full. Repeating after ``retry_after_s`` seconds can help."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"All readers are busy. Try again in {retry_after_s} seconds.")
        self.retry_after_s = retry_after_s


class TooManyQueries(EndpointError):
    """``limit`` queries of this client wait already. Repeating after one of them is answered can help."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"{limit} queries of yours wait for an answer already, and no client may have more. "
            "Send the next when one of them is answered."
        )
        self.limit = limit
        self.retry_after_s = 1


class BudgetSpent(EndpointError):
    """A client has had ``budget_s`` seconds of evaluation within a minute, and waits until some are there again.

    ``left_s`` is what is left, below zero for what is owed; ``whole_in_s`` seconds later it has all of it again.
    """

    def __init__(self, budget_s: float, left_s: float, whole_in_s: float) -> None:
        self.budget_s = budget_s
        self.left_s = left_s
        self.whole_in_s = whole_in_s
        self.retry_after_s = max(1, math.ceil(-left_s * whole_in_s / (budget_s - left_s)) + 1)
        super().__init__(
            f"Your queries took the {budget_s:g} seconds of evaluation that each client has in a minute. "
            f"Try again in {self.retry_after_s} seconds."
        )


class QueryCancelled(EndpointError):
    """Somebody asked for the end of this query: who sent it, or who runs the server."""

    def __init__(self) -> None:
        super().__init__("The query was ended on request, by who sent it or by who runs this server.")


class EvaluationFailed(EndpointError):
    """The engine gave up on a well-formed query; ``caused_by_query`` says if the query is to blame."""

    def __init__(self, message: str, caused_by_query: bool) -> None:
        super().__init__(message)
        self.caused_by_query = caused_by_query


class ResultUnwritable(EndpointError):
    """The result holds what its format has no syntax for; another format can help."""


class ResultInterrupted(EndpointError):
    """A result ended before its end; what was received is not complete and the stream must break."""


class EngineUnavailable(EndpointError):
    """The pool of readers does not answer, or lost the reader. Repeating after ``retry_after_s`` seconds can help."""

    retry_after_s = 1  # a pool that was killed is back within that time, unless the dataset is large
