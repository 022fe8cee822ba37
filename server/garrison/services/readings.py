"""Sources as they are read here: passage by passage, in the order of the text, with claims and emendations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import pyoxigraph as ox

from garrison.engine.interface import Engine
from garrison.errors import UnknownResource
from garrison.rdf.terms import GAR, ID, OA
from garrison.services.claims import ClaimReader, Labels, ToldClaim, in_number_order, named_in, position
from garrison.services.lookup import Term, select, values

PAGE_SIZE = 200  # passages
MAX_SOURCES = 5_000
_MAX_PASSAGES = 100_000  # of one source that are put in order
_MAX_FACTS = 20_000
_KEPT_ORDERS = 64
_SLUG = re.compile(r"[a-z0-9-]+")
_PREFIXES = f"PREFIX gar: <{GAR}>\nPREFIX oa: <{OA}>\n"

Facts = Mapping[str, tuple[Term, ...]]  # property IRI -> values


@dataclass(frozen=True, slots=True)
class Described:
    """Something with its facts."""

    iri: str
    facts: Facts = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """The last part of its address, such as ``p0023``."""
        return self.iri.rsplit("/", 1)[-1]

    def values(self, local_name: str) -> tuple[Term, ...]:
        """The values of one ``gar:`` property."""
        return self.facts.get(GAR + local_name, ())

    def iris(self, local_name: str) -> list[str]:
        return [term.value for term in self.values(local_name) if isinstance(term, ox.NamedNode)]

    @property
    def start(self) -> int | None:
        """Where it begins in the text of its source, counted in code points."""
        return self._position("start")

    @property
    def end(self) -> int | None:
        return self._position("end")

    def _position(self, name: str) -> int | None:
        found = (position(term) for term in self.facts.get(OA + name, ()))
        return next((each for each in found if each is not None), None)


@dataclass(frozen=True, slots=True)
class Source(Described):
    """A source, and how much rests on it."""

    passages: int = 0
    claims: int = 0
    emendations: int = 0

    @property
    def address(self) -> str:
        """The last part of the address of its reading room; nothing if its IRI is none of ours."""
        slug = self.iri.removeprefix(f"{ID}source/")
        return slug if self.iri.startswith(f"{ID}source/") and _SLUG.fullmatch(slug) else ""

    @property
    def digests(self) -> list[str]:
        """SHA-256 of the text that its passages are counted in."""
        return [term.value for term in self.values("textDigest") if isinstance(term, ox.Literal)]


@dataclass(frozen=True, slots=True)
class Emendation(Described):
    """A garbled reading, what is read instead, and what rests on that."""

    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage(Described):
    """A passage with all that is said of it."""

    claims: tuple[ToldClaim, ...] = ()
    emendations: tuple[Emendation, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A page of a source's passages, in the order of its text."""

    source: Source
    passages: tuple[Passage, ...]
    order: tuple[str, ...]  # the passages of all pages
    page: int  # from 1
    bounds: tuple[int, int | None]  # what of the text is on this page; None is its end
    labels: Labels

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.order) // PAGE_SIZE))

    @property
    def claims(self) -> list[ToldClaim]:
        return [told for passage in self.passages for told in passage.claims]

    @property
    def emendations(self) -> list[Emendation]:
        """Those of the page, each once."""
        return list({each.iri: each for passage in self.passages for each in passage.emendations}.values())


