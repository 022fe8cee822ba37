"""An edition as it was read, with everything that a rule asks of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from garrison.edition.deriving import default_graph, derive_days, entail, published_claims
from garrison.edition.findings import Finding, Severity
from garrison.edition.positions import blocks
from garrison.edition.reading import Source
from garrison.rdf.terms import GAR, ID, LABEL, RDF_TYPE, gar

Place = tuple[Path, int]  # file, relative to the folder, and line


class Edition:
    """All files of a folder: quads as written, quads as derived, and where each subject stands."""

    def __init__(self, folder: Path, sources: list[Source]) -> None:
        self.folder = folder
        self.sources = sources

    @cached_property
    def written(self) -> list[Quad]:
        return [quad for source in self.sources for quad in source.quads]

    @cached_property
    def derived(self) -> list[Quad]:
        """What was written and the days that follow from it."""
        return self.written + list(derive_days(self.written))

    @cached_property
    def asserted(self) -> set[Triple]:
        """The default graph before entailment."""
        return default_graph(self.derived)

    @cached_property
    def default(self) -> set[Triple]:
        """The default graph as it is published."""
        return self.asserted | entail(self.asserted)

    @cached_property
    def published(self) -> set[NamedNode]:
        return published_claims(self.written)

    @cached_property
    def claim_graphs(self) -> dict[NamedNode, list[Quad]]:
        graphs: dict[NamedNode, list[Quad]] = defaultdict(list)
        for quad in self.written:
            if isinstance(quad.graph_name, NamedNode):
                graphs[quad.graph_name].append(quad)
        return dict(graphs)

    @cached_property
    def described(self) -> list[Quad]:
        """What stands in the default graph of the files."""
        return [quad for quad in self.written if isinstance(quad.graph_name, DefaultGraph)]

    @cached_property
    def types(self) -> dict[str, set[str]]:
        """Classes by IRI of the thing, as written in any graph."""
        found: dict[str, set[str]] = defaultdict(set)
        for quad in self.written:
            if quad.predicate == RDF_TYPE and isinstance(quad.object, NamedNode):
                found[_value(quad.subject)].add(quad.object.value)
        return dict(found)

    def of_class(self, name: str) -> set[str]:
        """IRIs of everything that is written to be of this class of the ontology."""
        return {iri for iri, classes in self.types.items() if GAR + name in classes}

    def values(self, iri: str, name: str) -> list[NamedNode | Literal]:
        """What a term of the ontology says of a thing in the default graph of the files."""
        predicate = gar(name)
        return [
            quad.object
            for quad in self._by_subject.get(iri, ())
            if quad.predicate == predicate and isinstance(quad.object, NamedNode | Literal)
        ]

    @cached_property
    def _by_subject(self) -> dict[str, list[Quad]]:
        found: dict[str, list[Quad]] = defaultdict(list)
        for quad in self.described:
            found[_value(quad.subject)].append(quad)
        return dict(found)

    @cached_property
    def positions(self) -> dict[tuple[str, str | None], list[Place]]:
        """Places by subject and graph, in the order of the files."""
        found: dict[tuple[str, str | None], list[Place]] = defaultdict(list)
        for source in self.sources:
            relative = source.path.relative_to(self.folder)
            for block in blocks(source.path.read_text("utf-8")):
                found[block.subject, block.graph].append((relative, block.line))
        return dict(found)

    def place(self, iri: str, graph: str | None = None) -> tuple[Path | None, int | None]:
        """Where a thing's block begins: in this graph, else where the graph begins, else in the default graph."""
        for key in ((iri, graph), (graph or iri, graph), (iri, None)):
            if key[0] and key in self.positions:
                return self.positions[key][0]
        return self._first_places.get(iri, (None, None))

    @cached_property
    def _first_places(self) -> dict[str, Place]:
        """Where each subject stands first, in whichever graph."""
        found: dict[str, Place] = {}
        for (iri, _graph), places in self.positions.items():
            found.setdefault(iri, places[0])
        return found

    @cached_property
    def labels(self) -> dict[str, str]:
        """English labels by IRI; a coined one counts."""
        return {
            _value(triple.subject): triple.object.value
            for triple in self.default
            if triple.predicate == LABEL and isinstance(triple.object, Literal) and triple.object.language == "en"
        }

    def label(self, iri: str) -> str:
        """The English label of a thing, else its address, as short as it can be said."""
        short = iri.removeprefix(ID).replace(GAR, "gar:")
        return f"{self.labels[iri]} ({short})" if iri in self.labels else short

    def finding(
        self,
        rule: str,
        iri: str,
        message: str,
        remedy: str,
        graph: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> Finding:
        """A finding about a thing, with the place of its block."""
        path, line = self.place(iri, graph)
        return Finding(severity, rule, path, line, None, self.label(iri), message, remedy)


def numbers(quads: Iterable[Quad]) -> list[Quad]:
    """Those that state a count."""
    counts = {gar(name) for name in COUNTS}
    return [quad for quad in quads if quad.predicate in counts]


COUNTS = ("strength", "civilianDeaths", "militaryDeaths", "wounded", "homeless", "prisoners", "quantity")


def _value(term: object) -> str:
    return str(getattr(term, "value", term))
