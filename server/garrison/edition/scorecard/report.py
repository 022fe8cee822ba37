"""The rules of ROBOT's report (``robot report``, its default profile) that apply to this ontology.

Two readings are ours, for the rules know neither several languages nor ``skos:definition``: labels and definitions are
counted in each language by itself, and the definition is ``skos:definition``. Seven rules are about the terms of OBO,
of which this ontology uses none, and that is measured with the rest. ``lowercase_definition`` and
``missing_superclass`` are information there, neither errors nor warnings, and are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from pyoxigraph import Literal, NamedNode

from garrison.edition.edition import Edition
from garrison.edition.ontology import ANNOTATION, CLASS, DATA, IRI, OBJECT, Ontology
from garrison.edition.scorecard.metric import Metric, none_of
from garrison.rdf.prefixes import PREFIXES
from garrison.rdf.terms import OWL, RDF, RDFS, XSD

Rule = Callable[[Ontology], Iterator[str]]  # yields what breaks it
_LABEL, _DEFINITION, _DCTERMS = RDFS + "label", PREFIXES["skos"] + "definition", PREFIXES["dcterms"]
_REPLACED = (_DCTERMS + "isReplacedBy", "http://purl.obolibrary.org/obo/IAO_0100001")
_OBO = ("http://www.geneontology.org/formats/oboInOwl#", "http://purl.obolibrary.org/obo/")
_OBO_RULES = (
    *("duplicate_exact_synonym", "duplicate_label_synonym", "duplicate_scoped_synonym", "invalid_entity_uri"),
    *("invalid_xref", "missing_subset_declaration", "missing_synonymtype_declaration"),
)


def report(edition: Edition) -> Iterator[Metric]:
    """Count errors and warnings."""
    ontology = Ontology(edition)
    found = {f"{name} {each}" for name, rule in RULES.items() for each in rule(ontology)}
    found |= set(_terms_of_obo(ontology))
    yield none_of(f"errors and warnings of ROBOT's report ({len(RULES)} of its 32 rules)", found)


def _annotation_whitespace(ontology: Ontology) -> Iterator[str]:
    annotations = ontology.declared(ANNOTATION) | {_LABEL, RDFS + "comment"}
    for quad in ontology.quads:
        if quad.predicate.value in annotations and _has_space_around(quad.object):
            yield f"{quad.subject} {quad.predicate}"


def _deprecated_boolean_datatype(ontology: Ontology) -> Iterator[str]:
    for iri, value in ontology.pairs(OWL + "deprecated"):
        if not isinstance(value, Literal) or value.datatype.value != XSD + "boolean":
            yield iri


def _deprecated_reference(kinds: tuple[str, ...]) -> Rule:
    """A deprecated class or property that axioms still speak of."""

    def rule(ontology: Ontology) -> Iterator[str]:
        deprecated = _deprecated(ontology) & {iri for kind in kinds for iri in ontology.declared(kind)}
        for quad in ontology.quads:
            if getattr(quad.object, "value", "") in deprecated and quad.predicate.value not in _REPLACED:
                yield f"{quad.subject} {quad.object}"

    return rule


def _duplicate(predicate: str) -> Rule:
    """The same text in the same language on several names."""

    def rule(ontology: Ontology) -> Iterator[str]:
        found: dict[tuple[str, str | None], list[str]] = defaultdict(list)
        for iri in sorted(ontology.terms - _deprecated(ontology)):
            for text in ontology.texts(iri, predicate):
                found[text.value, text.language].append(iri)
        yield from (" ".join(iris) for iris in found.values() if len(iris) > 1)

    return rule


def _equivalent_pair(ontology: Ontology) -> Iterator[str]:
    yield from (iri for iri, value in ontology.pairs(OWL + "equivalentClass") if isinstance(value, NamedNode))


def _no_genus(ontology: Ontology) -> Iterator[str]:
    for iri, value in ontology.pairs(OWL + "equivalentClass"):
        if ontology.objects(value, OWL + "someValuesFrom"):
            yield iri


def _built_in(ontology: Ontology) -> Iterator[str]:
    for quad in ontology.quads:
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith((OWL, RDF, RDFS)):
            yield quad.subject.value


def _label_formatting(ontology: Ontology) -> Iterator[str]:
    for iri in ontology.terms:
        if any(sign in text.value for text in ontology.texts(iri, _LABEL) for sign in "\n\t"):
            yield iri


def _label_whitespace(ontology: Ontology) -> Iterator[str]:
    for iri in ontology.terms:
        if any(_has_space_around(text) for text in ontology.texts(iri, _LABEL)):
            yield iri


def _missing(predicate: str) -> Rule:
    """A name of the ontology's own that lacks a label or a definition."""
    return lambda ontology: (
        iri for iri in ontology.terms - _deprecated(ontology) if not ontology.texts(iri, predicate)
    )


