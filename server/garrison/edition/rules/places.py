"""Rules on where things are: a point with its uncertainty, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode

from garrison.edition.edition import Edition
from garrison.edition.findings import Finding
from garrison.rdf.terms import RDF_TYPE, gar

_COORDINATES = gar("coordinates")


def a_point_says_how_far_it_may_be_off(edition: Edition) -> Iterator[Finding]:
    """A claim with coordinates holds nothing else, and says how far they may be off; no other claim does."""
    for graph, quads in edition.claim_graphs.items():
        points = [quad for quad in quads if quad.predicate == _COORDINATES]
        has_uncertainty = bool(edition.values(graph.value, "coordinateUncertainty"))
        if points and not has_uncertainty:
            yield edition.finding(
                "point-uncertain",
                graph.value,
                "The claim holds coordinates, and does not say how far they may be off.",
                "Add gar:coordinateUncertainty in metres, judged from the digits and the extent of the place.",
            )
        elif has_uncertainty and (len(points) != 1 or len(quads) != 1):
            yield edition.finding(
                "point-alone",
                graph.value,
                f"The claim has an uncertainty and {len(quads)} triples, {len(points)} of them coordinates.",
                "Leave one point alone in it, and move the rest to another claim.",
            )


def a_place_is_located_or_says_why_not(edition: Edition) -> Iterator[Finding]:
    """A place has coordinates in the default graph, or ``gar:unlocated`` with the reason, and not both."""
    located = {triple.subject for triple in edition.default if triple.predicate == _COORDINATES}
    unlocated = {triple.subject for triple in edition.default if triple.predicate == gar("unlocated")}
    places = {t.subject for t in edition.default if t.predicate == RDF_TYPE and t.object == gar("Place")}
    for place in sorted((p for p in places if isinstance(p, NamedNode)), key=str):
        if place not in located | unlocated:
            yield edition.finding(
                "place-located",
                place.value,
                "The place has no coordinates, and no reason why not.",
                "Enter a claim with gar:coordinates, or gar:unlocated here: extent, not-established, not-looked-for.",
            )
        elif place in located & unlocated:
            yield edition.finding(
                "place-located",
                place.value,
                "The place has coordinates, and a reason why it has none.",
                "Take gar:unlocated out.",
            )
