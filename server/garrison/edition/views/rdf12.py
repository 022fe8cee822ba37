"""The edition in RDF 1.2: the default graph, in which each claim reifies the triples that it makes.

https://www.w3.org/TR/rdf12-concepts/#section-triple-terms-reification
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import DefaultGraph, NamedNode, Quad

from garrison.rdf.terms import INFERRED, RDF

REIFIES = NamedNode(RDF + "reifies")


def reify_claims(quads: Sequence[Quad]) -> Iterator[Quad]:
    """Yield the default graph, and ``?claim rdf:reifies <<( s p o )>>`` for each triple of each claim.

    A claim whose triples are not in the default graph (denied, hinted, rumoured, rival, rejected) reifies them all
    the same: a triple term asserts nothing. So ``{| |}`` finds the claims behind what is held to be true, and
    ``<< >>`` finds what was said by anybody. What was inferred has no claim of its own and is not reified.
    """
    for quad in quads:
        if isinstance(quad.graph_name, DefaultGraph):
            yield quad
        elif quad.graph_name != INFERRED:
            yield Quad(quad.graph_name, REIFIES, quad.triple)
