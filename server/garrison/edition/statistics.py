"""Count what an edition holds, for the start page, the service description and the editors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad

from garrison.edition.partitions import partitions
from garrison.rdf.terms import ID, INFERRED, OWL, RDF_TYPE, gar

_FACETS = ("standing", "modality", "polarity", "certainty")
_KINDS = ("Passage", "Claim", "Emendation", "Source")
_PROPERTIES = {NamedNode(OWL + name) for name in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")}


def count(dataset: Iterable[Quad], folder: Path) -> dict[str, object]:
    """Counts by name; nested where a count is split."""
    quads = list(dataset)
    default = [quad for quad in quads if isinstance(quad.graph_name, DefaultGraph)]
    inferred = sum(quad.graph_name == INFERRED for quad in quads)
    return {
        "classes": _typed(default, NamedNode(OWL + "Class")),
        "properties": sum(_typed(default, kind) for kind in _PROPERTIES),
        "entities": _by_object(default, "identity"),
        "entities by kind": _by_kind(default),
        **{f"{name.lower()}s": _typed(default, gar(name)) for name in _KINDS},
        **{f"claims by {facet}": _by_object(default, facet, "claim/") for facet in _FACETS},
        "triples": {"asserted": len(default) - inferred, "inferred": inferred},
        "named graphs": len({quad.graph_name for quad in quads}) - 1,
        "partitions": partitions(quads),
        "queries": sum(1 for _ in (folder / "queries").rglob("*.rq")),
    }


def _typed(quads: Iterable[Quad], kind: NamedNode) -> int:
    """How many things of ours have this type; terms borrowed from elsewhere do not count."""
    return len(
        {
            quad.subject
            for quad in quads
            if quad.predicate == RDF_TYPE and quad.object == kind and _is_ours(quad.subject)
        }
    )


def _is_ours(subject: object) -> bool:
    return isinstance(subject, NamedNode) and subject.value.startswith("https://w3id.org/garrison/")


def _by_object(quads: Iterable[Quad], predicate: str, below: str = "") -> dict[str, int]:
    counts = Counter(
        str(quad.object.value).rsplit("/", 1)[-1]
        for quad in quads
        if quad.predicate == gar(predicate)
        and isinstance(quad.object, NamedNode)
        and isinstance(quad.subject, NamedNode)
        and quad.subject.value.startswith(ID + below)
    )
    return dict(sorted(counts.items()))


def _by_kind(quads: Iterable[Quad]) -> dict[str, int]:
    """Entities by the kind that their address names."""
    counts = Counter(
        quad.subject.value.removeprefix(ID).split("/")[0]
        for quad in quads
        if quad.predicate == gar("identity") and isinstance(quad.subject, NamedNode)
    )
    return dict(sorted(counts.items()))
