"""The IRIs that the code itself has to know. Everything else is read from the edition's files."""

from __future__ import annotations

from pyoxigraph import NamedNode

GAR = "https://w3id.org/garrison/ontology#"
ID = "https://w3id.org/garrison/id/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
OA = "http://www.w3.org/ns/oa#"
XSD = "http://www.w3.org/2001/XMLSchema#"
WIKIDATA = "http://www.wikidata.org/entity/"
EDTF = NamedNode("http://id.loc.gov/datatypes/edtf/EDTF")  # datatype of gar:edtf
INFERRED = NamedNode("https://w3id.org/garrison/graph/inferred")
RDF_TYPE = NamedNode(RDF + "type")
LABEL = NamedNode(RDFS + "label")


def gar(name: str) -> NamedNode:
    """The ontology's term of this local name."""
    return NamedNode(GAR + name)


def entity(path: str) -> NamedNode:
    """The address of a thing, from its kind and slug: ``place/kirkenes``."""
    return NamedNode(ID + path)
