"""Functions named by IRI: those that are listed give values, every other is refused with its place and near names."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from garrison.errors import QueryRefused
from garrison.rdf.sparql import scan
from garrison.rdf.sparql.functions import CASTS, EXTENSIONS
from garrison.services.query import QueryService

WKT = "<http://www.opengis.net/ont/geosparql#wktLiteral>"
METRE = "<http://www.opengis.net/def/uom/OGC/1.0/metre>"
POINT, POLYGON = f'"POINT(1 2)"^^{WKT}', f'"POLYGON((0 0,4 0,4 4,0 4,0 0))"^^{WKT}'
TEXTS = (
    "1",
    "P1D",
    "P1Y",
    "2020-01-01",
    "10:00:00",
    "2020",
    "2020-01-01T00:00:00",
    "2020-01",
    "--12-01",
    "--12",
    "---01",
)
GEOF = "http://www.opengis.net/def/function/geosparql/"


def values(function: str, arguments: list[str]) -> list[object]:
    """What a function gives for each list of arguments, nothing where it fails."""
    selected = " ".join(f"(<{function}>({given}) AS ?x{n})" for n, given in enumerate(arguments))
    solutions = ox.Store().query(f"SELECT {selected} {{}}")
    assert isinstance(solutions, ox.QuerySolutions)
    return [value for value in next(solutions) if value is not None]


@pytest.mark.parametrize("function", sorted(CASTS))
def test_a_listed_cast_gives_a_value(function: str) -> None:
    assert values(function, [f'"{text}"' for text in TEXTS])


@pytest.mark.parametrize("function", sorted(EXTENSIONS))
def test_a_listed_extension_gives_a_value(function: str) -> None:
    pairs = [f"{one}, {other}" for one in (POINT, POLYGON) for other in (POINT, POLYGON)]
    arguments = [POINT, POLYGON, *pairs, *(f"{pair}, {METRE}" for pair in pairs), f"{POLYGON}, {METRE}"]
    assert values(function, [*arguments, f'{POLYGON}, {POINT}, "T********"'])


@pytest.mark.parametrize(
    ("text", "place", "near"),
    [
        ("SELECT (<x:f>(1) AS ?x) {}", "column 9", ""),
        (f"PREFIX geof: <{GEOF}>\nASK {{ FILTER(geof:sfWithn(1, 2)) }}", "Line 2, column 14", "sfWithin"),
        (f"PREFIX geof: <{GEOF}>\nASK {{ ?s ?p ?o FILTER geof:buffer(1, 2) }}", "Line 2, column 23", ""),
        ("SELECT * { ?s ?p ?o } ORDER BY <x:f>(?s)", "column 32", ""),
        ("ASK { BIND(1 + <http://www.w3.org/2001/XMLSchema#int>('1') AS ?x) }", "column 16", "XMLSchema#integer"),
    ],
)
def test_an_unknown_function_is_refused_with_its_place_and_near_names(text: str, place: str, near: str) -> None:
    with pytest.raises(QueryRefused, match="There is no function") as caught:
        scan(text)
    assert caught.value.rule == "function"
    assert place in str(caught.value) and near in str(caught.value)


def test_an_unknown_function_is_refused_though_nothing_would_call_it(service: QueryService) -> None:
    with pytest.raises(QueryRefused):
        service.select("SELECT * { ?s <x:nobody> ?o FILTER(<x:f>(?o)) }")


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?s <x:p> (1 2) }",
        "ASK { ?s <x:p>/(<x:q>|<x:r>) ?o }",
        "ASK { FILTER(?s IN (<x:a>, <x:b>)) }",
        "ASK { VALUES (?x ?y) { (<x:a> <x:b>) } }",
        "ASK { (<x:a> <x:b>) <x:p> ?o }",
        "ASK { FILTER(<http://www.w3.org/2001/XMLSchema#integer>('1') = 1) }",
    ],
)
def test_a_bracket_after_an_iri_is_no_call_elsewhere(text: str) -> None:
    assert scan(text).form == "ASK"
