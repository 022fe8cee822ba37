"""All emendations of an edition, in the order of their numbers, to choose from by how sure the editors are."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from garrison.engine.interface import Engine
from garrison.rdf.terms import GAR
from garrison.services.claims import in_number_order
from garrison.services.lookup import select, values

MAX_EMENDATIONS = 50_000
_PREFIX = f"PREFIX gar: <{GAR}>\n"


class EmendationTable:
    """The emendations of one snapshot; read once, since a snapshot never changes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._certainties: dict[str, set[str]] | None = None

    @property
    def certainties(self) -> dict[str, set[str]]:
        """Each emendation with how sure it is, in the order of their numbers.

        :raises EndpointError: if the engine cannot answer.
        """
        if self._certainties is None:
            rows = select(
                self._engine,
                f"""{_PREFIX}SELECT DISTINCT ?x ?certainty WHERE {{
                  ?x a gar:Emendation FILTER(ISIRI(?x))
                  OPTIONAL {{ ?x gar:certainty ?certainty FILTER(ISIRI(?certainty)) }}
                }} LIMIT {MAX_EMENDATIONS}""",
            )
            found: dict[str, set[str]] = {}
            for row in sorted(rows, key=lambda row: in_number_order(row["x"].value)):
                found.setdefault(row["x"].value, set()).update({row["certainty"].value} if row["certainty"] else ())
            self._certainties = found
        return self._certainties

    def choose(self, certainty: str = "") -> list[str]:
        """The emendations that are as sure as that; all, if nothing is said."""
        return [iri for iri, sure in self.certainties.items() if not certainty or certainty in sure]

    def counts(self) -> dict[str, int]:
        """How many there are of each certainty, the most frequent first."""
        counted: dict[str, int] = {}
        for each in (iri for sure in self.certainties.values() for iri in sure):
            counted[each] = counted.get(each, 0) + 1
        return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))

    def sources(self, passages: Iterable[str]) -> dict[str, str]:
        """The sources of these passages.

        :raises EndpointError: if the engine cannot answer.
        """
        named = values(ox.NamedNode(iri) for iri in passages)
        pattern = f"VALUES ?passage {{ {named} }} ?passage gar:source ?of FILTER(ISIRI(?of))"
        query = f"{_PREFIX}SELECT ?passage (MIN(?of) AS ?source) WHERE {{ {pattern} }} GROUP BY ?passage"
        rows = select(self._engine, query) if named else []
        return {row["passage"].value: row["source"].value for row in rows}


def as_query(certainty: str = "") -> str:
    """The choice as a query: a row for each reading, and for each claim that rests on it."""
    wanted = f"  ?emendation gar:certainty {ox.NamedNode(certainty)} .\n" if certainty else ""
    return f"""{_PREFIX}
SELECT ?emendation ?passage ?sic ?reading ?basis ?certainty ?claim WHERE {{
  ?emendation a gar:Emendation .
{wanted}  OPTIONAL {{ ?emendation gar:emends ?passage }}
  OPTIONAL {{ ?emendation gar:sic ?sic }}
  OPTIONAL {{ ?emendation gar:reading ?reading }}
  OPTIONAL {{ ?emendation gar:basis ?basis FILTER(LANG(?basis) = LANG(?reading)) }}
  OPTIONAL {{ ?emendation gar:certainty ?certainty }}
  OPTIONAL {{ ?claim gar:dependsOn ?emendation }}
}}
ORDER BY ?emendation ?reading ?claim
"""
