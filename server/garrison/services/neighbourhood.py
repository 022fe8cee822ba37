"""What stands one link away from a thing: its neighbours, and the claims behind each link.

Entries of lists (kinds, ranks, certainties) are no neighbours, unless one of them is asked about: half of the edition
would be near to each other through them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from garrison.engine.interface import Engine
from garrison.rdf.terms import GAR, ID, INFERRED, RDF_TYPE
from garrison.services.description import Apparatus, Claim, Description, Statement
from garrison.services.lookup import read_labels, select, values
from garrison.services.surroundings import DERIVED

MAX_NEIGHBOURS = 120
CONCEPT = "http://www.w3.org/2004/02/skos/core#Concept"
_NO_LINKS = {RDF_TYPE.value, GAR + "identity", GAR + "editor", *DERIVED}


@dataclass(frozen=True, slots=True)
class Edge:
    """A link between the thing and a neighbour, as its triple points."""

    start: str
    property: str
    end: str
    claims: tuple[Claim, ...]  # that say so; none where the editors say what a thing is
    is_held: bool


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A thing and what is around it."""

    iri: str
    neighbours: tuple[str, ...]  # in the order of their links
    edges: tuple[Edge, ...]
    classes: Mapping[str, tuple[str, ...]]  # thing -> the classes that somebody wrote down
    labels: Mapping[str, tuple[ox.Literal, ...]]
    apparatus: Apparatus
    is_cut: bool  # there are more neighbours

    def beyond(self, edge: Edge) -> str:
        """The neighbour that a link leads to or comes from."""
        return edge.start if edge.end == self.iri else edge.end


def read_neighbourhood(engine: Engine, description: Description) -> Neighbourhood:
    """Find the neighbours of a thing that is described.

    :raises EndpointError: if the engine cannot answer.
    """
    links = _links(description)
    found = dict.fromkeys(link.end if link.start == description.iri else link.start for link in links)
    classes = _classes(engine, {description.iri, *found})
    is_concept = CONCEPT in classes.get(description.iri, ())
    neighbours = [iri for iri in found if is_concept or CONCEPT not in classes.get(iri, ())]
    near = {description.iri, *neighbours[:MAX_NEIGHBOURS]}
    edges = tuple(link for link in links if link.start in near and link.end in near)
    named = {name for each in near for name in classes.get(each, ())} - set(description.labels)
    return Neighbourhood(
        description.iri,
        tuple(neighbours[:MAX_NEIGHBOURS]),
        edges,
        {iri: classes.get(iri, ()) for iri in near},
        {**description.labels, **read_labels(engine, named)},
        description.apparatus,
        len(neighbours) > MAX_NEIGHBOURS or description.incoming.has_next or description.is_cut,
    )


def _links(description: Description) -> list[Edge]:
    """The links that are held, from the thing and then to it, and those that are only said."""
    held = [*description.statements, *description.incoming.statements]
    edges = [(statement, True) for statement in held if not statement.is_inferred]
    edges += [(statement, False) for statement in description.contested]
    return [_edge(statement, is_held) for statement, is_held in edges if _is_link(statement)]


def _is_link(statement: Statement) -> bool:
    ends = (statement.subject, statement.value)
    are_ours = all(isinstance(end, ox.NamedNode) and end.value.startswith(ID) for end in ends)
    return are_ours and statement.property not in _NO_LINKS and ends[0] != ends[1]


def _edge(statement: Statement, is_held: bool) -> Edge:
    start, end = statement.subject, statement.value
    assert isinstance(start, ox.NamedNode) and isinstance(end, ox.NamedNode)  # see _is_link
    return Edge(start.value, statement.property, end.value, statement.claims, is_held)


def _classes(engine: Engine, iris: Iterable[str]) -> dict[str, tuple[str, ...]]:
    rows = select(
        engine,
        f"""SELECT ?x ?class WHERE {{
          VALUES ?x {{ {values(map(ox.NamedNode, iris))} }} ?x a ?class FILTER(isIRI(?class))
          FILTER NOT EXISTS {{ GRAPH {INFERRED} {{ ?x a ?class }} }}
        }} ORDER BY ?x ?class""",
    )
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        found[row["x"].value] = (*found.get(row["x"].value, ()), row["class"].value)
    return found
