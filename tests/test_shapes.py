"""Shapes catch what they are for: each has a fixture in ``tests/shapes`` that violates it and it alone."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pyshacl
import pytest
from rdflib import OWL, RDF, RDFS, SH, SKOS, Graph, Literal, Namespace, Node, URIRef
from rdflib.collection import Collection

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "tests" / "shapes"
GAR = Namespace("https://w3id.org/garrison/ontology#")
SHAPES = Namespace("https://w3id.org/garrison/ontology/shapes#")
SCHEME = Namespace("https://w3id.org/garrison/id/scheme/")
CLOSED = ("certainty", "modality", "polarity", "standing", "bound", "identity")
# What says where a shape looks and how it speaks; everything else in sh: is a constraint.
NO_CONSTRAINT = {SH.message, SH.name, SH.path, SH.qualifiedValueShape, SH.severity, SH.targetClass}
NO_CONSTRAINT |= {SH.targetSubjectsOf}


class Finding(NamedTuple):
    shape: str
    component: str
    focus: Node


@cache
def _shapes() -> Graph:
    return Graph().parse(ROOT / "ontology" / "shapes.ttl")


@cache
def _ontology() -> Graph:
    return Graph().parse(ROOT / "ontology" / "garrison.ttl")


@cache
def _vocabularies() -> Graph:
    return Graph().parse(ROOT / "ontology" / "vocabularies.ttl")


@cache
def _good() -> Graph:
    """The invented edition, with what it needs of ontology and vocabularies beside it in a default graph."""
    graph = _vocabularies() + Graph().parse(FIXTURES / "good.ttl")
    for triple in _ontology().triples((None, RDFS.subClassOf, None)):
        graph.add(triple)
    return graph


def _names() -> list[str]:
    kinds = (SH.NodeShape, SH.PropertyShape)
    return sorted(_local(shape) for kind in kinds for shape in _shapes().subjects(RDF.type, kind))


def _marked() -> list[str]:
    return sorted(_local(s) for s in _shapes().subjects(SHAPES.alsoOnClaimGraphs, Literal(True)))


def _local(node: Node | None) -> str:
    return str(node).rpartition("#")[2]


def _findings(data: Graph, shapes: Graph) -> set[Finding]:
    """What a run reports on its first level; details of a nested shape belong to the outer finding."""
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    assert isinstance(report, Graph), report
    return {
        Finding(
            _local(report.value(result, SH.sourceShape)),
            _local(report.value(result, SH.sourceConstraintComponent)).removesuffix("ConstraintComponent"),
            report.value(result, SH.focusNode) or SH.focusNode,
        )
        for result in report.objects(None, SH.result)
    }


@cache
def _caught(name: str) -> frozenset[Finding]:
    violating = Graph().parse(FIXTURES / f"{name}.ttl")
    return frozenset(_findings(_good() + violating, _shapes()))


def _constraints(name: str) -> set[str]:
    predicates = set(_shapes().predicates(SHAPES[name])) - NO_CONSTRAINT
    local = [_local(predicate) for predicate in predicates if str(predicate).startswith(str(SH))]
    return {word[0].upper() + word[1:] for word in local}


def test_the_shapes_are_well_formed_shacl() -> None:
    """Against the shapes for shapes of SHACL, appendix C, as pySHACL ships them."""
    shapes_for_shapes = Path(pyshacl.__file__).parent / "assets" / "shacl-shacl.ttl"
    # pySHACL's own meta validation stops at a depth that lists of ten members already reach.
    conforms, _, text = pyshacl.validate(_shapes(), shacl_graph=str(shapes_for_shapes), max_validation_depth=200)
    assert conforms, text


@pytest.mark.parametrize("name", _names())
def test_a_shape_says_its_name_and_what_to_do(name: str) -> None:
    for predicate in (SH["name"], SH.message):
        texts = list(_shapes().objects(SHAPES[name], predicate))
        assert [getattr(text, "language", None) for text in texts] == ["en"], f"{name}: {predicate}"
    message = str(_shapes().value(SHAPES[name], SH.message))
    assert message.endswith("."), "the message is a sentence"
    assert re.search(r"\b[a-z]+:[a-zA-Z-]+", message), "the message names the term to write"
    assert list(_shapes().objects(SHAPES[name], SH.severity)), f"{name} has no severity"


def test_every_shape_has_a_fixture_and_every_fixture_a_shape() -> None:
    fixtures = sorted(path.stem for path in FIXTURES.glob("*.ttl") if path.stem != "good")
    assert fixtures == _names()


def test_the_good_fixture_passes() -> None:
    assert _findings(_good(), _shapes()) == set()


@pytest.mark.parametrize("name", _names())
def test_a_violating_fixture_is_caught_by_exactly_its_shape(name: str) -> None:
    assert {finding.shape for finding in _caught(name)} == {name}


@pytest.mark.parametrize("name", _names())
def test_every_constraint_of_a_shape_is_violated_by_its_fixture(name: str) -> None:
    assert {finding.component for finding in _caught(name)} == _constraints(name)


@pytest.mark.parametrize("name", _marked())
def test_a_marked_shape_needs_nothing_but_the_triples_of_a_claim(name: str) -> None:
    """No types, labels or vocabularies: only the ``gar:`` triples that a claim's graph holds."""
    claim_graph = Graph()
    for subject, predicate, value in Graph().parse(FIXTURES / f"{name}.ttl"):
        if str(predicate).startswith(str(GAR)) and predicate != GAR.identity:
            claim_graph.add((subject, predicate, value))
    only_marked = Graph()
    only_marked += _shapes()
    for other in set(_names()) - set(_marked()):
        only_marked.add((SHAPES[other], SH.deactivated, Literal(True)))
    assert _findings(claim_graph, only_marked) == _caught(name)


