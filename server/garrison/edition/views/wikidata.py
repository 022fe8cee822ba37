"""The edition in Wikidata's own terms: statements with ranks, dates with precision, references that name the passage.

The mapping is the edition's: a property of ours becomes the Wikidata property that ``ontology/alignments.ttl`` matches
it with, a kind or class the item that it is matched with, a thing the item that it is the same as. What has no match
keeps our IRI, or is left out where it is a property.
https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from garrison.edition.deriving import published_claims
from garrison.edition.views.wikibase import Kind, Value, coordinates, dates, name, quantity
from garrison.rdf.terms import EDTF, GAR, INFERRED, LABEL, RDF_TYPE, WIKIDATA, entity, gar

_WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"
_SAME = NamedNode("https://schema.org/sameAs")
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_CLOSE, _BROAD = NamedNode(_SKOS + "closeMatch"), NamedNode(_SKOS + "broadMatch")
_DESCRIPTION = NamedNode("http://purl.org/dc/terms/description")
_IS_A, _COUNTRY, _STATED_IN, _CIRCUMSTANCES = "P31", "P17", "P248", "P1480"
# What has no property of ours by its side: a date means this or that by what the thing is.
_NAMES = {
    number: (Literal(english, language="en"), Literal(russian, language="ru"))
    for number, english, russian in (
        ("P17", "country", "государство"),
        ("P569", "date of birth", "дата рождения"),
        ("P570", "date of death", "дата смерти"),
        ("P571", "inception", "дата основания"),
        ("P576", "dissolved, abolished or demolished", "дата прекращения существования"),
        ("P577", "publication date", "дата публикации"),
        ("P585", "point in time", "момент времени"),
        ("P1480", "sourcing circumstances", "обстоятельства источника"),
    )
}
# Dates by what a thing is: the property of a single date, and those of the two sides of an interval.
_DATES = {
    "Person": ("P569", "P569", "P570"),
    "Work": ("P577", "P577", "P577"),
    "Agreement": ("P585", "P580", "P582"),
    "State": ("P571", "P571", "P576"),
    "MilitaryUnit": ("P571", "P571", "P576"),
    "Event": ("P585", "P580", "P582"),
}
_TYPES = {"item": "WikibaseItem", "time": "Time", "quantity": "Quantity", "coordinates": "GlobeCoordinate"}
_ROLES = {
    "directClaim": "wdt",
    "claim": "p",
    "statementProperty": "ps",
    "statementValue": "psv",
    "qualifier": "pq",
    "qualifierValue": "pqv",
    "reference": "pr",
    "referenceValue": "prv",
}
Term: TypeAlias = NamedNode | BlankNode | Literal | Triple


@dataclass(slots=True)
class _Edition:
    """What the view has to know of the dataset."""

    items: dict[Term, NamedNode] = field(default_factory=dict)  # thing, kind or class -> item
    properties: dict[NamedNode, str] = field(default_factory=dict)  # ours -> P and its number
    names: dict[str, NamedNode] = field(default_factory=dict)  # P and its number -> ours, whose label names it
    classes: dict[Term, set[str]] = field(default_factory=lambda: defaultdict(set))  # thing -> names of its classes
    about: dict[tuple[Term, NamedNode], list[Term]] = field(default_factory=lambda: defaultdict(list))
    things: set[NamedNode] = field(default_factory=set)

    def item(self, thing: NamedNode) -> NamedNode:
        return self.items.get(thing, thing)

    def said(self, thing: Term, predicate: str) -> list[Term]:
        return self.about[thing, gar(predicate)]


@dataclass(frozen=True, slots=True)
class _Statement:
    """One value of one property of one thing, with the claim that says it."""

    subject: NamedNode
    number: str  # P and its number
    value: Value
    claim: NamedNode | None  # none: the edition itself says what a thing is
    standing: str  # accepted, rival or withheld
    key: str

    @property
    def node(self) -> NamedNode:
        """The statement's own address, below its claim's: the ids of Wikidata's statements are not ours to give."""
        base = self.claim or self.subject
        return NamedNode(f"{base.value}#{self.number}-{hashlib.sha256(self.key.encode()).hexdigest()[:12]}")


def in_wikidata_terms(quads: Sequence[Quad]) -> Iterator[Quad]:
    """Yield items with their labels, their statements, and the properties in use."""
    edition = _read(quads)
    statements = list(_statements(edition, quads))
    ranks = _ranks(statements)
    for thing in sorted(edition.things, key=str):
        yield from _labels(edition, thing)
    yield from _labels_of_terms(edition, statements)
    for statement in statements:
        yield from _write(edition, statement, ranks[statement])
    for number, kind in sorted(_used(edition, statements).items()):
        yield from _property(edition, number, kind)


