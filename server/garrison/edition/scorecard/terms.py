"""Measures of the ontology: described, citable, without the usual pitfalls.

After FOOPS! (metadata), OOPS! (pitfalls, by their numbers) and the report of ROBOT; what needs a registry or a network
is not measured here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode, Quad

from garrison.edition.edition import Edition
from garrison.edition.scorecard.metric import Metric, none_of, share
from garrison.rdf.prefixes import PREFIXES
from garrison.rdf.terms import GAR, OWL, RDF_TYPE, RDFS

Said: TypeAlias = defaultdict[tuple[str, str], list[NamedNode | Literal]]
_ONTOLOGY = GAR.rstrip("#")
_KINDS = {OWL + kind for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
_BOTH = {"en", "ru"}
_SKOS, _DCTERMS, _VANN = PREFIXES["skos"], PREFIXES["dcterms"], "http://purl.org/vocab/vann/"
# What FOOPS! asks of the metadata of an ontology, as far as no registry is asked.
_METADATA = {
    "title": _DCTERMS + "title",
    "description": _DCTERMS + "description",
    "licence": _DCTERMS + "license",
    "creator": _DCTERMS + "creator",
    "created": _DCTERMS + "created",
    "modified": _DCTERMS + "modified",
    "issued": _DCTERMS + "issued",
    "publisher": _DCTERMS + "publisher",
    "citation": _DCTERMS + "bibliographicCitation",
    "prefix": _VANN + "preferredNamespacePrefix",
    "namespace": _VANN + "preferredNamespaceUri",
    "version IRI": OWL + "versionIRI",
    "version": OWL + "versionInfo",
}


def described(edition: Edition) -> Iterator[Metric]:
    """Each term has a label and a definition in both languages, an example, and says where it is defined."""
    terms = _terms(edition)
    said = _said(edition)
    for name, predicate in (("label", RDFS + "label"), ("definition", _SKOS + "definition")):
        good = {iri for iri in terms if _languages(said[iri, predicate]) >= _BOTH}
        yield share(f"terms with a {name} in English and Russian", good, terms)
    yield share("terms with an example", {iri for iri in terms if said[iri, _SKOS + "example"]}, terms)
    yield share("terms that say where they are defined", {i for i in terms if said[i, RDFS + "isDefinedBy"]}, terms)


def metadata(edition: Edition) -> Iterator[Metric]:
    """The ontology says what FOOPS! asks."""
    said = _said(edition)
    good = {name for name, predicate in _METADATA.items() if said[_ONTOLOGY, predicate]}
    yield share("metadata of the ontology (FOOPS!)", good, set(_METADATA))


def pitfalls(edition: Edition) -> Iterator[Metric]:
    """Critical and important pitfalls of OOPS! that a file shows by itself."""
    said, terms = _said(edition), _terms(edition)
    critical = {f"P06 {iri}" for iri in terms if iri in _above(said, iri)}
    critical |= {f"P19 {iri}" for iri in terms for axiom in ("domain", "range") if len(said[iri, RDFS + axiom]) > 1}
    critical |= {f"P27 {iri}" for iri in terms if said[iri, OWL + "equivalentProperty"]}
    critical |= {f"P28 {iri}" for iri in terms if _is_of(said, iri, "SymmetricProperty")}
    critical |= {f"P31 {iri}" for iri in terms if said[iri, OWL + "equivalentClass"]}
    critical |= {f"P40 {iri}" for iri in _defined_elsewhere(edition)}
    yield none_of("critical pitfalls (OOPS! P06 P19 P27 P28 P31 P40)", critical)
    important = {
        f"{number} {iri}"
        for iri in terms
        for number, axiom in (("P24", "unionOf"), ("P25", "inverseOf"))
        if any(value.value == iri for value in said[iri, OWL + axiom])
    }
    important |= set() if _is_of(said, _ONTOLOGY, "Ontology") else {f"P38 {_ONTOLOGY}"}
    important |= set() if said[_ONTOLOGY, _DCTERMS + "license"] else {f"P41 {_ONTOLOGY}"}
    is_disjoint = any(quad.predicate.value == OWL + "disjointWith" for quad in edition.described)
    important |= set() if is_disjoint else {f"P10 {_ONTOLOGY}"}
    yield none_of("important pitfalls (OOPS! P10 P24 P25 P38 P41)", important)


def tidiness(edition: Edition) -> Iterator[Metric]:
    """What ROBOT's report calls errors and warnings, as far as it applies to an ontology without OBO numbers."""
    said, terms = _said(edition), _terms(edition)
    texts = Counter(str(value) for iri in terms for value in said[iri, RDFS + "label"])
    faults = {f"duplicate label {text}" for text, count in texts.items() if count > 1}
    for iri in terms:
        faults |= set(_untidy(said, iri))
    yield none_of("errors and warnings of ROBOT's report that apply", faults)
    used = {quad.predicate.value for quad in edition.written}
    used |= {getattr(quad.object, "value", "") for quad in edition.written if quad.predicate == RDF_TYPE}
    unused = {iri for iri in terms if iri not in used and not _is_derived(said, iri)}
    yield none_of("terms that are declared and never used", unused)


