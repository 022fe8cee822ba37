"""RDF 1.2 in results: where a triple term may occur, and how a media type announces it.

https://www.w3.org/TR/rdf12-concepts/#section-version-announcement
"""

from __future__ import annotations

from garrison.rdf.sparql import QueryShape

RDF12 = "1.2"
VERSIONS = ("1.1", "1.2-basic", "1.2")  # labels of versions, of RDF as of SPARQL
LOWER_VERSIONS = frozenset({"1.1", "1.2-basic"})  # those that have no triple terms
NO_TRIPLE_TERMS = frozenset({"application/ld+json"})  # media types that have no syntax for one
TRIPLE_TERM_VIEWS = frozenset({"rdf12"})  # views whose data hold triple terms; the dataset itself holds none


def may_hold_triple_terms(shape: QueryShape, view: str) -> bool:
    """Tell if a result may hold a triple term: from the data of the view, or made by the query.

    Said before the first row is known, since the header leaves before it; so it is more often true than one occurs.
    """
    return shape.form != "ASK" and (view in TRIPLE_TERM_VIEWS or shape.triple_terms)
