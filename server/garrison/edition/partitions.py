"""Count a dataset as VoID asks: triples, classes, properties, graphs, and links out.

https://www.w3.org/TR/void/#statistics
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit

from pyoxigraph import DefaultGraph, NamedNode, Quad

from garrison.rdf.prefixes import BASE
from garrison.rdf.terms import RDF_TYPE

_MOST_GRAPHS = 1_000  # more are only counted: a description of them all would be larger than what it describes
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_MATCHES = ("broad", "close", "exact", "narrow", "related")
_LINKS = frozenset(("https://schema.org/sameAs", *(f"{_SKOS}{kind}Match" for kind in _MATCHES)))


def partitions(quads: Iterable[Quad]) -> dict[str, object]:
    """Counts of the default graph, by name; and the number of triples of each named graph.

    A link is a triple with ``schema:sameAs`` or a matching relation of SKOS from a thing of the edition to another
    host.
    """
    classes: dict[str, set[object]] = {}
    properties: Counter[str] = Counter()
    links: Counter[tuple[str, str]] = Counter()
    graphs: Counter[str] = Counter()
    subjects, objects, triples = set(), set(), 0
    for quad in quads:
        if not isinstance(quad.graph_name, DefaultGraph):
            graphs[str(quad.graph_name.value)] += 1
            continue
        triples += 1
        subjects.add(quad.subject)
        objects.add(quad.object)
        properties[quad.predicate.value] += 1
        if isinstance(quad.object, NamedNode):
            if quad.predicate == RDF_TYPE:
                classes.setdefault(quad.object.value, set()).add(quad.subject)
            elif quad.predicate.value in _LINKS and not quad.object.value.startswith(BASE):
                links[quad.predicate.value, _host(quad.object.value)] += 1
    return {
        "quads": triples + sum(graphs.values()),
        "triples": triples,
        "distinct subjects": len(subjects),
        "distinct objects": len(objects),
        "classes": {name: len(members) for name, members in sorted(classes.items())},
        "properties": dict(sorted(properties.items())),
        "named graphs": len(graphs),
        "graphs": dict(sorted(graphs.items())) if len(graphs) <= _MOST_GRAPHS else {},
        "links": [[predicate, host, count] for (predicate, host), count in sorted(links.items())],
    }


def _host(iri: str) -> str:
    parts = urlsplit(iri)
    return f"{parts.scheme}://{parts.netloc}/"
