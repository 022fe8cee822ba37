"""Rules on addresses: every one is defined, fits the pattern, and is described in one place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from garrison.edition.edition import Edition
from garrison.edition.findings import Finding
from garrison.rdf.prefixes import KINDS, PREFIXES
from garrison.rdf.terms import GAR, ID

_PATTERN = re.compile(r"[a-z]+/[a-z0-9-]+")
# What the edition borrows. A term outside this list is a slip (rdfs:subClassof) or a decision that belongs here.
BORROWED = {
    "rdf": {"type", "first", "rest", "nil", "langString"},
    "rdfs": {
        *("label", "comment", "subClassOf", "subPropertyOf", "domain", "range", "isDefinedBy", "seeAlso", "Literal"),
        *("Datatype", "Resource"),
    },
    "owl": {
        *("Ontology", "Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "TransitiveProperty"),
        *("NamedIndividual", "Thing", "AllDisjointClasses", "members", "disjointWith", "inverseOf", "unionOf"),
        *("versionIRI", "versionInfo", "imports", "deprecated", "equivalentClass", "FunctionalProperty"),
        *("SymmetricProperty", "IrreflexiveProperty", "AsymmetricProperty", "priorVersion"),
    },
    "skos": {
        *("Concept", "ConceptScheme", "definition", "example", "scopeNote", "editorialNote", "inScheme", "broader"),
        *("hasTopConcept", "topConceptOf", "notation", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"),
        *("exactMatch", "note", "prefLabel", "altLabel", "historyNote"),
    },
    "dcterms": {
        *("title", "description", "creator", "publisher", "license", "created", "modified", "issued", "provenance"),
        *(
            "rights",
            "source",
            "subject",
            "bibliographicCitation",
            "isReplacedBy",
            "replaces",
            "language",
            "contributor",
        ),
        *("rightsHolder", "isPartOf", "hasPart", "accessRights"),
    },
    "schema": {"sameAs", "Dataset", "CreativeWork", "Event", "Organization", "Person", "Place"},
    "oa": {"start", "end", "SpecificResource"},
    # Alignments: terms that were each looked up in the vocabulary's own file.
    "crm": {
        *("E5_Event", "E7_Activity", "E13_Attribute_Assignment", "E21_Person", "E31_Document"),
        *("E33_Linguistic_Object", "E39_Actor", "E53_Place", "E55_Type", "E73_Information_Object", "E74_Group"),
        *("P2_has_type", "P7_took_place_at", "P9i_forms_part_of", "P11_had_participant", "P14_carried_out_by"),
        *("P17_was_motivated_by", "P89_falls_within", "P107i_is_current_or_former_member_of"),
        "P140_assigned_attribute_to",
    },
    "crminf": {"I17_One-Proposition_Set"},
    "prov": {"Activity", "Agent", "Entity", "Person", "wasAttributedTo", "wasQuotedFrom"},
    "geo": {"Feature", "sfWithin", "wktLiteral"},
    "cito": {"disputes"},
    "hico": {"InterpretationAct"},
    "edtf": {"EDTF"},
}


def every_term_is_defined(edition: Edition) -> Iterator[Finding]:
    """No address of ours is used that nothing defines, and no borrowed term that is not in the list."""
    defined = {quad.subject.value for quad in edition.described if isinstance(quad.subject, NamedNode)}
    borrowed = {PREFIXES[prefix] + name for prefix, names in BORROWED.items() for name in names}
    seen: set[tuple[str, str]] = set()
    for quad in edition.written:
        for used in _used(quad):
            key = (used, str(quad.subject))
            if key not in seen and not _is_known(used, defined, borrowed):
                seen.add(key)
                yield _undefined(edition, quad, used)


def _used(quad: Quad) -> Iterator[str]:
    yield quad.predicate.value
    for term in (quad.subject, quad.object):
        if isinstance(term, NamedNode):
            yield term.value


def _is_known(iri: str, defined: set[str], borrowed: set[str]) -> bool:
    if iri.startswith((GAR, ID)):
        return iri in defined
    if any(iri.startswith(PREFIXES[prefix]) for prefix in BORROWED):
        return iri in borrowed
    return True


def _undefined(edition: Edition, quad: Quad, used: str) -> Finding:
    graph = quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else None
    subject = quad.subject.value if isinstance(quad.subject, NamedNode) else used
    short = used.removeprefix(ID).replace(GAR, "gar:")
    return edition.finding(
        "term-defined",
        subject,
        f"{short} is used here, and defined nowhere.",
        "Correct the spelling, or define it: terms and concepts in ontology/, things in graph_data/entities/.",
        graph,
    )


def every_address_fits(edition: Edition) -> Iterator[Finding]:
    """An address is ``kind/slug``: lower case, digits and hyphens, of a kind that the prefix map knows."""
    ours = {
        q.subject.value for q in edition.written if isinstance(q.subject, NamedNode) and q.subject.value.startswith(ID)
    }
    for iri in sorted(ours):
        path = iri.removeprefix(ID)
        if not _PATTERN.fullmatch(path) or path.split("/")[0] not in KINDS:
            yield edition.finding(
                "address-fits",
                iri,
                f"The address {path} is not kind/slug.",
                f"Use lower case, digits and hyphens, and one of the kinds: {', '.join(sorted(KINDS))}.",
            )


def nothing_is_described_twice(edition: Edition) -> Iterator[Finding]:
    """A thing has one block in the default graph of the files, and a claim one graph, so that each has one place."""
    for (iri, graph), everywhere in sorted(edition.positions.items(), key=lambda item: item[1]):
        places = [place for place in everywhere if not _is_match(place[0])]
        if graph in (None, iri) and iri.startswith((ID, GAR)) and len(places) > 1:
            path, line = places[1]
            first = f"{places[0][0]}:{places[0][1]}"
            finding = edition.finding(
                "described-once",
                iri,
                f"{'Its graph stands' if graph else 'It is described'} at {first} already.",
                "Merge the two blocks; if they are two things, give one another slug.",
            )
            yield replace(finding, path=path, line=line)


def _is_match(path: Path) -> bool:
    """Files of links and alignments add matches to terms that are described elsewhere, by design."""
    return path.is_relative_to("graph_data/links") or path.name == "alignments.ttl"
