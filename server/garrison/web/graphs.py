"""``/graph/inferred``: the one named graph that is no claim answers at its address as everything else does."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
from flask import Blueprint, Response

from garrison.engine.interface import Engine
from garrison.errors import UnknownResource
from garrison.rdf.formats import TRIPLES
from garrison.rdf.terms import INFERRED
from garrison.services.graphs import CONTENTS, TEXTS, InferredGraph, read_inferred
from garrison.services.lookup import read_labels
from garrison.settings import Settings
from garrison.web.presentation import Presentation, query_address
from garrison.web.representations import Representation, Resource, choose, respond, split_extension
from garrison.web.serialisation import serialise
from garrison.web.templating import render

_PATH = "/graph/inferred"


def graph_pages(settings: Settings, engine: Engine) -> Blueprint:
    """The description of the graph, and a way to all of it."""
    pages = Blueprint("graphs", __name__)

    @pages.get("/graph/<name>")
    def graph(name: str) -> Response:
        stem, extension = split_extension(name, TRIPLES)
        if stem != "inferred":
            raise UnknownResource(f"No graph is called {stem!r}: there is one of what is inferred, and one a claim.")
        representation = choose(Resource(INFERRED.value, _PATH, TRIPLES), extension, settings.public_url)
        inferred = read_inferred(engine)
        if representation.format:
            return respond(representation, serialise(inferred.description(), representation.format))
        return respond(representation, _page(engine, representation, inferred).encode("utf-8"))

    return pages


def _page(engine: Engine, representation: Representation, inferred: InferredGraph) -> str:
    labels = read_labels(engine, _iris(inferred.beginning))
    return render(
        "graph.html",
        representation.reader,
        show=Presentation(representation.reader, labels),
        texts={name: by_language[representation.reader.interface] for name, by_language in TEXTS.items()},
        inferred=inferred,
        iri=INFERRED.value,
        contents_link=query_address(CONTENTS, "turtle"),
        representation=representation,
    )


def _iris(triples: Iterable[ox.Triple]) -> set[str]:
    terms = (term for t in triples for term in (t.subject, t.predicate, t.object))
    return {term.value for term in terms if isinstance(term, ox.NamedNode)}
