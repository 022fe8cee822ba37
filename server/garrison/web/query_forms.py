"""What the page of each endpoint says to a person, with an example that has an answer."""

from __future__ import annotations

from dataclasses import dataclass

from garrison.web.templating import marked


@dataclass(frozen=True, slots=True)
class QueryForm:
    """The texts of the page at ``/sparql`` or ``/sparql/<view>``."""

    name: str  # a word or two, for a list of the endpoints
    title: str
    lead: str
    example: str  # a query


DATASET = QueryForm(
    marked("The edition"),
    marked("Ask in SPARQL"),
    marked(
        "One query, the whole edition. The default graph is what the edition holds; each claim is a named graph with "
        "its evidence."
    ),
    """PREFIX gar: <https://w3id.org/garrison/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?label ?day ?place
WHERE {
  ?event a gar:Capture ;
         rdfs:label ?label ;
         gar:place ?place .
  OPTIONAL { ?event gar:begin ?day }
  FILTER(LANG(?label) = "en")
}
ORDER BY (!BOUND(?day)) ?day
""",
)
VIEW_FORMS: dict[str, QueryForm] = {
    "rdf12": QueryForm(
        marked("RDF 1.2"),
        marked("Ask in SPARQL 1.2"),
        marked(
            "The edition in RDF 1.2: what it holds, and each triple with the claims that make it, between {| and |}. "
            "What is denied, hinted or rejected is there as a triple term, which asserts nothing: "
            "<< subject predicate object >> finds it."
        ),
        """PREFIX gar: <https://w3id.org/garrison/ontology#>

SELECT ?event ?place ?certainty
WHERE {
  ?event a gar:Capture ;
         gar:place ?place {| gar:certainty ?certainty |}
}
ORDER BY ?event
""",
    ),
    "wikidata": QueryForm(
        marked("As on Wikidata"),
        marked("Ask as on Wikidata"),
        marked(
            "The edition in Wikidata's terms: wdt:, p:, ps:, pr:, ranks, dates with precision, references that name "
            "source and passage. A query written for Wikidata's query service runs here, with SERVICE wikibase:label; "
            "what has no item keeps its address here."
        ),
        """SELECT ?event ?eventLabel ?place ?placeLabel ?date
WHERE {
  ?event wdt:P276 ?place ;
         wdt:P585 ?date .
  SERVICE wikibase:label { bd:serviceParam wikibase:language "[AUTO_LANGUAGE],en". }
}
ORDER BY ?date
""",
    ),
    "queries": QueryForm(
        marked("Saved queries"),
        marked("Ask for queries"),
        marked(
            "The saved queries as RDF, in the convention of the SIB's SPARQL examples: what each asks, its text and "
            "prefixes, its keywords and parameters. Prefixes need no declaration here."
        ),
        """SELECT ?query ?asks ?text
WHERE {
  ?query a sh:SPARQLExecutable ;
         schema:keywords "places" ;
         rdfs:comment ?asks ;
         sh:select|sh:ask|sh:construct|spex:describe ?text .
  FILTER(LANG(?asks) = "en")
}
ORDER BY ?query
""",
    ),
}


FORMS: dict[str, QueryForm] = {"": DATASET, **VIEW_FORMS}


def form_of(view: str) -> QueryForm:
    """The texts of a view; one without texts of its own has those of the dataset."""
    return VIEW_FORMS.get(view, DATASET)
