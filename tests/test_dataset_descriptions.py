"""What the server says of itself and its data is true: service description, VoID, DCAT and the downloads."""

from __future__ import annotations

import gzip
import hashlib
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import DCAT, RDF, Dataset, Graph, Namespace, URIRef
from rdflib.compare import isomorphic

from conftest import Server
from garrison.edition.build import build
from garrison.edition.snapshot import write_snapshot
from garrison.rdf.sparql.functions import EXTENSIONS

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
DATASET = URIRef("https://w3id.org/garrison/dataset")
# The terms that these graphs may use, as the vocabularies define them.
TERMS = {
    SD: "Service Dataset Graph NamedGraph Function endpoint supportedLanguage SPARQL11Query resultFormat "
    "extensionFunction defaultDataset defaultGraph namedGraph name graph",
    VOID: "Dataset DatasetDescription Linkset triples classes properties distinctSubjects distinctObjects "
    "sparqlEndpoint uriSpace dataDump classPartition propertyPartition class property entities vocabulary subset "
    "linkPredicate subjectsTarget objectsTarget",
    Namespace(str(DCAT)): "Dataset Distribution DataService distribution downloadURL mediaType compressFormat byteSize "
    "landingPage endpointURL endpointDescription servesDataset",
    SPDX: "Checksum checksum algorithm checksumValue checksumAlgorithm_sha256",
}
FORMATS = {
    "garrison.nq.gz": ox.RdfFormat.N_QUADS,
    "garrison.trig.gz": ox.RdfFormat.TRIG,
    "garrison.ttl.gz": ox.RdfFormat.TURTLE,
    "garrison.jsonld.gz": ox.RdfFormat.JSON_LD,
}
ENDPOINTS = pytest.mark.parametrize("path", ["/sparql", "/sparql/rdf12"])


def fetch(server: Server, path: str) -> Graph:
    response = server.get(path, "text/turtle")
    assert response.status_code == 200, response.text
    return Graph().parse(data=response.text, format="turtle")


def number(server: Server, query: str, path: str = "/sparql") -> int:
    rows = server.get(path, "application/sparql-results+json", query=query).json()["results"]["bindings"]
    return int(rows[0]["n"]["value"])


def value(graph: Graph, subject: object, predicate: URIRef) -> int:
    return int(str(graph.value(subject, predicate)))  # type: ignore[arg-type]


# The service description


@ENDPOINTS
def test_a_service_says_its_own_address_and_what_it_speaks(server: Server, path: str) -> None:
    graph, endpoint = fetch(server, path), URIRef(server.url + path)
    assert list(graph.subjects(SD.endpoint, endpoint)) == list(graph.subjects(RDF.type, SD.Service)) == [endpoint]
    assert list(graph.objects(endpoint, SD.supportedLanguage)) == [SD.SPARQL11Query]
    assert {str(iri) for iri in graph.objects(endpoint, SD.extensionFunction)} == EXTENSIONS
    assert list(graph.objects(endpoint, SD.feature)) == []


