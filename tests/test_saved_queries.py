"""Every saved query answers as pinned, and stops doing so when what it rests on is taken away."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from garrison.edition.build import build
from garrison.edition.catalogue import SavedQuery
from garrison.edition.finder import published_edition
from garrison.edition.query_files import read_catalogue
from garrison.rdf.prefixes import PREFIXES
from garrison.rdf.sparql import bind, scan
from garrison.services.query_checks import agrees as rows_agree
from garrison.services.query_checks import pinned_answer as pinned

EDITION = published_edition()
ALL = sorted(read_catalogue(EDITION / "queries").queries.values(), key=lambda query: query.name)
QUERIES = [query for query in ALL if not query.is_guard]
GUARDS = [query for query in ALL if query.is_guard]
RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")

by_name = pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)


@cache
def edition_store() -> ox.Store:
    store = ox.Store()
    store.load(build(EDITION).nquads, format=ox.RdfFormat.N_QUADS)
    return store


def answer(query: SavedQuery, store: ox.Store) -> list[dict[str, str]]:
    """The rows as CSV has them: plain strings by column."""
    solutions = store.query(bind(query.text, scan(query.text), query.bind({})))
    assert isinstance(solutions, ox.QuerySolutions)
    text = (solutions.serialize(format=ox.QueryResultsFormat.CSV) or b"").decode()
    return list(csv.DictReader(io.StringIO(text)))


def agrees(query: SavedQuery, store: ox.Store) -> bool:
    """As ``garrison check`` compares."""
    return rows_agree(answer(query, store), pinned(query))


def supports(query: SavedQuery) -> Iterator[tuple[str, list[ox.Quad]]]:
    """What the query rests on: all quads of each predicate, and of each class, that its text names."""
    store = edition_store()
    named = {node for node in constants(query) if isinstance(node, ox.NamedNode)}
    for node in sorted(named, key=str):
        quads = list(store.quads_for_pattern(None, node, None)) + list(store.quads_for_pattern(None, RDF_TYPE, node))
        if quads:
            yield node.value, quads


def constants(query: SavedQuery) -> set[ox.NamedNode]:
    """Every IRI that the query names by a prefixed name, read without a parser of our own."""
    prefixes = dict(
        line.split()[1:3] for line in query.text.splitlines() if line.startswith("PREFIX ") and len(line.split()) == 3
    )
    pattern = re.sub(r'<[^<>\s]*>|"[^"]*"|#.*', " ", query.body)
    return {
        ox.NamedNode(prefixes[f"{prefix}:"].strip("<>") + local)
        for prefix, local in re.findall(r"(?<![\w?])([a-z][\w-]*):([\w-]+)", pattern)
        if f"{prefix}:" in prefixes
    }


def test_there_are_queries_for_every_subject() -> None:
    assert {query.subject for query in QUERIES} >= {
        "people",
        "units",
        "places",
        "treaties",
        "operations",
        "time",
        "sources",
    }
    assert len(QUERIES) >= 40


@by_name
def test_a_query_has_the_header_that_the_rules_ask_for(query: SavedQuery) -> None:
    assert set(query.summary) == {"en", "ru"}
    assert query.description
    assert query.tags
    assert query.returns


@by_name
def test_a_query_returns_the_columns_that_its_header_promises(query: SavedQuery) -> None:
    solutions = edition_store().query(query.text)
    assert isinstance(solutions, ox.QuerySolutions)
    assert tuple(variable.value for variable in solutions.variables) == query.returns


@by_name
def test_a_query_uses_every_prefix_that_it_declares_in_order(query: SavedQuery) -> None:
    declared = [line.split()[1] for line in query.text.splitlines() if line.startswith("PREFIX ")]
    body = "\n".join(line for line in query.body.splitlines() if not line.startswith("PREFIX "))
    assert declared == sorted(declared)
    assert [prefix for prefix in declared if prefix not in body] == []


@by_name
def test_a_query_answers_as_pinned(query: SavedQuery) -> None:
    assert agrees(query, edition_store()), f"see the answer: garrison query {query.name} --format csv"


@by_name
def test_a_pin_names_columns_of_the_query_and_has_rows(query: SavedQuery) -> None:
    rows = pinned(query)
    assert rows
    assert set(rows[0]) <= set(query.returns)


@by_name
def test_an_answer_fails_its_pin_when_what_it_rests_on_is_taken_away(query: SavedQuery) -> None:
    """One mutation for each predicate and each class; the store is mended after each."""
    store = edition_store()
    rests_on = list(supports(query))
    survived = []
    for name, quads in rests_on:
        for quad in quads:
            store.remove(quad)
        try:
            if agrees(query, store):
                survived.append(name)
        finally:
            store.extend(quads)
    assert survived == [], "these can go without the pin noticing"
    assert rests_on, "nothing was taken away"
    assert agrees(query, store)


def test_every_pin_belongs_to_a_query() -> None:
    pins = {path.with_suffix("") for path in (EDITION / "queries").rglob("*.csv")}
    assert pins == {query.path.with_suffix("") for query in QUERIES}


def test_nothing_but_queries_and_their_pins_stands_among_the_queries() -> None:
    folder: Path = EDITION / "queries"
    strangers = [path for path in folder.rglob("*") if path.is_file() and path.suffix not in {".rq", ".csv", ".md"}]
    assert strangers == []


# What breaks the data so that a guard must speak, as triples in the default graph or in claims.
BROKEN = {
    "ends-before-it-begins-violation": """
        event:capture-of-nikel gar:begin "1944-10-30"^^xsd:date .""",
    "extent-with-a-point-violation": """
        state:norway gar:coordinates "POINT(14.088938 64.457246)" .""",
    "part-outside-its-whole-violation": """
        event:capture-of-nikel gar:subEventOf event:winter-war .""",
    "written-before-birth-violation": """
        work:one-hundred-nights gar:author person:nobody .
        person:nobody a gar:Person ; gar:begin "1990-01-01"^^xsd:date .""",
    "dispute-without-a-loser-violation": """
        claim:c0541 gar:disputes claim:c9999 .
        claim:c9999 gar:standing standing:accepted .
        claim:c9999 { event:bombing-of-bornholm gar:civilianDeaths 99 }""",
}


@pytest.mark.parametrize("query", GUARDS, ids=lambda query: query.name)
def test_a_guard_is_silent_until_the_data_are_broken(query: SavedQuery) -> None:
    store = edition_store()
    assert answer(query, store) == []
    prefixes = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
    broken = list(ox.parse(prefixes + BROKEN[query.name], ox.RdfFormat.TRIG))
    store.extend(broken)
    try:
        assert answer(query, store)
    finally:
        for quad in broken:
            store.remove(quad)
    assert answer(query, store) == []


@pytest.mark.parametrize("query", GUARDS, ids=lambda query: query.name)
def test_a_guard_says_what_it_guards_in_both_languages(query: SavedQuery) -> None:
    assert set(query.summary) == {"en", "ru"} and query.description
    assert query.tags == ("guards",) and query.returns
