"""The alignments are published, lead to terms that exist, and derive nothing."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from rdflib import DCTERMS, OWL, PROV, RDF, RDFS, SDO, SKOS, Graph, URIRef
from rdflib.namespace import GEO, DefinedNamespace

from garrison.edition.rules.names import BORROWED
from garrison.rdf.prefixes import PREFIXES
from test_edition import rows

ONTOLOGY = Path(__file__).parents[1] / "ontology"
GAR = "https://w3id.org/garrison/ontology#"
ALIGNED = Graph().parse(ONTOLOGY / "alignments.ttl")
CORE = Graph().parse(ONTOLOGY / "garrison.ttl")
UPWARD = [(s, o) for p in (RDFS.subClassOf, RDFS.subPropertyOf) for s, o in ALIGNED.subject_objects(p)]


def test_every_aligned_term_is_one_of_ours() -> None:
    ours = {s for s in ALIGNED.subjects() if str(s).startswith(GAR)}
    assert len(ours) > 35
    assert [term for term in ours if (term, RDF.type, None) not in CORE] == []


def test_every_term_of_others_was_looked_up() -> None:
    known = {PREFIXES[prefix] + name for prefix, names in BORROWED.items() for name in names}
    assert len(UPWARD) >= 40
    assert [other for _, other in UPWARD if str(other) not in known] == []


@pytest.mark.parametrize(
    ("prefix", "terms"),
    [("dcterms", DCTERMS), ("geo", GEO), ("owl", OWL), ("prov", PROV), ("schema", SDO), ("skos", SKOS)],
)
def test_what_was_looked_up_stands_in_the_list_that_a_library_keeps(prefix: str, terms: type[DefinedNamespace]) -> None:
    """Our list is written by hand; for these vocabularies rdflib has one made from their own files."""
    names = [PREFIXES[prefix] + name for name in BORROWED[prefix]]
    assert names and [name for name in names if URIRef(name) not in terms] == []


def test_classes_stand_below_classes_and_properties_below_properties() -> None:
    for ours in {s for s in ALIGNED.subjects(RDFS.subClassOf)}:
        assert (ours, RDF.type, OWL.Class) in CORE
    for ours in {s for s in ALIGNED.subjects(RDFS.subPropertyOf)}:
        assert (ours, RDF.type, OWL.ObjectProperty) in CORE


def test_every_match_has_its_evidence() -> None:
    with (ONTOLOGY / "wikidata-checked.csv").open(encoding="utf-8", newline="") as lines:
        checked = {
            (row["entity"], row["qid"]): row["evidence"] for row in csv.DictReader(lines) if row["relation"] != "used"
        }
    found = {
        (str(s).removeprefix("https://w3id.org/garrison/"), str(o).rsplit("/", 1)[1])
        for kind in ("broad", "close", "narrow", "related")
        for s, o in ALIGNED.subject_objects(SKOS[f"{kind}Match"])
    }
    assert found == set(checked) and all(checked.values())


@pytest.mark.parametrize(("ours", "other"), UPWARD)
def test_an_alignment_stands_in_the_dataset_and_derives_nothing(ours: URIRef, other: URIRef) -> None:
    assert rows(f"SELECT ?p {{ <{ours}> ?p <{other}> }}")
    assert rows(f"SELECT * {{ ?s a <{other}> }}") == []
    assert rows(f"SELECT * {{ ?s <{other}> ?o }}") == []
