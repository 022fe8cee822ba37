"""Small random datasets and random SPARQL queries over them, well-formed for the most part."""

from __future__ import annotations

from random import Random

import pyoxigraph as ox

X = "http://x.example/"
PREFIXES = {"": X, "xsd": "http://www.w3.org/2001/XMLSchema#"}
_IRIS = (":a", ":b", ":c", f"<{X}a>", f"<{X}d>")
_LITERALS = (
    *('"a"', '"a"@en', '"a"@EN', "1", "1.0", "01", '"1"', "true", '"x"^^:unknown', '"NaN"^^xsd:double', "1e0"),
    *('"2000-01-01T00:00:00Z"^^xsd:dateTime', '"2000-01-01T02:00:00+02:00"^^xsd:dateTime'),
)
_PREDICATES = (":p", ":q", ":r")
_GRAPHS = (":g", ":h")
_VARIABLES = ("?u", "?v", "?w", "?x", "?y", "$z")


def random_store(random: Random) -> ox.Store:
    """Return a dataset of at most 40 quads, in the default graph and two others."""
    blank = "_:n"
    lines = []
    for _ in range(random.randint(3, 40)):
        subject = random.choice((*_IRIS, blank))
        value = random.choice((*_IRIS, *_IRIS, *_IRIS, blank, *_LITERALS, "<<( :a :p :b )>>"))
        triple = f"{subject} {random.choice(_PREDICATES)} {value} ."
        lines.append(random.choice((triple, triple, f"{random.choice(_GRAPHS)} {{ {triple} }}")))
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    store = ox.Store()
    store.load((prefixes + "\n".join(lines)).encode(), ox.RdfFormat.TRIG)
    return store


