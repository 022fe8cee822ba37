"""Graphs of our own, written in the format that a client asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from garrison.rdf.formats import Format
from garrison.rdf.jsonld import write_jsonld
from garrison.rdf.prefixes import PREFIXES


def serialise(quads: Iterable[ox.Quad], format: Format, types: Mapping[str, str] | None = None) -> bytes:
    """Write statements in one of our formats, with the edition's prefixes.

    The same statements always give the same bytes, whichever process writes them: they are sorted, and blank nodes
    bear the names that RDFC-1.0 gives them.

    :param types: for JSON-LD, see :func:`garrison.rdf.jsonld.write_jsonld`.
    """
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    statements = sorted(dataset, key=str)
    if format.name == "jsonld":
        return write_jsonld(statements, types or {})
    rdf_format = ox.RdfFormat.from_media_type(format.media_type)
    assert rdf_format is not None
    used = " ".join(map(str, statements))
    prefixes = {prefix: namespace for prefix, namespace in PREFIXES.items() if f"<{namespace}" in used}
    written = ox.serialize(statements, format=rdf_format, prefixes=prefixes)
    assert written is not None  # no output file was given
    return written
