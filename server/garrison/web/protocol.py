"""The SPARQL 1.1 Protocol, query part, sans I/O: the parts of a request -> an operation.

Knows no framework and reads no socket; the ASGI door and the Flask blueprint are two thin skins over it.
``/sparql`` asks the dataset, ``/sparql/<view>`` one of its views; both speak the same protocol.
https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from werkzeug.exceptions import MethodNotAllowed, UnsupportedMediaType
from werkzeug.http import parse_options_header

from garrison.errors import ProtocolError, UpdateRefused
from garrison.rdf.versions import VERSIONS
from garrison.web.parameters import parse_parameters

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "QUERY")
_ENDPOINT = re.compile(r"/sparql(?:/([^/]+))?/?")
_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_MAX_PARAMETERS = 1_000  # a form with more fields is no query; each costs memory before we look at it


@dataclass(frozen=True, slots=True)
class RequestParts:
    """What the protocol needs of a request, whichever server received it; header names in lower case."""

    method: str
    query_string: bytes
    headers: Mapping[str, str]
    body: bytes = b""
    path: str = "/sparql"  # decoded once
    base: str = ""  # the address that clients know this server by, for what a page tells them to send there


@dataclass(frozen=True, slots=True)
class QueryOperation:
    """Evaluate ``query`` over this dataset and write the result in what the client accepts."""

    query: str
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    accept: str | None
    format_name: str | None
    view: str = ""  # empty: the dataset itself
    version: str = ""  # of SPARQL, as the parameter announces it; empty: not at all
    body_version: str = ""  # as the media type of the body does, for a query that says none itself
    seen_as: str = ""  # how a page shows the result: ``view=map``; empty: as the query says


@dataclass(frozen=True, slots=True)
class DescribeOperation:
    """No query was sent: describe the service, or show a form to a person."""

    accept: str | None
    format_name: str | None
    draft: str | None = None  # a query that a person wants to change before it is run: ``edit=1``
    view: str = ""  # empty: the dataset itself


@dataclass(frozen=True, slots=True)
class Preflight:
    """OPTIONS: say which methods there are."""


Operation = QueryOperation | DescribeOperation | Preflight


def view_of(path: str) -> str | None:
    """Return the view that a decoded path asks, ``""`` for the dataset itself, ``None`` if it is no endpoint.

    A name says nothing of whether there is such a view.
    """
    endpoint = _ENDPOINT.fullmatch(path)
    return (endpoint[1] or "") if endpoint else None


def endpoint_path(view: str) -> str:
    """Return the path of an endpoint, percent-encoded."""
    return f"/sparql/{quote(view, safe='')}" if view else "/sparql"


def read_operation(parts: RequestParts) -> Operation:
    """Say what a request asks of the query endpoint.

    Parameters of the URL and fields of a form count together, so a query in both is two queries. A POST
    without Content-Type is accepted where the query stands in the URL and the body is empty, as some SERVICE
    clients send it.

    :raises ProtocolError: for no or several queries, text that is not UTF-8, a relative graph IRI, an unknown version.
    :raises UpdateRefused: for an update in any form.
    :raises MethodNotAllowed: for PUT, DELETE and other methods.
    :raises UnsupportedMediaType: for a body of another type.
    """
    if parts.method == "OPTIONS":
        return Preflight()
    if parts.method not in METHODS:
        raise MethodNotAllowed(METHODS, f"The method {parts.method} has no meaning here.")
    parameters = _parse_parameters(parts.query_string, "query string")
    if parts.method in ("POST", "QUERY"):
        parameters += _body_parameters(parts)
    given = dict(reversed(parameters))  # the first of each name
    accept, format_name = parts.headers.get("accept"), _format_name(given)
    view = view_of(parts.path) or ""
    if "update" in given and "query" not in given:
        raise UpdateRefused
    if "query" not in given and parts.method in ("GET", "HEAD") and not _is_graph_named(given):
        return DescribeOperation(accept, format_name, view=view)
    if "edit" in given and parts.method in ("GET", "HEAD"):
        return DescribeOperation(accept, format_name, _only_query(parameters), view)
    default_graphs, named_graphs = _dataset(parameters)
    query, version, body_version = _only_query(parameters), _version(parameters), _body_version(parts)
    seen_as = given.get("view", "")
    return QueryOperation(
        query, default_graphs, named_graphs, accept, format_name, view, version, body_version, seen_as
    )


def _parse_parameters(encoded: bytes, where: str) -> list[tuple[str, str]]:
    """Decode ``a=b&c=d`` once, strictly as UTF-8."""
    try:
        return parse_parameters(encoded, _MAX_PARAMETERS)
    except UnicodeDecodeError as error:
        raise ProtocolError(f"The {where} is not UTF-8.") from error
    except ValueError as error:
        raise ProtocolError(f"The {where} has more than {_MAX_PARAMETERS} parameters.") from error


def _body_parameters(parts: RequestParts) -> list[tuple[str, str]]:
    """Read the body by its media type."""
    header = parts.headers.get("content-type", "")
    media_type, options = parse_options_header(header)
    media_type = media_type.lower()  # RFC 9110, section 8.3.1
    coding = parts.headers.get("content-encoding", "").strip().lower()
    if coding not in ("", "identity"):
        raise UnsupportedMediaType(f"A body in the coding {coding} is not read here; send it as it is.")
    charset = options.get("charset", "utf-8")
    if media_type in (_FORM, _QUERY, _UPDATE) and charset.lower() not in ("utf-8", "utf8"):
        raise ProtocolError(f"SPARQL text is sent in UTF-8; this request says {charset}.")
    if media_type == _FORM:
        return _parse_parameters(parts.body, "form")
    if media_type == _UPDATE:
        raise UpdateRefused
    if media_type == _QUERY:
        return [("query", _decode(parts.body))] if parts.body else []
    if not header and not parts.body:
        return []
    said = f"A body of type {media_type} is not read here" if header else "The request does not say what its body is"
    raise UnsupportedMediaType(f"{said}; send {_QUERY} or {_FORM}.")


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProtocolError(f"The query is not UTF-8: byte {error.start + 1} begins no character.") from error


def _only_query(parameters: list[tuple[str, str]]) -> str:
    queries = [value for name, value in parameters if name == "query"]
    if any(name == "update" for name, _ in parameters):
        raise ProtocolError("A request carries a query or an update, not both.")
    if len(queries) != 1:
        count = "no query" if not queries else f"{len(queries)} queries"
        raise ProtocolError(f"A request carries exactly one query; this one carries {count}.")
    if not queries[0].strip():
        raise ProtocolError("The query is empty.")
    return queries[0]


def _is_graph_named(given: Mapping[str, str]) -> bool:
    return "default-graph-uri" in given or "named-graph-uri" in given


def _dataset(parameters: list[tuple[str, str]]) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """The RDF dataset that the request describes, or ``None`` twice.

    Naming either kind of graph describes the whole dataset: what is not named is not in it (section 2.1.4).
    """
    default = tuple(_graph_iri(name, value) for name, value in parameters if name == "default-graph-uri")
    named = tuple(_graph_iri(name, value) for name, value in parameters if name == "named-graph-uri")
    return (default, named) if default or named else (None, None)


def _graph_iri(parameter: str, value: str) -> str:
    scheme, colon, _ = value.partition(":")
    if not colon or not scheme.replace("+", "").replace("-", "").replace(".", "").isalnum() or " " in value:
        raise ProtocolError(f"{parameter} must be an absolute IRI; this is {value!r}.")
    return value


def _version(parameters: list[tuple[str, str]]) -> str:
    """The version of SPARQL that the request announces.

    https://www.w3.org/TR/sparql12-protocol/#query-operation
    """
    announced = [value for name, value in parameters if name == "version"]
    if len(announced) > 1:
        raise ProtocolError(f"A request has one version at most; this one has {len(announced)}.")
    return _known_version(announced[0]) if announced else ""


def _body_version(parts: RequestParts) -> str:
    """The version in ``application/sparql-query; version=1.2``; no other media type speaks of SPARQL."""
    if not (header := parts.headers.get("content-type")):
        return ""
    media_type, options = parse_options_header(header)
    return _known_version(options.get("version", "")) if media_type.lower() == _QUERY else ""


def _known_version(version: str) -> str:
    if version and version not in VERSIONS:
        raise ProtocolError(f"There is no version {version!r} of SPARQL here; there are {', '.join(VERSIONS)}.")
    return version


def _format_name(given: Mapping[str, str]) -> str | None:
    """The short name of ``format``, else of ``output``, as links and older clients send it."""
    return given.get("format") or given.get("output") or None
