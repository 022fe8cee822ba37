"""The saved queries as RDF, so that queries can be queried: by what they ask, by keyword, by parameter.

In the convention of the SIB's SPARQL examples, which editors and assistants read: ``sh:SPARQLExecutable`` with the text
and its prefixes, the question in ``rdfs:comment``, the endpoint in ``schema:target``.
https://github.com/sib-swiss/sparql-examples

Parameters are beyond the convention. SHACL has them for functions: a ``sh:Parameter`` whose path ends in the name of
the variable that is bound. https://www.w3.org/TR/shacl-af/#functions-parameters
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from garrison.edition.catalogue import Catalogue, Parameter, SavedQuery
from garrison.errors import MalformedQuery, QueryRefused
from garrison.rdf.prefixes import BASE
from garrison.rdf.sparql import QueryShape, bind, scan
from garrison.rdf.statements import Statements
from garrison.rdf.terms import XSD

CATALOGUE = NamedNode(BASE + "queries")
ENDPOINT = NamedNode(BASE + "sparql")  # wherever the edition is published
_DATASET = NamedNode(BASE + "dataset")
_TITLES = (Literal("Saved queries", language="en"), Literal("Сохранённые запросы", language="ru"))
# SHACL 1.0 has no DESCRIBE; what reads the convention asks for the term of the SIB.
_TEXT = {"SELECT": "sh:select", "ASK": "sh:ask", "CONSTRUCT": "sh:construct", "DESCRIBE": "spex:describe"}
_KIND = {form: f"sh:SPARQL{form.capitalize()}Executable" for form in ("SELECT", "ASK", "CONSTRUCT")}


def list_saved_queries(_dataset: Sequence[Quad], catalogue: Catalogue) -> Iterable[Quad]:
    """The view: every saved query, to be sent to the edition's endpoint wherever that is."""
    return tell_catalogue(catalogue.queries.values(), [ENDPOINT])


def tell_catalogue(queries: Iterable[SavedQuery], endpoints: Sequence[NamedNode]) -> list[Quad]:
    """Describe saved queries and the catalogue that they stand in.

    A text that is no query is left out: nobody could send it. ``garrison check`` says so.
    """
    says = Statements()
    says.say(CATALOGUE, "a", "schema:Collection")
    says.say(CATALOGUE, "dcterms:title", *_TITLES)
    says.say(CATALOGUE, "dcterms:isPartOf", _DATASET)
    for query in queries:
        try:
            shape = scan(query.body)
            text = bind(query.body, shape, query.bind({}))
        except (MalformedQuery, QueryRefused):
            continue
        _tell(says, query, shape, text, endpoints)
    return says.quads


def _tell(says: Statements, query: SavedQuery, shape: QueryShape, text: str, endpoints: Sequence[NamedNode]) -> None:
    """One query; its text has every parameter at its default, so that it answers as its address does."""
    subject = iri_of(query)
    says.say(subject, "a", "sh:SPARQLExecutable", *filter(None, [_KIND.get(shape.form)]))
    says.say(subject, "dcterms:identifier", Literal(query.name))
    says.say(subject, "dcterms:isPartOf", CATALOGUE)
    says.say(subject, "rdfs:comment", *(Literal(line, language=tag) for tag, line in query.summary.items()))
    if query.description:
        says.say(subject, "dcterms:description", Literal(query.description, language="en"))
    says.say(subject, "schema:keywords", *map(Literal, dict.fromkeys([query.subject, *query.tags])))
    says.say(subject, "schema:target", *endpoints)
    says.say(subject, "rdfs:seeAlso", NamedNode(f"{BASE}api/{query.name}"))
    says.say(subject, _TEXT[shape.form], Literal(text))
    _tell_prefixes(says, subject, shape)
    for order, parameter in enumerate(query.parameters, 1):
        _tell_parameter(says, subject, parameter, order)


def _tell_prefixes(says: Statements, query: NamedNode, shape: QueryShape) -> None:
    """The prefixes that the text declares too, each query's own: two may mean different things by one prefix."""
    declared = _part(query, "prefixes")
    says.say(query, "sh:prefixes", declared)
    says.say(declared, "a", "owl:Ontology")
    for prefix, namespace in shape.prefixes:
        declaration = _part(query, f"prefix-{prefix}")
        says.say(declared, "sh:declare", declaration)
        says.say(declaration, "a", "sh:PrefixDeclaration")
        says.say(declaration, "sh:prefix", Literal(prefix))
        says.say(declaration, "sh:namespace", Literal(namespace, datatype=NamedNode(XSD + "anyURI")))


def _tell_parameter(says: Statements, query: NamedNode, parameter: Parameter, order: int) -> None:
    described = _part(query, f"parameter-{parameter.name}")
    says.say(query, "a", "sh:Parameterizable")
    says.say(query, "sh:parameter", described)
    says.say(described, "a", "sh:Parameter")
    says.say(described, "sh:path", _part(query, parameter.name))
    says.say(described, "sh:name", Literal(parameter.name))
    says.say(described, "sh:order", order)
    says.say(described, "sh:optional", Literal("true", datatype=NamedNode(XSD + "boolean")))
    says.say(described, "sh:defaultValue", _default(parameter))
    if parameter.type == "iri":
        says.say(described, "sh:nodeKind", "sh:IRI")
    else:
        says.say(described, "sh:datatype", f"xsd:{parameter.type}")


def _default(parameter: Parameter) -> NamedNode | Literal:
    """The term that the parameter is bound to when nobody sets it."""
    quad = next(iter(parse(f"<x:s> <x:p> {parameter.bind(parameter.default)} .", RdfFormat.N_TRIPLES)))
    assert isinstance(quad.object, NamedNode | Literal)
    return quad.object


def iri_of(query: SavedQuery) -> NamedNode:
    """The address of a saved query, which is that of its page."""
    return NamedNode(f"{CATALOGUE.value}/{query.name}")


def _part(query: NamedNode, name: str) -> NamedNode:
    """Something that belongs to a query; with an address, so that views are the same wherever they are built."""
    return NamedNode(f"{query.value}#{name}")
