"""Rules on what reaches the default graph, and how."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pyoxigraph import NamedNode

from garrison.edition.deriving import DATES
from garrison.edition.edition import COUNTS, Edition
from garrison.edition.findings import Finding, Severity
from garrison.rdf.terms import ID, RDF_TYPE, gar


def one_value_of_what_can_be_only_one(edition: Edition) -> Iterator[Finding]:
    """In the default graph a thing has at most one date, one begin, one end, and one count of a kind."""
    single = {gar(name) for name in (*DATES, *COUNTS, "edtf", "coordinates")}
    values: dict[tuple[str, str], set[str]] = defaultdict(set)
    for triple in edition.default:
        if triple.predicate in single and isinstance(triple.subject, NamedNode):
            values[triple.subject.value, triple.predicate.value].add(str(getattr(triple.object, "value", "")))
    for (iri, predicate), found in sorted(values.items()):
        if len(found) > 1:
            graph = _last_graph(edition, iri, predicate)
            name, listed = predicate.rsplit("#", 1)[1], ", ".join(sorted(found))
            yield edition.finding(
                "one-value",
                iri,
                f"Accepted claims give several values of gar:{name}: {listed}.",
                "Decide which is accepted; give the other claim standing:rival and an editorial note that says why.",
                graph,
            )


def _last_graph(edition: Edition, iri: str, predicate: str) -> str | None:
    """The claim that came last: the one to look at."""
    name = gar("edtf") if predicate.rsplit("#", 1)[1] in DATES else NamedNode(predicate)
    graphs = [
        quad.graph_name.value
        for quad in edition.written
        if isinstance(quad.graph_name, NamedNode)
        and isinstance(quad.subject, NamedNode)
        and quad.subject.value == iri
        and quad.predicate == name
    ]
    return max(graphs, default=None)


def what_is_withheld_stays_withheld(edition: Edition) -> Iterator[Finding]:
    """A thing that only withheld claims give a class to has none in entities/, and every thing gets one somewhere."""
    classed = {quad.subject for quad in edition.described if quad.predicate == RDF_TYPE}
    classed_in_claims = {
        quad.subject for quads in edition.claim_graphs.values() for quad in quads if quad.predicate == RDF_TYPE
    }
    for quad in edition.described:
        if quad.predicate == gar("identity") and quad.subject not in classed | classed_in_claims:
            yield edition.finding(
                "thing-classed",
                str(getattr(quad.subject, "value", "")),
                "It has no class, neither here nor in a claim.",
                "Give it one here; if it is only denied, hinted at or rumoured, give it one in that claim's graph.",
            )
    for graph, quads in edition.claim_graphs.items():
        for quad in quads:
            if quad.predicate == RDF_TYPE and graph not in edition.published and quad.subject in classed:
                yield edition.finding(
                    "withheld",
                    str(getattr(quad.subject, "value", "")),
                    "Its class stands here outright, and in a claim that is denied, hinted, rumoured or not accepted.",
                    "Take the class out of entities/: the default graph must not hold what the source does not state.",
                )


def nothing_stands_alone(edition: Edition) -> Iterator[Finding]:
    """A thing that no claim and no other thing speaks of is not part of this history, or its claim was forgotten."""
    spoken_of: set[object] = set()
    for quad in edition.written:
        in_claim = isinstance(quad.graph_name, NamedNode)
        if in_claim:
            spoken_of.add(quad.subject)
        if quad.object != quad.subject:
            spoken_of.add(quad.object)
    for quad in edition.described:
        alone = quad.predicate == gar("identity") and quad.subject not in spoken_of
        if alone and isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(ID):
            yield edition.finding(
                "orphan",
                quad.subject.value,
                "No claim and no other thing speaks of it.",
                "Enter the claim that names it, or list it in graph_data/LEFT-OUT.md and take it out.",
                severity=Severity.WARNING,
            )
