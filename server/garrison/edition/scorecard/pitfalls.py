"""Pitfalls of the OOPS! catalogue that the file of an ontology shows by itself, each by a rule stated here.

Some rules are stricter than the catalogue: any equivalence and any symmetric property counts, for somebody should look
at it. What cannot be measured from the file, and what is found and meant so, stands in ``ontology/README.md``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import combinations
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from garrison.edition.edition import Edition
from garrison.edition.ontology import ANNOTATION, CLASS, DATA, IRI, OBJECT, Ontology
from garrison.edition.scorecard.metric import Metric, none_of
from garrison.rdf.prefixes import BASE, PREFIXES
from garrison.rdf.terms import GAR, OWL, RDF, RDF_TYPE, RDFS

Rule = Callable[[Ontology], Iterator[str]]  # yields what has the pitfall
_DEFINITION = PREFIXES["skos"] + "definition"
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_BORROWED_NAMESPACES = ("http://purl.org/ontology/bibo/", "http://purl.org/vocab/vann/")  # in the header alone
# Properties that anything may have, or lead to: a domain or range would say less than the shapes do.
_OF_ANYTHING = ("about", "begin", "earliestEnd", "edtf", "end", "identity", "kind", "latestBegin", "name")


def pitfalls(edition: Edition) -> Iterator[Metric]:
    """Count what has a critical, an important and a minor pitfall."""
    ontology = Ontology(edition)
    waived = {f"P11 {GAR}{name}" for name in _OF_ANYTHING}
    waived |= {f"P13 {iri}" for iri in ontology.declared(OBJECT)}  # SPARQL reads every property backwards
    for grade, rules, at_most in (("critical", CRITICAL, 0), ("important", IMPORTANT, 0), ("minor", MINOR, 2)):
        found = {f"{number} {each}" for number, rule in rules.items() for each in rule(ontology)}
        yield none_of(f"{grade} pitfalls (OOPS! {' '.join(rules)})", found, waived, at_most)


def _called_is(ontology: Ontology) -> Iterator[str]:
    """P03: a property that says "is", where OWL has words of its own."""
    for iri in ontology.declared(OBJECT):
        if ontology.name(iri).lower().replace("-", "").replace("_", "") in ("is", "isa"):
            yield iri


def _wrong_inverse(ontology: Ontology) -> Iterator[str]:
    """P05: the domain of one is not the range of the other."""
    for one, other in ontology.pairs(OWL + "inverseOf"):
        other_iri = other.value
        if ontology.domain(one) != ontology.range(other_iri) or ontology.range(one) != ontology.domain(other_iri):
            yield one


def _in_a_cycle(ontology: Ontology) -> Iterator[str]:
    """P06: it stands above itself."""
    yield from (iri for iri in ontology.terms if iri in ontology.above(iri))


def _several_domains_or_ranges(ontology: Ontology) -> Iterator[str]:
    """P19: two domains mean both at once, which nobody means."""
    for iri in ontology.terms:
        if any(len(ontology.objects(iri, RDFS + axiom)) > 1 for axiom in ("domain", "range")):
            yield iri


def _said_of(predicate: str) -> Rule:
    """P27 and P31: whatever is said to be equivalent."""
    return lambda ontology: (iri for iri, _ in ontology.pairs(OWL + predicate))


def _symmetric(ontology: Ontology) -> Iterator[str]:
    """P28: any symmetric property."""
    yield from (iri for iri in ontology.properties if ontology.is_of(iri, "SymmetricProperty"))


def _wrong_transitive(ontology: Ontology) -> Iterator[str]:
    """P29: a chain cannot go on, since its range is not its domain."""
    for iri in ontology.properties:
        if ontology.is_of(iri, "TransitiveProperty") and ontology.domain(iri) != ontology.range(iri):
            yield iri


def _ambiguous_namespace(ontology: Ontology) -> Iterator[str]:
    """P39: not one ontology with an address of its own, in whose stated namespace all its terms are."""
    stated = {text.value for text in ontology.texts(IRI, "http://purl.org/vocab/vann/preferredNamespaceUri")}
    if ontology.declared(OWL + "Ontology") != {IRI} or stated != {GAR}:
        yield IRI


def _hijacked(ontology: Ontology) -> Iterator[str]:
    """P40: a term of others that gets an axiom here, or whose namespace the edition does not know."""
    axioms = {RDFS + name for name in ("domain", "range", "subClassOf", "subPropertyOf")}
    known = (*PREFIXES.values(), *_BORROWED_NAMESPACES)
    for quad in ontology.folder:
        iri = quad.subject.value if isinstance(quad.subject, NamedNode) else BASE
        if not iri.startswith(BASE) and (quad.predicate.value in axioms or not iri.startswith(known)):
            yield iri


def _nothing_disjoint(ontology: Ontology) -> Iterator[str]:
    """P10: no two classes exclude each other."""
    stated = {quad.predicate.value for quad in ontology.quads} & {OWL + "disjointWith", OWL + "members"}
    if not stated:
        yield IRI


def _no_domain_or_range(ontology: Ontology) -> Iterator[str]:
    """P11: a property without one of the two."""
    for iri in ontology.properties:
        if not all(ontology.objects(iri, RDFS + axiom) for axiom in ("domain", "range")):
            yield iri


def _twins(ontology: Ontology) -> Iterator[str]:
    """P12: two properties of one kind with the same name, apart from its spelling, or the same label."""
    for kind in (OBJECT, DATA):
        for one, other in combinations(sorted(ontology.declared(kind) & ontology.terms), 2):
            if _names(ontology, one) & _names(ontology, other) and other not in ontology.above(one):
                yield f"{one} {other}"


def _names(ontology: Ontology, iri: str) -> set[str]:
    texts = {re.sub(r"[\W_]", "", iri.removeprefix(GAR)).lower()}
    return texts | {f"{text.value.lower()}@{text.language}" for text in ontology.texts(iri, RDFS + "label")}


def _defined_by_itself(ontology: Ontology) -> Iterator[str]:
    """P24: it stands in its own definition."""
    axioms = [RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range")]
    axioms += [OWL + name for name in ("equivalentClass", "equivalentProperty", "unionOf", "intersectionOf")]
    for iri in ontology.terms:
        if any(iri in ontology.members(value) for axiom in axioms for value in ontology.objects(iri, axiom)):
            yield iri


def _own_inverse(ontology: Ontology) -> Iterator[str]:
    """P25: to be its own inverse is to be symmetric."""
    yield from (one for one, other in ontology.pairs(OWL + "inverseOf") if other.value == one)


def _symmetric_with_inverse(ontology: Ontology) -> Iterator[str]:
    """P26: a symmetric property is its own inverse, and needs no other."""
    for one, other in ontology.pairs(OWL + "inverseOf"):
        yield from (iri for iri in (one, other.value) if ontology.is_of(iri, "SymmetricProperty"))


def _untyped_property(ontology: Ontology) -> Iterator[str]:
    """P35: used as a property, and declared as none."""
    axioms = [RDFS + "subPropertyOf", *(OWL + name for name in ("inverseOf", "equivalentProperty"))]
    used = {iri for axiom in (RDFS + "domain", RDFS + "range", *axioms) for iri, _ in ontology.pairs(axiom)}
    used |= {value.value for axiom in axioms for _, value in ontology.pairs(axiom)}
    used |= {quad.predicate.value for quad in ontology.quads}
    declared = ontology.declared(OBJECT) | ontology.declared(DATA) | ontology.declared(ANNOTATION)
    yield from (iri for iri in used - declared if not iri.startswith((OWL, RDF, RDFS)))


def _not_an_ontology(ontology: Ontology) -> Iterator[str]:
    """P38: no owl:Ontology says what this file is."""
    if not ontology.is_of(IRI, "Ontology"):
        yield IRI


def _no_licence(ontology: Ontology) -> Iterator[str]:
    """P41: nobody knows what one may do with it."""
    if not ontology.objects(IRI, PREFIXES["dcterms"] + "license"):
        yield IRI


def _synonyms(ontology: Ontology) -> Iterator[str]:
    """P02: two names of the same namespace for one class."""
    yield from (iri for iri, value in ontology.pairs(OWL + "equivalentClass") if value.value.startswith(GAR))


def _unconnected(ontology: Ontology) -> Iterator[str]:
    """P04: a class that no other class and no property leads to or from."""
    linked = {name for iri in ontology.properties for name in ontology.domain(iri) | ontology.range(iri)}
    for iri, value in [*ontology.pairs(RDFS + "subClassOf"), *ontology.pairs(OWL + "equivalentClass")]:
        linked |= {iri, *ontology.members(value)}
    yield from ontology.classes - linked


def _merged(ontology: Ontology) -> Iterator[str]:
    """P07: a class that is called one thing and another."""
    yield from (iri for iri in ontology.classes if _parts(ontology.name(iri)) & {"and", "or"})


def _undescribed(ontology: Ontology) -> Iterator[str]:
    """P08: no label, or no definition."""
    for iri in ontology.terms:
        if not (ontology.texts(iri, RDFS + "label") and ontology.texts(iri, _DEFINITION)):
            yield iri


def _without_inverse(ontology: Ontology) -> Iterator[str]:
    """P13: an object property, not symmetric, that has no inverse."""
    paired = {name for one, other in ontology.pairs(OWL + "inverseOf") for name in (one, other.value)}
    for iri in ontology.declared(OBJECT) - paired:
        if not ontology.is_of(iri, "SymmetricProperty"):
            yield iri


def _swapped_texts(ontology: Ontology) -> Iterator[str]:
    """P20: an empty text, or a label that says as much as the definition."""
    for iri in ontology.terms:
        labels = {text.language: len(text.value.split()) for text in ontology.texts(iri, RDFS + "label")}
        definitions = {text.language: len(text.value.split()) for text in ontology.texts(iri, _DEFINITION)}
        if any(not words or words >= definitions.get(language, words + 1) for language, words in labels.items()):
            yield iri


def _miscellaneous(ontology: Ontology) -> Iterator[str]:
    """P21: a class of what is left over."""
    left_over = {"other", "others", "misc", "miscellanea", "miscellaneous", "miscellany"}
    yield from (iri for iri in ontology.classes if _parts(ontology.name(iri)) & left_over)


def _misnamed(ontology: Ontology) -> Iterator[str]:
    """P22: a class that is no ``UpperCamel``, or a property that is no ``lowerCamel``."""
    for iri in ontology.terms:
        pattern = r"[A-Z][A-Za-z0-9]*" if iri in ontology.declared(CLASS) else r"[a-z][A-Za-z0-9]*"
        if not re.fullmatch(pattern, ontology.name(iri)):
            yield iri


def _same_label(ontology: Ontology) -> Iterator[str]:
    """P32: classes with the same label in the same language."""
    found: dict[tuple[str, str | None], list[str]] = defaultdict(list)
    for iri in sorted(ontology.classes):
        for text in ontology.texts(iri, RDFS + "label"):
            found[text.value.lower(), text.language].append(iri)
    yield from (" ".join(iris) for iris in found.values() if len(iris) > 1)


def _chain_of_one(ontology: Ontology) -> Iterator[str]:
    """P33: a chain of properties with one link."""
    for iri, head in ontology.pairs(OWL + "propertyChainAxiom"):
        if len(ontology.items(head)) < 2:
            yield iri


def _untyped_class(ontology: Ontology) -> Iterator[str]:
    """P34: used as a class, and declared as none."""
    used = {name for iri in ontology.declared(OBJECT) for name in ontology.domain(iri) | ontology.range(iri)}
    used |= {name for iri in ontology.declared(DATA) for name in ontology.domain(iri)}
    for axiom in (RDFS + "subClassOf", OWL + "disjointWith", OWL + "equivalentClass"):
        for iri, value in ontology.pairs(axiom):
            used |= {iri, *ontology.members(value)}
    used |= {iri for quad in ontology.quads if quad.predicate == RDF_TYPE for iri in _own_class(quad.object)}
    yield from (iri for iri in used - ontology.declared(CLASS) if not iri.startswith((OWL, RDFS)))


def _own_class(value: object) -> set[str]:
    return {value.value} if isinstance(value, NamedNode) else set()


def _file_extension(ontology: Ontology) -> Iterator[str]:
    """P36: the address is that of a file."""
    for iri in ontology.declared(OWL + "Ontology"):
        if re.search(r"\.(owl|rdf|ttl|n3|rdfxml)$", urlsplit(iri).path):
            yield iri


def _parts(name: str) -> set[str]:
    """The words of a camel-cased name."""
    return {word.lower() for word in _WORDS.findall(name)}


CRITICAL: dict[str, Rule] = {
    "P03": _called_is,
    "P05": _wrong_inverse,
    "P06": _in_a_cycle,
    "P19": _several_domains_or_ranges,
    "P27": _said_of("equivalentProperty"),
    "P28": _symmetric,
    "P29": _wrong_transitive,
    "P31": _said_of("equivalentClass"),
    "P39": _ambiguous_namespace,
    "P40": _hijacked,
}
IMPORTANT: dict[str, Rule] = {
    "P10": _nothing_disjoint,
    "P11": _no_domain_or_range,
    "P12": _twins,
    "P24": _defined_by_itself,
    "P25": _own_inverse,
    "P26": _symmetric_with_inverse,
    "P35": _untyped_property,
    "P38": _not_an_ontology,
    "P41": _no_licence,
}
MINOR: dict[str, Rule] = {
    "P02": _synonyms,
    "P04": _unconnected,
    "P07": _merged,
    "P08": _undescribed,
    "P13": _without_inverse,
    "P20": _swapped_texts,
    "P21": _miscellaneous,
    "P22": _misnamed,
    "P32": _same_label,
    "P33": _chain_of_one,
    "P34": _untyped_class,
    "P36": _file_extension,
}