class QueryWriter:
    """Writes one random query with a taste for the shapes that are rewritten, and for what comes near them."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def query(self) -> str:
        group = self._group(self._random.choice((0, 1, 1, 2)))
        if self._chance(0.15):
            names = " ".join(self._variables(2))
            return f"SELECT DISTINCT {names} WHERE {group}"
        if self._chance(0.1):
            return f"ASK {group}"
        return f"SELECT * WHERE {group}" + (" VALUES ?x { :a :b }" if self._chance(0.1) else "")

    def _group(self, depth: int) -> str:
        if self._chance(0.3):
            parts = [self._one_of(self._two_patterns(), self._constant())]
        else:
            parts = [self._triples() for _ in range(self._random.choice((0, 1, 1, 1, 2, 3)))]
        parts += [self._filter(depth) for _ in range(self._random.choice((0, 1, 1, 2)))]
        for _ in range(self._random.choice((0, 0, 1, 2)) if depth else 0):
            parts.insert(self._random.randint(0, len(parts)), self._nested(depth - 1))
        return "{ " + " ".join(parts) + " }"

    def _nested(self, depth: int) -> str:
        group = self._group(depth)
        return self._one_of(
            *(f"OPTIONAL {group}", f"MINUS {group}", group, f"{group} UNION {self._group(depth)}"),
            f"GRAPH {self._one_of('?g', '?x', ':g')} {group}",
            f"{{ SELECT {self._one_of('*', 'DISTINCT ?x ?y')} WHERE {group} {self._one_of('', 'VALUES ?u { :a }')} }}",
            f"{{ SELECT ?x (COUNT(*) AS ?n) {group} GROUP BY ?x }}",
            f"BIND({self._one_of('?x', ':a', '?v')} AS {self._variable()})",
            f"VALUES {self._variable()} {{ {self._iri()} {self._iri()} 1 UNDEF }}",
        )

    def _two_patterns(self) -> str:
        """Two patterns that share no variable, or nearly so, and what joins them."""
        one = self._one_of("?u :p ?v", "?u :p ?v ; :q ?x", "?v ?u :b", "?u :p ?v . ?v :q ?x", ":a :p ?v", "?u :p/:q ?v")
        two = self._one_of("?w :q ?y", "?y :q ?w", "?y :p ?w . ?w :r ?z", "?y ?w 1", "?y :q ?w, ?z", "?y :q ?x")
        equal = self._one_of("?v = ?w", "sameTerm(?w, ?v)", "(?w = ?v) && ?u != ?y", "?w = ?v && ?w = ?y", "?v != ?w")
        return f"{one} . {two} {self._one_of('.', '')} FILTER({equal})"

    def _constant(self) -> str:
        """A pattern, and a constant that one of its variables is held to."""
        pattern = self._one_of(
            "?x ?y ?u", "?x :p ?y", "?x :p ?y ; :q ?u", "?x ?y :a", "?x :p* ?y", "?x ?y ?x", "[] ?x ?y"
        )
        given = self._one_of("?x = :a", "?y IN (:a, :p, :b)", "?x IN (:a, :b, :a, :d)", "?y = :q", "?x = :a || :b = ?x")
        return f"{pattern} {self._one_of('.', '')} FILTER({given}{self._one_of('', ' && ?x != :b')})"

    def _triples(self) -> str:
        subject = self._one_of(self._variable(), self._variable(), self._iri(), "_:b", "[]")
        said = f"{self._verb()} {self._object()}"
        if self._chance(0.3):
            said += self._one_of(f" ; {self._verb()} {self._object()}", f" , {self._object()}", " ;")
        return f"{subject} {said} ."

    def _verb(self) -> str:
        verb = self._random.choice(_PREDICATES)
        return self._one_of(
            verb, verb, verb, "?p", self._variable(), f"{verb}/:q", f"{verb}*", f"^{verb}", f"({verb}|:q)"
        )

    def _object(self) -> str:
        return self._one_of(
            *(self._variable() for _ in range(4)), self._iri(), self._random.choice(_LITERALS), "[ :p ?x ]"
        )

    def _filter(self, depth: int) -> str:
        if self._chance(0.4):
            return f"FILTER {self._one_of('EXISTS', 'NOT EXISTS')} {self._tested(depth)}"
        condition = self._condition()
        for _ in range(self._random.choice((0, 0, 1, 2))):
            condition = f"{condition} {self._one_of('&&', '||')} {self._condition()}"
        return f"FILTER({condition})" + self._one_of("", "", " .")

    def _condition(self) -> str:
        variable, iri = self._variable(), self._iri()
        return self._one_of(
            *(f"{variable} = {iri}", f"{iri} = {variable}", f"({variable} = {iri})", f"sameTerm({variable}, {iri})"),
            *(f"{variable} IN ({iri}, {self._iri()})", f"{variable} in ({iri})", f"{variable} NOT IN ({iri})"),
            *(f"{variable} IN ({iri}, 1)", f"{variable} IN ()", f"!({variable} = {iri})", f"{variable} = 1"),
            *(f"{variable} = {self._variable()}", f"BOUND({variable})", f"{variable} < {self._variable()}"),
        )

    def _tested(self, depth: int) -> str:
        if depth and self._chance(0.2):
            return self._group(depth - 1)
        chain = self._one_of(
            *(
                "?x :p ?k . ?k :q ?y",
                "?x :p/:q ?y",
                "?k :p ?x ; :q ?l . ?l :r :a",
                "?x ?k ?l . ?l ?k ?y",
                "?x :p/:q/:r 1",
            ),
            *("?k :p ?l . ?l :q ?x . ?y :r ?k", "?x :p ?k ; :q ?k , ?l", "?x :p ?k . ?k :p :b . :a :q :b", "?x :p ?y"),
            *("?x :p _:k . _:k :q ?y", "?k :p ?l . ?l :q ?k", "?x :p* ?k . ?k :q ?y", "?step1 :p/:q ?x"),
        )
        return f"{{ {chain} }}"

    def _variable(self) -> str:
        return self._random.choice(_VARIABLES)

    def _variables(self, count: int) -> list[str]:
        return self._random.sample(_VARIABLES, count)

    def _iri(self) -> str:
        return self._random.choice(_IRIS)

    def _one_of(self, *texts: str) -> str:
        return self._random.choice(texts)

    def _chance(self, of_one: float) -> bool:
        return self._random.random() < of_one
