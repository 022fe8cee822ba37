"""The formats that results and graphs are written in: name, media type, file extension.

Each tuple stands best first: that order settles ties of content negotiation. The media types are those that
pyoxigraph's ``QueryResultsFormat`` and ``RdfFormat`` know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["solutions", "boolean", "triples", "citation"]


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write solutions, a boolean result, triples or a citation."""

    name: str  # short name, as in ``?format=csv``
    media_type: str  # registered media type, without parameters
    extension: str  # of a file, without the dot
    kind: Kind
    label: str  # for people
    aliases: tuple[str, ...] = ()  # media types that ask for this format and are answered with ``media_type``
    other_names: tuple[str, ...] = ()  # short names that clients in the wild send
    version: str = ""  # of RDF, where it is announced: 1.2

    @property
    def content_type(self) -> str:
        """The Content-Type header: text formats say their charset, the others define it (RFC 6838, 4.2.1)."""
        charset = "; charset=utf-8" if self.media_type.startswith("text/") else ""
        return f"{self.media_type}{charset}{f'; version={self.version}' if self.version else ''}"

    def announcing(self, version: str) -> Format:
        """This format with its version of RDF in the media type.

        CSV and TSV define no such parameter, JSON-LD needs none; they stay as they are.
        """
        return self if self.name in ("csv", "tsv", "jsonld") else replace(self, version=version)

    def is_called(self, name: str) -> bool:
        """Tell if ``name`` is the short name, another name or a media type of this format."""
        return name.lower() in (self.name, self.media_type, *self.other_names, *self.aliases)


def _results(kind: Kind) -> tuple[Format, ...]:
    """The four formats of SPARQL 1.1; CSV and TSV of a boolean are not standard, but asked for."""
    return (
        Format("json", "application/sparql-results+json", "srj", kind, "JSON", ("application/json", "text/json")),
        Format("xml", "application/sparql-results+xml", "srx", kind, "XML", ("application/xml", "text/xml")),
        Format("csv", "text/csv", "csv", kind, "CSV"),
        Format("tsv", "text/tab-separated-values", "tsv", kind, "TSV"),
    )


SOLUTIONS: tuple[Format, ...] = _results("solutions")
BOOLEAN: tuple[Format, ...] = _results("boolean")
TRIPLES: tuple[Format, ...] = (
    Format(
        "turtle",
        "text/turtle",
        "ttl",
        "triples",
        "Turtle",
        ("application/turtle", "application/x-turtle", "text/n3", "text/rdf+n3"),
        ("ttl", "n3"),
    ),
    Format("ntriples", "application/n-triples", "nt", "triples", "N-Triples", (), ("nt", "n-triples")),
    Format(
        "jsonld",
        "application/ld+json",
        "jsonld",
        "triples",
        "JSON-LD",
        ("application/json",),
        ("json-ld", "json"),
    ),
    Format(
        "rdfxml",
        "application/rdf+xml",
        "rdf",
        "triples",
        "RDF/XML",
        ("application/xml", "text/xml"),
        ("rdf", "rdf+xml", "rdf/xml", "xml"),
    ),
)
# Formats of datasets: a graph is written in them as the default graph.
DATASETS: tuple[Format, ...] = (
    Format("trig", "application/trig", "trig", "triples", "TriG", ("application/x-trig",)),
    Format("nquads", "application/n-quads", "nq", "triples", "N-Quads", ("text/x-nquads",), ("nq", "n-quads")),
)

OFFERED: dict[str, tuple[Format, ...]] = {
    "SELECT": SOLUTIONS,
    "ASK": BOOLEAN,
    "CONSTRUCT": (*TRIPLES, *DATASETS),
    "DESCRIBE": (*TRIPLES, *DATASETS),
}


def named(name: str, offered: Sequence[Format]) -> Format | None:
    """Find the offered format that a client calls ``name``."""
    return next((format for format in offered if format.is_called(name)), None)
