"""Measures of the data: nothing half described, nothing undecided, nothing alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad

from garrison.edition.edition import Edition, numbers
from garrison.edition.rules import claims as claim_rules
from garrison.edition.rules import identity as identity_rules
from garrison.edition.rules import names, publishing
from garrison.edition.scorecard.metric import Metric, none_of, share
from garrison.edition.shapes import SHAPES, check_shapes
from garrison.rdf.prefixes import PREFIXES
from garrison.rdf.terms import ID, LABEL, entity, gar

_OURS = {"en", "ru"}
_SOVIET_UNION = entity("state/soviet-union")
_NOTE = NamedNode(PREFIXES["skos"] + "editorialNote")
_LISTS = {PREFIXES["skos"] + name for name in ("Concept", "ConceptScheme")}


def labels(edition: Edition) -> Iterator[Metric]:
    """Things have a name in English and Russian; places one of their land, which for some is Russian itself."""
    found: dict[str, set[str]] = defaultdict(set)
    for triple in edition.default:
        if triple.predicate == LABEL and isinstance(triple.object, Literal) and isinstance(triple.subject, NamedNode):
            found[triple.subject.value].add(triple.object.language or "")
    things = _things(edition)
    yield share("things with a label in English and Russian", {t for t in things if found[t] >= _OURS}, things)
    places = {iri for iri in edition.of_class("Place") if not edition.values(iri, "unlocated")}
    native = {iri for iri in places if found[iri] - _OURS} | (places & _russian_speaking(edition))
    yield share("places on the map with a name in the language of their land", native, places, 0.9)


def claims(edition: Edition) -> Iterator[Metric]:
    """Every claim says all that a claim says; every number is hedged as its source hedges it."""
    everything = edition.of_class("Claim")
    whole = {iri for iri in everything if all(edition.values(iri, name) for name in claim_rules.NEEDED)}
    yield share("claims with passage, voice, certainty, modality, polarity, standing, editor", whole, everything)
    yield none_of("statements of the history outside every claim", _statements(claim_rules.outside_claims(edition)))
    passages = edition.of_class("Passage")
    in_use = {passage.value for iri in everything for passage in edition.values(iri, "passage")}
    yield share("passages that a claim rests on", in_use & passages, passages)
    counted = {graph.value for graph, quads in edition.claim_graphs.items() if numbers(quads)}
    yield share("numbers with a bound", {iri for iri in counted if edition.values(iri, "bound")}, counted)
    yield none_of(
        "things with two values where one is allowed", _terms(publishing.one_value_of_what_can_be_only_one, edition)
    )


def standings(edition: Edition) -> Iterator[Metric]:
    """A claim that the editors do not hold to says why, in both languages."""
    accepted, said = entity("standing/accepted"), defaultdict(set)
    for quad in edition.described:
        if quad.predicate == _NOTE and isinstance(quad.object, Literal):
            said[_iri(quad.subject)].add(quad.object.language or "")
    aside = {iri for iri in edition.of_class("Claim") if accepted not in edition.values(iri, "standing")}
    yield share("claims not held to, with the reason in both languages", {c for c in aside if said[c] >= _OURS}, aside)


def emendations(edition: Edition) -> Iterator[Metric]:
    """A correction says what it reads, on what ground, in both languages, and how sure it is."""
    everything = edition.of_class("Emendation")
    whole = {
        iri
        for iri in everything
        if _languages(edition, iri, "basis") >= _OURS
        and _languages(edition, iri, "reading") >= _OURS
        and edition.values(iri, "certainty")
    }
    yield share("emendations with reading and basis in both languages, and certainty", whole, everything)
    in_use = {value.value for claim in edition.of_class("Claim") for value in edition.values(claim, "dependsOn")}
    yield share("corrected readings that a claim rests on", in_use & everything, everything)


def identity(edition: Edition) -> Iterator[Metric]:
    """The identity of everything is decided, and no identifier is guessed."""
    things = _things(edition)
    yield share("things whose identity is decided", things, things | _named(edition))
    yield none_of(
        "Wikidata identifiers outside the checked lists", _terms(identity_rules.ids_are_in_the_checked_list, edition)
    )


def places(edition: Edition) -> Iterator[Metric]:
    """A place is on the map, or says why not."""
    located = {
        t.subject.value
        for t in edition.default
        if t.predicate == gar("coordinates") and isinstance(t.subject, NamedNode)
    }
    everything = edition.of_class("Place") | edition.of_class("State")
    said = {iri for iri in everything if iri in located or edition.values(iri, "unlocated")}
    yield share("places with coordinates or the reason why not", said, everything)
    claims = {graph.value for graph, quads in edition.claim_graphs.items() if _locates(quads)}
    measured = {iri for iri in claims if edition.values(iri, "coordinateUncertainty")}
    yield share("coordinates that say how far they may be off", measured, claims)


def _russian_speaking(edition: Edition) -> set[str]:
    """Places of the Soviet Union that have a name in Russian, which is then no translation."""
    inside, named = set(), set()
    for triple in edition.default:
        if not isinstance(triple.subject, NamedNode):
            continue
        if triple.predicate == gar("within") and triple.object == _SOVIET_UNION:
            inside.add(triple.subject.value)
        elif triple.predicate == LABEL and isinstance(triple.object, Literal) and triple.object.language == "ru":
            named.add(triple.subject.value)
    return inside & named


def _statements(quads: Iterable[Quad]) -> set[str]:
    return {f"{quad.subject} {quad.predicate}" for quad in quads}


def _locates(quads: list[Quad]) -> bool:
    return any(quad.predicate == gar("coordinates") for quad in quads)


def shaped(edition: Edition) -> Iterator[Metric]:
    """Nothing in the data contradicts a shape."""
    found = check_shapes(edition, edition.folder / SHAPES)
    yield none_of("things that a shape objects to", {f"{finding.rule} {finding.term}" for finding in found})


def connected(edition: Edition) -> Iterator[Metric]:
    """Everything is spoken of, and hangs together."""
    yield none_of("things that no claim and no other thing speaks of", _terms(publishing.nothing_stands_alone, edition))
    yield none_of("undefined terms and addresses in use", _terms(names.every_term_is_defined, edition))
    count = _components(edition)
    yield Metric("parts that the graph of things falls into", str(count), "1", count <= 1)


def _things(edition: Edition) -> set[str]:
    return {
        q.subject.value
        for q in edition.described
        if q.predicate == gar("identity") and isinstance(q.subject, NamedNode)
    }


def _named(edition: Edition) -> set[str]:
    """What has a name of its own and is no entry of a list."""
    names = {LABEL, gar("coinedLabel")}
    found = {q.subject.value for q in edition.described if q.predicate in names and isinstance(q.subject, NamedNode)}
    return {iri for iri in found if iri.startswith(ID) and not edition.types.get(iri, set()) & _LISTS}


def _languages(edition: Edition, iri: str, name: str) -> set[str]:
    return {value.language or "" for value in edition.values(iri, name) if isinstance(value, Literal)}


def _terms(rule: object, edition: Edition) -> set[str]:
    assert callable(rule)
    return {finding.term for finding in rule(edition)}


def _components(edition: Edition) -> int:
    """Weakly connected parts of all things: joined by a triple, or by a claim with its voice and its source."""
    things = _things(edition)
    leader = {iri: iri for iri in things}

    def find(iri: str) -> str:
        while leader[iri] != iri:
            leader[iri] = leader[leader[iri]]
            iri = leader[iri]
        return iri

    for group in _joined(edition):
        ours = [find(iri) for iri in group if iri in things]
        for each in ours[1:]:
            leader[find(each)] = find(ours[0])
    return len({find(iri) for iri in things})


def _joined(edition: Edition) -> Iterator[list[str]]:
    for quad in edition.described:
        yield [_iri(quad.subject), _iri(quad.object)]
    for graph, quads in edition.claim_graphs.items():
        named = [_iri(term) for quad in quads for term in (quad.subject, quad.object)]
        voices = [value.value for value in edition.values(graph.value, "assertedBy")]
        passages = [value.value for value in edition.values(graph.value, "passage")]
        sources = [value.value for passage in passages for value in edition.values(passage, "source")]
        yield [*named, *voices, *sources]


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""
