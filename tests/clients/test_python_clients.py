"""What researchers use from Python works as its documentation says: SPARQLWrapper, rdflib, pandas, pyoxigraph."""

from __future__ import annotations

from urllib.parse import urlencode

import pandas
import pyoxigraph
import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, URLENCODED, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from conftest import Server

GAR = "https://w3id.org/garrison/ontology#"
ID = "https://w3id.org/garrison/id/"
CAPTURES = f"""PREFIX gar: <{GAR}>
SELECT ?place ?day WHERE {{ ?event a gar:Capture ; gar:place ?place ; gar:begin ?day }} ORDER BY ?day"""
PLACES = [f"{ID}place/{name}" for name in ("pechenga-settlement", "nikel", "kirkenes")]
NIKEL = f"{ID}place/nikel"


def _wrapper(edition: Server, query: str, form: str) -> SPARQLWrapper:
    wrapper = SPARQLWrapper(f"{edition.url}/sparql")
    wrapper.setQuery(query)
    wrapper.setReturnFormat(form)
    return wrapper


@pytest.mark.parametrize(("method", "kind"), [("GET", URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)])
def test_sparqlwrapper_selects_by_every_method(edition: Server, method: str, kind: str) -> None:
    wrapper = _wrapper(edition, CAPTURES, JSON)
    wrapper.setMethod(method)
    wrapper.setRequestMethod(kind)
    answer = wrapper.queryAndConvert()
    assert [row["place"]["value"] for row in answer["results"]["bindings"]] == PLACES


def test_sparqlwrapper_reads_results_in_xml(edition: Server) -> None:
    document = _wrapper(edition, CAPTURES, XML).queryAndConvert()
    assert [node.firstChild.data for node in document.getElementsByTagName("uri")] == PLACES


@pytest.mark.parametrize("form", [CSV, TSV])
def test_sparqlwrapper_fetches_tables(edition: Server, form: str) -> None:
    lines = _wrapper(edition, CAPTURES, form).queryAndConvert().decode().splitlines()
    assert len(lines) == 4
    assert NIKEL in lines[2]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # SPARQLWrapper still reads into one
@pytest.mark.parametrize("form", [TURTLE, N3, RDFXML, JSONLD, XML])
def test_sparqlwrapper_constructs_in_every_format(edition: Server, form: str) -> None:
    query = f"CONSTRUCT {{ ?e <{GAR}place> ?p }} WHERE {{ ?e a <{GAR}Capture> ; <{GAR}place> ?p }}"
    answer = _wrapper(edition, query, form).queryAndConvert()
    graph = answer if isinstance(answer, Graph) else Graph().parse(data=answer, format="turtle")
    assert {str(place) for place in graph.objects(None, URIRef(GAR + "place"))} == set(PLACES)


def test_sparqlwrapper_asks(edition: Server) -> None:
    assert _wrapper(edition, f"ASK {{ <{NIKEL}> ?p ?o }}", JSON).queryAndConvert()["boolean"] is True


def test_sparqlwrapper_says_what_is_wrong_with_a_query(edition: Server) -> None:
    with pytest.raises(QueryBadFormed, match="Line 1, column 25"):
        _wrapper(edition, "SELECT ?s WHERE { ?s ?p }", JSON).query()


def test_sparqlwrapper_names_graphs_in_the_protocol(edition: Server) -> None:
    wrapper = _wrapper(edition, "SELECT * WHERE { ?s ?p ?o }", JSON)
    wrapper.addDefaultGraph(_claims_about_nikel(edition)[0])
    rows = wrapper.queryAndConvert()["results"]["bindings"]
    assert NIKEL in {row["o"]["value"] for row in rows}


def _claims_about_nikel(edition: Server) -> list[str]:
    query = (
        f"SELECT DISTINCT ?g {{ GRAPH ?g {{ ?e <{GAR}place> <{NIKEL}> }} FILTER(STRSTARTS(STR(?g), '{ID}claim/')) }}"
    )
    rows = _wrapper(edition, query, JSON).queryAndConvert()["results"]["bindings"]
    return [row["g"]["value"] for row in rows]


@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv"])
@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_an_rdflib_graph_stands_on_the_endpoint(edition: Server, form: str, method: str) -> None:
    graph = Graph(SPARQLStore(f"{edition.url}/sparql", returnFormat=form, method=method))
    assert [str(row[0]) for row in graph.query(CAPTURES)] == PLACES


