"""OWL 2 DL, by rules stated here and by a parser that knows it.

The rules are those of the structural specification that editors trip over
(https://www.w3.org/TR/owl2-syntax/): sections 2.4 and 5.8.2 on names and reserved vocabulary, 4 on datatypes, 5.8.1 on
kinds, 11.1 and 11.2 on properties that are not simple.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import combinations

from pyoxigraph import BlankNode, Literal, NamedNode

from garrison.edition.edition import Edition
from garrison.edition.ontology import ANNOTATION, CLASS, DATA, DATATYPE, KINDS, OBJECT, Ontology
from garrison.edition.scorecard.metric import Metric, none_of, share, unmeasured
from garrison.rdf.terms import OWL, RDF, RDF_TYPE, RDFS, XSD

Rule = Callable[[Ontology], Iterator[str]]  # yields what breaks it
_RESERVED = (OWL, RDF, RDFS)
_THINGS = {OWL + "Thing", OWL + "Nothing"}
# Section 4, and rdfs:Literal; xsd:date, xsd:gYear and xsd:duration are not among them.
_XSD_NAMES = (
    *("anyURI", "base64Binary", "boolean", "byte", "dateTime", "dateTimeStamp", "decimal", "double", "float"),
    *("hexBinary", "int", "integer", "language", "long", "Name", "NCName", "negativeInteger", "NMTOKEN"),
    *("nonNegativeInteger", "nonPositiveInteger", "normalizedString", "positiveInteger", "short", "string", "token"),
    *("unsignedByte", "unsignedInt", "unsignedLong", "unsignedShort"),
)
DATATYPE_MAP = {RDFS + "Literal", OWL + "real", OWL + "rational", RDF + "PlainLiteral", RDF + "XMLLiteral"}
DATATYPE_MAP |= {XSD + name for name in _XSD_NAMES}
# Axioms that a property may not be in once it is not simple.
_SIMPLE_ONLY = ("FunctionalProperty", "InverseFunctionalProperty", "IrreflexiveProperty", "AsymmetricProperty")
_COUNTING = (
    *("cardinality", "minCardinality", "maxCardinality", "qualifiedCardinality", "minQualifiedCardinality"),
    *("maxQualifiedCardinality", "hasSelf"),
)
_OF_OBJECTS = (
    *("TransitiveProperty", "SymmetricProperty", "InverseFunctionalProperty", "ReflexiveProperty"),
    *("IrreflexiveProperty", "AsymmetricProperty"),
)


def profile(edition: Edition) -> Iterator[Metric]:
    """Count what leaves OWL 2 DL, and compare what a parser understands with what is declared."""
    ontology = Ontology(edition)
    found = {f"{name}: {each}" for name, rule in RULES.items() for each in rule(ontology)}
    yield none_of(f"breaches of OWL 2 DL ({len(RULES)} rules)", found)
    yield _parsed(ontology)


def _parsed(ontology: Ontology) -> Metric:
    """A parser drops what it cannot read as an axiom, hence the comparison."""
    name = "declarations and axioms that an OWL parser reads (py-horned-owl)"
    try:
        parser = import_module("pyhornedowl")
    except ImportError:
        return unmeasured(name, "100 %", "pip install 'garrison[check]'")
    try:
        read = parser.open_ontology_from_file(str(ontology.path))
    except (OSError, ValueError) as error:
        return Metric(name, "it cannot be read", "100 %", False, (str(error),))
    names = {CLASS: read.get_classes(), OBJECT: read.get_object_properties(), DATA: read.get_data_properties()}
    names[ANNOTATION] = read.get_annotation_properties()
    understood = {f"{kind} {iri}" for kind, iris in names.items() for iri in iris}
    stated = {f"{kind} {iri}" for kind in (CLASS, OBJECT, DATA, ANNOTATION) for iri in ontology.declared(kind)}
    kinds = Counter(type(axiom.component).__name__ for axiom in read.get_axioms())
    stated |= {f"{kind} {n}" for kind, wanted in _AXIOMS.items() for n in range(_count(ontology, *wanted))}
    understood |= {f"{kind} {n}" for kind in _AXIOMS for n in range(kinds[kind])}
    return share(name, stated & understood, stated)


# What the parser calls an axiom, and the predicate that writes it, with the kind of property that it is about.
_AXIOMS: dict[str, tuple[str, str]] = {
    "SubClassOf": (RDFS + "subClassOf", ""),
    "DisjointClasses": (OWL + "disjointWith", ""),
    "ObjectPropertyDomain": (RDFS + "domain", OBJECT),
    "ObjectPropertyRange": (RDFS + "range", OBJECT),
    "DataPropertyDomain": (RDFS + "domain", DATA),
    "DataPropertyRange": (RDFS + "range", DATA),
    "SubObjectPropertyOf": (RDFS + "subPropertyOf", OBJECT),
    "SubDataPropertyOf": (RDFS + "subPropertyOf", DATA),
    "SubAnnotationPropertyOf": (RDFS + "subPropertyOf", ANNOTATION),
    "InverseObjectProperties": (OWL + "inverseOf", ""),
}


def _count(ontology: Ontology, predicate: str, kind: str) -> int:
    """How often the predicate stands, after a property of this kind if one is named."""
    declared = ontology.declared(kind) if kind else None
    return sum(declared is None or iri in declared for iri, _ in ontology.pairs(predicate))


def _two_kinds(ontology: Ontology) -> Iterator[str]:
    """A name is a class or a datatype, and one sort of property (5.8.1)."""
    for one, other in combinations(KINDS, 2):
        yield from ontology.declared(one) & ontology.declared(other)


def _reserved_names(ontology: Ontology) -> Iterator[str]:
    """Nothing is declared in, or said of, the vocabulary of OWL, RDF and RDFS (2.4, 5)."""
    for quad in ontology.quads:
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(_RESERVED):
            yield quad.subject.value


def _built_on_reserved(ontology: Ontology) -> Iterator[str]:
    """No class but owl:Thing, and no property but for annotation, stands above one of ours from there."""
    for predicate in (RDFS + "subClassOf", OWL + "disjointWith", OWL + "equivalentClass", RDFS + "subPropertyOf"):
        for iri, value in ontology.pairs(predicate):
            allowed = iri in ontology.declared(ANNOTATION) or value.value in _THINGS
            if value.value.startswith(_RESERVED) and not allowed:
                yield iri


def _undeclared_classes(ontology: Ontology) -> Iterator[str]:
    """Every class named in an axiom is declared (5.8.2)."""
    used: set[str] = set()
    for iri in ontology.declared(OBJECT):
        used |= ontology.domain(iri) | ontology.range(iri)
    for iri in ontology.declared(DATA):
        used |= ontology.domain(iri)
    for predicate in (RDFS + "subClassOf", OWL + "disjointWith", OWL + "equivalentClass"):
        for iri, value in ontology.pairs(predicate):
            used |= {iri, *ontology.members(value)}
    for quad in ontology.quads:
        if quad.predicate.value == OWL + "members" and isinstance(quad.object, BlankNode):
            used |= {item.value for item in ontology.items(quad.object)}
    yield from used - ontology.declared(CLASS) - _THINGS


def _undeclared_properties(ontology: Ontology) -> Iterator[str]:
    """Every predicate of others is an annotation property, and every property in an axiom is declared."""
    declared = ontology.declared(OBJECT) | ontology.declared(DATA) | ontology.declared(ANNOTATION)
    used = {quad.predicate.value for quad in ontology.quads}
    for predicate in (RDFS + "subPropertyOf", OWL + "inverseOf", OWL + "propertyDisjointWith"):
        used |= {name for iri, value in ontology.pairs(predicate) for name in (iri, value.value)}
    yield from (iri for iri in used - declared if not iri.startswith(_RESERVED))


def _mixed_properties(ontology: Ontology) -> Iterator[str]:
    """A property stands below one of its own sort."""
    for iri, value in ontology.pairs(RDFS + "subPropertyOf"):
        sorts = [kind for kind in (OBJECT, DATA, ANNOTATION) if iri in ontology.declared(kind)]
        if any(value.value not in ontology.declared(kind) for kind in sorts) and not value.value.startswith(RDFS):
            yield iri


def _wrong_ranges(ontology: Ontology) -> Iterator[str]:
    """What a datatype property leads to is a datatype of the map, or one declared here (4)."""
    known = DATATYPE_MAP | ontology.declared(DATATYPE)
    yield from (iri for iri in ontology.declared(DATA) if ontology.range(iri) - known)


def _wrong_literals(ontology: Ontology) -> Iterator[str]:
    known = DATATYPE_MAP | ontology.declared(DATATYPE) | {RDF + "langString"}
    for quad in ontology.quads:
        if isinstance(quad.object, Literal) and quad.object.datatype.value not in known:
            yield f"{quad.subject} {quad.predicate}"


def _object_axioms(ontology: Ontology) -> Iterator[str]:
    """Only an object property has an inverse, is transitive, symmetric and so on (9.2)."""
    named = {name for iri, value in ontology.pairs(OWL + "inverseOf") for name in (iri, value.value)}
    named |= {iri for kind in _OF_OBJECTS for iri in ontology.declared(OWL + kind)}
    yield from named - ontology.declared(OBJECT)


def _not_simple(ontology: Ontology) -> set[str]:
    """Transitive properties, chains, what stands above them, and their inverses (11.1)."""
    composite = ontology.declared(OWL + "TransitiveProperty")
    composite |= {iri for iri, _ in ontology.pairs(OWL + "propertyChainAxiom")}
    composite |= {above for iri in composite for above in ontology.above(iri)}
    for one, other in ontology.pairs(OWL + "inverseOf"):
        composite |= {one, other.value} if {one, other.value} & composite else set()
    return composite


def _complex_roles(ontology: Ontology) -> Iterator[str]:
    """A property that is not simple is neither counted, nor functional, irreflexive, asymmetric or disjoint (11.2)."""
    composite = _not_simple(ontology)
    restricted = {iri for kind in _SIMPLE_ONLY for iri in ontology.declared(OWL + kind)}
    for one, other in ontology.pairs(OWL + "propertyDisjointWith"):
        restricted |= {one, other.value}
    for quad in ontology.quads:
        if quad.predicate.value in {OWL + word for word in _COUNTING} and isinstance(quad.subject, BlankNode):
            restricted |= ontology.iris(quad.subject, OWL + "onProperty")
    yield from composite & restricted


def _chains(ontology: Ontology) -> Iterator[str]:
    """No chains at all: they would have to be regular (11.2), and nothing here needs one."""
    yield from (iri for iri, _ in ontology.pairs(OWL + "propertyChainAxiom"))


def _shared_blank_nodes(ontology: Ontology) -> Iterator[str]:
    """An expression is used once: blank nodes form trees (3.2 of the mapping to RDF graphs)."""
    used = Counter(quad.object for quad in ontology.quads if isinstance(quad.object, BlankNode))
    yield from (str(node) for node, count in used.items() if count > 1)


def _short_lists(ontology: Ontology) -> Iterator[str]:
    """A union, an intersection and a disjointness have two members or more (8.1, 9.1.3)."""
    for quad in ontology.quads:
        is_list = quad.predicate.value in {OWL + word for word in ("unionOf", "intersectionOf", "members")}
        if is_list and isinstance(quad.object, NamedNode | BlankNode) and len(ontology.items(quad.object)) < 2:
            yield str(quad.subject)


def _header(ontology: Ontology) -> Iterator[str]:
    """One ontology, whose version has an address, which imports nothing (3.1, 3.4)."""
    headers = ontology.declared(OWL + "Ontology")
    if len(headers) != 1:
        yield f"{len(headers)} headers"
    for iri in headers:
        if ontology.objects(iri, OWL + "imports") or len(ontology.iris(iri, OWL + "versionIRI")) != 1:
            yield iri


def _individuals(ontology: Ontology) -> Iterator[str]:
    """Nothing here is of a class of ours: things belong to the data."""
    yield from (iri for iri, value in ontology.pairs(RDF_TYPE.value) if not value.value.startswith(_RESERVED))


RULES: dict[str, Rule] = {
    "one kind a name": _two_kinds,
    "nothing said of reserved vocabulary": _reserved_names,
    "nothing built on reserved vocabulary": _built_on_reserved,
    "classes declared": _undeclared_classes,
    "properties declared": _undeclared_properties,
    "properties below their own sort": _mixed_properties,
    "ranges of the datatype map": _wrong_ranges,
    "literals of the datatype map": _wrong_literals,
    "axioms of object properties": _object_axioms,
    "restrictions on simple properties": _complex_roles,
    "no chains": _chains,
    "expressions used once": _shared_blank_nodes,
    "lists of two or more": _short_lists,
    "one header": _header,
    "no individuals": _individuals,
}