def _used(edition: _Edition, statements: Sequence[_Statement]) -> dict[str, Kind]:
    """The properties of statements, their references and their qualifiers."""
    used: dict[str, Kind] = {statement.number: statement.value.kind for statement in statements}
    claims = {statement.claim for statement in statements if statement.claim}
    if claims:
        used[_STATED_IN] = "item"
    if any(_doubts(edition, claim) for claim in claims):
        used[_CIRCUMSTANCES] = "item"
    return used


def _read(quads: Iterable[Quad]) -> _Edition:
    edition = _Edition()
    for quad in quads:
        if not isinstance(quad.graph_name, DefaultGraph) or not isinstance(quad.subject, NamedNode):
            continue
        subject, predicate, value = quad.subject, quad.predicate, quad.object
        edition.about[subject, predicate].append(value)
        if predicate == gar("identity"):
            edition.things.add(subject)
        if predicate == RDF_TYPE and isinstance(value, NamedNode) and value.value.startswith(GAR):
            edition.classes[subject].add(value.value.removeprefix(GAR))
        elif isinstance(value, NamedNode) and value.value.startswith(WIKIDATA):
            _match(edition, subject, predicate, value)
    return edition


def _match(edition: _Edition, ours: NamedNode, relation: NamedNode, theirs: NamedNode) -> None:
    number = theirs.value.removeprefix(WIKIDATA)
    is_term = ours.value.startswith(GAR)
    if number.startswith("P") and relation in (_CLOSE, _BROAD):
        edition.properties[ours] = number
        if relation == _CLOSE:
            edition.names[number] = ours
    elif relation == _SAME or (relation == _CLOSE and (is_term or "kind/" in ours.value)):
        edition.items[ours] = theirs


def _statements(edition: _Edition, quads: Iterable[Quad]) -> Iterator[_Statement]:
    published = published_claims(quads)
    for quad in quads:
        claim = quad.graph_name
        if isinstance(claim, NamedNode) and claim != INFERRED:
            yield from _of_claim(edition, quad, claim, _standing(edition, claim, published))
        elif isinstance(claim, DefaultGraph) and quad.predicate in (gar("kind"), RDF_TYPE):
            yield from _of_thing(edition, quad)


def _standing(edition: _Edition, claim: NamedNode, published: set[NamedNode]) -> str:
    if claim in published:
        return "accepted"
    is_rival = entity("standing/rival") in edition.said(claim, "standing")
    return "rival" if is_rival and entity("polarity/affirmed") in edition.said(claim, "polarity") else "withheld"


def _of_claim(edition: _Edition, quad: Quad, claim: NamedNode, standing: str) -> Iterator[_Statement]:
    if not isinstance(quad.subject, NamedNode):
        return
    for number, value in _values(edition, quad, claim):
        yield _Statement(quad.subject, number, value, claim, standing, f"{quad.subject} {quad.object}")


def _of_thing(edition: _Edition, quad: Quad) -> Iterator[_Statement]:
    """What a thing is, as the edition says without a claim: its kind, else its class where Wikidata has one."""
    if quad.subject not in edition.things or quad.object not in edition.items:
        return
    assert isinstance(quad.subject, NamedNode)
    value = Value("item", edition.items[quad.object])
    yield _Statement(quad.subject, _IS_A, value, None, "accepted", f"{quad.subject} {quad.object}")


def _values(edition: _Edition, quad: Quad, claim: NamedNode) -> Iterator[tuple[str, Value]]:
    """What one triple of a claim is in Wikidata's terms: several statements for an interval, none without a match."""
    number, value = edition.properties.get(quad.predicate), quad.object
    if isinstance(value, Literal):
        if value.datatype == EDTF:
            yield from _dates(edition, quad.subject, value.value)
        elif number and value.datatype.value == _WKT:
            yield number, coordinates(value.value, _uncertainty(edition, claim))
        elif number and quad.predicate == gar("strength"):
            yield number, quantity(value.value)
    elif quad.predicate == gar("within") and isinstance(value, NamedNode) and "State" in edition.classes[value]:
        yield _COUNTRY, Value("item", edition.item(value))
    elif number and isinstance(value, NamedNode):
        yield number, Value("item", edition.item(value))


def _uncertainty(edition: _Edition, claim: NamedNode) -> int | None:
    """How many metres the point of a claim may be off."""
    said = edition.said(claim, "coordinateUncertainty")
    return next((int(metres.value) for metres in said if isinstance(metres, Literal)), None)


def _dates(edition: _Edition, subject: Term, text: str) -> Iterator[tuple[str, Value]]:
    kind = next((each for each in _DATES if each in edition.classes[subject]), None)
    if kind:
        single, first, last = _DATES[kind]
        for side, value in dates(text):
            yield {"whole": single, "first": first, "last": last}[side], value