def test_an_rdflib_graph_is_walked_like_one_in_memory(edition: Server) -> None:
    graph = Graph(SPARQLStore(f"{edition.url}/sparql"))
    nikel = URIRef(NIKEL)
    labels = {label for label in graph.objects(nikel, URIRef("http://www.w3.org/2000/01/rdf-schema#label"))}
    assert Literal("Никель", lang="ru") in labels
    assert (nikel, None, None) in graph
    assert (nikel, URIRef(GAR + "kind"), Literal("no such thing")) not in graph
    assert len(graph) == int(next(iter(graph.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")))[0])


def test_an_rdflib_graph_is_one_claim(edition: Server) -> None:
    store = SPARQLStore(f"{edition.url}/sparql", context_aware=True)
    claim = Graph(store, identifier=URIRef(_claims_about_nikel(edition)[0]))
    assert 0 < len(list(claim.triples((None, None, None)))) < 50


def test_rdflib_joins_its_own_data_with_ours_by_service(edition: Server) -> None:
    local = Graph().parse(data=f"<urn:my-note> <urn:about> <{NIKEL}> .", format="turtle")
    rows = local.query(
        f"""SELECT ?note ?event WHERE {{
              ?note <urn:about> ?place .
              SERVICE <{edition.url}/sparql> {{ ?event a <{GAR}Capture> ; <{GAR}place> ?place }} }}"""
    )
    assert [str(row[0]) for row in rows] == ["urn:my-note"]


def test_pandas_reads_a_query_as_a_table(edition: Server) -> None:
    frame = pandas.read_csv(f"{edition.url}/sparql?{urlencode({'query': CAPTURES, 'format': 'csv'})}")
    assert list(frame["place"]) == PLACES
    assert pandas.to_datetime(frame["day"]).is_monotonic_increasing


def test_pandas_reads_a_saved_query_as_a_table(edition: Server) -> None:
    frame = pandas.read_csv(f"{edition.url}/api/captures?format=csv", parse_dates=["day"])
    assert list(frame["day"].dt.year) == [1944, 1944, 1944]


def test_pandas_reads_json_results(edition: Server) -> None:
    answer = edition.get("/sparql", query=CAPTURES).json()
    frame = pandas.json_normalize(answer["results"]["bindings"])
    assert list(frame["place.value"]) == PLACES


def test_pyoxigraph_federates_towards_us(edition: Server) -> None:
    store = pyoxigraph.Store()
    note, about = pyoxigraph.NamedNode("urn:my-note"), pyoxigraph.NamedNode("urn:about")
    store.add(pyoxigraph.Quad(note, about, pyoxigraph.NamedNode(NIKEL)))
    rows = store.query(
        f"""SELECT ?note ?event ?day WHERE {{
              ?note <urn:about> ?place .
              SERVICE <{edition.url}/sparql> {{
                ?event a <{GAR}Capture> ; <{GAR}place> ?place ; <{GAR}begin> ?day }} }}"""
    )
    assert isinstance(rows, pyoxigraph.QuerySolutions)
    assert [str(row["day"].value) for row in rows] == ["1944-10-22"]


def test_pyoxigraph_federates_with_many_values(edition: Server) -> None:
    """Federating clients send their bindings as one long VALUES block."""
    values = " ".join(f"<{ID}place/unknown-{n}>" for n in range(2_000))
    rows = pyoxigraph.Store().query(
        f"""SELECT ?place ?label WHERE {{ SERVICE <{edition.url}/sparql> {{
              VALUES ?place {{ {values} <{NIKEL}> }}
              ?place <http://www.w3.org/2000/01/rdf-schema#label> ?label FILTER(LANG(?label) = "en") }} }}"""
    )
    assert isinstance(rows, pyoxigraph.QuerySolutions)
    assert [str(row["label"].value) for row in rows] == ["Nikel"]


def test_what_rdflib_dereferences_is_about_the_thing(edition: Server) -> None:
    """rdflib sends its own Accept header; the answer parses, and speaks of the address in the data."""
    graph = Graph().parse(f"{edition.url}/id/place/nikel")
    assert not [node for node in graph.subjects() if isinstance(node, BNode)]
    assert (URIRef(NIKEL), None, None) in graph
