"""What there is to ask and to fetch, told to machines: service descriptions, VoID and DCAT.

All counts were made when the snapshot was built, so no request counts anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from garrison.rdf.formats import DATASETS, SOLUTIONS, TRIPLES
from garrison.rdf.prefixes import BASE
from garrison.rdf.sparql.functions import EXTENSIONS
from garrison.rdf.statements import Node, Statements, number
from garrison.rdf.terms import XSD
from garrison.services.publication import Dump, Publication

DATASET = ox.NamedNode(BASE + "dataset")
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
    "trig": "TriG",
    "nquads": "N-Quads",
}
_IANA = "https://www.iana.org/assignments/media-types/"
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where this server answers, as its clients know it."""

    base: str  # without a trailing slash

    def endpoint(self, view: str = "") -> ox.NamedNode:
        return ox.NamedNode(f"{self.base}/sparql" + (f"/{view}" if view else ""))

    def dump(self, version: str, name: str) -> ox.NamedNode:
        return ox.NamedNode(f"{self.base}/dumps/{version}/{name}")

    def at(self, path: str) -> ox.NamedNode:
        return ox.NamedNode(self.base + path)


def service_description(publication: Publication, at: Addresses, view: str = "") -> Sequence[ox.Quad]:
    """Describe the endpoint of a view, or of the dataset itself.

    No ``sd:feature`` is stated, since none of the vocabulary's holds: the default graph is no union, no graph is empty,
    nothing is fetched, and no other endpoint is asked.
    https://www.w3.org/TR/sparql11-service-description/
    """
    says, endpoint = Statements(), at.endpoint(view)
    says.say(endpoint, "a", "sd:Service")
    says.say(endpoint, "sd:endpoint", endpoint)
    says.say(endpoint, "sd:supportedLanguage", "sd:SPARQL11Query")
    says.say(
        endpoint,
        "sd:resultFormat",
        *(f"formats:{_FORMAT_NAMES[each.name]}" for each in (*SOLUTIONS, *TRIPLES, *DATASETS)),
    )
    functions = [ox.NamedNode(iri) for iri in sorted(EXTENSIONS)]
    says.say(endpoint, "sd:extensionFunction", *functions)
    for function in functions:
        says.say(function, "a", "sd:Function")
    counts = publication.partitions.get(view, _NOTHING)
    dataset = says.part(endpoint, "sd:defaultDataset", "sd:Dataset")
    says.say(dataset, "a", "void:Dataset")
    says.say(dataset, "void:triples", counts.get("quads", 0))
    _count(says, says.part(dataset, "sd:defaultGraph", "sd:Graph"), counts)
    for graph, triples in counts.get("graphs", _NOTHING).items():
        named = says.part(dataset, "sd:namedGraph", "sd:NamedGraph")
        says.say(named, "sd:name", ox.NamedNode(graph))
        says.say(says.part(named, "sd:graph", "sd:Graph"), "void:triples", triples)
    return says.quads


def void_description(publication: Publication, at: Addresses) -> Sequence[ox.Quad]:
    """Describe the default graph as VoID does: counts, partitions, vocabularies, links out, where to ask and fetch.

    https://www.w3.org/TR/void/
    """
    says, document = Statements(), at.at("/.well-known/void")
    counts = publication.partitions.get("", _NOTHING)
    says.say(document, "a", "void:DatasetDescription")
    says.say(document, "foaf:primaryTopic", DATASET)
    says.say(DATASET, "a", "void:Dataset")
    says.say(DATASET, "void:sparqlEndpoint", at.endpoint())
    says.say(DATASET, "void:uriSpace", ox.Literal(BASE))
    says.say(DATASET, "void:dataDump", *(at.dump(publication.version, each) for each in publication.dumps))
    _count(says, DATASET, counts)
    for iri, entities in counts.get("classes", _NOTHING).items():
        part = says.part(DATASET, "void:classPartition")
        says.say(part, "void:class", ox.NamedNode(iri))
        says.say(part, "void:entities", entities)
    for iri, triples in counts.get("properties", _NOTHING).items():
        part = says.part(DATASET, "void:propertyPartition")
        says.say(part, "void:property", ox.NamedNode(iri))
        says.say(part, "void:triples", triples)
    says.say(DATASET, "void:vocabulary", *map(ox.NamedNode, _vocabularies(counts)))
    _say_links(says, counts)
    return says.quads


