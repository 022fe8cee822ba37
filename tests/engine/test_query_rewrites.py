"""What is evaluated in place of a slow query has the same answer, and everything else stays as it is."""

from __future__ import annotations

from collections import Counter
from random import Random

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from garrison.engine.client import EngineClient
from garrison.engine.interface import QueryRequest
from garrison.engine.wire import decode_query, encode_query
from garrison.errors import MalformedQuery, SettingsError
from garrison.rdf.sparql.rewrites import SHAPES, rewrite
from garrison.services.query import QueryService
from garrison.settings import REWRITE_NAMES, Settings
from random_queries import PREFIXES, QueryWriter, random_store

BASE = "http://campaign.example"
IS_REWRITTEN = {
    "constants": {
        "SELECT * { ?x :p ?y ; :q ?z FILTER(?x = :a) }": "VALUES ?x { <http://x.example/a> }",
        "SELECT * { ?x :p ?y FILTER(?x IN (:a, <http://x.example/a>, :b)) }": "example/a> <http://x.example/b> }",
        "SELECT * { ?x :p ?y . FILTER(:a = ?x && ?y > 3) OPTIONAL { ?y :q ?z } }": "FILTER(:a = ?x && ?y > 3)",
        "SELECT * { ?x :p ?y FILTER(?x = :a || sameTerm(:b, ?x)) . ?y :q ?z }": "FILTER(true) . ?y",
        "SELECT * { ?x ?p ?y FILTER(?p = :q) OPTIONAL { ?x :r ?z } }": "VALUES ?p",
        "SELECT * { { ?x :p ?y FILTER(?x = :a) } UNION { SELECT ?x { ?x :q ?y FILTER(?x = :b) } } }": "x.example/b> }",
        "ASK { GRAPH ?g { ?x :p ?y FILTER(?x = :a) } }": "GRAPH ?g { VALUES ?x",
        "CONSTRUCT { ?x :p 1 } WHERE { ?x :p ?y FILTER(?x = :a) }": "{ ?x :p 1 } WHERE { VALUES ?x",
    },
    "joins": {
        "SELECT * { ?x :p ?y . ?z :q ?w FILTER(?x = ?w) }": "{ ?x :p ?y . BIND(?x AS ?w) ?z :q ?w FILTER",
        "SELECT * { ?x :p ?y . ?z :q ?w . ?y :r ?u . FILTER(sameTerm(?w, ?x)) }": "?y :r ?u . BIND(?x AS ?w) ?z",
        "SELECT * { ?x a :b . :a :q ?w FILTER(?x = ?w) }": "{ :a :q ?w . BIND(?w AS ?x) ?x a :b",
        "SELECT * { ?x :p ?y . ?z :q ?w FILTER(?y = ?w && ?x != ?z) }": "UNION",
    },
    "existence": {
        "SELECT * { ?x :p ?y FILTER EXISTS { ?x :q ?k . ?k :r ?y } }": "{ ?x :q ?k FILTER EXISTS { ?k :r ?y } }",
        "SELECT * { ?x :p ?y FILTER NOT EXISTS { ?k :r :a . ?x :q ?k } }": "{ ?x :q ?k FILTER EXISTS { ?k :r :a } }",
        "SELECT * { ?x :p ?y FILTER EXISTS { ?x :q/:r ?y } }": "{ ?x :q ?step1 FILTER EXISTS { ?step1 :r ?y } }",
        "SELECT * { ?x :p ?y OPTIONAL { ?y :q ?z FILTER NOT EXISTS { ?z :q ?k . ?k :q ?l } } }": "FILTER EXISTS",
    },
}
STAYS = (
    # of constants
    "SELECT * { ?x :p ?y OPTIONAL { ?z :q ?y } FILTER(?z = :a) }",  # unbound in some solutions
    "SELECT * { OPTIONAL { ?x :q ?y } ?x :p ?y FILTER(?x = :a) }",
    "SELECT * { ?x :p* ?y FILTER(?x = :a) }",  # a path of no steps finds any term
    "SELECT * { ?x :p ?y FILTER(?x = 1) }",
    "SELECT * { ?x :p ?y FILTER(?x IN (:a, 1)) }",
    "SELECT * { ?x :p ?y FILTER(?x NOT IN (:a)) }",
    "SELECT * { ?x :p ?y FILTER(!(?x = :a)) }",
    "SELECT * { ?x :p ?y FILTER(?x = :a || ?y = :b) }",
    "SELECT * { ?x :p ?y FILTER(?x = :a || ?y > 3) }",
    "SELECT * { ?x :p ?y FILTER(IF(?x = :a, true, ?y)) }",
    "BASE <http://x.example/> SELECT * { ?x :p ?y FILTER(?x IN (<a>, <./a>)) }",  # resolved by the evaluator alone
    "SELECT * { ?x :p ?y LATERAL { ?y :q ?z FILTER(?y = :a) } FILTER(?x = :a) }",
    "SELECT * { ?x :p ?y FILTER EXISTS { ?y :q ?z FILTER(?y = :a) } }",
    # of constants: the evaluator would begin with what many triples hold
    "SELECT * { ?x a ?y ; :p :a FILTER(?y = :b) }",
    "SELECT * { :a :p ?x { ?x ?p ?y FILTER(?p = :q) } }",
    "SELECT * { ?x ?p ?y FILTER(?p = :q) } VALUES ?x { :a }",
    # of joins
    "SELECT * { ?x :p ?y . ?z :q ?w FILTER(?x != ?w) }",
    "SELECT * { ?x :p ?y . ?z :q ?w FILTER(?x = ?w || ?y = ?w) }",
    "SELECT * { ?x :p ?y . ?y :q ?w FILTER(?x = ?w) }",  # joined already
    "SELECT * { ?x :p ?y . ?z :q ?w . ?u :r ?v FILTER(?x = ?w) }",
    "SELECT * { ?x :p ?y . ?z :q [ :p ?w ] FILTER(?x = ?w) }",
    "SELECT * { :a :p ?y . :b :q ?w FILTER(?y = ?w) }",  # quick as it is
    "SELECT * { ?x :p ?y FILTER(?x = ?w) ?z :q ?w }",
    "SELECT * { ?x :p ?y OPTIONAL { ?z :q ?w } FILTER(?x = ?w) }",
    # of existence
    "SELECT * { ?x :p ?y FILTER EXISTS { ?x :q ?k ; :r ?l } }",  # looked up as it is
    "SELECT * { ?x :p ?y FILTER EXISTS { ?k :q ?l . ?l :r ?k } }",  # hangs on nothing
    "SELECT * { ?x :p ?y FILTER EXISTS { ?x :q _:k . _:k :r ?y } }",
    "SELECT * { ?x :p ?y FILTER EXISTS { ?x :q ?k . OPTIONAL { ?k :r ?y } } }",
    "SELECT * { ?x :p ?y FILTER(EXISTS { ?x :q ?k . ?k :r ?y } || ?y = 1) }",
    # the evaluator may let ?y in from outside, as its plan has it
    "SELECT * { ?y :p ?z { ?x :p 1 FILTER EXISTS { ?x :q ?k . ?k :r ?y } } }",
    "SELECT * { ?y :p ?z . ?u :q ?w FILTER(?y = ?w) { ?x :p 1 FILTER EXISTS { ?x :q ?y } } }",
)


