"""Run the edition's SHACL shapes, and say of each result where its thing stands.

pySHACL sees a dataset as one merged graph, in which rival claims would collide. So all shapes run on the default
graph, and those marked ``shapes:alsoOnClaimGraphs`` once more on each claim that does not reach it. rdflib enters here
and nowhere else.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyshacl
from pyoxigraph import RdfFormat, Triple, serialize
from rdflib import SH, Graph, Literal, Node, URIRef

from garrison.edition.edition import Edition
from garrison.edition.findings import Finding, Severity

SHAPES = Path("ontology") / "shapes.ttl"  # in the folder of an edition
_ALSO_ON_CLAIMS = URIRef("https://w3id.org/garrison/ontology/shapes#alsoOnClaimGraphs")


def check_shapes(edition: Edition, path: Path) -> Iterator[Finding]:
    """Yield what the shapes of this file report.

    :param path: the file of shapes; an edition without one has nothing to report.
    """
    if not path.is_file():
        return
    shapes = Graph().parse(path)
    default = _rdflib(edition.default)
    yield from _report(edition, default, shapes, None)
    marked = _marked(shapes)
    for graph, quads in edition.claim_graphs.items():
        if graph not in edition.published and len(marked):
            yield from _report(edition, _rdflib(quad.triple for quad in quads), marked, graph.value)


def _rdflib(triples: Iterable[Triple]) -> Graph:
    text = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
    return Graph().parse(io.BytesIO(text), format="nt")


def _marked(shapes: Graph) -> Graph:
    """The marked shapes with everything that they are made of."""
    kept = Graph()
    frontier: list[Node] = list(shapes.subjects(_ALSO_ON_CLAIMS, Literal(True)))
    seen: set[Node] = set()
    while frontier:
        node = frontier.pop()
        seen.add(node)
        for triple in shapes.triples((node, None, None)):
            kept.add(triple)
            if triple[2] not in seen:
                frontier.append(triple[2])
    return kept


def _report(edition: Edition, data: Graph, shapes: Graph, graph: str | None) -> Iterator[Finding]:
    conforms, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    if conforms or not isinstance(report, Graph):
        return
    for result in report.objects(None, SH.result):
        yield _finding(edition, report, shapes, result, graph)


def _finding(edition: Edition, report: Graph, shapes: Graph, result: Node, graph: str | None) -> Finding:
    shape = report.value(result, SH.sourceShape)
    name = shapes.value(shape, SH.name) if shape else None
    severity = Severity.ERROR if report.value(result, SH.resultSeverity) == SH.Violation else Severity.WARNING
    value = report.value(result, SH.value)
    focus = report.value(result, SH.focusNode)
    found = f" Found: {edition.label(str(value))}." if value not in (None, focus) else ""
    return edition.finding(
        str(shape).rpartition("#")[2] or "shape",
        str(focus),
        f"{name or 'A shape'} is not as it should be.{found}",
        str(report.value(result, SH.resultMessage)),
        graph,
        severity,
    )
