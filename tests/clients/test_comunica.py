"""Comunica, a federating client in JavaScript: it finds out what we are, asks, and joins us with documents."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from conftest import Server

GAR = "https://w3id.org/garrison/ontology#"
ID = "https://w3id.org/garrison/id/"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
ASK_S = 60  # bound; starting the client alone takes about two seconds


def _ask(comunica: Path, media_type: str, query: str, *sources: str) -> str:
    command = [str(comunica), *sources, "-q", query, "-t", media_type]
    result = subprocess.run(command, capture_output=True, text=True, timeout=ASK_S, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


def _select(comunica: Path, query: str, *sources: str) -> list[dict[str, Any]]:
    answer = json.loads(_ask(comunica, "application/sparql-results+json", query, *sources))
    return list(answer["results"]["bindings"])


CAPTURES = f"SELECT ?place ?day WHERE {{ ?e a <{GAR}Capture> ; <{GAR}place> ?place ; <{GAR}begin> ?day }} ORDER BY ?day"


@pytest.mark.parametrize("source", ["sparql@{url}/sparql", "{url}/sparql"], ids=["told so", "found out by itself"])
def test_comunica_selects_from_the_endpoint(edition: Server, comunica: Path, source: str) -> None:
    """Without ``sparql@`` it reads the service description to find out that this is an endpoint."""
    rows = _select(comunica, CAPTURES, source.format(url=edition.url))
    assert [row["place"]["value"].rpartition("/")[2] for row in rows] == ["pechenga-settlement", "nikel", "kirkenes"]


def test_comunica_constructs_from_the_endpoint(edition: Server, comunica: Path) -> None:
    query = f"CONSTRUCT {{ ?e <{GAR}place> ?p }} WHERE {{ ?e a <{GAR}Capture> ; <{GAR}place> ?p }}"
    assert len(_ask(comunica, "application/n-triples", query, f"sparql@{edition.url}/sparql").splitlines()) == 3


def test_comunica_asks_the_endpoint(edition: Server, comunica: Path) -> None:
    query = f"ASK {{ <{ID}place/nikel> ?p ?o }}"
    assert "true" in _ask(comunica, "application/sparql-results+json", query, f"sparql@{edition.url}/sparql")


def test_comunica_dereferences_a_thing(edition: Server, comunica: Path) -> None:
    rows = _select(comunica, f"SELECT ?l WHERE {{ <{ID}place/nikel> <{LABEL}> ?l }}", f"{edition.url}/id/place/nikel")
    assert "Никель" in {row["l"]["value"] for row in rows}


def test_comunica_joins_the_endpoint_with_a_document(edition: Server, comunica: Path) -> None:
    query = f"SELECT ?e ?l WHERE {{ ?e <{GAR}place> <{ID}place/nikel> . <{ID}place/nikel> <{LABEL}> ?l }}"
    rows = _select(comunica, query, f"sparql@{edition.url}/sparql", f"{edition.url}/id/place/nikel")
    assert rows
