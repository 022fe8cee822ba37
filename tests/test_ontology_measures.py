"""Each rule that the ontology is measured by finds what it is for, and nothing in the ontology as it is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from garrison.edition.edition import Edition
from garrison.edition.finder import published_edition
from garrison.edition.ontology import FILE, Ontology
from garrison.edition.reading import Source
from garrison.edition.scorecard import fair, pitfalls, profile, report

Rule = Callable[[Ontology], Iterator[str]]
HEAD = """
@prefix bibo: <http://purl.org/ontology/bibo/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix gar: <https://w3id.org/garrison/ontology#> .
@prefix oboInOwl: <http://www.geneontology.org/formats/oboInOwl#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix vann: <http://purl.org/vocab/vann/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
HEADER = "<https://w3id.org/garrison/ontology>"
# What each rule must find, as triples to add; "-" begins a predicate whose triples are taken away first.
PITFALLS = {
    "P03": "gar:isA a owl:ObjectProperty .",
    "P05": "gar:about owl:inverseOf gar:holder .",
    "P06": "gar:Event rdfs:subClassOf gar:Capture .",
    "P19": "gar:about rdfs:domain gar:Event .",
    "P27": "gar:from owl:equivalentProperty gar:to .",
    "P28": "gar:borders a owl:SymmetricProperty .",
    "P29": "gar:author a owl:TransitiveProperty .",
    "P31": "gar:Event owl:equivalentClass gar:Claim .",
    "P39": "<https://example.org/another> a owl:Ontology .",
    "P40": "foaf:Person rdfs:subClassOf gar:Person .",
    "P10": "-owl:disjointWith -owl:members",
    "P11": "gar:new a owl:ObjectProperty ; rdfs:domain gar:Event .",
    "P12": "gar:mirror-Of a owl:ObjectProperty .",
    "P24": "gar:Event rdfs:subClassOf [ owl:unionOf ( gar:Event gar:Claim ) ] .",
    "P25": "gar:borders owl:inverseOf gar:borders .",
    "P26": "gar:memberOf a owl:SymmetricProperty .",
    "P35": "gar:about rdfs:subPropertyOf gar:unheardOf .",
    "P38": "-rdf:type",
    "P41": "-dcterms:license",
    "P02": "gar:Happening owl:equivalentClass gar:Event .",
    "P04": "gar:Alone a owl:Class .",
    "P07": "gar:WorkAndDocument a owl:Class .",
    "P08": "gar:mute a owl:DatatypeProperty .",
    "P13": "gar:oneWay a owl:ObjectProperty .",
    "P20": 'gar:swapped a owl:Class ; rdfs:label "Much that should be said below"@en ; skos:definition "Little"@en .',
    "P21": "gar:OtherThing a owl:Class .",
    "P22": "gar:snake_case a owl:ObjectProperty .",
    "P32": 'gar:Twin a owl:Class ; rdfs:label "event"@en .',
    "P33": "gar:about owl:propertyChainAxiom ( gar:from ) .",
    "P34": "gar:Event rdfs:subClassOf gar:Unheard .",
    "P36": "<https://example.org/garrison.ttl> a owl:Ontology .",
}
REPORT = {
    "annotation_whitespace": 'gar:Event skos:scopeNote " Space around."@en .',
    "deprecated_boolean_datatype": 'gar:Event owl:deprecated "yes" .',
    "deprecated_class_reference": "gar:Event owl:deprecated true .",
    "deprecated_property_reference": "gar:memberOf owl:deprecated true .",
    "duplicate_definition": """gar:One a owl:Class ; skos:definition "Same."@en .
        gar:Two a owl:Class ; skos:definition "Same."@en .""",
    "duplicate_label": 'gar:Twin a owl:Class ; rdfs:label "Event"@en .',
    "equivalent_class_axiom_no_genus": """gar:Event owl:equivalentClass [ a owl:Restriction ;
        owl:onProperty gar:place ; owl:someValuesFrom gar:Place ] .""",
    "equivalent_pair": "gar:Event owl:equivalentClass gar:Work .",
    "illegal_use_of_built_in_vocabulary": "rdf:type rdfs:domain gar:Event .",
    "label_formatting": 'gar:Event rdfs:label "a\\tb"@de .',
    "label_whitespace": 'gar:Event rdfs:label "Ereignis "@de .',
    "missing_definition": "gar:Mute a owl:Class .",
    "missing_label": "gar:Mute a owl:Class .",
    "missing_obsolete_label": "gar:Event owl:deprecated true .",
    "missing_ontology_description": "-dcterms:description",
    "missing_ontology_license": "-dcterms:license",
    "missing_ontology_title": "-dcterms:title",
    "misused_obsolete_label": 'gar:Old a owl:Class ; rdfs:label "obsolete event"@en .',
    "misused_replaced_by": "gar:Event dcterms:isReplacedBy gar:Work .",
    "multiple_definitions": 'gar:Event skos:definition "Another."@en .',
    "multiple_equivalent_class_definitions": """gar:Event owl:equivalentClass
        [ owl:unionOf ( gar:Work gar:Claim ) ] , [ owl:unionOf ( gar:Person gar:Claim ) ] .""",
    "multiple_equivalent_classes": "gar:Event owl:equivalentClass gar:Work , gar:Claim .",
    "multiple_labels": 'gar:Event rdfs:label "Happening"@en .',
}
PROFILE = {
    "one kind a name": "gar:about a owl:DatatypeProperty .",
    "nothing said of reserved vocabulary": "rdfs:label rdfs:domain gar:Event .",
    "nothing built on reserved vocabulary": "gar:Claim rdfs:subClassOf rdf:Statement .",
    "classes declared": "gar:about rdfs:range gar:Unheard .",
    "properties declared": 'gar:Event foaf:name "Event" .',
    "properties below their own sort": "gar:text rdfs:subPropertyOf gar:about .",
    "ranges of the datatype map": "gar:edtf rdfs:range xsd:gYear .",
    "literals of the datatype map": f'{HEADER} dcterms:created "2026-11-23"^^xsd:date .',
    "axioms of object properties": "gar:text a owl:SymmetricProperty .",
    "restrictions on simple properties": "gar:within a owl:FunctionalProperty .",
    "no chains": "gar:from owl:propertyChainAxiom ( gar:to gar:within ) .",
    "expressions used once": "gar:from rdfs:domain _:same . gar:to rdfs:domain _:same .",
    "lists of two or more": "gar:from rdfs:domain [ a owl:Class ; owl:unionOf ( gar:Event ) ] .",
    "one header": f"{HEADER} owl:imports <http://www.w3.org/ns/prov#> .",
    "no individuals": "gar:somebody a gar:Person .",
}
FAIR = {
    "OM1": "-owl:versionIRI",
    "OM2": "-vann:preferredNamespacePrefix",
    "OM3": "-bibo:status",
    "OM4.1": "-dcterms:license",
    "OM5.1": "-dcterms:created",
    "OM5.2": "-dcterms:issued",
    "VOC1": "-dcterms:title -dcterms:description -dcterms:license -dcterms:creator -dcterms:created -dcterms:issued "
    "-dcterms:modified -dcterms:publisher -dcterms:source -dcterms:bibliographicCitation -bibo:status "
    "-vann:preferredNamespacePrefix -vann:preferredNamespaceUri",
    "VOC2": "-rdf:type",
    "VOC3": "-rdfs:label",
    "VOC4": "-skos:definition",
    "URI2": "<https://example.org/another> a owl:Ontology .",
    "VER1": "-owl:versionIRI",
    "PURL1": "<https://example.org/another> a owl:Ontology .",
    "HTTP1": "<urn:x:another> a owl:Ontology .",
    "FIND1": "-vann:preferredNamespacePrefix",
}


