"""The controlled lists are complete: each concept stands in its list, at its address, in its order."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from rdflib import RDF, RDFS, SKOS, Graph, Literal, Node, URIRef

ROOT = Path(__file__).parents[1]
ID = "https://w3id.org/garrison/id/"
VOCABULARIES = URIRef("https://w3id.org/garrison/ontology/vocabularies")
CLAIM_LAYER = ("certainty", "modality", "polarity", "standing", "bound", "identity")
ORDERED = {
    "certainty": ["certain", "probable", "possible", "doubtful"],
    "standing": ["accepted", "rival", "rejected"],
}


@cache
def _lists() -> Graph:
    return Graph().parse(ROOT / "ontology" / "vocabularies.ttl")


def _schemes() -> list[str]:
    found = _lists().subjects(RDF.type, SKOS.ConceptScheme)
    return sorted(str(scheme).removeprefix(f"{ID}scheme/") for scheme in found)


def _concepts(scheme: str) -> list[Node]:
    return sorted(_lists().subjects(SKOS.inScheme, URIRef(f"{ID}scheme/{scheme}")), key=str)


def test_the_lists_are_those_that_the_data_is_written_with() -> None:
    kinds = ["agreement", "appraisal", "event", "group", "materiel", "monument", "place", "unit", "work"]
    expected = [*CLAIM_LAYER, "role", "rank", "honour", "unlocated", *(f"{kind}kind" for kind in kinds)]
    assert _schemes() == sorted(expected)


@pytest.mark.parametrize("scheme", _schemes())
def test_a_list_is_not_empty_and_its_concepts_have_its_name_in_their_address(scheme: str) -> None:
    concepts = _concepts(scheme)
    assert concepts
    assert all(re.fullmatch(rf"{ID}{scheme}/[a-z0-9-]+", str(concept)) for concept in concepts)
    assert len(set(_texts(concepts, "en"))) == len(concepts), "one English name, one concept"
    assert len(set(_texts(concepts, "ru"))) == len(concepts), "one Russian name, one concept"


def _texts(concepts: list[Node], language: str) -> list[str]:
    labels = [text for concept in concepts for text in _lists().objects(concept, RDFS.label)]
    return [str(text) for text in labels if isinstance(text, Literal) and text.language == language]


@pytest.mark.parametrize("scheme", _schemes())
def test_a_concept_is_at_the_top_of_its_list_or_under_another_of_it(scheme: str) -> None:
    concepts = _concepts(scheme)
    tops = set(_lists().subjects(SKOS.topConceptOf, URIRef(f"{ID}scheme/{scheme}")))
    for concept in concepts:
        above = set(_lists().objects(concept, SKOS.broader))
        assert above <= set(concepts), f"{concept} stands under a concept of another list"
        assert bool(above) != (concept in tops), f"{concept} is at the top, or under another, not both"
        for wider in above:
            assert concept not in _lists().transitive_objects(wider, SKOS.broader), f"{concept} is above itself"


@pytest.mark.parametrize("scheme", _schemes())
def test_a_concept_says_where_it_is_defined(scheme: str) -> None:
    for thing in [*_concepts(scheme), URIRef(f"{ID}scheme/{scheme}")]:
        assert list(_lists().objects(thing, RDFS.isDefinedBy)) == [VOCABULARIES]


@pytest.mark.parametrize("scheme", CLAIM_LAYER)
def test_a_word_of_the_claim_layer_has_an_example(scheme: str) -> None:
    for concept in _concepts(scheme):
        [example] = _lists().objects(concept, SKOS.example)
        assert str(concept).removeprefix(ID).replace("/", ":") in str(example)


@pytest.mark.parametrize("scheme", sorted(ORDERED))
def test_an_ordered_list_sorts_by_its_notation(scheme: str) -> None:
    number = {concept: int(str(_lists().value(concept, SKOS.notation))) for concept in _concepts(scheme)}
    in_order = [str(concept).rpartition("/")[2] for concept in sorted(number, key=number.__getitem__)]
    assert in_order == ORDERED[scheme]


def test_definitions_do_not_repeat_labels() -> None:
    for concept in _lists().subjects(RDF.type, SKOS.Concept):
        labels = {getattr(label, "language", ""): str(label) for label in _lists().objects(concept, RDFS.label)}
        for definition in _lists().objects(concept, SKOS.definition):
            label = re.escape(labels[getattr(definition, "language", "")])
            assert not re.search(rf"\b{label}\b", str(definition), re.IGNORECASE), definition
