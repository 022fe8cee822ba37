"""Every format of every kind of result is written whole, and graphs with the prefixes of the edition."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.conftest import UNITS, answer
from garrison.engine.client import EngineClient
from garrison.engine.interface import QueryRequest
from garrison.engine.results import write_results
from garrison.errors import EvaluationFailed, ResultInterrupted, ResultUnwritable
from garrison.rdf.formats import BOOLEAN, DATASETS, SOLUTIONS, TRIPLES, Format

GAR = "https://w3id.org/garrison/ontology#"
CONSTRUCT = f"CONSTRUCT {{ ?s <{GAR}strength> ?o }} WHERE {{ ?s ?p ?o }}"


@pytest.mark.parametrize("format", SOLUTIONS, ids=lambda format: format.name)
def test_solutions_are_written_whole(engine: EngineClient, format: Format) -> None:
    text = answer(engine, "SELECT ?o WHERE { ?s ?p ?o }", format.media_type).decode()
    assert text.count(" men") == UNITS


@pytest.mark.parametrize("format", BOOLEAN, ids=lambda format: format.name)
def test_a_boolean_is_written_in_every_format(engine: EngineClient, format: Format) -> None:
    assert b"true" in answer(engine, "ASK { ?s ?p ?o }", format.media_type)


@pytest.mark.parametrize("format", (*TRIPLES, *DATASETS), ids=lambda format: format.name)
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


XML = ("application/sparql-results+xml", "application/rdf+xml")


def said(text: str, media_type: str) -> str:
    """A query whose result says a text, of the kind that the format is for."""
    return f'SELECT ("{text}" AS ?x) {{}}' if "results" in media_type else f'CONSTRUCT {{ <x:s> <x:p> "{text}" }} {{}}'


@pytest.mark.parametrize("media_type", XML)
@pytest.mark.parametrize("text", [r"\u0000", r"a\u0001b", r"\u001F", r"\uFFFE", r"\uFFFF"])
def test_a_character_that_xml_cannot_hold_is_refused(engine: EngineClient, media_type: str, text: str) -> None:
    with pytest.raises(ResultUnwritable, match="XML cannot hold it"):
        answer(engine, said(text, media_type), media_type)
    answer(
        engine, said(text, media_type), "application/sparql-results+json" if "results" in media_type else "text/turtle"
    )


def test_a_late_character_that_xml_cannot_hold_breaks_the_result(engine: EngineClient) -> None:
    """After bytes have left, no status can take them back; a client must not see a whole document."""
    rows = 'SELECT ?a ?b ?c (IF(?c = "999 men", "\\u0001", "") AS ?d) WHERE { ?a ?b ?c } ORDER BY ?c'
    with engine.start(QueryRequest(rows, XML[0])) as run:
        assert run.first()
        with pytest.raises(ResultInterrupted, match="XML cannot hold it"):
            list(run.chunks())


@pytest.mark.parametrize("media_type", XML)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_xml_is_refused_or_read_back_as_it_was(media_type: str, text: str) -> None:
    escaped, output = "".join(f"\\U{ord(character):08X}" for character in text), io.BytesIO()
    try:
        write_results(ox.Store().query(said(escaped, media_type)), media_type, output)
    except ResultUnwritable:
        assert any(ord(c) < 0x20 or ord(c) in (0xFFFE, 0xFFFF) for c in text)
        return
    assert text in "".join(ElementTree.fromstring(output.getvalue()).itertext())


@pytest.mark.parametrize("predicate", ["http://x/1", "http://x/", "urn:1"])
def test_a_predicate_that_is_no_name_is_refused_in_rdf_xml(engine: EngineClient, predicate: str) -> None:
    query = f"CONSTRUCT {{ <x:s> <{predicate}> 1 }} WHERE {{}}"
    with pytest.raises(ResultUnwritable, match="ends in none"):
        answer(engine, query, "application/rdf+xml")
    assert answer(engine, query, "application/n-triples")