class ReadingService:
    """Reads sources of one snapshot."""

    def __init__(self, engine: Engine, claims: ClaimReader) -> None:
        self._engine = engine
        self._claims = claims
        self._sources: tuple[Source, ...] | None = None
        self._order = lru_cache(_KEPT_ORDERS)(self._read_order)

    def sources(self) -> tuple[Source, ...]:
        """Every source: those whose text passages are counted in come first, then those that most claims rest on.

        :raises EndpointError: if the engine cannot answer.
        """
        if self._sources is None:
            found = _read_sources(self._engine)
            self._sources = tuple(sorted(found, key=lambda s: (not s.digests, -s.claims, -s.passages, s.iri)))
        return self._sources

    def source(self, address: str) -> Source:
        """The source whose reading room has this address.

        :raises UnknownResource: if there is none.
        """
        for source in self.sources():
            if address and source.address == address:
                return source
        raise UnknownResource(f"The edition has no source called {address!r}; /sources lists those that it has.")

    def find(self, iri: str) -> Source | None:
        """The source of this IRI."""
        return next((source for source in self.sources() if source.iri == iri), None)

    def source_with(self, digest: str) -> Source | None:
        """The source whose text has this SHA-256."""
        return next((source for source in self.sources() if digest in source.digests), None)

    def labels(self, iris: Iterable[str]) -> Labels:
        return self._claims.labels(iris)

    def read(self, source: Source, page: int = 1) -> Reading:
        """Read a page of a source.

        :param page: from 1.
        :raises UnknownResource: if its passages end before this page.
        """
        order, starts = self._order(source.iri)
        shown = order[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        if page > 1 and not shown:
            raise UnknownResource(f"The passages of {source.iri} end before page {page}.")
        passages = self._passages(shown)
        told = [claim for passage in passages for claim in passage.claims]
        named = named_in(told) | _named(source) | {iri for passage in passages for iri in _named(passage)}
        named |= {iri for passage in passages for emendation in passage.emendations for iri in _named(emendation)}
        bounds = _bounds(order, starts, page)
        return Reading(source, tuple(passages), tuple(order), page, bounds, self.labels(named))

    def pages(self, source: Source) -> int:
        """How many pages a source has."""
        return max(1, -(-source.passages // PAGE_SIZE))

    def page_of(self, source: Source, passage: str) -> int:
        """Which page of its source a passage stands on."""
        if source.passages <= PAGE_SIZE:
            return 1
        order, _ = self._order(source.iri)
        return order.index(passage) // PAGE_SIZE + 1 if passage in order else 1

    def _read_order(self, source: str) -> tuple[list[str], dict[str, int]]:
        """Its passages in the order of the text, then those without a place there by number; and where they begin."""
        rows = select(
            self._engine,
            f"""{_PREFIXES}SELECT DISTINCT ?passage ?start WHERE {{
              ?passage gar:source {ox.NamedNode(source)} OPTIONAL {{ ?passage oa:start ?start }} FILTER(ISIRI(?passage))
            }} LIMIT {_MAX_PASSAGES}""",
        )
        placed = ((row["passage"].value, position(row["start"])) for row in rows)
        starts = {iri: start for iri, start in placed if start is not None}
        found = {row["passage"].value for row in rows}
        order = sorted(found, key=lambda iri: (iri not in starts, starts.get(iri, 0), in_number_order(iri)))
        return order, starts

    def _passages(self, iris: Sequence[str]) -> list[Passage]:
        facts = read_facts(self._engine, iris)
        claims = _grouped(self._engine, f"VALUES ?of {{ {_listed(iris)} }} ?x gar:passage ?of") if iris else {}
        told = self._claims.read(claim for found in claims.values() for claim in found)
        emended = _grouped(self._engine, f"VALUES ?of {{ {_listed(iris)} }} ?x gar:emends ?of") if iris else {}
        emendations = read_emendations(self._engine, {each for found in emended.values() for each in found})
        return [
            Passage(
                iri,
                facts.get(iri, {}),
                tuple(told[claim] for claim in claims.get(iri, ())),
                tuple(sorted((emendations[each] for each in emended.get(iri, ())), key=_in_text_order)),
            )
            for iri in iris
        ]


def _bounds(order: Sequence[str], starts: Mapping[str, int], page: int) -> tuple[int, int | None]:
    """What of the text is on a page: from its first passage, or the beginning, to the first of the next, or the end."""
    first, following = order[(page - 1) * PAGE_SIZE :][:1], order[page * PAGE_SIZE :][:1]
    if page == 1:
        begin = 0
    elif first and first[0] in starts:
        begin = starts[first[0]]
    else:
        return 0, 0
    return begin, starts.get(following[0]) if following else None


def read_emendations(engine: Engine, iris: Iterable[str]) -> dict[str, Emendation]:
    """These emendations, with the claims that rest on them.

    :raises EndpointError: if the engine cannot answer.
    """
    wanted = sorted(iris, key=in_number_order)
    if not wanted:
        return {}
    facts = read_facts(engine, wanted)
    claims = _grouped(engine, f"VALUES ?of {{ {_listed(wanted)} }} ?x gar:dependsOn ?of")
    return {iri: Emendation(iri, facts.get(iri, {}), tuple(claims.get(iri, ()))) for iri in wanted}


def read_facts(engine: Engine, iris: Sequence[str]) -> dict[str, dict[str, tuple[Term, ...]]]:
    """What the default graph says of many things at once."""
    if not iris:
        return {}
    rows = select(
        engine,
        f"SELECT ?x ?p ?o WHERE {{ VALUES ?x {{ {_listed(iris)} }} ?x ?p ?o }} ORDER BY ?x ?p ?o LIMIT {_MAX_FACTS}",
    )
    found: dict[str, dict[str, tuple[Term, ...]]] = {}
    for row in rows:
        facts = found.setdefault(row["x"].value, {})
        facts[row["p"].value] = (*facts.get(row["p"].value, ()), row["o"])
    return found


def _read_sources(engine: Engine) -> list[Source]:
    rows = select(
        engine,
        f"{_PREFIXES}SELECT DISTINCT ?x {{ ?x a gar:Source FILTER(ISIRI(?x)) }} ORDER BY ?x LIMIT {MAX_SOURCES}",
    )
    iris = [row["x"].value for row in rows]
    facts = read_facts(engine, iris)
    passages = _counted(engine, "?x gar:source ?of")
    claims = _counted(engine, "?x gar:passage/gar:source ?of")
    emendations = _counted(engine, "?x gar:emends/gar:source ?of")
    return [
        Source(iri, facts.get(iri, {}), passages.get(iri, 0), claims.get(iri, 0), emendations.get(iri, 0))
        for iri in iris
    ]


def _counted(engine: Engine, pattern: str) -> dict[str, int]:
    """How many things are of each of what they are of."""
    rows = select(engine, f"{_PREFIXES}SELECT ?of (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {pattern} }} GROUP BY ?of")
    return {row["of"].value: int(row["n"].value) for row in rows}


def _grouped(engine: Engine, pattern: str) -> dict[str, list[str]]:
    """The things that are of each of what they are of, in the order of their numbers."""
    rows = select(engine, f"{_PREFIXES}SELECT DISTINCT ?of ?x WHERE {{ {pattern} FILTER(ISIRI(?x)) }}")
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["of"].value, []).append(row["x"].value)
    return {of: sorted(things, key=in_number_order) for of, things in found.items()}


def _named(thing: Described) -> set[str]:
    values = {term.value for terms in thing.facts.values() for term in terms if isinstance(term, ox.NamedNode)}
    return {thing.iri} | values


def _in_text_order(emendation: Emendation) -> tuple[bool, int, tuple[tuple[int, str], ...]]:
    return (emendation.start is None, emendation.start or 0, in_number_order(emendation.iri))


def _listed(iris: Iterable[str]) -> str:
    return values(ox.NamedNode(iri) for iri in iris)
