"""Rules on dates: authors write EDTF, the build derives days."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from garrison.edition.deriving import DATES
from garrison.edition.edition import Edition
from garrison.edition.findings import Finding
from garrison.rdf import edtf
from garrison.rdf.terms import EDTF, gar


def edtf_is_valid(edition: Edition) -> Iterator[Finding]:
    """Every ``gar:edtf`` is a literal of EDTF's datatype that can be read."""
    for quad in edition.written:
        if quad.predicate != gar("edtf"):
            continue
        problem = _problem(quad.object)
        if problem:
            yield edition.finding(
                "edtf-valid",
                _iri(quad.subject),
                problem,
                'Write gar:edtf "1944-10-15"^^edtf:EDTF, or a month or a year alone where no more is known.',
                _graph(quad.graph_name),
            )


def no_derived_date_is_written(edition: Edition) -> Iterator[Finding]:
    """``gar:begin`` and the other bounds are derived from ``gar:edtf`` by the build."""
    derived = {gar(name) for name in DATES}
    for quad in edition.written:
        if quad.predicate in derived:
            name = quad.predicate.value.rsplit("#", 1)[1]
            yield edition.finding(
                "date-derived",
                _iri(quad.subject),
                f"gar:{name} is written by hand.",
                f"Take it out and write gar:edtf; the build derives gar:{name} from it.",
                _graph(quad.graph_name),
            )


def a_place_has_no_date(edition: Edition) -> Iterator[Finding]:
    """A place has no begin and no end: an event there has. A state is dated as the body of people that it is too."""
    places = edition.of_class("Place") - edition.of_class("Group") - edition.of_class("State")
    for quad in edition.written:
        if quad.predicate == gar("edtf") and _iri(quad.subject) in places:
            yield edition.finding(
                "place-dated",
                _iri(quad.subject),
                "A place is given a date.",
                "Say it of an event at the place: a gar:Stationing, or one of kind eventkind:creation.",
                _graph(quad.graph_name),
            )


def _problem(value: object) -> str | None:
    if not isinstance(value, Literal) or value.datatype != EDTF:
        return "gar:edtf is not a literal of the datatype edtf:EDTF."
    try:
        edtf.days(value.value)
    except edtf.NotEdtf as error:
        return str(error)
    return None


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


def _graph(term: object) -> str | None:
    return term.value if isinstance(term, NamedNode) else None
