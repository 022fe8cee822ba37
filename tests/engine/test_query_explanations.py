"""A malformed query is explained by its place, what stands there and what belongs there."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from engine.test_query_scanner import VALID
from garrison.engine.failures import verdict_on
from garrison.engine.interface import QueryRequest
from garrison.engine.verdict import Outcome
from garrison.errors import MalformedQuery
from garrison.rdf.sparql import explain, scan

AFTER_SCAN = [
    ("SELECT ?s\nWHERE { ?s ?p }", 2, 15, "after ?p comes an object, not }."),
    ("ASK { ?s ?p ?o ?x }", 1, 16, "after ?o comes , . ; { {| } ~ or BIND, not ?x."),
    ("SELECT ?s WHERE ?s ?p ?o", 1, 17, "after WHERE comes a pattern in { }, not ?s."),
    ("ASK { ?s ?p ?o FILTER ?o > 3 }", 1, 23, "after FILTER comes a condition in ( ), or a function, not ?o."),
    ("ASK { FILTER(1 == 1) }", 1, 17, "after = comes an expression, not =."),
    ("SELECT COUNT(?s) {}", 1, 8, "after SELECT comes *, a variable, or (expression AS ?variable), not COUNT."),
    ("SELECT (COUNT(*) ?n) {}", 1, 18, "after ) comes AS or an operator, not ?n."),
    ("ASK { FILTER(?x = 1 ?y) }", 1, 21, "after 1 comes ) or an operator, not ?y."),
    ("ASK { FILTER(?x ?y) }", 1, 17, "after ?x comes ) or an operator, not ?y."),
    ("SELECT * {} LIMIT", 1, 18, "after LIMIT comes a number, not the end of the query."),
    ("ASK { ?s 'x' ?o }", 1, 10, "after ?s comes a predicate and an object, not 'x'."),
    ("ASK {} ASK {}", 1, 8, "after } comes"),
    ("ASK { << ?s ?p >> ?q ?o }", 1, 16, "after ?p comes a term, not >>."),
    ("ASK { << ?s <x:p>/<x:q> ?o >> ?q ?z }", 1, 18, "after <x:p> comes"),
    ("ASK { << ?s ?p [ ?q ?o ] >> }", 1, 18, "after [ comes ], not ?q."),
    ("ASK { ?r ?q <<( ?s ?p ( 1 2 ) )>> }", 1, 23, "after ?p comes a term"),
    ("ASK { ?r ?q <<( ?s ?p ?o ~ ?x )>> }", 1, 26, "after ?o comes ), not ~."),
    ("ASK { ?s ?p ?o {| |} }", 1, 19, "after {| comes a predicate and an object, not |}."),
    ("ASK { ?s ?p ?o {| ?q |} }", 1, 22, "after ?q comes an object, not |}."),
    ("ASK { ?s ?p ~ ?r ?o }", 1, 13, "after ?p comes an object, not ~."),
    ("ASK { ?s ?p ?o ~ 'x' }", 1, 18, "after ~ comes"),
    ("ASK { BIND(<< ?s ?p ?o >> AS ?t) }", 1, 12, "after ( comes an expression, not <<."),
    ("ASK { BIND(<<( ?s ?p [] )>> AS ?t) }", 1, 22, "after ?p comes"),
    ("ASK { VALUES ?t { <<( ?s <x:p> 1 )>> } }", 1, 23, "after <<( comes an IRI, not ?s."),
    ("ASK { FILTER(isTRIPLE ?t) }", 1, 23, "after isTRIPLE comes arguments in ( ), not ?t."),
    ("ASK { BIND(TRIPLE(?s ?p ?o) AS ?t) }", 1, 22, "after ?s comes"),
]
IN_SCAN = [
    ("", 1, 1, "a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, not with nothing."),
    ("@prefix a: <x:> .", 1, 1, "a query begins with"),
    ("SELECT name {}", 1, 8, "name is no keyword or function of SPARQL; a variable begins with ?."),
    (
        "ASK { ?s foaf:name ?o }",
        1,
        10,
        "the prefix foaf: is not declared; add PREFIX foaf: <http://xmlns.com/foaf/0.1/> at the top.",
    ),
    ("ASK { ?s ex:name ?o }", 1, 10, "the prefix ex: is not declared; add PREFIX ex: <...> at the top."),
    ("ASK { ?s ?p (1 }", 1, 16, "} cannot close the ( of line 1, column 13."),
    ("ASK {\n{ ?s ?p ?o }", 1, 5, "this { is never closed."),
    ("ASK {} }", 1, 8, "this } closes nothing."),
    ("ASK { ?s ?p 'x }", 1, 13, "this string is not closed"),
    ("ASK { ?s <a b> ?o }", 1, 10, "this < begins an IRI that is not closed"),
    ("ASK { ?s <http://[a> ?o }", 1, 10, "<http://[a> is not a valid IRI."),
    ("PREFIX ex: <//[a> ASK {}", 1, 12, "<//[a> is not a valid IRI."),
    (r"\u0041SK {}", 1, 1, "escapes are understood in strings, IRIs and names only."),
    ("ASK { ?s ?p ?o² }", 1, 15, "the character '²' has no meaning here."),
    ("VERSION 1.2 ASK {}", 1, 9, 'VERSION is followed by a string such as "1.2", not by 1.2.'),
    ("VERSION '''1.2''' ASK {}", 1, 9, "VERSION is followed by a string with one quote at either end."),
    ("ASK { << ?s ?p ?o ?q 1 }", 1, 24, "} cannot close the << of line 1, column 7."),
    ("ASK { <<( ?s ?p ?o >> ?q 1 }", 1, 20, ">> cannot close the <<( of line 1, column 7."),
    ("ASK { << ?s ?p ?o )>> ?q 1 }", 1, 19, ") cannot close the << of line 1, column 7."),
    ("ASK { ?s ?p ?o {| ?q 1 }", 1, 24, "} cannot close the {| of line 1, column 16."),
    ("ASK { ?s ?p ?o |} }", 1, 16, "|} cannot close the { of line 1, column 5."),
    ("PREFIX ex <x:> ASK {}", 1, 8, "PREFIX is followed by a prefix such as ex:, not by ex."),
]
BEYOND_GRAMMAR = [
    ("SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }", "neither in GROUP BY nor inside an aggregate"),
    ("SELECT * { ?s ?p ?o } GROUP BY ?s", "cannot stand with GROUP BY"),
    ("SELECT (1 AS ?s) { ?s ?p ?o }", "that the pattern binds already"),
    ("SELECT ?s ?s { ?s ?p ?o }", "names a variable twice"),
    ("ASK { BIND(1 AS ?x) BIND(2 AS ?x) }", "column 31: ?x has a value here already; BIND needs a new variable."),
    ("ASK { ?s ?p ?x . { ?x ?q ?y } BIND(2 AS $y) }", "column 41: $y has a value here already"),
    ("ASK { _:b ?p ?o { _:b ?q ?r } }", "column 19: _:b stands in another group already"),
    ("SELECT * {} LIMIT 99999999999999999999", "LIMIT is a number up to 18,446,744,073,709,551,615."),
    ("SELECT * {} OFFSET 18446744073709551616", "OFFSET is a number up to"),
    ("ASK { FILTER(- - ?x = 1) }", "column 18: after - comes a number, not ?x."),
    ("ASK { BIND(STRLEN('a', 'b') AS ?x) }", "column 12: STRLEN takes 1 argument, and here it has 2."),
    ("ASK { BIND(SUBSTR(STR(1, 2), 1) AS ?x) }", "column 19: STR takes 1 argument, and here it has 2."),
    ("ASK { FILTER(REGEX('a')) }", "REGEX takes 2 to 3 arguments, and here it has 1."),
    ("ASK { ?s <x:p>/<x:q> ?o {| ?r ?z |} }", "a property path is none"),
    ("ASK { FILTER(isTRIPLE()) }", "isTRIPLE takes 1 argument, and here it has 0."),
    ("ASK { VALUES (?a ?b) { (1) } }", "column 24: VALUES names 2 variables, and this row has 1 of their values."),
    (
        "ASK { VALUES (?a ?b) { ('x'@en UNDEF) ('y'^^<x:t> <<( <x:s> <x:p> 1 )>> 3) } }",
        "VALUES names 2 variables, and this row has 3",
    ),
]


@pytest.mark.parametrize(("text", "line", "column", "sentence"), AFTER_SCAN)
def test_the_first_token_out_of_place_is_named(text: str, line: int, column: int, sentence: str) -> None:
    scan(text)
    with pytest.raises(SyntaxError):
        ox.Store().query(text)
    error = explain(text)
    assert error and (error.line, error.column) == (line, column)
    assert str(error).startswith(f"Line {line}, column {column}: {sentence}")


@pytest.mark.parametrize(("text", "line", "column", "sentence"), IN_SCAN)
def test_what_the_scanner_notices_is_told_with_its_place(text: str, line: int, column: int, sentence: str) -> None:
    with pytest.raises(MalformedQuery) as caught:
        scan(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert str(caught.value).startswith(f"Line {line}, column {column}: {sentence}")


@pytest.mark.parametrize(("text", "sentence"), BEYOND_GRAMMAR)
def test_a_rule_beyond_the_grammar_is_named(text: str, sentence: str) -> None:
    with pytest.raises(SyntaxError) as caught:
        ox.Store().query(text)
    verdict = verdict_on(caught.value, QueryRequest(text, ""))
    assert verdict.outcome is Outcome.MALFORMED
    assert sentence in verdict.reason and verdict.line == 1


@pytest.mark.parametrize(("form", "text"), VALID)
def test_nothing_is_found_wrong_with_a_valid_query(form: str, text: str) -> None:
    assert explain(text) is None, form