@cache
def quads() -> tuple[Quad, ...]:
    return tuple(parse(path=published_edition() / FILE, format=RdfFormat.TURTLE))


def changed(change: str) -> Ontology:
    """The ontology with these triples more, or without those of a predicate."""
    names = {word.removeprefix("-") for word in change.split() if word.startswith("-")}
    gone = {q.predicate for name in names for q in parse(f"{HEAD} [] {name} [] .", format=RdfFormat.TURTLE)}
    more = "" if names else change
    kept = [quad for quad in quads() if quad.predicate not in gone]
    added = parse(HEAD + more, format=RdfFormat.TURTLE)
    return Ontology(Edition(Path("e"), [Source(Path("e") / FILE, (*kept, *added))]))


def rules(*families: dict[str, Rule]) -> dict[str, Rule]:
    return {name: rule for family in families for name, rule in family.items()}


OOPS = rules(pitfalls.CRITICAL, pitfalls.IMPORTANT, pitfalls.MINOR)


def test_every_rule_is_broken_once_here() -> None:
    assert set(PITFALLS) == set(OOPS)
    assert set(REPORT) == set(report.RULES)
    assert set(PROFILE) == set(profile.RULES)
    assert [name.split()[0] for name in fair.TESTS] == list(FAIR)


@pytest.mark.parametrize(
    ("rules", "name", "change"),
    [
        *((OOPS, *case) for case in PITFALLS.items()),
        *((report.RULES, *case) for case in REPORT.items()),
        *((profile.RULES, *case) for case in PROFILE.items()),
    ],
)
def test_a_rule_finds_what_it_is_for(rules: dict[str, Rule], name: str, change: str) -> None:
    assert set(rules[name](changed(change))) - set(rules[name](changed("")))


@pytest.mark.parametrize(("name", "change"), FAIR.items())
def test_a_test_of_foops_fails_where_it_should(name: str, change: str) -> None:
    [test] = [test for title, test in fair.TESTS.items() if title.split()[0] == name]
    assert test(changed("")) and not test(changed(change))


def test_terms_of_obo_would_be_reported_since_their_rules_are_not_here() -> None:
    ontology = changed('gar:Event oboInOwl:hasExactSynonym "Happening" .')
    [metric] = report.report(Edition(Path("e"), [Source(Path("e") / FILE, tuple(ontology.quads))]))
    assert not metric.is_met


def test_a_parser_that_is_not_there_is_named_and_fails_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyhornedowl", None)
    *_, parsed = profile.profile(Edition(published_edition(), [Source(published_edition() / FILE, quads())]))
    assert parsed.is_met and not parsed.is_measured and "garrison[check]" in parsed.value


@pytest.mark.parametrize("more", ['gar:Event rdfs:subClassOf "no class" .', "gar:Event rdfs:subClassOf <no-iri> ."])
def test_what_a_parser_does_not_read_shows(tmp_path: Path, more: str) -> None:
    path = tmp_path / FILE
    path.parent.mkdir()
    path.write_text(f"{(published_edition() / FILE).read_text('utf-8')}\n{more}\n", "utf-8")
    found = tuple(parse(path=path, format=RdfFormat.TURTLE, base_iri="https://example.org/"))
    *_, parsed = profile.profile(Edition(tmp_path, [Source(path, found)]))
    assert not parsed.is_met and parsed.lacking


def test_an_edition_without_the_ontology_falls_short_and_is_measured(tmp_path: Path) -> None:
    edition = Edition(tmp_path, [])
    short = [
        each for measure in (fair.fair, pitfalls.pitfalls, report.report, profile.profile) for each in measure(edition)
    ]
    assert sum(not metric.is_met for metric in short) >= 5
