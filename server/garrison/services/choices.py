"""Which things fit a parameter of a saved query: those for which the query has an answer."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import pyoxigraph as ox

from garrison.edition.catalogue import Parameter, SavedQuery
from garrison.engine.interface import QueryRequest
from garrison.errors import EndpointError
from garrison.rdf.sparql import fitting
from garrison.services.preview import preview_soon
from garrison.services.query import QueryService

MOST = 300  # things that are listed
_PATIENCE_S = 1.0  # a query that needs longer lists nothing


@dataclass(frozen=True, slots=True)
class Fitting:
    """Things that fit, with their labels."""

    iris: tuple[str, ...] = ()
    labels: Mapping[str, tuple[ox.Literal, ...]] = field(default_factory=dict)


class Choices:
    """Knows what fits; each parameter is looked into once, when its form is first shown."""

    def __init__(self, service: QueryService) -> None:
        self._service = service
        self._known: dict[tuple[str, str], Fitting] = {}

    def of(self, query: SavedQuery, parameter: Parameter) -> Fitting:
        """The things that fit a parameter, the others at their defaults; none if they are too many, or no things."""
        key = query.name, parameter.name
        if key not in self._known:
            self._known[key] = self._look(query, parameter) if parameter.type == "iri" else Fitting()
        return self._known[key]

    def _look(self, query: SavedQuery, parameter: Parameter) -> Fitting:
        with suppress(EndpointError):
            text = fitting(query.text, parameter.name, MOST + 1)
            if text is None:
                return Fitting()
            others = {name: term for name, term in query.bind({}).items() if name != parameter.name}
            found = preview_soon(self._service, QueryRequest(text, "", substitutions=others), "SELECT", _PATIENCE_S)
            if found and len(found.rows) <= MOST:
                iris = [row[0].value for row in found.rows if isinstance(row[0], ox.NamedNode)]
                return Fitting(tuple(iris), found.labels)
        return Fitting()