def _answer(store: ox.Store, text: str) -> object:
    """The names and solutions of a query, in no order; or that it breaks a rule beyond the grammar."""
    try:
        results = store.query(text, prefixes=PREFIXES)
    except SyntaxError:
        return SyntaxError
    if isinstance(results, ox.QuerySolutions):
        names = [variable.value for variable in results.variables]
        return names, Counter(tuple(str(solution[name]) for name in names) for solution in results)
    return bool(results)


@pytest.mark.parametrize("name", SHAPES)
@given(random=st.integers(0, 2**32).map(Random))
def test_a_random_query_has_the_same_answer_over_random_data(name: str, random: Random) -> None:
    for text in (QueryWriter(random).query() for _ in range(8)):
        rewritten = rewrite(text, (name,), PREFIXES)
        if rewritten == text:
            continue
        for store in (random_store(random) for _ in range(3)):
            assert _answer(store, rewritten) == _answer(store, text), f"{text}\n{rewritten}"


@pytest.mark.parametrize(
    ("name", "text", "part"), [(name, *each) for name, texts in IS_REWRITTEN.items() for each in texts.items()]
)
def test_each_shape_is_found(name: str, text: str, part: str) -> None:
    rewritten = rewrite(text, (name,), PREFIXES)
    assert part in rewritten
    random = Random(text)
    for store in (random_store(random) for _ in range(50)):
        assert _same_solutions(store, text, rewritten)


def _same_solutions(store: ox.Store, text: str, rewritten: str) -> bool:
    if not text.startswith("CONSTRUCT"):
        return _answer(store, text) == _answer(store, rewritten)
    first, second = (store.query(each, prefixes=PREFIXES) for each in (text, rewritten))
    assert isinstance(first, ox.QueryTriples) and isinstance(second, ox.QueryTriples)
    return set(map(str, first)) == set(map(str, second))


