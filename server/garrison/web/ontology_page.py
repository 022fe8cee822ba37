"""The page of one document of the ontology: its terms, how they stand to one another, and how the edition uses them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

import pyoxigraph as ox

from garrison.rdf.prefixes import BASE
from garrison.services.ontologies import Ontologies, OntologyDocument
from garrison.services.term_usage import TermUsage
from garrison.web.assets import assets
from garrison.web.presentation import Presentation, Text, query_address, short_name
from garrison.web.remembering import Memory
from garrison.web.representations import Representation
from garrison.web.templating import marked, render

_OWL = "http://www.w3.org/2002/07/owl#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_DCTERMS = "http://purl.org/dc/terms/"
_SH = "http://www.w3.org/ns/shacl#"
SECTIONS = (
    (marked("Classes"), _OWL + "Class"),
    (marked("Object properties"), _OWL + "ObjectProperty"),
    (marked("Datatype properties"), _OWL + "DatatypeProperty"),
    (marked("Annotation properties"), _OWL + "AnnotationProperty"),
    (marked("Schemes"), _SKOS + "ConceptScheme"),
    (marked("Concepts"), _SKOS + "Concept"),
    (marked("Shapes"), _SH + "NodeShape"),
)
_LINKS = (
    (marked("is a kind of"), _RDFS + "subClassOf"),
    (marked("is a kind of"), _RDFS + "subPropertyOf"),
    (marked("the other way round"), _OWL + "inverseOf"),
    (marked("belongs to"), _RDFS + "domain"),
    (marked("leads to"), _RDFS + "range"),
    (marked("in the scheme"), _SKOS + "inScheme"),
    (marked("narrower than"), _SKOS + "broader"),
    (marked("checks"), _SH + "targetClass"),
)
_REMEMBERED = 8_000_000  # bytes of pages that a worker keeps
_NUMBERS = re.compile(r"\d+")
_ALIGNED = tuple(_SKOS + f"{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related"))
_SUB = (_RDFS + "subClassOf", _RDFS + "subPropertyOf")


@dataclass(frozen=True, slots=True)
class TermView:
    """One term as the page shows it."""

    iri: str
    anchor: str
    definition: Text | None
    note: Text | None
    examples: tuple[str, ...]
    links: tuple[tuple[str, tuple[str, ...]], ...]  # what the link says, and where it leads
    aligned: tuple[tuple[str, str], ...]  # relation, and term of another vocabulary
    properties: tuple[tuple[str, tuple[str, ...]], ...]  # of a class, and of each above it that has any


@dataclass(frozen=True, slots=True)
class Branch:
    """A class and those below it."""

    iri: str
    below: tuple[Branch, ...]


class WrittenPages:
    """The pages, each written once: that takes longest of all, and a snapshot's never changes."""

    def __init__(self, ontologies: Ontologies, read_usage: Callable[[], TermUsage]) -> None:
        self._ontologies = ontologies
        self._usage = cache(read_usage)
        self._written: Memory[bytes] = Memory(_REMEMBERED)

    def page(self, document: OntologyDocument, representation: Representation) -> bytes:
        """The page of a document for a reader of the representation's language."""
        key = (document.iri, representation.reader, representation.canonical, tuple(assets().values()))
        body = self._written.get(key)
        if body is None:
            page = ontology_page(self._ontologies, self._usage(), document, representation)
            body = page.encode("utf-8")
            self._written.keep(key, body, len(body))
        return body


def ontology_page(
    ontologies: Ontologies, usage: TermUsage, document: OntologyDocument, representation: Representation
) -> str:
    """Write the page for a reader of the representation's language."""
    show = Presentation(representation.reader, {**usage.labels, **ontologies.labels()})
    domains = _Domains(document)
    views = {
        title: [
            _view(ontologies, usage, document, domains, show, term)
            for term in document.terms(kind)
            if _is_own(document, term)
        ]
        for title, kind in SECTIONS
    }
    classes = [view.iri for view in views["Classes"]]
    return render(
        "ontology.html",
        representation.reader,
        document=document,
        documents=sorted({each.iri for each in ontologies.documents.values()}),
        show=show,
        title=show.choose(document.values(document.iri, _DCTERMS + "title")) or show.name(document.iri),
        about=show.choose(document.values(document.iri, _DCTERMS + "description")),
        version=show.choose(document.values(document.iri, _OWL + "versionInfo")),
        changes=[text for text in map(show.choose, _by_version(document)) if text],
        sections=[(title, found) for title, found in views.items() if found],
        classes_tree=_tree(document, show, classes),
        usage=usage,
        query_address=query_address,
        representation=representation,
        short_name=short_name,
    )