@ENDPOINTS
def test_the_counts_of_a_service_are_those_of_its_dataset(server: Server, path: str) -> None:
    graph = fetch(server, path)
    dataset = graph.value(predicate=SD.defaultDataset, subject=URIRef(server.url + path))
    default = graph.value(dataset, SD.defaultGraph)
    in_default = number(server, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", path)
    in_named = number(server, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", path)
    assert value(graph, default, VOID.triples) == in_default
    assert value(graph, dataset, VOID.triples) == in_default + in_named
    for term, query in (
        (VOID.distinctSubjects, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"),
        (VOID.distinctObjects, "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }"),
        (VOID.properties, "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }"),
        (VOID.classes, "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c FILTER(isIRI(?c)) }"),
    ):
        assert value(graph, default, term) == number(server, query, path), term


def test_every_named_graph_is_described_with_its_size(server: Server) -> None:
    graph = fetch(server, "/sparql")
    sizes = {
        str(graph.value(node, SD.name)): value(graph, graph.value(node, SD.graph), VOID.triples)
        for node in graph.objects(None, SD.namedGraph)
    }
    query = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    rows = server.get("/sparql", "application/sparql-results+json", query=query).json()["results"]["bindings"]
    assert sizes == {row["g"]["value"]: int(row["n"]["value"]) for row in rows}


@pytest.mark.parametrize("media_type", ["application/n-triples", "application/ld+json", "application/rdf+xml"])
def test_a_service_description_is_negotiated(server: Server, media_type: str) -> None:
    response = server.get("/sparql", media_type)
    assert response.headers["Content-Type"].startswith(media_type)
    format = ox.RdfFormat.from_media_type(media_type)
    assert format and any(quad.predicate.value == str(SD.endpoint) for quad in ox.parse(response.content, format))


# VoID and DCAT


def test_void_counts_each_class_and_property_as_a_query_does(server: Server) -> None:
    graph = fetch(server, "/.well-known/void")
    classes = list(graph.objects(DATASET, VOID.classPartition))
    properties = list(graph.objects(DATASET, VOID.propertyPartition))
    assert len(classes) > 5 and len(properties) > 20
    for part in classes:
        query = f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a <{graph.value(part, VOID['class'])}> }}"
        assert value(graph, part, VOID.entities) == number(server, query)
    for part in properties:
        query = f"SELECT (COUNT(*) AS ?n) {{ ?s <{graph.value(part, VOID.property)}> ?o }}"
        assert value(graph, part, VOID.triples) == number(server, query)


def test_void_leads_to_the_endpoint_and_the_downloads(server: Server) -> None:
    graph = fetch(server, "/.well-known/void")
    assert graph.value(DATASET, VOID.sparqlEndpoint) == URIRef(f"{server.url}/sparql")
    for dump in graph.objects(DATASET, VOID.dataDump):
        assert server.client.head(str(dump)).status_code == 200


def test_dcat_tells_size_and_checksum_of_every_download(server: Server) -> None:
    graph = fetch(server, "/dataset")
    downloads = list(graph.objects(DATASET, DCAT.distribution))
    assert {str(each).rsplit("/", 1)[1] for each in downloads} == set(FORMATS)
    for each in downloads:
        content = server.client.get(str(graph.value(each, DCAT.downloadURL))).content
        checksum = graph.value(each, SPDX.checksum)
        assert len(content) == value(graph, each, DCAT.byteSize)
        assert hashlib.sha256(content).hexdigest() == str(graph.value(checksum, SPDX.checksumValue))


@pytest.mark.parametrize("path", ["/sparql", "/sparql/rdf12", "/.well-known/void", "/dataset"])
def test_only_terms_that_exist_are_used(server: Server, path: str) -> None:
    used = {str(term) for triple in fetch(server, path) for term in triple if isinstance(term, URIRef)}
    for namespace, names in TERMS.items():
        known = {str(namespace) + name for name in names.split()}
        assert {term for term in used if term.startswith(str(namespace)) and term != str(namespace)} <= known


@pytest.mark.parametrize("path", ["/dataset", "/.well-known/void"])
def test_a_person_gets_a_page_with_the_downloads(server: Server, path: str) -> None:
    page = server.get(path, "text/html,*/*;q=0.8")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "The quay" in page.text and all(name in page.text for name in FORMATS)
    assert server.get(f"{path}.ttl").headers["Content-Type"].startswith("text/turtle")
    assert server.get(f"{path}.exe").status_code == 404


# Downloads


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_download_holds_what_the_endpoint_holds(server: Server, name: str) -> None:
    response = server.client.get(f"/dumps/latest/{name}", follow_redirects=True)
    assert response.headers["Content-Type"] == "application/gzip"
    quads = set(ox.parse(gzip.decompress(response.content), FORMATS[name]))
    named = [] if name.endswith(".ttl.gz") else [quad for quad in quads if quad.graph_name != ox.DefaultGraph()]
    assert len(quads) - len(named) == number(server, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    if named:
        assert len(named) == number(server, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")


def test_rdflib_reads_the_same_graph_from_turtle_and_trig(server: Server) -> None:
    texts = {
        name: gzip.decompress(server.client.get(f"/dumps/latest/{name}", follow_redirects=True).content)
        for name in FORMATS
    }
    turtle = Graph().parse(data=texts["garrison.ttl.gz"], format="turtle")
    trig, nquads = Dataset(), Dataset()
    trig.parse(data=texts["garrison.trig.gz"], format="trig")
    nquads.parse(data=texts["garrison.nq.gz"], format="nquads")
    assert isomorphic(turtle, trig.default_graph)
    assert {graph.identifier for graph in trig.graphs()} == {graph.identifier for graph in nquads.graphs()}


def test_sha256sum_verifies_the_downloads(server: Server, tmp_path: Path) -> None:
    for name in (*FORMATS, "SHA256SUMS"):
        response = server.client.get(f"/dumps/latest/{name}", follow_redirects=True)
        (tmp_path / name).write_bytes(response.content)
    checked = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0 and checked.stdout.count(": OK") == len(FORMATS)


def test_a_download_is_sent_in_parts_and_not_twice(server: Server) -> None:
    address = str(server.client.get("/dumps/latest/garrison.nq.gz").headers["Location"])
    whole = server.client.get(address)
    part = server.client.get(address, headers={"Range": "bytes=10-19"})
    assert part.status_code == 206 and part.content == whole.content[10:20]
    again = server.client.get(address, headers={"If-None-Match": whole.headers["ETag"]})
    assert again.status_code == 304 and again.content == b""


@pytest.mark.parametrize(
    "path",
    [
        "/dumps/0/garrison.nq.gz",
        "/dumps/latest/garrison.zip",
        "/dumps/latest/..%2Fversion",
        "/dumps/latest/%2e%2e%2fdataset.nq",
    ],
)
def test_another_version_or_file_is_404_and_no_path_is_opened(server: Server, path: str) -> None:
    response = server.get(path)
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"


def test_the_same_dataset_gives_the_same_downloads(quay: Path, tmp_path: Path) -> None:
    one, other = (write_snapshot(build(quay), tmp_path / name) for name in ("one", "other"))
    for name in (*FORMATS, "SHA256SUMS"):
        assert (one / "dumps" / name).read_bytes() == (other / "dumps" / name).read_bytes()


def test_a_snapshot_of_an_earlier_garrison_gets_its_downloads(quay: Path, tmp_path: Path) -> None:
    snapshot = write_snapshot(build(quay), tmp_path)
    (snapshot / "dumps.json").unlink()
    assert (write_snapshot(build(quay), tmp_path) / "dumps.json").is_file()