@pytest.mark.parametrize("text", STAYS)
def test_what_only_resembles_a_shape_stays_as_it_is(text: str) -> None:
    ox.Store().query(text, prefixes=PREFIXES)
    assert rewrite(text, prefixes=PREFIXES) == text


@given(random=st.integers(0, 2**32).map(Random), start=st.floats(0, 1), end=st.floats(0, 1))
def test_a_text_that_is_no_query_stays_as_it_is(random: Random, start: float, end: float) -> None:
    text = QueryWriter(random).query()
    cut = text[: int(start * len(text))] + text[int(end * len(text)) :]
    rewritten = rewrite(cut, prefixes=PREFIXES)
    assert _answer(ox.Store(), rewritten) == _answer(ox.Store(), cut)


def test_a_query_is_answered_from_the_text_that_is_faster(service: QueryService, engine: EngineClient) -> None:
    text = f"SELECT ?men {{ ?unit <{BASE}/strength> ?men FILTER(?unit = <{BASE}/unit/7>) }}"
    assert [row["men"].value for row in service.select(text)] == ["7 men"]
    request = QueryRequest(text, "text/csv", rewritten=text.replace("/7", "/8"))
    with engine.start(request) as run:
        assert run.first() + b"".join(run.chunks()) == b"men\r\n8 men\r\n"


def test_a_rewritten_text_that_is_none_is_passed_over(engine: EngineClient) -> None:
    request = QueryRequest(
        "SELECT (1 AS ?n) { }", "text/csv", rewritten="SELECT (1 AS ?n) { BIND(2 AS ?m) BIND(3 AS ?m) }"
    )
    with engine.start(request) as run:
        assert run.first() + b"".join(run.chunks()) == b"n\r\n1\r\n"


def test_a_rule_that_is_broken_is_told_with_its_place_in_the_text_as_it_was_sent(service: QueryService) -> None:
    text = f"SELECT ?men {{ ?unit <{BASE}/strength> ?men FILTER(?unit = <{BASE}/unit/7>)\n  BIND(1 AS ?men) }}"
    with pytest.raises(MalformedQuery, match=r"Line 2, column 13: \?men has a value here already"):
        service.select(text)


def test_a_parameter_is_all_that_a_query_begins_with(pool_requests: list[QueryRequest], told: QueryService) -> None:
    text = "SELECT * { ?s ?p ?o FILTER(?p = <x:p>) FILTER EXISTS { ?s <x:q> ?k . ?k <x:r> ?o } }"
    told.select(text)
    told.select(text, {"s": f"<{BASE}/unit/1>"})
    alone, given = (request.rewritten for request in pool_requests)
    assert "VALUES ?p" in alone and "FILTER EXISTS { ?k" in alone
    assert "VALUES" not in given and "FILTER EXISTS { ?k" in given


@pytest.mark.parametrize("off", REWRITE_NAMES)
def test_each_rewrite_can_be_switched_off(off: str, pool_requests: list[QueryRequest], engine: EngineClient) -> None:
    recorded = QueryService(_Recording(engine, pool_requests), no_rewrites=(off,))
    for texts in IS_REWRITTEN.values():
        text = next(iter(texts)).replace(":", "x:")
        recorded.select(f"PREFIX x: <http://x.example/> {text}")
    applied = [bool(request.rewritten) for request in pool_requests]
    assert applied == [off not in (name, "all") for name in IS_REWRITTEN]


def test_the_setting_knows_every_rewrite_by_name(snapshot: object) -> None:
    assert (*SHAPES, "all") == REWRITE_NAMES
    with pytest.raises(SettingsError, match="no-rewrite"):
        Settings(edition=snapshot, no_rewrites=("joints",))  # type: ignore[arg-type]


def test_a_request_keeps_both_texts_on_its_way() -> None:
    request = QueryRequest("ASK { } # \0 \n", "text/csv", rewritten='ASK { FILTER("\\u0041" = "é") }')
    assert decode_query(encode_query(request)) == request


class _Recording(EngineClient):
    """The engine, and what it was asked."""

    def __init__(self, engine: EngineClient, requests: list[QueryRequest]) -> None:
        self.__dict__ |= engine.__dict__
        self._requests = requests

    def start(self, request: QueryRequest):  # type: ignore[no-untyped-def]
        self._requests.append(request)
        return super().start(request)


@pytest.fixture
def pool_requests() -> list[QueryRequest]:
    return []


@pytest.fixture
def told(engine: EngineClient, pool_requests: list[QueryRequest]) -> QueryService:
    return QueryService(_Recording(engine, pool_requests))
