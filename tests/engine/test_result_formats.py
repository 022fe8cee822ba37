"""Every format of every kind of result is written whole, and graphs with the prefixes of the edition."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from engine.conftest import UNITS, answer
from garrison.engine.client import EngineClient
from garrison.errors import EvaluationFailed
from garrison.rdf.formats import BOOLEAN, SOLUTIONS, TRIPLES, Format

GAR = "https://w3id.org/garrison/ontology#"
CONSTRUCT = f"CONSTRUCT {{ ?s <{GAR}strength> ?o }} WHERE {{ ?s ?p ?o }}"


@pytest.mark.parametrize("format", SOLUTIONS, ids=lambda format: format.name)
def test_solutions_are_written_whole(engine: EngineClient, format: Format) -> None:
    text = answer(engine, "SELECT ?o WHERE { ?s ?p ?o }", format.media_type).decode()
    assert text.count(" men") == UNITS


@pytest.mark.parametrize("format", BOOLEAN, ids=lambda format: format.name)
def test_a_boolean_is_written_in_every_format(engine: EngineClient, format: Format) -> None:
    assert b"true" in answer(engine, "ASK { ?s ?p ?o }", format.media_type)


@pytest.mark.parametrize("format", TRIPLES, ids=lambda format: format.name)
@pytest.mark.parametrize("limit", [7, 5_000])
def test_triples_are_written_whole(engine: EngineClient, format: Format, limit: int) -> None:
    data = answer(engine, f"{CONSTRUCT} LIMIT {limit}", format.media_type)
    read = ox.parse(data, ox.RdfFormat.from_media_type(format.media_type))
    assert len(list(read)) == min(limit, UNITS)


def test_a_small_graph_declares_the_prefixes_that_it_uses(engine: EngineClient) -> None:
    text = answer(engine, f"{CONSTRUCT} LIMIT 1", "text/turtle").decode()
    prefixes = [line for line in text.splitlines() if line.startswith("@prefix")]
    assert prefixes == [f"@prefix gar: <{GAR}> ."]
    assert " gar:strength " in text


def test_a_large_graph_declares_the_whole_prefix_map(engine: EngineClient) -> None:
    assert answer(engine, CONSTRUCT, "text/turtle").startswith(b"@prefix")


def test_a_format_of_another_kind_of_result_is_refused(engine: EngineClient) -> None:
    with pytest.raises(EvaluationFailed, match="Solutions cannot be written as text/turtle"):
        answer(engine, "SELECT * WHERE {}", "text/turtle")
    with pytest.raises(EvaluationFailed, match="Triples cannot be written as text/csv"):
        answer(engine, CONSTRUCT, "text/csv")
