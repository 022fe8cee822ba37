"""How much sooner the slow shapes of ``server/REWRITES.md`` are answered: ``python tests/benchmarks/rewrites.py``.

Each query is evaluated as it is written and as it is rewritten, in turn, in a process of its own that ends after
``LIMIT_S``; the medians and their ratio are printed. The last group is of queries that were quick before: what is
looked for there is a ratio below 1.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import time
from collections.abc import Iterator
from random import Random
from statistics import median

import pyoxigraph as ox

from garrison.rdf.sparql.rewrites import rewrite

LIMIT_S = 20  # for one query, both ways together
ROUNDS = 7
PREFIXES = {"": "http://bench.example/ontology#", "x": "http://bench.example/"}
MANY = ", ".join(f"x:person{number}" for number in range(0, 5_000, 10))
QUERIES = {
    "constants": {
        "?x = <iri>": "SELECT ?l { ?x :label ?l FILTER(?x = x:person77) }",
        "?x = <iri>, star": "SELECT * { ?x a :Person ; :label ?l ; :born ?c OPTIONAL { ?x :knows ?k } FILTER(?x = "
        "x:person77) }",
        "?x = <iri>, path": "SELECT ?y { ?x a :Person ; :knows+ ?y FILTER(?x = x:person77) }",
        "?x IN (500 IRIs)": f"SELECT ?x ?l {{ ?x :label ?l FILTER(?x IN ({MANY})) }}",
        "?o = <iri>, alone": "SELECT (COUNT(*) AS ?n) { ?x :born ?c FILTER(?c = x:country7) }",
        "?p = <iri>, alone": "SELECT (COUNT(*) AS ?n) { ?x ?p ?o FILTER(?p = :knows) }",
    },
    "joins": {
        "subject = object": "SELECT (COUNT(*) AS ?n) { ?x :heroOf ?e . ?u :commander ?k FILTER(?x = ?k) }",
        "object = object, IRIs": "SELECT (COUNT(*) AS ?n) { ?x :heroOf ?e . ?e :at ?c . ?u :commander ?k . ?k :born ?b "
        "FILTER(?b = ?c) }",
        "object = object, texts": "SELECT (COUNT(*) AS ?n) { ?u :label ?l . ?x :heroOf ?e ; :label ?m FILTER(?l = ?m) "
        "}",
        "object = object, numbers": "SELECT (COUNT(*) AS ?n) { ?x :heroOf ?e ; :year ?y . ?u :commander ?k . "
        "?k :year ?z FILTER(?y = ?z) }",
        "point = object": "SELECT (COUNT(*) AS ?n) { x:unit7 :commander ?k . ?k :born ?b . ?x a :Person ; :born ?c "
        "FILTER(?b = ?c) }",
    },
    "existence": {
        "EXISTS, two ends": "SELECT (COUNT(*) AS ?n) { ?x :heroOf ?e . ?e :at ?c FILTER EXISTS { ?x :service ?u . ?u "
        ":of ?c } }",
        "EXISTS, path": "SELECT (COUNT(*) AS ?n) { ?x :heroOf ?e . ?e :at ?c FILTER EXISTS { ?x :service/:of ?c } }",
        "EXISTS, chain": "SELECT (COUNT(*) AS ?n) { ?x :heroOf ?e FILTER EXISTS { ?x :service ?u . ?u :of ?c . ?c "
        ":code ?k } }",
        "NOT EXISTS, constant": "SELECT (COUNT(*) AS ?n) { ?x a :Person FILTER NOT EXISTS { ?x :service ?u . ?u :of "
        "x:country3 } }",
        "NOT EXISTS, two ends": "SELECT (COUNT(*) AS ?n) { ?x :born ?c FILTER NOT EXISTS "
        "{ ?x :service ?u . ?u :of ?c } }",
        "EXISTS, one solution": "SELECT * { x:person7 :born ?c FILTER EXISTS { x:person7 :service ?u . ?u :of ?c } }",
    },
    "quick before": {
        "?x = <iri>, anchored": "SELECT * { x:unit7 :commander ?x . ?x :label ?l FILTER(?x = x:person77) }",
        "?x IN (500), anchored": f"SELECT * {{ x:unit7 :commander ?x . ?x :label ?l FILTER(?x IN ({MANY})) }}",
        "?t = <iri>, anchored": "SELECT * { x:unit7 :commander ?x . ?x a ?t FILTER(?t = :Person) }",
        "point = point": "SELECT * { x:unit7 :commander ?k . ?k :born ?b . x:unit8 :commander ?m . ?m :born ?c "
        "FILTER(?b = ?c) }",
        "NOT EXISTS, one solution": "SELECT * { x:person7 :knows ?x FILTER NOT EXISTS "
        "{ ?x :service ?u . ?u :of x:country3 } }",
    },
}


def people(count: int, seed: int = 5) -> ox.Store:
    """Return people in units, units of countries, events with heroes: about seven triples a person."""
    random, store = Random(seed), ox.Store()
    store.bulk_extend(_quads(random, count))
    return store


def _quads(random: Random, count: int) -> Iterator[ox.Quad]:
    units, events, countries = count // 10, count // 8, 40

    def one(kind: str, size: int) -> ox.NamedNode:
        return ox.NamedNode(f"{PREFIXES['x']}{kind}{random.randrange(size)}")

    def said(kind: str, number: int, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
        subject = ox.NamedNode(f"{PREFIXES['x']}{kind}{number}")
        return ox.Quad(subject, ox.NamedNode(PREFIXES[""] + predicate), value)

    kind_of = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    for number in range(countries):
        yield said("country", number, "code", ox.Literal(f"C{number}"))
    for number in range(units):
        yield said("unit", number, "of", one("country", countries))
        yield said("unit", number, "label", ox.Literal(f"Person {number}"))
        yield said("unit", number, "commander", one("person", count))
    for number in range(events):
        yield said("event", number, "at", one("country", countries))
    for number in range(count):
        person = ox.NamedNode(f"{PREFIXES['x']}person{number}")
        yield ox.Quad(person, ox.NamedNode(kind_of), ox.NamedNode(PREFIXES[""] + "Person"))
        yield said("person", number, "label", ox.Literal(f"Person {number}"))
        yield said("person", number, "born", one("country", countries))
        yield said("person", number, "year", ox.Literal(random.randrange(1860, 1920)))
        yield from (said("person", number, "service", one("unit", units)) for _ in range(2))
        if random.random() < 0.3:
            yield said("person", number, "knows", one("person", count))
        if random.random() < 0.1:
            yield said("person", number, "heroOf", one("event", events))


def measured(store: ox.Store, texts: tuple[str, str]) -> tuple[list[float], list[float]]:
    """Return the seconds of each evaluation of both texts, fewer than asked for if the time is up."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        signal.alarm(LIMIT_S)
        for number in range(2 * ROUNDS):
            which = (number + 1) % 2  # the rewritten one first: the other may take all the time
            os.write(writing, (json.dumps([which, _seconds(store, texts[which])]) + "\n").encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as lines:
        told = [json.loads(line) for line in lines]
    os.waitpid(pid, 0)
    return [seconds for which, seconds in told if not which], [seconds for which, seconds in told if which]


def _seconds(store: ox.Store, text: str) -> float:
    begin = time.perf_counter()
    results = store.query(text, prefixes=PREFIXES)
    assert isinstance(results, ox.QuerySolutions)
    for _ in results:
        pass
    return time.perf_counter() - begin


def main() -> None:
    """Print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=30_000)
    store = people(parser.parse_args().people)
    print(f"{len(store):,} triples in memory, pyoxigraph {ox.__version__}; medians of up to {ROUNDS}\n")
    print("| rewrite | shape | as written, ms | rewritten, ms | ratio | rewriting, ms |\n|---|---|--:|--:|--:|--:|")
    for name, queries in QUERIES.items():
        for shape, text in queries.items():
            begin = time.perf_counter()
            rewritten = rewrite(text, prefixes=PREFIXES)
            spent = time.perf_counter() - begin
            print(f"| {name} | {shape} | {_row(store, text, rewritten)} | {spent * 1e3:.2f} |", flush=True)


def _row(store: ox.Store, text: str, rewritten: str) -> str:
    if rewritten == text:
        return "stays | | "
    before, after = measured(store, (text, rewritten))
    if not before or not after:
        return f"> {LIMIT_S * 1e3:.0f} | {median(after) * 1e3:.2f} | " if after else "| | "
    return f"{median(before) * 1e3:.2f} | {median(after) * 1e3:.2f} | {median(before) / median(after):.1f}"


if __name__ == "__main__":
    main()
