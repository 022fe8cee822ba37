"""Ten shapes of queries on the generated history; ``@`` is a number that differs from request to request."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from history import GAR, ID

PREFIXES = f"""PREFIX gar: <{GAR}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX person: <{ID}person/>
PREFIX unit: <{ID}unit/>
PREFIX place: <{ID}place/>
PREFIX event: <{ID}event/>
"""
LARGE = "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 500000"
CHEAP = {
    "point": "SELECT ?p ?o { person:p@ ?p ?o }",
    "two hops": "SELECT ?unit ?label { person:p@ gar:memberOf ?unit . ?unit rdfs:label ?label }",
    "ask": "ASK { person:p@ gar:memberOf/gar:memberOf+ unit:u1 }",
    "optional, order, limit": "SELECT ?x ?label ?event { ?x gar:memberOf unit:u@ ; rdfs:label ?label "
    "OPTIONAL { ?event gar:participant ?x } } ORDER BY ?label LIMIT 20",
    "construct": "CONSTRUCT { ?e rdfs:label ?l ; gar:participant ?x } WHERE { ?e gar:place place:p@ ; "
    "gar:participant ?x ; rdfs:label ?l }",
    "describe": "DESCRIBE person:p@",
}
HEAVY = {
    "star with dates": "SELECT ?e ?l ?b ?place { ?e a gar:Capture ; gar:begin ?b ; gar:end ?d ; gar:place ?place ; "
    'rdfs:label ?l FILTER(?b >= "1944-10-0@"^^xsd:date && ?d <= "1944-10-28"^^xsd:date && LANG(?l) = "en") }',
    "group-by over all": "SELECT ?unit (COUNT(?x) AS ?n) { ?x gar:memberOf ?unit ; gar:rank ?rank } GROUP BY ?unit "
    "ORDER BY DESC(?n) ?unit LIMIT 20",
    "path": "SELECT (COUNT(?x) AS ?n) { ?x gar:memberOf+ unit:u@ }",
}
SHAPES = CHEAP | HEAVY | {"500,000 rows": LARGE}
GRAPHS = ("construct", "describe")  # answered with triples
VARIANTS = 40


def variants(shape: str, smallest: int) -> Sequence[str]:
    """The texts of a shape's requests; those of one that has no number are alike.

    :param smallest: the number of things of the kind that there are fewest of.
    """
    text, random = PREFIXES + SHAPES[shape], Random(shape)
    top = 9 if shape == "star with dates" else 30 if shape == "path" else smallest
    return [text.replace("@", str(random.randrange(1, top))) for _ in range(VARIANTS if "@" in text else 1)]
