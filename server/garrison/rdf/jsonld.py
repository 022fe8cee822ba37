"""Graphs in JSON-LD with a context: prefixed names for keys, and nothing to be fetched to read them.

The context of a document is the part of the published one that the document uses, so that both name everything alike.
https://www.w3.org/TR/json-ld11/
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from garrison.rdf.prefixes import PREFIXES

KEYWORDS = {"id": "@id", "type": "@type"}
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"

Node = dict[str, Any]


def write_jsonld(quads: Iterable[ox.Quad], types: Mapping[str, str]) -> bytes:
    """Write statements in the order in which they come.

    :param types: what the values of a property are without being told: its IRI -> ``@id``, or a datatype's IRI.
    """
    writer = _Writer(list(quads), types)
    graph = writer.graph()
    document = {"@context": writer.context(), "@graph": graph}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def context_of(prefixes: Mapping[str, str], types: Mapping[str, str]) -> dict[str, object]:
    """A context with these prefixes, and with the types of values of these properties."""
    short = _Names(prefixes)
    terms = {
        short.name(property): {"@id": property, "@type": type}
        for property, type in sorted(types.items())
        if short.name(property) != property
    }
    return {"@version": 1.1, **KEYWORDS, **dict(sorted(prefixes.items())), **terms}


class _Names:
    """Prefixed names by the longest namespace, and which prefixes they used."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = sorted(prefixes.items(), key=lambda item: -len(item[1]))
        self.used: dict[str, str] = {}

    def name(self, iri: str) -> str:
        for prefix, namespace in self._prefixes:
            # What begins with // after a prefix would be read as an address whose scheme is the prefix.
            if iri.startswith(namespace) and not iri.startswith("//", len(namespace)):
                self.used[prefix] = namespace
                return f"{prefix}:{iri[len(namespace) :]}"
        return iri


class _Writer:
    """One document."""

    def __init__(self, quads: list[ox.Quad], types: Mapping[str, str]) -> None:
        self._quads = quads
        # An IRI whose scheme is one of our prefixes would be read as a prefixed name: then that prefix is not used.
        schemes = {iri.partition(":")[0] for quad in quads for iri in _iris(quad)}
        self._names = _Names({prefix: namespace for prefix, namespace in PREFIXES.items() if prefix not in schemes})
        self._types = types
        self._typed: dict[str, str] = {}

    def graph(self) -> list[Node]:
        """The nodes of the default graph, then the named graphs with theirs."""
        graphs: dict[str, dict[str, Node]] = {}
        for quad in self._quads:
            name = "" if isinstance(quad.graph_name, ox.DefaultGraph) else self._node(quad.graph_name)
            subject = self._node(quad.subject)
            self._add(graphs.setdefault(name, {}).setdefault(subject, {"id": subject}), quad.predicate, quad.object)
        default = list(graphs.pop("", {}).values())
        return default + [{"id": name, "@graph": list(nodes.values())} for name, nodes in graphs.items()]

    def context(self) -> dict[str, object]:
        """The context of what was written."""
        return context_of(self._names.used, self._typed)

    def _add(self, node: Node, property: ox.NamedNode, value: object) -> None:
        if property.value == _RDF_TYPE and not isinstance(value, ox.Literal):
            node.setdefault("type", []).append(self._node(value))
            return
        node.setdefault(self._names.name(property.value), []).append(self._value(property.value, value))

    def _node(self, term: object) -> str:
        return self._names.name(term.value) if isinstance(term, ox.NamedNode) else str(term)

    def _value(self, property: str, value: object) -> object:
        type = self._types.get(property)
        if type and self._names.name(property) != property:
            self._typed[property] = type
        else:
            type = None
        if not isinstance(value, ox.Literal):
            return self._node(value) if type == "@id" else {"id": self._node(value)}
        if value.language:
            return {"@value": value.value, "@language": value.language}
        if value.datatype.value == (type or _XSD_STRING):
            return value.value
        return {"@value": value.value} | (
            {} if value.datatype.value == _XSD_STRING else {"@type": self._names.name(value.datatype.value)}
        )


def _iris(quad: ox.Quad) -> Iterable[str]:
    for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
        if isinstance(term, ox.NamedNode):
            yield term.value
        elif isinstance(term, ox.Literal):
            yield term.datatype.value
