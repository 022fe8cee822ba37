"""Run the edition's SHACL shapes, and say of each result where its thing stands.

pySHACL sees a dataset as one merged graph, in which rival claims would collide. So all shapes run on the default
graph, and those marked ``shapes:alsoOnClaimGraphs`` once more on each claim that does not reach it. rdflib enters here
and nowhere else.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyshacl
from pyoxigraph import NamedNode, RdfFormat, Triple, serialize
from rdflib import SH, Graph, Literal, Node, URIRef

from garrison.edition.edition import Edition
from garrison.edition.findings import Finding, Severity
from garrison.rdf.terms import GAR, ID

SHAPES = Path("ontology") / "shapes.ttl"  # in the folder of an edition
_ALSO_ON_CLAIMS = URIRef("https://w3id.org/garrison/ontology/shapes#alsoOnClaimGraphs")


def check_shapes(edition: Edition, path: Path) -> Iterator[Finding]:
    """Yield what the shapes of this file report, and what would keep them from reporting.

    :param path: the file of shapes, whose syntax was found to be right.
    """
    if not path.is_file():
        yield _lacking()
        return
    shapes = Graph().parse(path)
    yield from _undefined(edition, shapes, path.read_text("utf-8"))
    try:
        yield from _violations(edition, shapes)
    except (RuntimeError, ValueError, re.error) as error:  # pySHACL's own are RuntimeErrors
        yield _unusable(str(error).partition("\n")[0])


def _violations(edition: Edition, shapes: Graph) -> Iterator[Finding]:
    yield from _report(edition, _rdflib(edition.default), shapes, None)
    marked = _marked(shapes)
    for graph, quads in edition.claim_graphs.items():
        if graph not in edition.published and len(marked):
            yield from _report(edition, _rdflib(quad.triple for quad in quads), marked, graph.value)


def _lacking() -> Finding:
    return Finding(
        Severity.WARNING,
        "shapes-there",
        None,
        None,
        None,
        "",
        f"The edition has no {SHAPES}, and what its shapes would find is not found.",
        f"Put {SHAPES} back, or one with rules of your own.",
    )


def _unusable(reason: str) -> Finding:
    return Finding(
        Severity.ERROR,
        "shapes-usable",
        SHAPES,
        None,
        None,
        "",
        f"These are not shapes that can be run: {reason.rstrip('.')}.",
        "Mend the shape that was changed last; https://www.w3.org/TR/shacl/ says what each term takes.",
    )


def _undefined(edition: Edition, shapes: Graph, text: str) -> Iterator[Finding]:
    """A shape that names a class or property which is not there never finds anything."""
    defined = {quad.subject.value for quad in edition.described if isinstance(quad.subject, NamedNode)}
    used = {str(term) for triple in shapes for term in triple[1:] if isinstance(term, URIRef)}
    for iri in sorted(used - defined):
        if iri.startswith((GAR, ID)):
            short = iri.removeprefix(ID).replace(GAR, "gar:")
            yield Finding(
                Severity.ERROR,
                "shape-terms",
                SHAPES,
                _line_of(re.split("[/#]", iri)[-1], text),
                None,
                short,
                "A shape speaks of it, and it is defined nowhere.",
                "Correct the spelling, or define it in ontology/; such a shape finds nothing.",
            )


def _line_of(name: str, text: str) -> int | None:
    match = re.search(rf":{re.escape(name)}(?![\w-])", text)
    return text.count("\n", 0, match.start()) + 1 if match else None


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
