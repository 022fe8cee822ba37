"""Rules on claims: a graph with a description, whole, and with nothing in it that belongs elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad

from garrison.edition.edition import Edition, numbers
from garrison.edition.findings import Finding
from garrison.edition.ontology import Ontology
from garrison.rdf.terms import GAR, ID, RDF_TYPE

NEEDED = ("passage", "assertedBy", "certainty", "modality", "polarity", "standing", "editor")
OF_THINGS = ("identity", "kind", "unlocated")  # the editors' own to say
CERTAINTIES = ("doubtful", "possible", "probable", "certain")  # from the least to the most
ABOUT_CLAIMS = ("bound", "coordinateUncertainty", "dependsOn", "disputes", "refines", "reportedIn")


def a_claim_is_described(edition: Edition) -> Iterator[Finding]:
    """Every graph has a claim's description, and every description is whole.

    The shapes say the same of the default graph; here it is said with the name of each missing term, before any
    inference, and also of a graph that no description names.
    """
    claims = edition.of_class("Claim")
    for graph in sorted({graph.value for graph in edition.claim_graphs} | claims):
        missing = [name for name in NEEDED if not edition.values(graph, name)]
        if graph not in claims:
            missing = ["a gar:Claim", *missing]
        if missing:
            words = ", ".join(name if " " in name else f"gar:{name}" for name in missing)
            yield edition.finding(
                "claim-described",
                graph,
                f"The claim's description lacks {words}.",
                "Add it beside the graph; graph_data/README.md shows a whole description.",
            )


def a_claim_has_triples(edition: Edition) -> Iterator[Finding]:
    """A description without a graph claims nothing."""
    graphs = {graph.value for graph in edition.claim_graphs}
    for claim in sorted(edition.of_class("Claim") - graphs):
        yield edition.finding(
            "claim-has-triples",
            claim,
            "The claim is described, but its graph is missing or empty.",
            "Write its triples in a graph of the same name, or take the description out.",
        )


def a_number_stands_alone_with_its_bound(edition: Edition) -> Iterator[Finding]:
    """A claim with a bound holds exactly one triple, a count; a count has a bound."""
    for graph, quads in edition.claim_graphs.items():
        counts, bound = numbers(quads), edition.values(graph.value, "bound")
        if bound and (len(counts) != 1 or len(quads) != 1):
            yield edition.finding(
                "bound-number",
                graph.value,
                f"The claim has a bound and {len(quads)} triples, {len(counts)} of them numbers.",
                "Leave one number alone in it, and move the rest to a claim without a bound.",
            )
        elif counts and not bound:
            yield edition.finding(
                "bound-missing",
                graph.value,
                "The claim holds a number, and does not say how the source limits it.",
                "Add gar:bound with bound:exactly, about, at-least, at-most or nearly.",
            )


def a_claim_uses_the_ontology_only(edition: Edition) -> Iterator[Finding]:
    """Inside a claim stand types and properties of the ontology; what describes the claim stands beside it."""
    about_claims = {GAR + name for name in (*NEEDED, *ABOUT_CLAIMS)}
    for graph, quads in edition.claim_graphs.items():
        for quad in quads:
            if not _belongs(quad, about_claims):
                yield edition.finding(
                    "claim-terms",
                    quad.subject.value if isinstance(quad.subject, NamedNode) else graph.value,
                    f"The property {quad.predicate.value} does not belong in a claim's graph.",
                    "Use a property of the ontology; labels belong in entities/, provenance beside the graph.",
                    graph.value,
                )


def a_claim_is_no_surer_than_its_emendations(edition: Edition) -> Iterator[Finding]:
    """A reading that needs an emendation is at most as sure as the emendation is."""
    for claim in sorted(edition.of_class("Claim")):
        own = _certainty(edition, claim)
        for emendation in edition.values(claim, "dependsOn"):
            other = _certainty(edition, emendation.value)
            if own and other and CERTAINTIES.index(own) > CERTAINTIES.index(other):
                yield edition.finding(
                    "claim-too-sure",
                    claim,
                    f"The claim is {own}, and rests on {edition.label(emendation.value)}, which is {other}.",
                    f"Make it certainty:{other}, or take gar:dependsOn out if it holds without the emendation.",
                )


def _certainty(edition: Edition, iri: str) -> str | None:
    """The least that is written of it; that it is written, and a concept of the list, is held by other rules."""
    names = {value.value.rsplit("/", 1)[-1] for value in edition.values(iri, "certainty")}
    return next((name for name in CERTAINTIES if name in names), None)


def the_history_stands_in_claims(edition: Edition) -> Iterator[Finding]:
    """What is said of a thing beside the claims has no source, no weight, and would be published all the same."""
    for quad in outside_claims(edition):
        name = quad.predicate.value.removeprefix(GAR)
        yield edition.finding(
            "fact-claimed",
            quad.subject.value if isinstance(quad.subject, NamedNode) else "",
            f"gar:{name} is said of it outside every claim.",
            "Write it in a claim's graph, with passage and weight; graph_data/README.md shows how.",
        )


def outside_claims(edition: Edition) -> Iterator[Quad]:
    """What is written of the history outside claims, in a property that describes neither things nor claims."""
    ontology = Ontology(edition)
    of_claims = {GAR + name for name in ("Claim", "Passage", "Emendation", "Source")}
    free = {iri for iri in ontology.properties if ontology.domain(iri) & of_claims} | {GAR + name for name in OF_THINGS}
    for quad in edition.described:
        is_history = quad.predicate.value in ontology.properties - free
        if is_history and isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(ID):
            yield quad


def _belongs(quad: Quad, about_claims: set[str]) -> bool:
    if quad.predicate == RDF_TYPE:
        return isinstance(quad.object, NamedNode) and quad.object.value.startswith(GAR)
    return quad.predicate.value.startswith(GAR) and quad.predicate.value not in about_claims
