"""What a citation of the edition, or of one thing in it, says: who made what, in which version, found where.

The version is part of every citation: an edition changes, and its snapshot is named by its content, so that who follows
the citation can tell if it is what was read. For the same reason there is no date of access.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from garrison.engine.interface import Engine
from garrison.errors import UnknownResource
from garrison.rdf.prefixes import BASE
from garrison.rdf.terms import GAR, ID, LABEL, OWL
from garrison.services.lookup import Lookup, Lookups, Term, read_labels

DATASET = ox.NamedNode(BASE + "dataset")
SNAPSHOT_DIGITS = 12  # of 64, as pages show them
_DCTERMS = "http://purl.org/dc/terms/"
_WEIGHED = ("certainty", "modality", "polarity", "standing")

_CITED = ", ".join(
    f"<{property}>"
    for property in (
        LABEL.value,
        OWL + "versionInfo",
        *(_DCTERMS + name for name in ("title", "creator", "description", "issued", "created", "license")),
        *(GAR + name for name in ("summary", "passage", "source", "locator", "assertedBy", "dependsOn", *_WEIGHED)),
    )
)

Facts = Mapping[str, tuple[Term, ...]]  # property -> values


@dataclass(frozen=True, slots=True)
class Citation:
    """The parts of a citation; each format writes them in its own order. Empty: there is none."""

    key: str  # letters, digits and hyphens, for a bibliography's own use
    title: str
    container: str  # title of the edition, if this is a thing in it
    authors: tuple[str, ...]
    version: str
    snapshot: str
    issued: str  # YYYY-MM-DD
    url: str
    licence: str  # address
    abstract: str
    note: str  # of a claim: passage, source, voice and weight


class CitationService:
    """Collects citations from the engine's dataset."""

    def __init__(self, engine: Engine, snapshot: str) -> None:
        self._engine = engine
        self._snapshot = snapshot[:SNAPSHOT_DIGITS]

    @cached_property
    def _whole(self) -> Citation:
        """Read once: a snapshot never changes."""
        return self.edition()

    def find(self, lookups: Lookups, iri: str) -> Lookup[Citation | None]:
        """Begin to look up the citation of a thing; there is none if the edition says nothing of it."""
        facts = _facts(lookups, ox.NamedNode(iri))

        def found() -> Citation | None:
            told = facts.found()
            return self._of_thing(iri, told) if told else None

        return Lookup(found)

    def edition(self) -> Citation:
        """The citation of the edition as a whole.

        :raises EndpointError: if the engine cannot answer.
        """
        with Lookups(self._engine) as lookups:
            facts = _facts(lookups, DATASET).found()
        makers = _iris(facts.get(_DCTERMS + "creator", ()))
        named = read_labels(self._engine, makers)
        authors = tuple(_chosen(named.get(maker, ())) or maker for maker in makers)
        issued = [facts[name] for name in (_DCTERMS + "issued", _DCTERMS + "created") if name in facts]
        return Citation(
            "garrison",
            _chosen(facts.get(_DCTERMS + "title", ())) or "Garrison",
            "",
            authors or tuple(_texts(facts.get(_DCTERMS + "creator", ()))),
            next(iter(_texts(facts.get(OWL + "versionInfo", ()))), ""),
            self._snapshot,
            max(_texts(issued[0]))[:10] if issued else "",
            DATASET.value,
            next(iter(_iris(facts.get(_DCTERMS + "license", ()))), ""),
            _chosen(facts.get(_DCTERMS + "description", ())),
            "",
        )

    def thing(self, iri: str) -> Citation:
        """The citation of one thing of the edition: a claim, a passage, a person.

        :raises UnknownResource: if the edition says nothing of it.
        :raises EndpointError: if the engine cannot answer.
        """
        with Lookups(self._engine) as lookups:
            found = self.find(lookups, iri).found()
        if found is None:
            raise UnknownResource(f"The edition has nothing called {iri}.")
        return found

    def _of_thing(self, iri: str, facts: Facts) -> Citation:
        whole = self._whole
        kind, _, slug = iri.removeprefix(ID).partition("/")
        summary = _chosen(facts.get(GAR + "summary", ())) or _chosen(facts.get(_DCTERMS + "description", ()))
        return Citation(
            f"garrison-{kind}-{slug}",
            _chosen(facts.get(LABEL.value, ())) or f"{kind.capitalize()} {slug}",
            whole.title,
            whole.authors,
            whole.version,
            whole.snapshot,
            whole.issued,
            iri,
            whole.licence,
            summary,
            self._note(facts),
        )

    def _note(self, facts: Facts) -> str:
        """Where it is told, by whom, and what the editors hold of it."""
        passages, sources = (_iris(facts.get(GAR + name, ())) for name in ("passage", "source"))
        voices = _iris(facts.get(GAR + "assertedBy", ()))
        named = read_labels(self._engine, [*sources, *voices])
        told = [_slugs("Passage", passages), ", ".join(f"“{_chosen(named.get(each, ())) or each}”" for each in sources)]
        places = ", ".join(_texts(facts.get(GAR + "locator", ()))) if sources else ""
        said = ", ".join(_chosen(named.get(voice, ())) or voice for voice in voices)
        weight = ", ".join(_slug(each) for name in _WEIGHED for each in _iris(facts.get(GAR + name, ())))
        rests = _slugs("emendation", _iris(facts.get(GAR + "dependsOn", ())))
        sentences = [
            " of ".join(part for part in told if part) + (f" ({places})" if places else ""),
            f"asserted by {said}" if said else "",
            f"weighed as {weight}" if weight else "",
            f"rests on {rests}" if rests else "",
        ]
        note = "; ".join(part for part in sentences if part)
        return note[:1].upper() + note[1:]


