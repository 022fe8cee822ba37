"""The scanner tells forms and sizes, and nothing that the evaluator would call out for gets past it."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from garrison.errors import EndpointError, MalformedQuery, QueryRefused
from garrison.rdf.sparql import Caps, bind, scan

QUERIES = Path(__file__).parents[2] / "queries"
EX = "PREFIX ex: <http://x.example/> "
VALID = [
    ("SELECT", 'VERSION "1.2" SELECT * {}'),
    ("SELECT", "select*where{?s?p?o}"),
    ("SELECT", "# service\nSELECT $a WHERE { $a ?service 'SERVICE <http://x>' } # SERVICE"),
    ("SELECT", "SELECT (COUNT(DISTINCT *) AS ?n) WHERE {}"),
    ("SELECT", "SELECT ?s (GROUP_CONCAT(?o; SEPARATOR=',') AS ?x) { ?s ?p ?o } GROUP BY ?s HAVING(COUNT(?o)>1)"),
    ("SELECT", "SELECT * { ?s ?p ?o } ORDER BY DESC(?o) ?s LIMIT 1 OFFSET 1 VALUES ?s { UNDEF }"),
    ("SELECT", "SELECT * { ?s ?p ?o FILTER(?o<?p&&?s>?o) FILTER(?o <<http://x>) FILTER(1<2||1>-1) }"),
    ("SELECT", "SELECT (?a<?b AS ?c) { ?a ?d ?b } ORDER BY ?c <http://www.w3.org/2001/XMLSchema#integer>(?a)"),
    ("SELECT", "SELECT * { ?s ?p 'y'^^<y:>, \"a\"@en--ltr, '''b'c''', 1.5e3, .5, -1, 1.e5, true . }"),
    ("SELECT", "SELECT * { [] ?p (1 [ ?q 2 ]) . _:a..b a _:1 . ?s a|^a ?o, () }"),
    ("SELECT", "SELECT * { { SELECT ?s { ?s ?p ?o } } UNION { } MINUS { } OPTIONAL { FILTER NOT EXISTS { } } }"),
    ("SELECT", "SELECT ?été { VALUES (?été ?b) { (<http://a> UNDEF) ('''x''' 1) } }"),
    ("SELECT", "BASE <http://x/> PREFIX : <y#> SELECT * FROM <a> FROM NAMED :b { :a.b :c :d. GRAPH ?g { } }"),
    ("SELECT", EX + r"SELECT * { ?s ex:a\-b%41:c/ex:b*|!(ex:c|^a)+ ?o }"),
    ("SELECT", EX + "SELECT * { << ?s ex:a ?o >> ex:b <<( ?s ex:a ?o )>> . ?s ?p ?o ~ ex:r {| ex:x ?y |} }"),
    ("SELECT", EX + "SELECT * { ?s ?p ?o BIND(<<( ?s ex:a ?o )>> AS ?t) FILTER(isTRIPLE(?t) && ?t = ?t) }"),
    ("SELECT", "version '1.2' SELECT * { << ?s ?p << ?a ?b [] >> ~ >> ?q <<( _:x a <<( [] ?c 'y'@en--rtl )>> )>> }"),
    (
        "SELECT",
        "SELECT * { << ?s ?p ?o ~ _:r >> . ?s ?p 1 ~ {| a ?c |} ~ ?r {| <x:q>/<x:t> [ ?v (<< ?s ?p ?o >>) ] |} , 2 ~ }",
    ),
    (
        "SELECT",
        "SELECT * { VALUES ?t { <<( <x:s> a <<( <x:s> <x:p> 'x'^^<x:t> )>> )>> } FILTER(?t IN (<<( ?s ?p 1 )>>)) }",
    ),
    (
        "SELECT",
        "SELECT (TRIPLE(<x:s>, <x:p>, -1) AS ?t) (SUBJECT(?t) AS ?s) (PREDICATE(?t) AS ?p) (OBJECT(?t) AS ?o) {}",
    ),
    (
        "SELECT",
        "SELECT (STRLANGDIR('x', 'ar', 'rtl') AS ?x) (LANGDIR(?x) AS ?d) { FILTER(hasLANG(?x) || hasLANGDIR(?x)) }",
    ),
    (
        "SELECT",
        "SELECT (SUBJECT(?t) AS ?s) (COUNT(*) AS ?n) { ?r ?q ?t FILTER isTRIPLE(?t) } GROUP BY ?t ORDER BY OBJECT(?t)",
    ),
    ("CONSTRUCT", "CONSTRUCT { ?s ?p ?o ~ ?r {| ?q ?z |} . ?r ?q <<( ?s ?p ?o )>> } { ?s ?p ?o ~ ?r {| ?q ?z |} }"),
    ("CONSTRUCT", "CONSTRUCT WHERE { << ?s ?p ?o >> ?q ?z ; a ?c }"),
    ("DESCRIBE", "DESCRIBE ?r { ?s ?p ?o ~ ?r }"),
    ("SELECT", "PREFIX service: <http://x/> SELECT * { ?s a service:load . GRAPH service:g { ?s ?p ?o } }"),
    ("SELECT", "SELECT ?SERVICE { ?SERVICE <http://x/SERVICE> _:SERVICE , 'x'@service }"),
    ("ASK", "ASK{}"),
    ("ASK", "ASK FROM <http://x.example/g> WHERE { ?s ?p ?o FILTER EXISTS { ?s a ?o } }"),
    ("CONSTRUCT", "CONSTRUCT WHERE { ?s ?p ?o }"),
    ("CONSTRUCT", "CONSTRUCT { ?s ?p ?o . } FROM <http://x.example/g> WHERE { ?s ?p ?o }"),
    ("DESCRIBE", "DESCRIBE <http://x.example/a>"),
    ("DESCRIBE", "DESCRIBE ?s WHERE { ?s ?p ?o LATERAL { ?o ?q ?x } }"),
]
CALL = "<http://127.0.0.1:1/> {?a ?b ?c}"  # a port that pyoxigraph knows and never connects to
XSD = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> PREFIX FILTERxsd: <http://x/> "
CALLS = [
    "SELECT * { SERVICE " + CALL + " }",
    "SELECT * { SERVICE?s {} }",
    "SELECT * { ?s ?p ?o .sErViCe#\n" + CALL + " }",
    "SELECT * { ?s ?p ?o . { SELECT * { SERVICE SILENT " + CALL + " } } }",
    "SELECT * { VALUES ?x {1} SERVICE " + CALL + " }",
    # No space is needed behind a keyword, so a name can be taken apart.
    "PREFIX ex: <http://127.0.0.1:1/> PREFIX SERVICEex: <http://x/> SELECT * { ?s ?p ?o . SERVICEex:a {} }",
    "PREFIX SERVICE: <http://127.0.0.1:1/> SELECT * { ?s ?p ?o . SERVICESERVICE:a {} }",
    # < compares after an operand: what follows is no IRI, and the # a comment.
    "SELECT * { ?s ?p ?o FILTER(?o<?z#>'''\n || true) SERVICE " + CALL + " } #'''",
    "SELECT * { ?s ?p ?o FILTER(EXISTS{}<?z#>'''\n || true) SERVICE " + CALL + " } #'''",
    XSD + "SELECT * { ?s ?p ?o FILTERxsd:boolean(true||?o<?z#>'''\n) SERVICE " + CALL + " } #'''",
    # A string that its escapes make invalid is read again, as two shorter ones.
    "SELECT * { VALUES (?a ?b) { ('''x') } SERVICE " + CALL + " } # \\q''')}}",
    "SELECT * { VALUES (?a ?b) { ('''x') } SERVICE " + CALL + " } # \\uD800''')}}",
    # A name whose IRI is not valid is read again, as a shorter one and a keyword.
    "PREFIX ex: <http://x:> SELECT * { { ?s ?p ex:SERVICE " + CALL + " } UNION { SERVICE " + CALL + " } }",
    "PREFIX y: <http://127.0.0.1:1/> PREFIX h: <http://x/#> SELECT * { ?s ?p h:SERVICEy:z\\# {?a ?b ?c} }",
]
PIECES = """?s ?p ?o ¦.¦ ¦\n¦#¦#'''\n¦'''¦"¦\\¦\\q¦{¦}¦(¦)¦[¦]¦<¦<<¦<<(¦>>¦>¦?a<?b¦<?b#>¦<http://x/>¦ex:¦ex:a¦p:a¦h:
¦SERVICE¦SERVICEex:a ¦seRvice ¦FILTER(¦FILTERxsd:boolean(¦true¦1.¦'a'¦@en¦^^¦VALUES (?x ?y) {(¦)}¦OPTIONAL {
¦BIND(1 AS ?z¦GRAPH ¦EXISTS {¦,¦;¦a ¦_:b.¦IN (¦*¦/¦~¦||¦|¦{|¦|}¦{?a ?b ?c}¦<http://127.0.0.1:1/>¦\u0e01¦\u00a0"""
FRAGMENTS = st.sampled_from(PIECES.split("¦"))
PROLOGUE = (
    "PREFIX ex: <http://127.0.0.1:1/> PREFIX SERVICEex: <http://x/> PREFIX p: <http://x:> PREFIX h: <http://x/#> " + XSD
)


@pytest.fixture(scope="module")
def store() -> ox.Store:
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("http://x/s"), ox.NamedNode("http://x/p"), ox.Literal("1")))
    return store


@pytest.mark.parametrize(("form", "text"), VALID)
def test_a_valid_query_passes_and_its_form_is_told(store: ox.Store, form: str, text: str) -> None:
    results = {"SELECT": ox.QuerySolutions, "ASK": ox.QueryBoolean}
    assert isinstance(store.query(text), results.get(form, ox.QueryTriples))
    assert scan(text).form == form


@pytest.mark.parametrize("path", sorted(QUERIES.rglob("*.rq")), ids=lambda path: path.stem)
def test_every_saved_query_passes(path: Path) -> None:
    assert scan(path.read_text("utf-8")).where is not None


@pytest.mark.parametrize("text", CALLS)
def test_a_call_to_another_endpoint_never_passes(text: str) -> None:
    with pytest.raises(EndpointError):
        scan(text)


@given(st.text(max_size=200))
@example("\ud800")
@example("SELECT * { ?s ?p '\ud800' }")
@example("PREFIX ex: <http://[> SELECT * {}")
@example("BASE <http://x/> SELECT * { <//[> ?p ?o }")
def test_any_text_passes_or_gets_one_of_our_errors(text: str) -> None:
    try:
        scan(text)
    except EndpointError as error:
        assert str(error)


@given(st.lists(FRAGMENTS, max_size=12), st.lists(FRAGMENTS, max_size=6))
@settings(max_examples=500)
def test_what_passes_calls_nobody(store: ox.Store, before: list[str], after: list[str]) -> None:
    text = f"{PROLOGUE} SELECT * {{ ?s ?p ?o . {''.join(before)} {''.join(after)} }}"
    for query in (text, f"{PROLOGUE} SELECT * {{ ?s ?p ?o {''.join(before)} SERVICE {CALL} {''.join(after)} }}"):
        if _passes(query):
            assert _calls_nobody(store, query), query


@given(st.sampled_from([text for _form, text in VALID]), st.data())
@settings(max_examples=300)
def test_a_valid_query_with_a_call_put_in_never_passes_and_calls(
    store: ox.Store, text: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(text)))
    query = f"{text[:at]} SERVICE {CALL} {text[at:]}"
    if _passes(query):
        assert _calls_nobody(store, query), query


def _passes(query: str) -> bool:
    try:
        scan(query)
    except EndpointError:
        return False
    return True


def _calls_nobody(store: ox.Store, query: str) -> bool:
    try:
        results = store.query(query)
        if isinstance(results, ox.QueryTriples):
            results.serialize(format=ox.RdfFormat.N_TRIPLES)
        else:
            results.serialize(format=ox.QueryResultsFormat.JSON)
    except OSError:  # the port is refused: it would have called
        return False
    except (SyntaxError, RuntimeError):
        return True
    return True


@pytest.mark.parametrize(
    ("text", "depth", "triple_patterns", "path_steps"),
    [
        ("ASK {}", 1, 0, 0),
        ("ASK { ?s ?p ?o, ?o2 ; ?q ?x . ?s ?p ?o }", 1, 4, 1),
        ("ASK { ?s ?p [ ?q (1 2) ] }", 3, 4, 1),
        ("ASK { ?s <x:a>/<x:b>|(<x:c>/^<x:d>)* ?o . ?s <x:e> ?o }", 2, 2, 4),
        ("ASK { ?s ?p '1'^^<x:t>, 'a'@en FILTER(?o IN (1, 2)) ?s ?p ?o }", 3, 3, 1),
        ("ASK { VALUES (?a ?b) { (1 2) (3 4) } ?a ?p ?b }", 3, 1, 1),
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", 1, 2, 1),
    ],
)
def test_brackets_triple_patterns_and_path_steps_are_counted(
    text: str, depth: int, triple_patterns: int, path_steps: int
) -> None:
    shape = scan(text)
    assert (shape.depth, shape.triple_patterns, shape.path_steps) == (depth, triple_patterns, path_steps)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("size", "ASK { ?s ?p 'ааааа' }"),
        ("depth", "ASK { { { } } }"),
        ("triple-patterns", "ASK { ?s ?p 1, 2, 3 }"),
        ("path-steps", "ASK { ?s a/a/a ?o }"),
        ("operators", "ASK { FILTER(1+1+1) }"),
    ],
)
def test_each_cap_refuses_one_more_than_it_allows(rule: str, text: str) -> None:
    # Size is in bytes: five Cyrillic letters are ten.
    limits = {"size": 25, "depth": 2, "triple-patterns": 2, "path-steps": 2, "operators": 3}
    caps = Caps(**{name.replace("-", "_"): limit for name, limit in limits.items() if name == rule})
    with pytest.raises(QueryRefused) as caught:
        scan(text, caps)
    assert (caught.value.rule, caught.value.limit) == (rule, limits[rule])
    room = {name.replace("-", "_"): limit + 1 for name, limit in limits.items() if name == rule}
    assert scan(text, Caps(**room)).form == "ASK"


def test_the_graphs_of_from_are_told_as_absolute_iris() -> None:
    text = r"BASE <http://x/a/> PREFIX g: <g/> ASK FROM <../b> FROM g:1 FROM NAMED <http://x/\u00E9> {}"
    shape = scan(text)
    assert shape.default_graphs == ("http://x/b", "http://x/a/g/1")
    assert shape.named_graphs == ("http://x/é",)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("SELECT ?a { ?a ?b ?c }", "SELECT ?a { VALUES (?v) { (1) }  ?a ?b ?c }"),
        ("CONSTRUCT { ?a ?b ?v } WHERE { }", "CONSTRUCT { ?a ?b ?v } WHERE { VALUES (?v) { (1) }  }"),
        ("ASK {SELECT*{}}", "ASK {SELECT*{ VALUES (?v) { (1) } }}"),
        ("ASK { { SELECT * {} } }", "ASK { VALUES (?v) { (1) }  { SELECT * {} } }"),
    ],
)
def test_terms_are_bound_at_the_begin_of_the_outermost_pattern(text: str, bound: str) -> None:
    assert bind(text, scan(text), {"v": "1"}) == bound


@pytest.mark.parametrize("text", ["DESCRIBE <x:a>", "CONSTRUCT WHERE { ?s ?p ?o }"])
def test_a_query_that_can_take_no_data_binds_nothing(text: str) -> None:
    with pytest.raises(MalformedQuery):
        bind(text, scan(text), {"v": "1"})
    assert bind(text, scan(text), {}) == text