def _missing_obsolete_label(ontology: Ontology) -> Iterator[str]:
    """A deprecated name whose English label does not begin by saying so."""
    yield from (iri for iri in _deprecated(ontology) if not _is_called_obsolete(ontology, iri))


def _misused_obsolete_label(ontology: Ontology) -> Iterator[str]:
    yield from (iri for iri in ontology.terms - _deprecated(ontology) if _is_called_obsolete(ontology, iri))


def _missing_of_ontology(*predicates: str) -> Rule:
    def rule(ontology: Ontology) -> Iterator[str]:
        if not any(ontology.objects(IRI, predicate) for predicate in predicates):
            yield IRI

    return rule


def _misused_replaced_by(ontology: Ontology) -> Iterator[str]:
    replaced = {iri for predicate in _REPLACED for iri, _ in ontology.pairs(predicate)}
    yield from replaced - _deprecated(ontology)


def _several(predicate: str) -> Rule:
    """Two texts of one language."""

    def rule(ontology: Ontology) -> Iterator[str]:
        for iri in ontology.terms - _deprecated(ontology):
            languages = [text.language for text in ontology.texts(iri, predicate)]
            if len(set(languages)) < len(languages):
                yield iri

    return rule


def _several_equivalent(named: bool) -> Rule:
    """More than one class that a class is equivalent to: named ones, or expressions."""

    def rule(ontology: Ontology) -> Iterator[str]:
        for iri in ontology.declared(CLASS):
            values = ontology.objects(iri, OWL + "equivalentClass")
            if sum(isinstance(value, NamedNode) is named for value in values) > 1:
                yield iri

    return rule


def _terms_of_obo(ontology: Ontology) -> Iterator[str]:
    """As long as there are none, the rules about them have nothing to say."""
    for quad in ontology.quads:
        if quad.predicate.value.startswith(_OBO) and quad.predicate.value not in _REPLACED:
            yield f"{quad.subject} {quad.predicate} ({', '.join(_OBO_RULES)})"


def _deprecated(ontology: Ontology) -> set[str]:
    return {iri for iri, value in ontology.pairs(OWL + "deprecated") if value.value in ("true", "1")}


def _is_called_obsolete(ontology: Ontology, iri: str) -> bool:
    return any(text.value.lower().startswith("obsolete") for text in ontology.texts(iri, _LABEL))


def _has_space_around(value: object) -> bool:
    return isinstance(value, Literal) and value.value != value.value.strip()


RULES: dict[str, Rule] = {
    "annotation_whitespace": _annotation_whitespace,
    "deprecated_boolean_datatype": _deprecated_boolean_datatype,
    "deprecated_class_reference": _deprecated_reference((CLASS,)),
    "deprecated_property_reference": _deprecated_reference((OBJECT, DATA, ANNOTATION)),
    "duplicate_definition": _duplicate(_DEFINITION),
    "duplicate_label": _duplicate(_LABEL),
    "equivalent_class_axiom_no_genus": _no_genus,
    "equivalent_pair": _equivalent_pair,
    "illegal_use_of_built_in_vocabulary": _built_in,
    "label_formatting": _label_formatting,
    "label_whitespace": _label_whitespace,
    "missing_definition": _missing(_DEFINITION),
    "missing_label": _missing(_LABEL),
    "missing_obsolete_label": _missing_obsolete_label,
    "missing_ontology_description": _missing_of_ontology(_DCTERMS + "description"),
    "missing_ontology_license": _missing_of_ontology(_DCTERMS + "license"),
    "missing_ontology_title": _missing_of_ontology(_DCTERMS + "title"),
    "misused_obsolete_label": _misused_obsolete_label,
    "misused_replaced_by": _misused_replaced_by,
    "multiple_definitions": _several(_DEFINITION),
    "multiple_equivalent_class_definitions": _several_equivalent(named=False),
    "multiple_equivalent_classes": _several_equivalent(named=True),
    "multiple_labels": _several(_LABEL),
}
