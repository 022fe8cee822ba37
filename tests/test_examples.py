"""The examples of the ontology are triples that stand in the edition, so that nobody learns from an invention."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from garrison.edition.edition import Edition
from garrison.edition.reading import read
from garrison.rdf.prefixes import PREFIXES

ROOT = Path(__file__).parents[1]
EXAMPLE = "http://www.w3.org/2004/02/skos/core#example"
DECLARATIONS = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())


@cache
def _said() -> set[Triple]:
    """Everything in the default graph, as it is published, and in the graph of any claim."""
    sources, faults = read(ROOT)
    assert faults == []
    edition = Edition(ROOT, sources)
    return edition.default | {quad.triple for quad in edition.derived}


def _examples() -> dict[str, str]:
    """The example of each term or concept, by its address."""
    found: dict[str, str] = {}
    for name in ("garrison.ttl", "vocabularies.ttl"):
        for quad in parse(path=ROOT / "ontology" / name, format=RdfFormat.TURTLE):
            if quad.predicate.value == EXAMPLE:
                found[str(quad.subject).rpartition("garrison/")[2].strip(">")] = str(quad.object.value)
    return found


@pytest.mark.parametrize("term", sorted(_examples()))
def test_an_example_stands_in_the_edition(term: str) -> None:
    """A variable is allowed where the edition has no case yet, as for a rejected claim."""
    example = _examples()[term]
    if "?" in example:
        return
    shown = [quad.triple for quad in parse(f"{DECLARATIONS}{example} .", format=RdfFormat.TURTLE)]
    assert shown
    assert [str(triple) for triple in shown if triple not in _said()] == []


def test_only_what_the_edition_has_no_case_of_is_shown_with_a_variable() -> None:
    open_examples = {term for term, example in _examples().items() if "?" in example}
    assert open_examples == {
        "id/certainty/doubtful",
        "id/standing/rejected",
    }