def dcat_description(publication: Publication, at: Addresses) -> Sequence[ox.Quad]:
    """Describe this version as a catalogue would: downloads with sizes and checksums, and the endpoints.

    https://www.w3.org/TR/vocab-dcat-3/
    """
    says = Statements()
    says.say(DATASET, "a", "dcat:Dataset")
    says.say(DATASET, "dcterms:identifier", ox.Literal(publication.version))
    says.say(DATASET, "dcat:landingPage", at.at("/"))
    for file, dump in publication.dumps.items():
        _say_distribution(says, at.dump(publication.version, file), dump)
    for view in publication.partitions:
        service = at.endpoint(view)
        says.say(service, "a", "dcat:DataService")
        title = f"SPARQL endpoint, view {view}" if view else "SPARQL endpoint"
        says.say(service, "dcterms:title", ox.Literal(title, language="en"))
        says.say(service, "dcat:endpointURL", service)
        says.say(service, "dcat:endpointDescription", service)
        says.say(service, "dcat:servesDataset", DATASET)
        says.say(service, "dcterms:conformsTo", ox.NamedNode("http://www.w3.org/TR/sparql11-protocol/"))
    return says.quads


def _say_distribution(says: Statements, address: ox.NamedNode, dump: Dump) -> None:
    says.say(DATASET, "dcat:distribution", address)
    says.say(address, "a", "dcat:Distribution")
    says.say(address, "dcat:downloadURL", address)
    says.say(address, "dcat:mediaType", ox.NamedNode(_IANA + dump.media_type))
    says.say(address, "dcat:compressFormat", ox.NamedNode(_IANA + "application/gzip"))
    says.say(address, "dcat:byteSize", ox.Literal(str(dump.bytes), datatype=ox.NamedNode(XSD + "nonNegativeInteger")))
    checksum = says.part(address, "spdx:checksum", "spdx:Checksum")
    says.say(checksum, "spdx:algorithm", "spdx:checksumAlgorithm_sha256")
    says.say(checksum, "spdx:checksumValue", ox.Literal(dump.sha256, datatype=ox.NamedNode(XSD + "hexBinary")))


def _count(says: Statements, subject: Node, counts: Mapping[str, Any]) -> None:
    if not counts:
        return
    says.say(subject, "void:triples", counts["triples"])
    says.say(subject, "void:classes", len(counts["classes"]))
    says.say(subject, "void:properties", len(counts["properties"]))
    says.say(subject, "void:distinctSubjects", counts["distinct subjects"])
    says.say(subject, "void:distinctObjects", counts["distinct objects"])


def _say_links(says: Statements, counts: Mapping[str, Any]) -> None:
    """One linkset for each relation and host that the edition links to."""
    for predicate, host, triples in counts.get("links", ()):
        links = says.part(DATASET, "void:subset", "void:Linkset")
        says.say(links, "void:linkPredicate", ox.NamedNode(predicate))
        says.say(links, "void:subjectsTarget", DATASET)
        target = says.part(links, "void:objectsTarget", "void:Dataset")
        says.say(target, "void:uriSpace", ox.Literal(host))
        says.say(links, "void:triples", number(triples))


def _vocabularies(counts: Mapping[str, Any]) -> list[str]:
    """The namespaces of the classes and properties in use; ``urn:x`` and its like have none."""
    used = [*counts.get("classes", ()), *counts.get("properties", ())]
    return sorted({iri[: max(iri.rfind("#"), iri.rfind("/")) + 1] for iri in used} - {""})
