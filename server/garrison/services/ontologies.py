"""The ontology's own documents: each file of ``ontology/`` with the terms that it defines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from garrison.errors import EditionError, UnknownResource
from garrison.services.lookup import Term

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_OWL = "http://www.w3.org/2002/07/owl#"
RDF_TYPE = _RDF + "type"


@dataclass(frozen=True, slots=True)
class OntologyDocument:
    """One Turtle file with an ``owl:Ontology`` in it."""

    iri: str
    path: Path
    triples: tuple[ox.Triple, ...]
    index: Mapping[tuple[str, str], tuple[Term, ...]]  # subject and property -> objects

    def values(self, subject: str, property: str) -> tuple[Term, ...]:
        """The objects of a subject's property, in the order of the file."""
        return self.index.get((subject, property), ())

    def named(self, subject: str, property: str) -> list[str]:
        """The IRIs among the objects; a union of classes counts as its members."""
        found: list[str] = []
        for value in self.values(subject, property):
            if isinstance(value, ox.NamedNode):
                found.append(value.value)
            elif isinstance(value, ox.BlankNode):
                for members in self.values(str(value), _OWL + "unionOf"):
                    found += [m.value for m in self._items(members) if isinstance(m, ox.NamedNode)]
        return found

    def terms(self, type_iri: str) -> list[str]:
        """The IRIs of this type, in order of the file."""
        of_type = [
            triple.subject.value
            for triple in self.triples
            if triple.predicate.value == RDF_TYPE
            and isinstance(triple.subject, ox.NamedNode)
            and isinstance(triple.object, ox.NamedNode)
            and triple.object.value == type_iri
        ]
        return list(dict.fromkeys(of_type))

    def _items(self, head: Term) -> Iterator[Term]:
        """The items of an RDF list."""
        while isinstance(head, ox.BlankNode):
            yield from self.values(str(head), _RDF + "first")
            head = next(iter(self.values(str(head), _RDF + "rest")), ox.NamedNode(_RDF + "nil"))


@dataclass(frozen=True, slots=True)
class Ontologies:
    """All documents, by ontology IRI and by version IRI."""

    documents: Mapping[str, OntologyDocument]

    def find(self, iri: str) -> OntologyDocument:
        """Find the document of an ontology or of its version.

        :raises UnknownResource: if no file declares it.
        """
        if iri not in self.documents:
            raise UnknownResource(f"No document of the ontology is called {iri}.")
        return self.documents[iri]

    def terms(self) -> list[str]:
        """The IRIs of the documents and of all that they define."""
        typed = [s for document in self.documents.values() for s, p in document.index if p == RDF_TYPE]
        return list(dict.fromkeys([*self.documents, *typed]))

    def superclasses(self) -> list[tuple[str, str]]:
        """Each class with each that a document says is above it."""
        found = [
            (subject, value.value)
            for document in self.documents.values()
            for (subject, property), values in document.index.items()
            if property == _RDFS + "subClassOf"
            for value in values
            if isinstance(value, ox.NamedNode)
        ]
        return list(dict.fromkeys(found))

    def labels(self) -> dict[str, tuple[ox.Literal, ...]]:
        """The labels of every term in every document."""
        found: dict[str, tuple[ox.Literal, ...]] = {}
        for document in self.documents.values():
            for (subject, property), values in document.index.items():
                if property == _RDFS + "label":
                    found[subject] = tuple(value for value in values if isinstance(value, ox.Literal))
        return found


def read_ontologies(folder: Path) -> Ontologies:
    """Read every Turtle file of ``folder``; a file without an ontology header is no document.

    :raises EditionError: for a file that is not Turtle.
    """
    documents: dict[str, OntologyDocument] = {}
    for path in sorted(folder.glob("*.ttl")):
        document = _read_document(path)
        if document:
            documents[document.iri] = document
            for version in document.named(document.iri, _OWL + "versionIRI"):
                documents[version] = document
    return Ontologies(documents)


def _read_document(path: Path) -> OntologyDocument | None:
    try:
        triples = tuple(quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE))
    except (SyntaxError, OSError) as error:
        raise EditionError(f"{path}: {error}") from error
    index: dict[tuple[str, str], tuple[Term, ...]] = {}
    for triple in triples:
        subject = triple.subject
        key = (subject.value if isinstance(subject, ox.NamedNode) else str(subject), triple.predicate.value)
        assert not isinstance(triple.object, ox.Triple)
        index[key] = (*index.get(key, ()), triple.object)
    ontology = ox.NamedNode(_OWL + "Ontology")
    names = [s for (s, p), values in index.items() if p == RDF_TYPE and ontology in values]
    return OntologyDocument(names[0], path, triples, index) if names else None
