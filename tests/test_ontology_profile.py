"""The core stays inside OWL 2 DL, so that Protégé and a reasoner read it.

The rules are those of the structural specification that editors trip over most often
(https://www.w3.org/TR/owl2-syntax/#Ontologies, section 3, and section 11.1 on transitive properties).
"""

from __future__ import annotations

from functools import cache
from itertools import combinations
from pathlib import Path

import pyhornedowl
import pytest
from rdflib import OWL, RDF, RDFS, XSD, Graph, Literal, Namespace, Node, URIRef
from rdflib.collection import Collection

CORE = Path(__file__).parents[1] / "ontology" / "garrison.ttl"
GAR = Namespace("https://w3id.org/garrison/ontology#")
ENTITY_TYPES = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
# Section 4 of the specification, and rdfs:Literal; xsd:date, xsd:gYear and xsd:duration are not among them.
DATATYPE_MAP = {
    RDFS.Literal,
    RDF.PlainLiteral,
    RDF.XMLLiteral,
    *(XSD[name] for name in ("anyURI", "base64Binary", "boolean", "byte", "dateTime", "dateTimeStamp")),
    *(XSD[name] for name in ("decimal", "double", "float", "hexBinary", "int", "integer", "language")),
    *(XSD[name] for name in ("long", "Name", "NCName", "negativeInteger", "NMTOKEN", "nonNegativeInteger")),
    *(XSD[name] for name in ("nonPositiveInteger", "normalizedString", "positiveInteger", "short", "string")),
    *(XSD[name] for name in ("token", "unsignedByte", "unsignedInt", "unsignedLong", "unsignedShort")),
}
BUILT_IN = (str(OWL), str(RDF), str(RDFS))


@cache
def _core() -> Graph:
    return Graph().parse(CORE)


def _declared(kind: Node) -> set[Node]:
    return {term for term in _core().subjects(RDF.type, kind) if isinstance(term, URIRef)}


def _members(expression: Node) -> set[Node]:
    """A class as itself, a union as its members."""
    union = _core().value(expression, OWL.unionOf)
    return {expression} if union is None else set(Collection(_core(), union))


def _superclasses(cls: Node) -> set[Node]:
    return {above for above in _core().transitive_objects(cls, RDFS.subClassOf) if above is not None}


def _domain_and_range(prop: Node) -> tuple[set[Node], set[Node]]:
    found = []
    for axiom in (RDFS.domain, RDFS.range):
        expression = _core().value(prop, axiom)
        found.append(set() if expression is None else _members(expression))
    return found[0], found[1]


def test_an_owl_parser_reads_the_core_whole() -> None:
    """py-horned-owl drops what it cannot read as an axiom, hence the comparison of counts."""
    read = pyhornedowl.open_ontology_from_file(str(CORE))
    assert set(read.get_classes()) == {str(term) for term in _declared(OWL.Class)}
    assert set(read.get_object_properties()) == {str(term) for term in _declared(OWL.ObjectProperty)}
    assert set(read.get_data_properties()) == {str(term) for term in _declared(OWL.DatatypeProperty)}
    assert set(read.get_annotation_properties()) == {str(t) for t in _declared(OWL.AnnotationProperty)}
    kinds = [type(axiom.component).__name__ for axiom in read.get_axioms()]
    stated = len(list(_core().subject_objects(RDFS.subClassOf)))
    assert kinds.count("SubClassOf") == stated
    assert kinds.count("TransitiveObjectProperty") == len(_declared(OWL.TransitiveProperty))


def test_no_name_is_of_two_kinds() -> None:
    for one, other in combinations(ENTITY_TYPES, 2):
        assert _declared(one) & _declared(other) == set()


def test_every_foreign_predicate_is_declared_an_annotation_property() -> None:
    predicates = {p for p in _core().predicates() if not str(p).startswith(BUILT_IN)}
    assert predicates <= _declared(OWL.AnnotationProperty)


