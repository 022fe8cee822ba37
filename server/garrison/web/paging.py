"""A graph that is one page of several says so, in the terms of the Hydra vocabulary.

https://www.hydra-cg.com/spec/latest/core/#hydra:PartialCollectionView
"""

from __future__ import annotations

import pyoxigraph as ox

from garrison.rdf.prefixes import BASE, PREFIXES
from garrison.rdf.terms import RDF_TYPE
from garrison.services.description import Incoming
from garrison.web.representations import Representation

_XSD_INTEGER = ox.NamedNode(PREFIXES["xsd"] + "integer")


def page_of_links(representation: Representation, incoming: Incoming) -> list[ox.Quad]:
    """Say which page of the links to a thing this is, and where the others are; nothing if there is no other.

    The collection is the section of the thing's page that lists them.
    """
    if incoming.page == 1 and not incoming.has_next:
        return []
    address = (representation.base or BASE.rstrip("/")) + representation.resource.path
    pages = {"first": 1, "previous": incoming.page - 1, "next": incoming.page + 1 if incoming.has_next else 0}
    if incoming.is_counted:
        pages["last"] = incoming.pages
    collection, view = ox.NamedNode(f"{address}#incoming"), _page(address, incoming.page)
    quads = [
        ox.Quad(collection, RDF_TYPE, _hydra("Collection")),
        ox.Quad(collection, _hydra("view"), view),
        ox.Quad(view, RDF_TYPE, _hydra("PartialCollectionView")),
        *(ox.Quad(view, _hydra(name), _page(address, number)) for name, number in pages.items() if number > 0),
    ]
    if incoming.is_counted:
        quads.append(ox.Quad(collection, _hydra("totalItems"), ox.Literal(str(incoming.total), datatype=_XSD_INTEGER)))
    return quads


def _page(address: str, number: int) -> ox.NamedNode:
    return ox.NamedNode(f"{address}?page={number}")


def _hydra(name: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES["hydra"] + name)
