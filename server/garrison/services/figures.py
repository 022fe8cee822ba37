"""How much of what an edition holds, each figure with the query that finds it: whoever doubts one asks again."""

from __future__ import annotations

from dataclasses import dataclass

from garrison.engine.interface import Engine
from garrison.rdf.terms import GAR, RDFS
from garrison.services.lookup import select

_LABEL = "rdfs:label"
_SUMMARY = "gar:passage/gar:summary"
# What is counted: its name, its class, a variable for it, and what a reader knows it by.
_COUNTED = (
    ("events", "Event", "event", _LABEL),
    ("people", "Person", "person", _LABEL),
    ("places", "Place", "place", _LABEL),
    ("units", "MilitaryUnit", "unit", _LABEL),
    ("agreements", "Agreement", "agreement", _LABEL),
    ("sources", "Source", "source", _LABEL),
    ("claims", "Claim", "claim", _SUMMARY),
    ("passages", "Passage", "passage", "gar:summary"),
    ("emendations", "Emendation", "emendation", "gar:reading"),
)
_LANGUAGES = ("en", "ru")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, what it counts, and the query behind it."""

    name: str
    number: int
    query: str


def read_figures(engine: Engine, language: str) -> tuple[Figure, ...]:
    """The figures that are not zero, with queries that show names in a language.

    :param language: ``en`` or ``ru``.
    :raises EndpointError: if the engine cannot answer.
    """
    classes = " ".join(f"<{GAR}{class_name}>" for _, class_name, *_ in _COUNTED)
    rows = select(
        engine,
        f"""SELECT ?class (COUNT(DISTINCT ?x) AS ?n) WHERE {{
          VALUES ?class {{ {classes} }} ?x a ?class
        }} GROUP BY ?class""",
    )
    counted = {row["class"].value.removeprefix(GAR): int(row["n"].value) for row in rows}
    found = [
        Figure(name, counted[class_name], _query(class_name, variable, path, language))
        for name, class_name, variable, path in _COUNTED
        if counted.get(class_name)
    ]
    triples = int(select(engine, _TRIPLES)[0]["n"].value)
    return (*found, Figure("triples", triples, _TRIPLES))


_TRIPLES = "SELECT (COUNT(*) AS ?n)\nWHERE { ?s ?p ?o }\n"


def _query(class_name: str, variable: str, path: str, language: str) -> str:
    chosen = language if language in _LANGUAGES else _LANGUAGES[0]
    said = "?text" if path == "gar:reading" else f'?text FILTER(LANG(?text) = "{chosen}")'
    prefixes = f"PREFIX gar: <{GAR}>\n" + (f"PREFIX rdfs: <{RDFS}>\n" if path == _LABEL else "")
    return f"""{prefixes}
SELECT ?{variable} (MIN(?text) AS ?name)
WHERE {{
  ?{variable} a gar:{class_name} .
  OPTIONAL {{ ?{variable} {path} {said} }}
}}
GROUP BY ?{variable}
ORDER BY ?name ?{variable}
"""
