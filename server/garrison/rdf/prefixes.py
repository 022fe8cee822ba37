"""The prefix map of the edition: one prefix for each kind of identifier, and for each vocabulary in use."""

from __future__ import annotations

from collections.abc import Mapping

BASE = "https://w3id.org/garrison/"

# Kinds of things, then one kind for each concept scheme.
KINDS = (
    *("person", "unit", "group", "state", "place", "event", "operation", "agreement", "materiel", "holding"),
    *("monument", "work", "source", "passage", "claim", "emendation", "appraisal", "scheme"),
    *("certainty", "modality", "polarity", "standing", "bound", "identity", "role", "rank", "honour"),
    *("placekind", "groupkind", "unitkind", "eventkind", "workkind", "agreementkind", "materielkind"),
    *("monumentkind", "appraisalkind", "unlocated"),
)

PREFIXES: dict[str, str] = {
    "gar": f"{BASE}ontology#",
    **{kind: f"{BASE}id/{kind}/" for kind in KINDS},
    "cito": "http://purl.org/spar/cito/",
    "crm": "http://www.cidoc-crm.org/cidoc-crm/",
    "crminf": "http://www.cidoc-crm.org/extensions/crminf/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "edtf": "http://id.loc.gov/datatypes/edtf/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "formats": "http://www.w3.org/ns/formats/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "hico": "https://w3id.org/hico/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "oa": "http://www.w3.org/ns/oa#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "query": f"{BASE}queries/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "spex": "https://purl.expasy.org/sparql-examples/ontology#",
    "void": "http://rdfs.org/ns/void#",
    "wd": "http://www.wikidata.org/entity/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


_WIKIDATA = "http://www.wikidata.org/"
# As the query service of Wikidata has them; there schema: is http, and not https as elsewhere here.
WIKIBASE_PREFIXES: dict[str, str] = {
    "wd": f"{_WIKIDATA}entity/",
    "wds": f"{_WIKIDATA}entity/statement/",
    "wdv": f"{_WIKIDATA}value/",
    "wdt": f"{_WIKIDATA}prop/direct/",
    "p": f"{_WIKIDATA}prop/",
    "ps": f"{_WIKIDATA}prop/statement/",
    "psv": f"{_WIKIDATA}prop/statement/value/",
    "pq": f"{_WIKIDATA}prop/qualifier/",
    "pqv": f"{_WIKIDATA}prop/qualifier/value/",
    "pr": f"{_WIKIDATA}prop/reference/",
    "prv": f"{_WIKIDATA}prop/reference/value/",
    "wikibase": "http://wikiba.se/ontology#",
    "bd": "http://www.bigdata.com/rdf#",
    "hint": "http://www.bigdata.com/queryHints#",
    "schema": "http://schema.org/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "geof": "http://www.opengis.net/def/function/geosparql/",
    "gar": PREFIXES["gar"],
    **{each: PREFIXES[each] for each in ("owl", "prov", "rdf", "rdfs", "skos", "xsd")},
}
# What the queries of a view may use without PREFIX, and what its graphs are written with.
VIEW_PREFIXES: dict[str, Mapping[str, str]] = {
    "queries": PREFIXES,
    "rdf12": PREFIXES,
    "wikidata": WIKIBASE_PREFIXES,
}


def predeclared(view: str) -> Mapping[str, str]:
    """The prefixes that a query need not declare. Of the dataset itself there are none: there a query is standard
    SPARQL, which any other endpoint understands too.
    """
    return VIEW_PREFIXES.get(view, {})


def prefixes_of(view: str) -> Mapping[str, str]:
    """The prefixes that graphs are written with."""
    return VIEW_PREFIXES.get(view, PREFIXES)


def prefixed_name(iri: str) -> str | None:
    """Abbreviate an IRI by its longest namespace, or not at all."""
    fitting = [item for item in PREFIXES.items() if iri.startswith(item[1]) and iri != item[1]]
    if not fitting:
        return None
    prefix, namespace = max(fitting, key=lambda item: len(item[1]))
    return f"{prefix}:{iri.removeprefix(namespace)}"
