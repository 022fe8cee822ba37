"""The service description of ``/sparql`` and of each view: what it speaks and what it holds.

https://www.w3.org/TR/sparql11-service-description/
"""

from __future__ import annotations

import pyoxigraph as ox

from garrison.engine.interface import EngineStatus
from garrison.rdf.formats import SOLUTIONS, TRIPLES
from garrison.rdf.versions import TRIPLE_TERM_VIEWS

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XSD_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
# What https://www.w3.org/ns/formats/ calls our formats.
_FORMAT_NAMES = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF_XML",
}


def service_description(endpoint: str, status: EngineStatus, view: str = "") -> list[ox.Quad]:
    """Describe the endpoint at the address ``endpoint``.

    :param view: that the endpoint asks, one of those that ``status`` counts; empty: the dataset itself.
    """
    quads = status.views[view] if view else status.quads
    service, dataset, graph = ox.BlankNode(), ox.BlankNode(), ox.BlankNode()
    triples = [
        _triple(service, _RDF + "type", ox.NamedNode(_SD + "Service")),
        _triple(service, _SD + "endpoint", ox.NamedNode(endpoint)),
        _triple(service, _SD + "supportedLanguage", ox.NamedNode(_SD + "SPARQL11Query")),
        _triple(service, _SD + "defaultDataset", dataset),
        _triple(dataset, _RDF + "type", ox.NamedNode(_SD + "Dataset")),
        _triple(dataset, _SD + "defaultGraph", graph),
        _triple(graph, _RDF + "type", ox.NamedNode(_SD + "Graph")),
        _triple(dataset, _VOID + "triples", ox.Literal(str(quads), datatype=_XSD_INTEGER)),
    ]
    if view in TRIPLE_TERM_VIEWS:
        triples.append(_triple(service, _SD + "supportedLanguage", ox.NamedNode(_SD + "SPARQL12Query")))
    for format in (*SOLUTIONS, *TRIPLES):
        name = ox.NamedNode("http://www.w3.org/ns/formats/" + _FORMAT_NAMES[format.name])
        triples.append(_triple(service, _SD + "resultFormat", name))
    return triples


def _triple(subject: ox.BlankNode, predicate: str, object: ox.NamedNode | ox.BlankNode | ox.Literal) -> ox.Quad:
    return ox.Quad(subject, ox.NamedNode(predicate), object)