def test_rivals_collide_only_when_claim_graphs_are_merged() -> None:
    """Why claim graphs are checked one by one."""
    date = "@prefix gar: <https://w3id.org/garrison/ontology#> .\n<urn:x:stay> gar:edtf "
    one = Graph().parse(data=f'{date} "1901"^^<http://id.loc.gov/datatypes/edtf/EDTF> .')
    other = Graph().parse(data=f'{date} "1902"^^<http://id.loc.gov/datatypes/edtf/EDTF> .')
    assert _findings(one, _shapes()) | _findings(other, _shapes()) == set()
    assert {finding.shape for finding in _findings(one + other, _shapes())} == {"date-edtf"}


def _classes(graph: Graph, start: Node | None) -> set[Node]:
    """Classes named by a class expression: itself, or the members of its union."""
    union = graph.value(start, OWL.unionOf) if start is not None else None
    if union is not None:
        return set(Collection(graph, union))
    return set() if start is None else {start}


def _demanded(name: str) -> set[Node]:
    """Classes that a shape accepts, by ``sh:class`` or by ``sh:or`` over ``sh:class``."""
    found: set[Node] = set(_shapes().objects(SHAPES[name], SH["class"]))
    for alternatives in _shapes().objects(SHAPES[name], SH["or"]):
        for member in Collection(_shapes(), alternatives):
            found |= set(_shapes().objects(member, SH["class"]))
    return found


def _properties_with(axiom: URIRef) -> dict[Node, set[Node]]:
    """Domain or range of each object property outside the claim layer, as the ontology has it."""
    claim_layer = {GAR.Claim, GAR.Passage, GAR.Emendation}
    found: dict[Node, set[Node]] = {}
    for prop in _ontology().subjects(RDF.type, OWL.ObjectProperty):
        if not _classes(_ontology(), _ontology().value(prop, RDFS.domain)) & claim_layer:
            found[prop] = _classes(_ontology(), _ontology().value(prop, axiom))
    return {prop: classes for prop, classes in found.items() if classes}


@pytest.mark.parametrize(("prefix", "axiom"), [("subject-", RDFS.domain), ("value-", RDFS.range)])
def test_shapes_and_ontology_agree_on_domains_and_ranges(prefix: str, axiom: URIRef) -> None:
    """The build derives no types from domains and ranges; the shapes hold the data to them instead."""
    stated = _properties_with(axiom)
    # The identity of a thing is held to its closed list, which is narrower than its range.
    stated.pop(GAR.identity, None)
    demanded = {
        prop: _demanded(name)
        for name in _names()
        if name.startswith(prefix)
        for prop in _shapes().objects(SHAPES[name], SH.targetSubjectsOf)
        if (prop, RDF.type, OWL.ObjectProperty) in _ontology()
    }
    assert demanded == stated


@pytest.mark.parametrize("scheme", CLOSED)
def test_a_closed_list_is_the_same_in_shapes_and_vocabularies(scheme: str) -> None:
    concepts = set(_vocabularies().subjects(SKOS.inScheme, SCHEME[scheme]))
    lists = [set(Collection(_shapes(), values)) for values in _shapes().objects(None, SH["in"])]
    assert concepts in lists, f"no shape lists the concepts of {scheme}"
    naming = [one for one in lists if one & concepts]
    assert all(one <= concepts for one in naming), f"a shape lists more than the concepts of {scheme}"


def test_every_list_of_kinds_is_held_by_a_shape() -> None:
    kinds = {s for s in _vocabularies().subjects(RDF.type, SKOS.ConceptScheme) if str(s).endswith("kind")}
    named = {value for values in _shapes().objects(None, SH["in"]) for value in Collection(_shapes(), values)}
    assert kinds <= named
