"""What the columns of a result hold, and so how it can be seen: as a map, a timeline, a chart or a graph.

Names of columns follow what queries use: ``xLabel`` is the label of ``x``, as on Wikidata; ``label`` that of the first
IRI; ``begin`` and ``end`` are the two sides of one span.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from garrison.edition.catalogue import VIEWS
from garrison.rdf.terms import EDTF, XSD
from garrison.services.preview import Preview

WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"
_DATES = {EDTF.value, *(XSD + name for name in ("date", "dateTime", "gYear", "gYearMonth"))}
_NUMBERS = {
    XSD + name
    for name in ("integer", "decimal", "double", "float", "int", "long", "short", "nonNegativeInteger", "byte")
}
_BEGINS = ("begin", "beginning", "start", "from", "first", "since", "earliest", "born")
_ENDS = ("end", "ending", "stop", "to", "last", "until", "latest", "died")
_LABELS = ("label", "name", "title", "summary")
_TRIPLE = (("subject", "predicate", "object"), ("s", "p", "o"))
# What Wikidata's query service calls its views, and ours that shows the same.
_ELSEWHERE = {"graph": "graph", "tree": "graph", "map": "map", "mapregions": "map", "timeline": "timeline"}
_DEFAULT_VIEW = re.compile(r"^(?:[ \t]*#[ \t]*defaultView|#\+ ?view):[ \t]*([A-Za-z]{1,30})", re.MULTILINE)
_TITLE = re.compile(r"^[ \t]*#[ \t]*title:[ \t]*(\S[^\r\n]{0,200})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of each sort, by number."""

    iris: tuple[int, ...] = ()
    points: tuple[int, ...] = ()
    dates: tuple[int, ...] = ()
    numbers: tuple[int, ...] = ()
    texts: tuple[int, ...] = ()
    is_graph: bool = False  # the rows are triples
    label: int | None = None  # the column that names a row
    named: int | None = None  # the column that a row is about
    labels: dict[int, int] = field(default_factory=dict)  # IRI column -> the column of its labels

    @property
    def views(self) -> tuple[str, ...]:
        """How the rows can be seen; a table always."""
        names = self.label is not None or self.named is not None or bool(self.dates)
        fitting = {
            "table": True,
            "map": bool(self.points),
            "timeline": bool(self.dates),
            "graph": self.is_graph or len(self.iris) > 1,
            "chart": bool(self.numbers) and names,
        }
        return tuple(view for view in VIEWS if fitting[view])

    def span(self, columns: Sequence[str]) -> tuple[int | None, int | None]:
        """The date columns that begin and end a row's time; the same twice for a row that has one day."""
        begin = next((at for at in self.dates if _is_called(columns[at], _BEGINS)), None)
        end = next((at for at in self.dates if _is_called(columns[at], _ENDS) and at != begin), None)
        if begin is None and end is None and self.dates:
            return self.dates[0], self.dates[0]
        return begin, end


def shape_of(result: Preview) -> Shape:
    """Look at every shown row."""
    if result.boolean is not None or not result.rows:
        return Shape()
    columns = result.columns
    sorts = [_sort([row[at] for row in result.rows if row[at] is not None]) for at in range(len(columns))]
    iris, texts = _of(sorts, "iri"), _of(sorts, "text")
    labels = {at: text for at in iris for text in texts if _is_label_of(columns[text], columns[at])}
    plain = next((text for text in texts if columns[text].lower() in _LABELS and text not in labels.values()), None)
    named = iris[0] if iris else None
    if named is not None and named not in labels and plain is not None:
        labels[named] = plain
    label = labels.get(named) if named is not None else (plain if plain is not None else next(iter(texts), None))
    is_graph = tuple(columns) in _TRIPLE
    return Shape(
        iris, _of(sorts, "point"), _of(sorts, "date"), _of(sorts, "number"), texts, is_graph, label, named, labels
    )


def wanted_view(query: str) -> str:
    """The view that a query asks for, as on Wikidata, ``#defaultView:Map``, or in the header of a saved one,
    ``#+ view: map``; empty where it says nothing.
    """
    found = _DEFAULT_VIEW.search(query)
    if not found:
        return ""
    name = found[1].lower()
    return "chart" if name.endswith("chart") or name == "dimensions" else _ELSEWHERE.get(name, "table")


def asking_for(view: str, query: str) -> str:
    """A query without a header that asks for a view in a comment which Wikidata's query service understands too."""
    if view == "table" or wanted_view(query):
        return query
    return f"#defaultView:{'BarChart' if view == 'chart' else view.capitalize()}\n{query}"


def title_of(query: str) -> str:
    """The title that a query gives itself, as on Wikidata: ``#title:Who met whom``; empty where it does not."""
    found = _TITLE.search(query)
    return found[1].strip() if found else ""


def _sort(terms: list[object]) -> str:
    """What a column holds: the one sort that all its values are of; of points, some of them."""
    if any(isinstance(term, ox.Literal) and term.datatype.value == WKT for term in terms):
        return "point"
    if not terms:
        return ""
    if all(isinstance(term, ox.NamedNode | ox.BlankNode) for term in terms):
        return "iri" if any(isinstance(term, ox.NamedNode) for term in terms) else ""
    literals = [term for term in terms if isinstance(term, ox.Literal)]
    if len(literals) < len(terms):
        return ""
    datatypes = {literal.datatype.value for literal in literals}
    if datatypes <= _DATES:
        return "date"
    return "number" if datatypes <= _NUMBERS else "text"


def _of(sorts: Sequence[str], sort: str) -> tuple[int, ...]:
    return tuple(at for at, each in enumerate(sorts) if each == sort)


def _is_label_of(column: str, of: str) -> bool:
    return column.lower() in (f"{of}label".lower(), f"{of}_label".lower(), f"{of}name".lower())


def _is_called(column: str, names: tuple[str, ...]) -> bool:
    """Tell if a column has one of these names, alone or as one word of several: ``begin``, ``last_day``."""
    words = re.findall(r"[A-Za-z][a-z]*", column)
    return any(word.lower() in names for word in words)