def _untidy(said: Said, iri: str) -> Iterator[str]:
    for predicate in (RDFS + "label", _SKOS + "definition"):
        literals = [value for value in said[iri, predicate] if isinstance(value, Literal)]
        if len({value.language for value in literals}) < len(literals):
            yield f"two texts of one language {iri}"
        if any(value.value != value.value.strip() for value in literals):
            yield f"white space {iri}"
    if any(value.value == "true" for value in said[iri, OWL + "deprecated"]):
        yield f"deprecated and in use {iri}"


def _terms(edition: Edition) -> set[str]:
    return {iri for iri, kinds in edition.types.items() if iri.startswith(GAR) and kinds & _KINDS}


def _said(edition: Edition) -> Said:
    found: Said = defaultdict(list)
    for quad in edition.described:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            found[quad.subject.value, quad.predicate.value].append(quad.object)
    return found


def _languages(values: list[NamedNode | Literal]) -> set[str]:
    return {value.language or "" for value in values if isinstance(value, Literal)}


def _is_of(said: Said, iri: str, kind: str) -> bool:
    return any(value.value == OWL + kind for value in said[iri, RDF_TYPE.value])


def _above(said: Said, iri: str) -> set[str]:
    """Everything above a term; itself only in a cycle."""
    found: set[str] = set()
    rest = [iri]
    while rest:
        for predicate in (RDFS + "subClassOf", RDFS + "subPropertyOf"):
            for value in said[rest[-1], predicate]:
                if value.value not in found:
                    found.add(value.value)
                    rest.insert(0, value.value)
        rest.pop()
    return found


def _defined_elsewhere(edition: Edition) -> set[str]:
    """Terms of others that the ontology gives a domain, a range or a place below another: namespace hijacking."""
    axioms = {RDFS + name for name in ("domain", "range", "subClassOf", "subPropertyOf")}
    foreign = [quad for quad in edition.described if _is_foreign(quad)]
    return {str(quad.subject) for quad in foreign if quad.predicate.value in axioms}


def _is_foreign(quad: Quad) -> bool:
    return isinstance(quad.subject, NamedNode) and not quad.subject.value.startswith("https://w3id.org/garrison/")


def _is_derived(said: Said, iri: str) -> bool:
    """Whether the build makes its triples: an inverse, or a class or property above others."""
    name = iri.removeprefix(GAR)
    is_above = any(iri in {v.value for v in values} for (_, p), values in said.items() if p.startswith(RDFS + "sub"))
    return bool(said[iri, OWL + "inverseOf"]) or is_above or name in ("begin", "end", "latestBegin", "earliestEnd")