def test_every_class_named_in_an_axiom_is_declared() -> None:
    named = set(_core().objects(None, RDFS.subClassOf)) | set(_core().objects(None, OWL.disjointWith))
    for prop in _declared(OWL.ObjectProperty):
        named |= set[Node]().union(*_domain_and_range(prop))
    for prop in _declared(OWL.DatatypeProperty):
        named |= _domain_and_range(prop)[0]
    for members in _core().objects(None, OWL.members):
        named |= set(Collection(_core(), members))
    assert named <= _declared(OWL.Class)


def test_nothing_is_built_on_reserved_vocabulary() -> None:
    """An own class below rdf:Statement, or the like, makes the ontology OWL Full."""
    for axiom in (RDFS.subClassOf, OWL.disjointWith, OWL.equivalentClass):
        assert [v for v in _core().objects(None, axiom) if str(v).startswith(BUILT_IN)] == []
    above = {v for v in _core().objects(None, RDFS.subPropertyOf) if str(v).startswith(BUILT_IN)}
    assert above <= {RDFS.label}, "only a label may stand above an annotation property"


def test_ranges_and_literals_keep_to_the_datatype_map() -> None:
    """Dates, EDTF and durations have their datatype in the shapes (HermiT stops at xsd:date)."""
    ranges = {r for prop in _declared(OWL.DatatypeProperty) for r in _domain_and_range(prop)[1]}
    assert ranges <= DATATYPE_MAP
    literals = {value.datatype for value in _core().objects() if isinstance(value, Literal)}
    assert literals - {None, RDF.langString} <= DATATYPE_MAP


@pytest.mark.parametrize("axiom", [RDFS.domain, RDFS.range], ids=["domain", "range"])
def test_a_property_has_one_domain_and_one_range(axiom: URIRef) -> None:
    """Two would be an intersection, which nobody means."""
    counted = [len(list(_core().objects(prop, axiom))) for prop in set(_core().subjects(axiom))]
    assert set(counted) == {1}


def test_transitive_properties_are_nothing_else() -> None:
    """A transitive property is not simple: it may not be functional, asymmetric, irreflexive or disjoint."""
    transitive = _declared(OWL.TransitiveProperty)
    assert transitive == {GAR.partOf, GAR.subEventOf, GAR.within}
    for prop in transitive:
        assert set(_core().objects(prop, RDF.type)) == {OWL.ObjectProperty, OWL.TransitiveProperty}
        assert _core().value(prop, OWL.propertyDisjointWith) is None
        domain, rng = _domain_and_range(prop)
        assert domain == rng, "a chain must be able to go on"


def test_a_subproperty_is_no_wider_than_what_it_specialises() -> None:
    for prop, above in _core().subject_objects(RDFS.subPropertyOf):
        if prop in _declared(OWL.AnnotationProperty):
            continue
        for narrow, wide in zip(_domain_and_range(prop), _domain_and_range(above), strict=True):
            assert all(_superclasses(cls) & wide for cls in narrow), f"{prop} is wider than {above}"


def test_an_inverse_has_domain_and_range_swapped() -> None:
    pairs = list(_core().subject_objects(OWL.inverseOf))
    assert pairs == [(GAR.hasMember, GAR.memberOf)]
    for one, other in pairs:
        assert _domain_and_range(one) == _domain_and_range(other)[::-1]


def test_every_class_can_have_a_member() -> None:
    """No class stands below two that are disjoint."""
    disjoint = {frozenset(pair) for pair in _core().subject_objects(OWL.disjointWith)}
    for members in _core().objects(None, OWL.members):
        disjoint |= {frozenset(pair) for pair in combinations(Collection(_core(), members), 2)}
    for cls in _declared(OWL.Class):
        above = {frozenset(pair) for pair in combinations(_superclasses(cls), 2)}
        assert above & disjoint == set(), f"{cls} is empty"
    assert frozenset((GAR.Agent, GAR.Place)) not in disjoint, "a state is both"
