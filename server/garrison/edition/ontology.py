"""The core ontology, by itself, as its measures ask for it: without alignments, vocabularies and data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from garrison.edition.edition import Edition
from garrison.rdf.terms import GAR, OWL, RDF, RDF_TYPE, RDFS

Node = NamedNode | BlankNode | Literal
IRI = GAR.rstrip("#")
FILE = "ontology/garrison.ttl"
CLASS, OBJECT, DATA = OWL + "Class", OWL + "ObjectProperty", OWL + "DatatypeProperty"
ANNOTATION, DATATYPE = OWL + "AnnotationProperty", RDFS + "Datatype"
KINDS = (CLASS, OBJECT, DATA, ANNOTATION, DATATYPE)


class Ontology:
    """The triples of ``ontology/garrison.ttl``, and what its axioms say of each name."""

    def __init__(self, edition: Edition) -> None:
        path = edition.folder / FILE
        self.path = path
        self.quads: list[Quad] = [quad for source in edition.sources if source.path == path for quad in source.quads]
        folder = path.parent  # with alignments and vocabularies
        self.folder = [quad for source in edition.sources if source.path.parent == folder for quad in source.quads]

    @cached_property
    def _said(self) -> dict[tuple[object, str], list[Node]]:
        found: dict[tuple[object, str], list[Node]] = defaultdict(list)
        for quad in self.quads:
            if isinstance(quad.object, NamedNode | BlankNode | Literal):
                found[quad.subject, quad.predicate.value].append(quad.object)
        return dict(found)

    def objects(self, subject: str | Node, predicate: str) -> list[Node]:
        """What stands after a subject and a predicate; a text is taken for an IRI."""
        key = NamedNode(subject) if isinstance(subject, str) else subject
        return self._said.get((key, predicate), [])

    def iris(self, subject: str | Node, predicate: str) -> set[str]:
        return {value.value for value in self.objects(subject, predicate) if isinstance(value, NamedNode)}

    def texts(self, iri: str, predicate: str) -> list[Literal]:
        return [value for value in self.objects(iri, predicate) if isinstance(value, Literal)]

    def pairs(self, predicate: str) -> Iterator[tuple[str, Node]]:
        """Named subjects with what they are said to stand to."""
        for quad in self.quads:
            if quad.predicate.value == predicate and isinstance(quad.subject, NamedNode):
                assert isinstance(quad.object, NamedNode | BlankNode | Literal)
                yield quad.subject.value, quad.object

    def declared(self, kind: str) -> set[str]:
        """Names that are declared to be of this kind, borrowed ones too."""
        found = (q.subject for q in self.quads if q.predicate == RDF_TYPE and q.object == NamedNode(kind))
        return {subject.value for subject in found if isinstance(subject, NamedNode)}

    def is_of(self, iri: str, kind: str) -> bool:
        return OWL + kind in self.iris(iri, RDF_TYPE.value)

    @cached_property
    def terms(self) -> set[str]:
        """Names that the ontology defines itself."""
        return {iri for kind in KINDS for iri in self.declared(kind) if iri.startswith(GAR)}

    @cached_property
    def classes(self) -> set[str]:
        return self.declared(CLASS) & self.terms

    @cached_property
    def properties(self) -> set[str]:
        """Object and datatype properties of its own."""
        return (self.declared(OBJECT) | self.declared(DATA)) & self.terms

    def members(self, expression: Node) -> set[str]:
        """A name as itself, a union or intersection as its members."""
        if isinstance(expression, NamedNode):
            return {expression.value}
        lists = [*self.objects(expression, OWL + "unionOf"), *self.objects(expression, OWL + "intersectionOf")]
        return {item.value for head in lists for item in self.items(head) if isinstance(item, NamedNode)}

    def items(self, head: Node) -> list[Node]:
        """The members of an RDF list, in order; a list that comes back to itself ends there."""
        found, seen = [], set()
        while head != NamedNode(RDF + "nil") and head not in seen:
            seen.add(head)
            found += self.objects(head, RDF + "first")[:1]
            head = next(iter(self.objects(head, RDF + "rest")), NamedNode(RDF + "nil"))
        return found

    def domain(self, iri: str) -> set[str]:
        return {name for value in self.objects(iri, RDFS + "domain") for name in self.members(value)}

    def range(self, iri: str) -> set[str]:
        return {name for value in self.objects(iri, RDFS + "range") for name in self.members(value)}

    def above(self, iri: str) -> set[str]:
        """Everything above a term; itself only in a cycle."""
        found: set[str] = set()
        rest = [iri]
        while rest:
            below = rest.pop()
            higher = self.iris(below, RDFS + "subClassOf") | self.iris(below, RDFS + "subPropertyOf")
            rest += higher - found
            found |= higher
        return found

    def name(self, iri: str) -> str:
        """The local name of one of its terms."""
        return iri.removeprefix(GAR)
