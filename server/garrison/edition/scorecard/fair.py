"""The tests of FOOPS! that a file passes or fails by itself.

Of its 24 tests nine need somebody else: four a registry or a network (FIND2, FIND3, FIND3-BIS, OM4.2), five a server
that answers for the address (CN1, DOC1, RDF1, URI1, VER2), which ``tests/test_ontology_on_the_web.py`` holds. OM3 is
measured without its DOI, which a registry gives, and its logo, which there is none of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from garrison.edition.edition import Edition
from garrison.edition.ontology import CLASS, IRI, Ontology
from garrison.edition.scorecard.metric import Metric, share
from garrison.rdf.prefixes import PREFIXES
from garrison.rdf.terms import GAR, OWL, RDF, RDFS

Test = Callable[[Ontology], bool]
_DCTERMS, _VANN, _BIBO = PREFIXES["dcterms"], "http://purl.org/vocab/vann/", "http://purl.org/ontology/bibo/"
_DEFINITION = PREFIXES["skos"] + "definition"


def fair(edition: Edition) -> Iterator[Metric]:
    """How many of these tests the ontology passes."""
    ontology = Ontology(edition)
    passed = {name for name, test in TESTS.items() if test(ontology)}
    yield share(f"FOOPS! tests that need no registry, DOI or server ({len(TESTS)} of 24)", passed, TESTS)


def _says(*predicates: str) -> Test:
    """The ontology says each of these of itself."""
    return lambda ontology: all(ontology.objects(IRI, predicate) for predicate in predicates)


def _every_term_has(*predicates: str) -> Test:
    return lambda ontology: all(any(ontology.texts(iri, p) for p in predicates) for iri in ontology.terms)


def _has_address(pattern: str) -> Test:
    """There is an ontology, and no other, whose address begins so."""
    return lambda ontology: [bool(re.match(pattern, iri)) for iri in ontology.declared(OWL + "Ontology")] == [True]


def _metadata_in_known_vocabularies(ontology: Ontology) -> bool:
    said = {quad.predicate.value for quad in ontology.quads if getattr(quad.subject, "value", "") == IRI}
    return any(predicate.startswith((_DCTERMS, _VANN, _BIBO)) for predicate in said)


def _reuses_terms(ontology: Ontology) -> bool:
    """A class of others besides those of RDF, RDFS and OWL."""
    borrowed = ontology.declared(CLASS) - ontology.terms
    return any(not iri.startswith((OWL, RDF, RDFS)) for iri in borrowed)


def _has_a_version(ontology: Ontology) -> bool:
    versions = ontology.iris(IRI, OWL + "versionIRI")
    return len(versions) == 1 and versions != {IRI}


TESTS: dict[str, Test] = {
    "OM1 title, description, licence, version IRI, creator, namespace": _says(
        *(_DCTERMS + name for name in ("title", "description", "license", "creator")),
        OWL + "versionIRI",
        _VANN + "preferredNamespaceUri",
    ),
    "OM2 prefix, version, created, citation": _says(
        _VANN + "preferredNamespacePrefix",
        OWL + "versionInfo",
        _DCTERMS + "created",
        _DCTERMS + "bibliographicCitation",
    ),
    "OM3 publisher, status, source, issued, modified": _says(
        *(_DCTERMS + name for name in ("publisher", "source", "issued", "modified")), _BIBO + "status"
    ),
    "OM4.1 licence": _says(_DCTERMS + "license"),
    "OM5.1 creator, created": _says(_DCTERMS + "creator", _DCTERMS + "created"),
    "OM5.2 issued, publisher": _says(_DCTERMS + "issued", _DCTERMS + "publisher"),
    "VOC1 metadata in vocabularies of others": _metadata_in_known_vocabularies,
    "VOC2 terms of others": _reuses_terms,
    "VOC3 every term has a label": _every_term_has(RDFS + "label"),
    "VOC4 every term has a definition": _every_term_has(_DEFINITION, RDFS + "comment"),
    "URI2 the address is the ontology's own name": lambda o: o.declared(OWL + "Ontology") == {IRI} == {GAR.rstrip("#")},
    "VER1 version IRI": _has_a_version,
    "PURL1 a persistent address": _has_address(r"https?://(w3id\.org|purl\.org|doi\.org|www\.w3\.org)/"),
    "HTTP1 an open protocol": _has_address(r"https?:"),
    "FIND1 prefix": _says(_VANN + "preferredNamespacePrefix"),
}
