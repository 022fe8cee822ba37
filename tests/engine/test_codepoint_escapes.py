"""``\\u0041`` is a letter wherever a letter may stand (SPARQL 1.1, section 19.2), and nowhere else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garrison.errors import MalformedQuery
from garrison.rdf.sparql.codepoints import without_escapes
from garrison.services.query import QueryService

STRENGTH = "http://campaign.example/strength"


@pytest.mark.parametrize(
    "query",
    [
        rf"SELECT ?m\u0065n {{ <http://campaign.example/unit/7> <{STRENGTH}> ?me\U0000006E }}",
        r"PREFIX c: <http://campaign.example/> S\u0045LECT ?men { ?unit c:str\u0065ngth ?men FILTER(?men = '7 men') }",
        r"PREFIX \u00E9: <http://campaign.example/> SELECT ?men { <http://campaign.example/unit/7> é:strength ?men }",
        rf"SELECT ?men {{ ?u\u006eit <{STRENGTH}> ?men FILTER(?unit = <http://campaign.example/\u0075nit/7>) }}",
    ],
)
def test_an_escape_is_the_letter_that_it_stands_for(service: QueryService, query: str) -> None:
    assert [row["men"].value for row in service.select(query)] == ["7 men"]


def test_texts_iris_and_comments_keep_their_escapes(service: QueryService) -> None:
    query = r"""SELECT ?x WHERE { # ?\u0079
      BIND('\u0022 } \u0023' AS ?x) } # \u007D"""
    assert without_escapes(query) == query
    assert service.select(query)[0]["x"].value == '" } #'


@pytest.mark.parametrize(
    "escape", [rf"\u{code}" for code in ("0020", "007B", "0022", "003C", "000A", "0023", "D800", "12")]
)
def test_an_escape_that_is_no_part_of_a_name_is_malformed(service: QueryService, escape: str) -> None:
    with pytest.raises(MalformedQuery, match="Line 1, column 18: escapes are understood in strings, IRIs and names"):
        service.select(f"SELECT * {{ ?s ?p {escape} }}")


@pytest.mark.parametrize(
    "query",
    [
        r"PREFIX c: <http://campaign.example/> SELECT ?x { ?s c:it\'s ?\u0078 BIND('\u0061' AS ?x) }",
        r"SELECT ?x { ?s <http://campaign.example/it's> ?o BIND('\u0061 \u0078' AS ?x) }",
        r"SELECT ?x { BIND('a' AS ?o) FILTER(?o<'x>\u0061'&&?o<'y') BIND('\u0061' AS ?x) }",
    ],
)
def test_an_apostrophe_that_begins_no_text_hides_none(query: str) -> None:
    texts = r"'\\u0061[^']*'|'x>\\u0061'"
    assert re.findall(texts, without_escapes(query)) == re.findall(texts, query)


def test_what_stands_behind_an_escape_keeps_its_place(service: QueryService) -> None:
    with pytest.raises(MalformedQuery, match="Line 2, column 25"):
        service.select("SELECT * {\n  ?s ?\\u0070 ?o . ?x ?y }")


@given(st.text(st.sampled_from("\\u004Ax?:<>\"'# \n.{")))
def test_every_character_behind_a_name_stays_where_it_was(text: str) -> None:
    decoded = without_escapes(text)
    assert len(decoded) == len(text)
    assert [i for i, c in enumerate(decoded) if c == "\n"] == [i for i, c in enumerate(text) if c == "\n"]
    assert without_escapes(decoded) == decoded or "\\" in decoded


def test_a_long_text_is_gone_through_once() -> None:
    for piece in ("a", '"', "'''", "<", "#", r"\u0061", r"\u00", "<a", '"\\q'):
        text = r"\u0061 " + piece * (1_000_000 // len(piece))
        assert len(without_escapes(text)) == len(text)
    assert not re.search(r"\\", without_escapes(r"?\u0061" * 100_000))