def _facts(lookups: Lookups, thing: ox.NamedNode) -> Lookup[Facts]:
    """Begin to look up what a citation says of a thing, and of a claim also what its passages are: source, place in it,
    summary.

    Of a thing that is told nothing of this, something else: so that it is known to be there.
    """
    rows = lookups.select(
        f"""PREFIX gar: <{GAR}> SELECT DISTINCT ?p ?o WHERE {{
          {{ {thing} ?p ?o FILTER(?p IN ({_CITED})) }}
          UNION {{
            {thing} gar:passage ?passage . ?passage ?p ?o FILTER(?p IN (gar:source, gar:locator, gar:summary))
          }}
          UNION {{ SELECT ?p ?o WHERE {{ {thing} ?p ?o }} LIMIT 1 }}
        }} ORDER BY ?p ?o LIMIT 2000"""
    )
    return Lookup(lambda: _by_property(rows.found()))


def _by_property(rows: Iterable[ox.QuerySolution]) -> Facts:
    found: dict[str, list[Term]] = {}
    for property, value in rows:
        found.setdefault(property.value, []).append(value)
    return {property: tuple(terms) for property, terms in found.items()}


def _slugs(kind: str, iris: Sequence[str]) -> str:
    return f"{kind} {', '.join(map(_slug, iris))}" if iris else ""


def _slug(iri: str) -> str:
    return iri.rsplit("/", 1)[-1]


def _iris(terms: Sequence[Term]) -> list[str]:
    return [term.value for term in terms if isinstance(term, ox.NamedNode)]


def _texts(terms: Sequence[Term]) -> list[str]:
    return [term.value for term in terms if isinstance(term, ox.Literal)]


def _chosen(terms: Sequence[Term]) -> str:
    """The English text, else any: bibliographies mix languages badly, and the key figures are the same in all."""
    literals = [term for term in terms if isinstance(term, ox.Literal)]
    literals.sort(key=lambda literal: (literal.language or "").split("-")[0] != "en")
    return literals[0].value if literals else ""
