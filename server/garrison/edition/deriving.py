"""What follows from what was written: days from dates, the default graph from the claims, and entailments.

The default graph holds entities, ontology, vocabularies, all descriptions, the triples of every published claim,
and what follows from them. Everything else that a source says stands in its claim's graph alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from garrison.rdf import edtf
from garrison.rdf.terms import EDTF, GAR, OWL, RDF_TYPE, RDFS, XSD, entity, gar

DATES = ("begin", "latestBegin", "earliestEnd", "end")  # derived, never authored
_PUBLISHED_MODALITIES = {entity(f"modality/{name}") for name in ("stated", "testified", "judged")}
_SUBCLASS, _SUBPROPERTY = NamedNode(RDFS + "subClassOf"), NamedNode(RDFS + "subPropertyOf")
_INVERSE, _TRANSITIVE = NamedNode(OWL + "inverseOf"), NamedNode(OWL + "TransitiveProperty")


def derive_days(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Yield ``gar:begin`` and the other bounds of every ``gar:edtf``, in its graph; what is no EDTF yields nothing."""
    for quad in quads:
        if quad.predicate == gar("edtf") and isinstance(quad.object, Literal) and quad.object.datatype == EDTF:
            try:
                found = edtf.days(quad.object.value)
            except edtf.NotEdtf:
                continue
            bounds = (found.begin, found.latest_begin, found.earliest_end, found.end)
            for name, day in zip(DATES, bounds, strict=True):
                if day:
                    yield Quad(quad.subject, gar(name), _day(day), quad.graph_name)


def _day(day: date) -> Literal:
    return Literal(day.isoformat(), datatype=NamedNode(XSD + "date"))


def published_claims(quads: Iterable[Quad]) -> set[NamedNode]:
    """The claims whose triples reach the default graph: accepted, affirmed, and stated, testified or judged."""
    said: dict[NamedNode, set[object]] = defaultdict(set)
    facets = {gar("standing"), gar("polarity"), gar("modality")}
    for quad in quads:
        if quad.predicate in facets and isinstance(quad.subject, NamedNode):
            said[quad.subject].add(quad.object)
    wanted = {entity("standing/accepted"), entity("polarity/affirmed")}
    return {c for c, values in said.items() if wanted <= values and values & _PUBLISHED_MODALITIES}


def default_graph(quads: Iterable[Quad]) -> set[Triple]:
    """All that is asserted in the default graph: what stands there, and the triples of published claims."""
    all_quads = list(quads)
    published = published_claims(all_quads)
    return {q.triple for q in all_quads if isinstance(q.graph_name, DefaultGraph) or q.graph_name in published}


def entail(triples: set[Triple]) -> set[Triple]:
    """What follows by subclass, subproperty, inverse and transitive property, of terms of the ontology only.

    Domains and ranges type nothing: a wrong use should be found, not explained away.
    """
    rules = _Rules(triples)
    known, fresh = set(triples), list(triples)
    out, into = _index(triples, rules.transitive)
    while fresh:
        triple = fresh.pop()
        for found in rules.follow(triple, out, into):
            if found not in known:
                known.add(found)
                fresh.append(found)
                if found.predicate in rules.transitive:
                    out[found.subject, found.predicate].add(found.object)
                    into[found.object, found.predicate].add(found.subject)
    return known - triples


_Edges = dict[tuple[object, NamedNode], set[object]]


def _index(triples: Iterable[Triple], transitive: set[NamedNode]) -> tuple[_Edges, _Edges]:
    out: _Edges = defaultdict(set)
    into: _Edges = defaultdict(set)
    for triple in triples:
        if triple.predicate in transitive:
            out[triple.subject, triple.predicate].add(triple.object)
            into[triple.object, triple.predicate].add(triple.subject)
    return out, into


class _Rules:
    """The axioms of the ontology's own terms, by what they start from."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.superclasses: dict[object, set[NamedNode]] = defaultdict(set)
        self.superproperties: dict[object, set[NamedNode]] = defaultdict(set)
        self.inverses: dict[object, set[NamedNode]] = defaultdict(set)
        self.transitive: set[NamedNode] = set()
        for s, p, o in ((t.subject, t.predicate, t.object) for t in triples):
            if not (isinstance(s, NamedNode) and s.value.startswith(GAR) and isinstance(o, NamedNode)):
                continue
            if p != RDF_TYPE and not o.value.startswith((GAR, RDFS)):
                continue  # an alignment is published, and derives nothing
            if p == _SUBCLASS:
                self.superclasses[s].add(o)
            elif p == _SUBPROPERTY:
                self.superproperties[s].add(o)
            elif p == _INVERSE:
                self.inverses[s].add(o)
                self.inverses[o].add(s)
            elif p == RDF_TYPE and o == _TRANSITIVE:
                self.transitive.add(s)

    def follow(self, triple: Triple, out: _Edges, into: _Edges) -> Iterator[Triple]:
        """What follows from one triple in one step."""
        s, p, o = triple.subject, triple.predicate, triple.object
        if p == RDF_TYPE:
            yield from (Triple(s, RDF_TYPE, above) for above in self.superclasses.get(o, ()))
        yield from (Triple(s, above, o) for above in self.superproperties.get(p, ()))
        if isinstance(o, NamedNode):
            yield from (Triple(o, inverse, s) for inverse in self.inverses.get(p, ()))
        if p in self.transitive:
            yield from (Triple(s, p, end) for end in list(out[o, p]))  # type: ignore[arg-type]
            yield from (Triple(start, p, o) for start in list(into[s, p]))  # type: ignore[arg-type]
