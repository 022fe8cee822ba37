"""The ontology answers for its address: the tests of FOOPS! that need a server (CN1, DOC1, RDF1, URI1, VER2).

Its persistent address is ``https://w3id.org/garrison/ontology``; here its path is asked of a server of our own.
"""

from __future__ import annotations

import re

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from conftest import ROOT, Server
from garrison.rdf.formats import TRIPLES, Format

BASE = "https://w3id.org/garrison"
ONTOLOGY = NamedNode(f"{BASE}/ontology")
OWL = "http://www.w3.org/2002/07/owl#"
TERMS = sorted(set(re.findall(r"^gar:(\w+) a ", (ROOT / "ontology" / "garrison.ttl").read_text("utf-8"), re.MULTILINE)))


def read(server: Server, path: str, accept: str, form: RdfFormat) -> set[Quad]:
    response = server.get(path, accept)
    assert response.status_code == 200 and response.headers["Content-Type"].startswith(accept)
    return set(parse(response.content, format=form))


def versions(server: Server) -> list[str]:
    found = read(server, "/ontology", "text/turtle", RdfFormat.TURTLE)
    return [str(getattr(q.object, "value", "")) for q in found if q.predicate.value == f"{OWL}versionIRI"]


@pytest.mark.parametrize("format", TRIPLES, ids=lambda format: str(format.name))
def test_machines_get_the_ontology_in_each_format_of_rdf(server: Server, format: Format) -> None:
    """CN1, RDF1 and URI1."""
    response = server.get("/ontology", format.media_type)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith(format.media_type)
    assert "Accept" in response.headers["Vary"]
    assert f"{BASE}/ontology" in response.text


def test_what_machines_get_says_what_it_is_and_holds_every_term(server: Server) -> None:
    found = read(server, "/ontology", "text/turtle", RdfFormat.TURTLE)
    assert any(q.subject == ONTOLOGY and q.object == NamedNode(f"{OWL}Ontology") for q in found)
    described = {str(getattr(q.subject, "value", "")) for q in found}
    assert [name for name in TERMS if f"{BASE}/ontology#{name}" not in described] == []


def test_people_get_a_page_with_an_anchor_for_every_term(server: Server) -> None:
    """DOC1."""
    response = server.get("/ontology", "text/html")
    assert response.status_code == 200 and response.headers["Content-Type"].startswith("text/html")
    assert [name for name in TERMS if f'id="{name}"' not in response.text] == []


@pytest.mark.parametrize("accept", ["text/html", "text/turtle"])
def test_the_version_answers_under_its_own_address(server: Server, accept: str) -> None:
    """VER2."""
    [version] = [iri for iri in versions(server) if re.fullmatch(rf"{BASE}/ontology/[0-9.]+", iri)]
    response = server.get(version.removeprefix(BASE), accept)
    assert response.status_code == 200 and response.headers["Content-Type"].startswith(accept)


def test_a_version_that_never_was_does_not_answer(server: Server) -> None:
    assert server.get("/ontology/0.0.1", "text/turtle").status_code == 404
