"""Write graphs of our own as statements with prefixed names."""

from __future__ import annotations

from typing import TypeAlias

import pyoxigraph as ox

from garrison.rdf.prefixes import PREFIXES
from garrison.rdf.terms import XSD

Node: TypeAlias = ox.NamedNode | ox.BlankNode


class Statements:
    """A graph in the making."""

    def __init__(self) -> None:
        self.quads: list[ox.Quad] = []

    def say(self, subject: Node, predicate: str, *objects: Node | ox.Literal | str | int) -> None:
        """State one predicate of a subject, once for each object.

        :param predicate: a prefixed name, ``a`` for ``rdf:type``.
        :param objects: a text is a prefixed name, a whole number is an ``xsd:integer``.
        """
        for value in objects:
            term = name(value) if isinstance(value, str) else number(value) if isinstance(value, int) else value
            self.quads.append(ox.Quad(subject, name("rdf:type" if predicate == "a" else predicate), term))

    def part(self, subject: Node, predicate: str, kind: str | None = None) -> ox.BlankNode:
        """State that a subject has a part without a name, and return the part."""
        part = ox.BlankNode()
        self.say(subject, predicate, part)
        if kind:
            self.say(part, "a", kind)
        return part


def name(prefixed: str) -> ox.NamedNode:
    """The IRI of a prefixed name.

    :raises KeyError: if the prefix is not in the edition's map.
    """
    prefix, _, local = prefixed.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def number(value: int) -> ox.Literal:
    """A whole number as ``xsd:integer``."""
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + "integer"))
