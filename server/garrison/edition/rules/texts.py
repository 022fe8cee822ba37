"""Rules on words: short garbles, labels written once, hedges that are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from garrison.edition.edition import Edition, numbers
from garrison.edition.findings import Finding
from garrison.rdf.terms import LABEL, entity, gar

SIC_WORDS = 6  # a garbled reading is cited, not the sentence around it
_HEDGES = re.compile(
    r"\b(about|some|nearly|almost|close to|more than|over|at least|at most|not more than|up to)\s+[\d,]+",
    re.IGNORECASE,
)


def a_garbled_reading_is_short(edition: Edition) -> Iterator[Finding]:
    """``gar:sic`` is the smallest garbled span."""
    for quad in edition.written:
        if (
            quad.predicate == gar("sic")
            and isinstance(quad.object, Literal)
            and len(quad.object.value.split()) > SIC_WORDS
        ):
            yield edition.finding(
                "sic-short",
                str(getattr(quad.subject, "value", "")),
                f"gar:sic has {len(quad.object.value.split())} words.",
                f"Keep the smallest garbled span, {SIC_WORDS} words at most; start and end say where the rest stands.",
            )


def a_coined_label_is_written_once(edition: Edition) -> Iterator[Finding]:
    """A label that the edition made is a ``gar:coinedLabel``; the build derives the ``rdfs:label``."""
    labels = {(quad.subject, quad.object) for quad in edition.described if quad.predicate == LABEL}
    for quad in edition.described:
        if quad.predicate == gar("coinedLabel") and (quad.subject, quad.object) in labels:
            yield edition.finding(
                "coined-once",
                str(getattr(quad.subject, "value", "")),
                "A coined label is written as rdfs:label too.",
                "Take the rdfs:label out: the build derives it.",
            )


def a_hedged_summary_has_a_bound(edition: Edition) -> Iterator[Finding]:
    """Where the passage's summary hedges a number, some claim of the passage that holds a number is not exact."""
    hedged = {
        quad.subject
        for quad in edition.described
        if quad.predicate == gar("summary") and isinstance(quad.object, Literal) and _HEDGES.search(quad.object.value)
    }
    bounds: dict[object, set[object]] = {}
    for graph, quads in edition.claim_graphs.items():
        if numbers(quads):
            for passage in edition.values(graph.value, "passage"):
                bounds.setdefault(passage, set()).update(edition.values(graph.value, "bound"))
    for passage in sorted((p for p in hedged if isinstance(p, NamedNode)), key=str):
        if bounds.get(passage, {None}) <= {entity("bound/exactly")}:
            yield edition.finding(
                "hedge-kept",
                passage.value,
                "The passage hedges a number, and its claims hold every number as exact.",
                "Give the claim of the hedged number its bound: about, at-least, at-most or nearly.",
            )
