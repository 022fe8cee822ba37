"""What a thing is, in a few words: its names, its kind, when it was, one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from garrison.engine.interface import Engine
from garrison.errors import UnknownResource
from garrison.rdf.terms import GAR, LABEL, RDF_TYPE
from garrison.services.lookup import read_labels, select

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_NAMES = (LABEL.value, _SKOS + "prefLabel")
_TEXTS = ("http://purl.org/dc/terms/description", _SKOS + "definition", GAR + "summary")
_KINDS = (GAR + "kind", RDF_TYPE.value)
_DATE = GAR + "edtf"
_PASSAGE = GAR + "passage"
_MOST = 100  # values that are looked at
_MAX_IRI = 2_000  # characters


@dataclass(frozen=True, slots=True)
class Card:
    """One thing."""

    iri: str
    names: tuple[ox.Literal, ...]
    texts: tuple[ox.Literal, ...]  # one sentence, in each language
    kinds: tuple[str, ...]  # its concepts, then its classes
    dates: tuple[str, ...]  # EDTF
    labels: Mapping[str, tuple[ox.Literal, ...]]  # of the kinds


def read_card(engine: Engine, iri: str) -> Card:
    """Read the card of a thing.

    :raises UnknownResource: if the edition says nothing of it.
    """
    try:
        thing = ox.NamedNode(iri[:_MAX_IRI])
    except ValueError as error:
        raise UnknownResource(f"{iri[:_MAX_IRI]!r} is no IRI.") from error
    wanted = " ".join(f"<{name}>" for name in (*_NAMES, *_TEXTS, *_KINDS, _DATE))
    said = f"VALUES ?p {{ {wanted} }} {thing} ?p ?o"
    passage = f"{thing} <{_PASSAGE}>/<{GAR}summary> ?o BIND(<{GAR}summary> AS ?p)"  # a claim says what its passage does
    rows = select(engine, f"SELECT DISTINCT ?p ?o WHERE {{ {{ {said} }} UNION {{ {passage} }} }} LIMIT {_MOST}")
    if not rows:
        raise UnknownResource(f"The edition has nothing called {thing.value}.")
    found = [(row["p"].value, row["o"]) for row in sorted(rows, key=str)]
    kinds = tuple(o.value for name in _KINDS for p, o in found if p == name and isinstance(o, ox.NamedNode))
    return Card(
        thing.value,
        _literals(found, _NAMES),
        _literals(found, _TEXTS),
        kinds,
        tuple(o.value for p, o in found if p == _DATE and isinstance(o, ox.Literal)),
        read_labels(engine, kinds),
    )


def _literals(found: list[tuple[str, object]], properties: tuple[str, ...]) -> tuple[ox.Literal, ...]:
    return tuple(o for name in properties for p, o in found if p == name and isinstance(o, ox.Literal))