def _view(
    ontologies: Ontologies,
    usage: TermUsage,
    document: OntologyDocument,
    domains: _Domains,
    show: Presentation,
    term: str,
) -> TermView:
    links = [(says, tuple(document.named(term, property))) for says, property in _LINKS]
    definitions = document.values(term, _SKOS + "definition") or document.values(term, _RDFS + "comment")
    return TermView(
        iri=term,
        anchor=term.partition("#")[2] or term.removeprefix(BASE + "id/"),
        definition=show.choose(definitions or document.values(term, _DCTERMS + "description")),
        note=show.choose(document.values(term, _SKOS + "scopeNote")),
        examples=tuple(e.value for e in document.values(term, _SKOS + "example") if isinstance(e, ox.Literal)),
        links=tuple((says, iris) for says, iris in links if iris),
        aligned=(*_aligned(ontologies, term), *usage.matches.get(term, ())),
        properties=domains.properties(show, term),
    )


def _aligned(ontologies: Ontologies, term: str) -> list[tuple[str, str]]:
    """The terms of other vocabularies that any document sets a term below or beside."""
    found = [
        (relation, other)
        for document in ontologies.documents.values()  # a document may stand there under two names
        for relation in (*_SUB, *_ALIGNED)
        for other in document.named(term, relation)
        if not other.startswith(BASE)
    ]
    return list(dict.fromkeys(found))


class _Domains:
    """Which properties have which class for domain; each term asks, so the document is looked through once."""

    def __init__(self, document: OntologyDocument) -> None:
        self._document = document
        self._classes = set(document.terms(_OWL + "Class"))
        self._properties: dict[str, list[str]] = {}
        for property in (p for kind in ("ObjectProperty", "DatatypeProperty") for p in document.terms(_OWL + kind)):
            for iri in dict.fromkeys(document.named(property, _RDFS + "domain")):
                self._properties.setdefault(iri, []).append(property)

    def properties(self, show: Presentation, term: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The properties that have a class for domain, and those that have one above it, the nearest first; each
        once.
        """
        found: dict[str, list[str]] = {}
        for iri in self._above(term):
            told = {name for names in found.values() for name in names}
            found[iri] = [name for name in self._properties.get(iri, ()) if name not in told]
        ordered = ((iri, sorted(names, key=lambda n: show.name(n).text.casefold())) for iri, names in found.items())
        return tuple((iri, tuple(names)) for iri, names in ordered if names)

    def _above(self, term: str) -> list[str]:
        """A class and those above it, the nearest first."""
        found = [term] if term in self._classes else []
        for each in found:  # grows while it is walked, and holds each class once
            found += [other for other in self._document.named(each, _SUB[0]) if other not in found]
        return found


def _tree(document: OntologyDocument, show: Presentation, classes: Sequence[str]) -> tuple[Branch, ...]:
    """The classes as they stand below one another, in order of their names; a circle of classes stands nowhere."""
    below: dict[str, list[str]] = {"": []}
    for iri in sorted(classes, key=lambda iri: show.name(iri).text.casefold()):
        for parent in [p for p in document.named(iri, _SUB[0]) if p in classes] or [""]:
            below.setdefault(parent, []).append(iri)

    def branches(parent: str) -> tuple[Branch, ...]:
        return tuple(Branch(iri, branches(iri)) for iri in below.pop(parent, ()))

    return branches("")


def _by_version(document: OntologyDocument) -> Iterable[list[ox.Literal]]:
    """What changed, the newest first: notes that begin with a version, in each language."""
    notes = [v for v in document.values(document.iri, _SKOS + "historyNote") if isinstance(v, ox.Literal)]
    newest_first = sorted(
        notes, key=lambda note: [int(n) for n in _NUMBERS.findall(note.value.split(":")[0])], reverse=True
    )
    return (list(same) for _, same in groupby(newest_first, key=lambda note: note.value.split(":")[0]))


def _is_own(document: OntologyDocument, term: str) -> bool:
    """Terms of other vocabularies are declared for OWL's sake only."""
    return term.startswith(BASE) and term != document.iri
