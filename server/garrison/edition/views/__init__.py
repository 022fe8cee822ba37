"""Views: the built edition told once more in other terms, each a dataset of its own beside the first.

A view is a function from the quads of the built dataset, as :func:`garrison.edition.build.build` makes them, and the
saved queries to the quads of the view. It is pure: no files, no clock, no order that changes from run to run; what it
needs to know of the edition stands in the two. The quads come in canonical order, with blank nodes named by RDFC-1.0,
so that a blank node that a view takes over keeps its name and the view is the same on every machine; it makes none of
its own. A view may use RDF 1.2 triple terms and named graphs; quads that it yields twice are written once.

To add one, write the function in this package and enter it in :data:`VIEWS`. The snapshot then holds
``views/<name>.nq``, the engine loads it, and ``/sparql/<name>`` answers from it. What else belongs to a view stands
with it in two tables: the prefixes that its queries may leave undeclared and its graphs are written with
(:data:`garrison.rdf.prefixes.VIEW_PREFIXES`), and what is made of a query's text before it is admitted
(:data:`garrison.services.query.REWRITES`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from pyoxigraph import Quad

from garrison.edition.catalogue import Catalogue
from garrison.edition.views.queries import list_saved_queries
from garrison.edition.views.rdf12 import reify_claims
from garrison.edition.views.wikidata import in_wikidata_terms

View: TypeAlias = Callable[[Sequence[Quad], Catalogue], Iterable[Quad]]


def _of_dataset(view: Callable[[Sequence[Quad]], Iterable[Quad]]) -> View:
    """A view that the saved queries are nothing to."""
    return lambda quads, _catalogue: view(quads)


VIEWS: Mapping[str, View] = {  # last part of the endpoint's path: a-z and 0-9 -> view
    "queries": list_saved_queries,
    "rdf12": _of_dataset(reify_claims),
    "wikidata": _of_dataset(in_wikidata_terms),
}
