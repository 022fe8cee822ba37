"""Claims in bulk, as pages tell them: what each says, how it is weighed, and what it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from garrison.engine.interface import Engine
from garrison.rdf.terms import GAR, RDF_TYPE
from garrison.services.description import Claim, Statement
from garrison.services.kept import Kept
from garrison.services.lookup import Term, read_labels, select, values

MAX_SAYS = 100  # statements of one claim that are told
_MAX_STATEMENTS = 20_000  # of all claims that are read at once
_MAX_DIGITS = 15  # of a position; no text is longer
_MAX_KEPT = 5_000  # claims that a reader keeps
# The build derives these from the date; where it stands beside them they say nothing more.
_DERIVED = {GAR + name for name in ("begin", "end", "latestBegin", "earliestEnd")}
_FIRST = [RDF_TYPE.value, *(GAR + name for name in ("kind", "edtf", "place"))]
_DIGITS = re.compile(r"([0-9]+)")

Labels = dict[str, tuple[ox.Literal, ...]]


@dataclass(frozen=True, slots=True)
class ToldClaim:
    """A claim with what it says."""

    claim: Claim  # the summaries of its passage are among its properties
    says: tuple[Statement, ...]  # the triples of its graph, those about one thing together
    is_cut: bool = False  # its graph holds more

    @property
    def iri(self) -> str:
        return self.claim.iri

    @property
    def passage(self) -> str:
        """The passage that it rests on; nothing if there is none."""
        return min((term.value for term in self.claim.values("passage")), default="")

    def by_subject(self) -> list[tuple[Term, list[tuple[str, list[Term]]]]]:
        """What it says, as a sentence has it: of each thing each property with its values."""
        told: dict[Term, dict[str, list[Term]]] = {}
        for statement in self.says:
            told.setdefault(statement.subject, {}).setdefault(statement.property, []).append(statement.value)
        return [(subject, list(properties.items())) for subject, properties in told.items()]


class ClaimReader:
    """Reads claims of one snapshot, and keeps what it has read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: Kept[ToldClaim] = Kept(_MAX_KEPT)

    def read(self, iris: Iterable[str]) -> dict[str, ToldClaim]:
        """The claims of these IRIs, in their order.

        :raises EndpointError: if the engine cannot answer.
        """
        wanted = list(dict.fromkeys(iris))
        known = self._kept.of(self._engine, wanted)
        if missing := [iri for iri in wanted if iri not in known]:
            read = _read(self._engine, missing)
            self._kept.keep(self._engine, read)
            known |= read
        return {iri: known[iri] for iri in wanted}

    def labels(self, iris: Iterable[str]) -> Labels:
        """The labels of these things; nothing stands for one that has none.

        :raises EndpointError: if the engine cannot answer.
        """
        return read_labels(self._engine, iris)


def named_in(claims: Iterable[ToldClaim]) -> set[str]:
    """Every IRI that telling these claims names."""
    named: set[str] = set()
    for told in claims:
        terms = [term for values in told.claim.properties.values() for term in values]
        terms += [term for statement in told.says for term in (statement.subject, statement.value)]
        named |= {told.iri} | {term.value for term in terms if isinstance(term, ox.NamedNode)}
        named |= {statement.property for statement in told.says}
    return named


def in_number_order(iri: str) -> tuple[tuple[int, str], ...]:
    """A key that sorts names with numbers in them as people do: ``p9`` before ``p10``."""
    parts = (part.lstrip("0") if part.isdecimal() else part for part in _DIGITS.split(iri))
    return tuple((len(part) if part.isdecimal() else 0, part) for part in parts)


def position(term: Term | None) -> int | None:
    """A place in a text, in code points; ``None`` for a term that is none."""
    is_one = isinstance(term, ox.Literal) and term.value.isdecimal() and len(term.value) <= _MAX_DIGITS
    return int(term.value) if term is not None and is_one else None


def _read(engine: Engine, iris: Sequence[str]) -> dict[str, ToldClaim]:
    named = values(map(ox.NamedNode, iris))
    described = _descriptions(engine, named)
    says: dict[str, list[Statement]] = {}
    for row in _graphs(engine, iris):
        says.setdefault(row["claim"].value, []).append(Statement(row["s"], row["p"].value, row["o"]))
    return {iri: _told(Claim(iri, described.get(iri, {})), says.get(iri, [])) for iri in iris}


def read_graphs(engine: Engine, iris: Iterable[str]) -> list[ox.Quad]:
    """The triples of these claims, each in the graph of its claim.

    :raises EndpointError: if the engine cannot answer.
    """
    return [ox.Quad(row["s"], row["p"], row["o"], row["claim"]) for row in _graphs(engine, iris)]


def _graphs(engine: Engine, iris: Iterable[str]) -> list[ox.QuerySolution]:
    named = values(map(ox.NamedNode, iris))
    return select(
        engine,
        f"""SELECT ?claim ?s ?p ?o WHERE {{ VALUES ?claim {{ {named} }} GRAPH ?claim {{ ?s ?p ?o }} }}
        LIMIT {_MAX_STATEMENTS}""",
    )


def _descriptions(engine: Engine, named: str) -> dict[str, dict[str, tuple[Term, ...]]]:
    rows = select(
        engine,
        f"""PREFIX gar: <{GAR}> SELECT ?claim ?p ?o WHERE {{
          VALUES ?claim {{ {named} }}
          {{ ?claim ?p ?o }} UNION {{ ?claim gar:passage/gar:summary ?o BIND(gar:summary AS ?p) }}
        }} ORDER BY ?claim ?p ?o LIMIT {_MAX_STATEMENTS}""",
    )
    found: dict[str, dict[str, tuple[Term, ...]]] = {}
    for row in rows:
        properties = found.setdefault(row["claim"].value, {})
        properties[row["p"].value] = (*properties.get(row["p"].value, ()), row["o"])
    return found


def _told(claim: Claim, says: list[Statement]) -> ToldClaim:
    dated = {statement.subject for statement in says if statement.property == GAR + "edtf"}
    told = [each for each in says if not (each.property in _DERIVED and each.subject in dated)]
    told.sort(key=lambda each: (str(each.subject), _rank(each.property), each.property, str(each.value)))
    return ToldClaim(claim, tuple(told[:MAX_SAYS]), len(told) > MAX_SAYS)


def _rank(property: str) -> int:
    return _FIRST.index(property) if property in _FIRST else len(_FIRST)
