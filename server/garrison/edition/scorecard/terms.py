"""Measures of the ontology's terms: each explains itself, and is used."""

from __future__ import annotations

from collections.abc import Iterator

from garrison.edition.edition import Edition
from garrison.edition.ontology import Ontology
from garrison.edition.scorecard.metric import Metric, none_of, share
from garrison.rdf.prefixes import PREFIXES
from garrison.rdf.terms import OWL, RDF_TYPE, RDFS

_BOTH = {"en", "ru"}
_SKOS = PREFIXES["skos"]
_DERIVED = ("begin", "end", "latestBegin", "earliestEnd")


def described(edition: Edition) -> Iterator[Metric]:
    """Each term has a label and a definition in both languages, an example, and says where it is defined."""
    ontology = Ontology(edition)
    terms = ontology.terms
    for name, predicate in (("label", RDFS + "label"), ("definition", _SKOS + "definition")):
        good = {iri for iri in terms if {text.language for text in ontology.texts(iri, predicate)} >= _BOTH}
        yield share(f"terms with a {name} in English and Russian", good, terms)
    yield share("terms with an example", {iri for iri in terms if ontology.texts(iri, _SKOS + "example")}, terms)
    defined = {iri for iri in terms if ontology.iris(iri, RDFS + "isDefinedBy")}
    yield share("terms that say where they are defined", defined, terms)


def used(edition: Edition) -> Iterator[Metric]:
    """Nothing is declared in vain."""
    ontology = Ontology(edition)
    in_use = {quad.predicate.value for quad in edition.written}
    in_use |= {getattr(quad.object, "value", "") for quad in edition.written if quad.predicate == RDF_TYPE}
    unused = {iri for iri in ontology.terms - in_use if not _is_derived(ontology, iri)}
    yield none_of("terms that are declared and never used", unused)


def _is_derived(ontology: Ontology, iri: str) -> bool:
    """Whether the build makes its triples: an inverse, or a class or property above others."""
    is_above = any(iri in ontology.above(other) for other in ontology.terms - {iri})
    return bool(ontology.objects(iri, OWL + "inverseOf")) or is_above or ontology.name(iri) in _DERIVED