def _ranks(statements: Sequence[_Statement]) -> dict[_Statement, str]:
    """The rank of each statement, among those of the same property of the same thing.

    An accepted one is preferred where a rival stands beside it, else normal. A rival is normal beside what is
    preferred; alone it would be the best there is, which the editors do not say: so it is deprecated then, as is all
    that is withheld. https://www.wikidata.org/wiki/Help:Ranking
    """
    standings: dict[tuple[Term, str], set[str]] = defaultdict(set)
    for each in statements:
        standings[each.subject, each.number].add(each.standing)
    ranks = {}
    for each in statements:
        beside = standings[each.subject, each.number]
        contested = {"accepted", "rival"} <= beside
        accepted = "PreferredRank" if contested else "NormalRank"
        rival = "NormalRank" if contested else "DeprecatedRank"
        ranks[each] = {"accepted": accepted, "rival": rival, "withheld": "DeprecatedRank"}[each.standing]
    return ranks


def _write(edition: _Edition, statement: _Statement, rank: str) -> Iterator[Quad]:
    subject, node, number = edition.item(statement.subject), statement.node, statement.number
    yield Quad(subject, name("p", number), node)
    yield Quad(node, RDF_TYPE, name("wikibase", "Statement"))
    yield Quad(node, name("wikibase", "rank"), name("wikibase", rank))
    yield Quad(node, name("ps", number), statement.value.simple)
    if statement.standing == "accepted":
        yield Quad(node, RDF_TYPE, name("wikibase", "BestRank"))
        yield Quad(subject, name("wdt", number), statement.value.simple)
    if statement.value.facts:
        full = NamedNode(f"{node.value}-value")
        yield Quad(node, name("psv", number), full)
        yield from (Quad(full, predicate, value) for predicate, value in statement.value.facts)
    if statement.claim:
        yield from (Quad(node, name("pq", _CIRCUMSTANCES), doubt) for doubt in _doubts(edition, statement.claim))
        yield from _reference(edition, node, statement.claim)


def _doubts(edition: _Edition, claim: NamedNode) -> list[NamedNode]:
    """How sure the editors are that they read the source rightly, where they are not certain."""
    said = [each for each in edition.said(claim, "certainty") if isinstance(each, NamedNode)]
    return [edition.item(each) for each in said if each != entity("certainty/certain")]


def _reference(edition: _Edition, node: NamedNode, claim: NamedNode) -> Iterator[Quad]:
    """Where a statement comes from: the source, by Wikidata's property, and our claim and passage."""
    reference = NamedNode(f"{claim.value}#reference")
    yield Quad(node, name("prov", "wasDerivedFrom"), reference)
    yield Quad(reference, RDF_TYPE, name("wikibase", "Reference"))
    yield Quad(reference, name("rdfs", "seeAlso"), claim)
    for passage in edition.said(claim, "passage"):
        yield Quad(reference, name("prov", "wasQuotedFrom"), passage)
        for source in edition.said(passage, "source"):
            assert isinstance(source, NamedNode)
            yield Quad(reference, name("pr", _STATED_IN), edition.item(source))


def _labels(edition: _Edition, thing: NamedNode) -> Iterator[Quad]:
    item = edition.item(thing)
    yield Quad(item, RDF_TYPE, name("wikibase", "Item"))
    if item != thing:
        yield Quad(item, NamedNode(_SKOS + "exactMatch"), thing)
    for label in edition.about[thing, LABEL]:
        yield Quad(item, LABEL, label)
    for text in edition.about[thing, _DESCRIPTION]:
        yield Quad(item, name("schema", "description"), text)
    for other in edition.said(thing, "name"):
        yield Quad(item, NamedNode(_SKOS + "altLabel"), other)


def _labels_of_terms(edition: _Edition, statements: Sequence[_Statement]) -> Iterator[Quad]:
    """The names of classes and concepts that are a value somewhere; one name, where several have the same item."""
    simple = (statement.value.simple for statement in statements)
    values = {value for value in simple if isinstance(value, NamedNode)}
    values.update(doubt for each in statements if each.claim for doubt in _doubts(edition, each.claim))
    values.difference_update(edition.item(thing) for thing in edition.things)
    # Backwards, so that the first stays: a kind (id/…), which says more than its class (ontology#…).
    ours = {edition.items[each]: each for each in sorted(edition.items, key=str, reverse=True)}
    for value in sorted(values, key=str):
        yield from (Quad(value, LABEL, label) for label in edition.about[ours.get(value, value), LABEL])


def _property(edition: _Edition, number: str, kind: Kind) -> Iterator[Quad]:
    """A property as an entity, with the predicates that it stands behind."""
    node = NamedNode(WIKIDATA + number)
    yield Quad(node, RDF_TYPE, name("wikibase", "Property"))
    yield Quad(node, name("wikibase", "propertyType"), name("wikibase", _TYPES[kind]))
    for role, prefix in _ROLES.items():
        yield Quad(node, name("wikibase", role), name(prefix, number))
    labels = edition.about[edition.names[number], LABEL] if number in edition.names else _NAMES.get(number, ())
    yield from (Quad(node, LABEL, label) for label in labels)
