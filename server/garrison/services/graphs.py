"""The graph of what was inferred, as something that has an address: what it is, how large, and how it begins."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from garrison.engine.interface import Engine
from garrison.rdf.prefixes import BASE
from garrison.rdf.terms import INFERRED, LABEL, RDF_TYPE
from garrison.services.description import PAGE_SIZE
from garrison.services.lookup import select

CONTENTS = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {INFERRED} {{ ?s ?p ?o }} }}"
TEXTS = {
    "label": {"en": "What follows from the ontology", "ru": "Что следует из онтологии"},
    "description": {
        "en": "The triples that nobody wrote: they follow from what was written by subclasses, subproperties, inverse "
        "and transitive properties of the ontology. They stand in the default graph too; here they stand apart.",
        "ru": "Триплеты, которых никто не писал: они следуют из написанного по подклассам, подсвойствам, обратным и "
        "транзитивным свойствам онтологии. Они есть и в графе по умолчанию; здесь они отдельно.",
    },
}
_DCTERMS = "http://purl.org/dc/terms/"
_VOID = "http://rdfs.org/ns/void#"
_SD = "http://www.w3.org/ns/sparql-service-description#"
_XSD_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")


@dataclass(frozen=True, slots=True)
class InferredGraph:
    """The graph as it stands in a snapshot."""

    triples: int
    beginning: tuple[ox.Triple, ...]  # as many as a page shows

    def description(self) -> list[ox.Quad]:
        """What it is, without what it holds."""
        texts = [
            ox.Quad(INFERRED, LABEL if name == "label" else ox.NamedNode(_DCTERMS + name), ox.Literal(t, language=tag))
            for name, by_language in TEXTS.items()
            for tag, t in by_language.items()
        ]
        return [
            ox.Quad(INFERRED, RDF_TYPE, ox.NamedNode(_SD + "Graph")),
            *texts,
            ox.Quad(INFERRED, ox.NamedNode(_DCTERMS + "isPartOf"), ox.NamedNode(BASE + "dataset")),
            ox.Quad(INFERRED, ox.NamedNode(_VOID + "triples"), ox.Literal(str(self.triples), datatype=_XSD_INTEGER)),
        ]


def read_inferred(engine: Engine) -> InferredGraph:
    """Read it from the engine's dataset; an edition from which nothing follows has an empty one."""
    holds = f"GRAPH {INFERRED} {{ ?s ?p ?o }}"
    count = int(select(engine, f"SELECT (COUNT(*) AS ?n) WHERE {{ {holds} }}")[0]["n"].value)
    rows = select(engine, f"SELECT ?s ?p ?o WHERE {{ {holds} }} LIMIT {PAGE_SIZE}")
    return InferredGraph(count, tuple(ox.Triple(row["s"], row["p"], row["o"]) for row in rows))
