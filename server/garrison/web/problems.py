"""The one door for errors: an exception becomes an RFC 9457 problem document, plain text, or a page.

The table says which status, slug and title a class has; a class without an entry takes its nearest
ancestor's. ``type`` is the address of a page that we serve (``/problems/<slug>``) with cause and remedy.
https://www.rfc-editor.org/rfc/rfc9457
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from werkzeug.exceptions import HTTPException, MethodNotAllowed

from garrison import errors
from garrison.engine.interface import Allowance
from garrison.web.explanations import EXPLANATIONS, Explanation
from garrison.web.headers import rate_limit
from garrison.web.negotiation import parse_accept, wants_html
from garrison.web.presentation import Presentation
from garrison.web.reader import Reader
from garrison.web.templating import render

log = logging.getLogger("garrison.web")

TABLE: dict[type[Exception], str] = {
    Exception: "internal-error",
    errors.GarrisonError: "internal-error",
    errors.SettingsError: "internal-error",
    errors.EditionError: "internal-error",
    errors.QueryFileError: "internal-error",
    errors.SnapshotError: "internal-error",
    errors.EndpointError: "internal-error",
    errors.ProtocolError: "protocol-error",
    errors.MalformedQuery: "malformed-query",
    errors.QueryRefused: "query-refused",
    errors.TokenRefused: "unknown-token",
    errors.UpdateRefused: "read-only",
    errors.ParameterRefused: "bad-parameter",
    errors.UnknownResource: "not-found",
    errors.UnknownView: "no-such-view",
    errors.ResultUnwritable: "not-acceptable",
    errors.QueryTimedOut: "query-timeout",
    errors.QueryOutOfMemory: "query-memory",
    errors.QueryQueueFull: "queue-full",
    errors.TooManyQueries: "too-many-queries",
    errors.BudgetSpent: "budget-spent",
    errors.QueryCancelled: "query-cancelled",
    errors.EvaluationFailed: "evaluation-failed",
    errors.ResultInterrupted: "result-interrupted",
    errors.EngineUnavailable: "engine-unavailable",
}
_BY_STATUS = {
    400: "protocol-error",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    408: "request-timeout",
    413: "body-too-large",
    415: "unsupported-media-type",
    431: "header-too-large",
}
# Facts of an error that a client may want to read by machine, and the member that carries each.
_MEMBERS = {
    "line": "line",
    "column": "column",
    "rule": "rule",
    "limit": "limit",
    "limit_s": "limit",
    "limit_mb": "limit",
    "parameter": "parameter",
    "near": "near",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is said of one occurrence: the explanation of its type, a sentence, and members."""

    explanation: Explanation
    detail: str
    members: Mapping[str, object] = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.explanation.status


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole response, before any framework's own class for it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def problem_of(error: Exception) -> Problem:
    """Say what an exception means to a client; the unforeseen is logged, and told without internals.

    A problem is told where nothing of a result was sent, so of one that was cut short it says what cut it.
    """
    if isinstance(error, errors.ResultInterrupted) and isinstance(error.__cause__, Exception):
        error = error.__cause__
    if isinstance(error, HTTPException):
        return _problem_of_werkzeug(error)
    slug = _slug_of(error)
    if slug == "internal-error":
        log.error("unexpected error", exc_info=error)
        return Problem(EXPLANATIONS[slug], "The server failed to answer; the reason is in its log.")
    members = {
        member: value
        for attribute, member in _MEMBERS.items()
        if (value := getattr(error, attribute, None)) is not None
    }
    return Problem(EXPLANATIONS[slug], str(error), members, _headers_of(error))


def _headers_of(error: Exception) -> tuple[tuple[str, str], ...]:
    """When to come again, what is left until then, and how to say who one is."""
    match error:
        case errors.BudgetSpent():
            allowance = Allowance(error.budget_s, error.left_s, error.whole_in_s)
            return (("Retry-After", str(error.retry_after_s)), *rate_limit(allowance))
        case errors.QueryQueueFull() | errors.TooManyQueries() | errors.EngineUnavailable():
            return (("Retry-After", str(error.retry_after_s)),)
        case errors.TokenRefused():
            return (("WWW-Authenticate", 'Bearer error="invalid_token"'),)
        case _:
            return ()


def render_problem(
    problem: Problem,
    accept: str | None,
    base_url: str,
    query: str | None = None,
    endpoint: str = "/sparql",
    reader: Reader | None = None,
) -> Answer:
    """Write a problem for this client: a page for a browser, text where it ranks higher, else JSON.

    :param query: the query that the problem is about; a person is given it back to mend.
    :param endpoint: path that the mended query is sent to.
    :param reader: whose language a page is in.
    """
    explanation = problem.explanation
    document = {
        "type": f"{base_url}/problems/{explanation.slug}",
        "title": explanation.title,
        "status": explanation.status,
        "detail": problem.detail,
        **problem.members,
    }
    if wants_html(accept):
        reader = reader or Reader()
        content_type = "text/html; charset=utf-8"
        body = render(
            "problem.html",
            reader,
            problem=problem,
            explanation=explanation,
            query=query,
            endpoint=endpoint,
            place=_place(query, problem.members),
            href=Presentation(reader).link,
        )
    elif _prefers_text(accept):
        content_type = "text/plain; charset=utf-8"
        body = _as_text(document)
    else:
        content_type = "application/problem+json"
        body = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    # An error is about this moment; a cache that keeps it would repeat it to others.
    headers = (("Content-Type", content_type), ("Cache-Control", "no-store"), *problem.headers)
    return Answer(explanation.status, headers, body.encode("utf-8"))


def _slug_of(error: Exception) -> str:
    if isinstance(error, errors.EvaluationFailed) and not error.caused_by_query:
        return "evaluation-error"
    if isinstance(error, errors.QueryRefused) and error.rule == "update":
        return TABLE[errors.UpdateRefused]
    return next(TABLE[ancestor] for ancestor in type(error).__mro__ if ancestor in TABLE)


def _problem_of_werkzeug(error: HTTPException) -> Problem:
    """Werkzeug's own errors come out in the same shape; a status we do not explain counts by its class."""
    status = error.code or 500
    slug = _BY_STATUS.get(status, "protocol-error" if 400 <= status < 500 else "internal-error")
    headers: tuple[tuple[str, str], ...] = ()
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        headers = (("Allow", ", ".join(error.valid_methods)),)
    return Problem(EXPLANATIONS[slug], error.description or EXPLANATIONS[slug].title, {}, headers)


def _place(query: str | None, members: Mapping[str, object]) -> tuple[str, str] | None:
    """The line that a problem names, and a mark below its column."""
    line, column = members.get("line"), members.get("column")
    lines = (query or "").splitlines()
    if not isinstance(line, int) or not isinstance(column, int) or not 1 <= line <= len(lines):
        return None
    before = lines[line - 1][: column - 1]
    return lines[line - 1], "".join("\t" if character == "\t" else " " for character in before) + "^"


def _prefers_text(accept: str | None) -> bool:
    ranges = parse_accept(accept)
    json_quality = max(float(ranges.quality(t)) for t in ("application/problem+json", "application/json"))
    return float(ranges.quality("text/plain")) > json_quality


def _as_text(document: Mapping[str, object]) -> str:
    place = [f"{name} {document[name]}" for name in ("line", "column") if name in document]
    lines = [f"{document['title']} ({document['status']})", str(document["detail"])]
    if place:
        lines.append(", ".join(place))
    lines.append(f"See {document['type']}")
    return "\n".join(lines) + "\n"
