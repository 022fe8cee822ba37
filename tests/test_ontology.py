"""Every term of the ontology explains itself, and the files are written to be read and compared."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, VANN, Graph, Literal, Namespace, Node, URIRef
from rdflib.collection import Collection

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "ontology"
CORE = FOLDER / "garrison.ttl"
FILES = sorted(FOLDER.glob("*.ttl"))
NAMESPACE = "https://w3id.org/garrison/ontology#"
GAR = Namespace(NAMESPACE)
ONTOLOGY = URIRef("https://w3id.org/garrison/ontology")
TERM_TYPES = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
LANGUAGES = ["en", "ru"]
# The classes of the list of entities that the edition was begun from.
LISTED = {"Person", "State", "Organization", "Publication", "MilitaryUnit", "Place", "Treaty", "Decree"}
LISTED |= {"Document", "Order", "Event", "Operation", "AircraftType", "Monument", "Award"}


@cache
def _core() -> Graph:
    return Graph().parse(CORE)


def _terms() -> list[str]:
    found = {term for kind in TERM_TYPES for term in _core().subjects(RDF.type, kind)}
    return sorted(str(term).removeprefix(NAMESPACE) for term in found if str(term).startswith(NAMESPACE))


def _texts(term: Node, predicate: URIRef) -> dict[str | None, str]:
    """Text by language; two texts of one language are a fault."""
    found = [text for text in _core().objects(term, predicate) if isinstance(text, Literal)]
    texts = {text.language: str(text) for text in found}
    assert len(texts) == len(found), f"{term}: two texts of one language in {predicate}"
    return texts


def _subjects(path: Path) -> list[list[str]]:
    """The subjects that blocks of a file begin with, one list for each banner section."""
    sections: list[list[str]] = [[]]
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("# ---") and sections[-1]:
            sections.append([])
        elif match := re.match(r"([a-z0-9]+:[\w-]+)\s", line):
            sections[-1].append(match[1])
    return sections


@pytest.mark.parametrize("name", _terms())
def test_a_term_has_a_label_and_a_definition_in_english_and_russian(name: str) -> None:
    for predicate in (RDFS.label, SKOS.definition):
        assert sorted(str(key) for key in _texts(GAR[name], predicate)) == LANGUAGES
    notes = _texts(GAR[name], SKOS.scopeNote)
    assert sorted(str(key) for key in notes) in ([], LANGUAGES), "a note for use is in both languages"


@pytest.mark.parametrize("name", _terms())
def test_a_definition_is_one_sentence_that_does_not_repeat_the_label(name: str) -> None:
    labels = _texts(GAR[name], RDFS.label)
    for language, definition in _texts(GAR[name], SKOS.definition).items():
        assert re.fullmatch(r"[A-ZА-ЯЁ][^.]*\.", definition), definition
        label = re.escape(labels[language])
        assert not re.search(rf"\b{label}\b", definition, re.IGNORECASE), f"{labels[language]}: {definition}"


@pytest.mark.parametrize("name", _terms())
def test_a_term_has_one_example_that_uses_it(name: str) -> None:
    examples = _texts(GAR[name], SKOS.example)
    assert list(examples) == ["en"]
    assert re.search(rf"\bgar:{name}\b", examples["en"]), examples["en"]


@pytest.mark.parametrize("name", _terms())
def test_a_term_says_which_ontology_defines_it(name: str) -> None:
    assert list(_core().objects(GAR[name], RDFS.isDefinedBy)) == [ONTOLOGY]


def test_the_ontology_stays_small() -> None:
    """Finer sorts are concepts; a class more than this asks for a reason (ontology/README.md)."""
    classes = [term for term in _core().subjects(RDF.type, OWL.Class) if str(term).startswith(NAMESPACE)]
    assert 16 <= len(classes) <= 20


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.name))
def test_no_file_speaks_of_a_term_that_is_not_declared(path: Path) -> None:
    """In triples, and in the examples, notes and messages that people copy from."""
    used = set(re.findall(r"\bgar:([A-Za-z]+)", path.read_text("utf-8")))
    assert used <= set(_terms())


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.name))
def test_a_header_is_complete(path: Path) -> None:
    graph = Graph().parse(path)
    [header] = graph.subjects(RDF.type, OWL.Ontology)
    for predicate in (RDFS.label, DCTERMS.title, DCTERMS.description):
        languages = sorted(str(getattr(text, "language", "")) for text in graph.objects(header, predicate))
        assert languages == LANGUAGES, f"{predicate} in English and Russian"
    single = (DCTERMS.created, DCTERMS.creator, DCTERMS.license, DCTERMS.modified)
    for predicate in (*single, OWL.versionIRI, OWL.versionInfo):
        assert len(list(graph.objects(header, predicate))) == 1, f"{predicate} once"
    version = graph.value(header, OWL.versionInfo)
    assert graph.value(header, OWL.versionIRI) == URIRef(f"{header}/{version}")


def test_the_core_names_its_prefix_and_how_to_cite_it() -> None:
    assert _core().value(ONTOLOGY, VANN.preferredNamespacePrefix) == Literal("gar")
    assert _core().value(ONTOLOGY, VANN.preferredNamespaceUri) == Literal(NAMESPACE)
    citation = str(_core().value(ONTOLOGY, DCTERMS.bibliographicCitation))
    assert str(_core().value(ONTOLOGY, OWL.versionIRI)) in citation


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.name))
def test_prefixes_are_sorted_and_used(path: Path) -> None:
    text = path.read_text("utf-8")
    prefixes = re.findall(r"^@prefix ([a-z0-9]+):", text, re.MULTILINE)
    assert prefixes == sorted(prefixes)
    body = re.sub(r"^@prefix.*$", "", text, flags=re.MULTILINE)
    assert [prefix for prefix in prefixes if not re.search(rf"(?<![\w/]){prefix}:", body)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.name))
def test_terms_stand_in_order_of_name(path: Path) -> None:
    for section in _subjects(path):
        # A list of concepts opens with its scheme.
        names = [subject for subject in section if not subject.startswith("scheme:")]
        assert names == sorted(names)
        assert len(names) == len(set(names)), "one block a subject"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.name))
def test_the_last_dot_of_a_block_has_its_own_line(path: Path) -> None:
    """So that an addition is a difference of one line."""
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith(("@", "#"))]
    assert [line for line in lines if line.endswith(" .") or line.endswith(">.")] == []


def _readme() -> str:
    return (FOLDER / "README.md").read_text("utf-8")


def _class_names(prop: Node, axiom: URIRef) -> str:
    """A domain or range as the tables of the README write it."""
    expression = _core().value(prop, axiom)
    if expression is None:
        return "any"
    union = _core().value(expression, OWL.unionOf)
    classes = [expression] if union is None else list(Collection(_core(), union))
    return ", ".join(sorted("concept" if c == SKOS.Concept else str(c).removeprefix(NAMESPACE) for c in classes))


def test_the_readme_names_every_class_and_property() -> None:
    assert [name for name in _terms() if not re.search(rf"`{name}`", _readme())] == []


def test_the_readme_tables_have_the_domains_and_ranges_of_the_ontology() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([\w, ]+) \| ([^|]+) \|", _readme(), re.MULTILINE)
    told = {name: (domain, rng) for name, domain, rng in rows if GAR[name] in _properties()}
    assert sorted(told) == sorted(str(prop).removeprefix(NAMESPACE) for prop in _properties())
    for name, (domain, rng) in told.items():
        assert domain == _class_names(GAR[name], RDFS.domain), name
        if (GAR[name], RDF.type, OWL.ObjectProperty) in _core():
            assert rng == _class_names(GAR[name], RDFS.range), name


def _properties() -> set[Node]:
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty)
    return {prop for kind in kinds for prop in _core().subjects(RDF.type, kind)}


@pytest.mark.parametrize("listed", sorted(LISTED))
def test_each_class_of_the_list_of_entities_has_a_home(listed: str) -> None:
    assert re.search(rf"^\| {listed}\b", _readme(), re.MULTILINE)
