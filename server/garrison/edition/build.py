"""Build: from a folder to a snapshot, whose name is what it holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
    serialize,
)

from garrison.edition.catalogue import Catalogue
from garrison.edition.deriving import default_graph, derive_days, entail
from garrison.edition.published_files import read_published_files
from garrison.edition.query_files import read_sound_queries
from garrison.edition.reading import read
from garrison.edition.snapshot import Snapshot
from garrison.edition.statistics import count
from garrison.edition.views import VIEWS
from garrison.errors import EditionError
from garrison.rdf.terms import INFERRED


def build(folder: Path) -> Snapshot:
    """Read, derive and canonicalise an edition. Same content, same version, whatever the files look like.

    :raises EditionError: if a file cannot be read; ``garrison check`` says more.
    """
    sources, faults = read(folder)
    if faults:
        fault = faults[0]
        raise EditionError(f"{fault.path}:{fault.line}:{fault.column}: {fault.message}")
    written = [quad for source in sources for quad in source.quads]
    dataset = complete(written)
    nquads = canonical_nquads(dataset)
    version = hashlib.sha256(nquads).hexdigest()
    views = build_views(nquads, read_sound_queries(folder / "queries"))
    return Snapshot(version, nquads, count(dataset, folder), views, read_published_files(folder))


def build_views(nquads: bytes, catalogue: Catalogue) -> dict[str, bytes]:
    """Derive every view of an edition, as sorted N-Quads by the view's name.

    :param nquads: of the dataset, canonical.
    """
    quads = list(parse(nquads, format=RdfFormat.N_QUADS))
    return {name: _sorted_nquads(set(view(quads, catalogue))) for name, view in VIEWS.items()}


def complete(written: list[Quad]) -> list[Quad]:
    """Add what follows: days, the default graph, entailments and the graph of those."""
    quads = written + list(derive_days(written))
    asserted = default_graph(quads)
    inferred = entail(asserted)
    named = [quad for quad in quads if not isinstance(quad.graph_name, DefaultGraph)]
    return named + _in_graph(asserted | inferred, DefaultGraph()) + _in_graph(inferred, INFERRED)


def _in_graph(triples: Iterable[Triple], graph: NamedNode | DefaultGraph) -> list[Quad]:
    return [Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples]


def canonical_nquads(quads: Iterable[Quad]) -> bytes:
    """Serialise by RDF Dataset Canonicalization 1.0 (https://www.w3.org/TR/rdf-canon/, section 4.4)."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return _sorted_nquads(dataset)


def _sorted_nquads(quads: Iterable[Quad]) -> bytes:
    lines = (serialize(quads, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
    return b"".join(sorted(lines))
