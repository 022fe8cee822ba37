"""What a result looks like: in which view it is shown, and what is said where there is nothing to show."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from garrison.edition.catalogue import VIEWS
from garrison.services.preview import Preview
from garrison.services.result_graph import graph_of
from garrison.services.result_shape import Shape, shape_of
from garrison.web.graph_drawing import place_graph, shortened
from garrison.web.presentation import Presentation
from garrison.web.result_drawings import RowPictures
from garrison.web.templating import marked

VIEW_NAMES = {
    "table": marked("Table"),
    "map": marked("Map"),
    "timeline": marked("Timeline"),
    "graph": marked("Graph"),
    "chart": marked("Chart"),
}
# What a view needs, said where a result has it not.
LACKING = {
    "map": marked("A map needs a column of points (geo:wktLiteral); there is none, so this is the table."),
    "timeline": marked("A timeline needs a column of dates; there is none, so this is the table."),
    "graph": marked("A graph needs two columns of things; there are fewer, so this is the table."),
    "chart": marked("A chart needs a column of numbers and one of names; there are none, so this is the table."),
}


@dataclass(frozen=True, slots=True)
class ResultView:
    """A result as it is shown."""

    result: Preview
    shape: Shape
    name: str  # one of VIEWS
    lacking: str  # why it is not the view that was asked for; empty if it is
    drawing: Any = None  # what the view's template draws


def choose_view(result: Preview, asked: str, default: str, show: Presentation, title: str) -> ResultView:
    """Show a result as it was asked for, if its columns have what that takes.

    :param asked: by the address; empty: by nobody.
    :param default: what the query says of itself.
    """
    shape = shape_of(result)
    wanted = asked if asked in VIEWS else default
    name = wanted if wanted in shape.views else "table"
    lacking = LACKING.get(wanted, "") if name != wanted and asked and result.rows else ""
    return ResultView(result, shape, name, lacking, _draw(name, result, shape, show, title))


def _draw(name: str, result: Preview, shape: Shape, show: Presentation, title: str) -> Any:
    pictures = RowPictures(result, shape, show, title)
    match name:
        case "map":
            return pictures.map()
        case "timeline":
            return pictures.timeline()
        case "chart":
            return pictures.chart()
        case "graph":
            graph = graph_of(result, shape)
            return {"graph": graph, "placed": place_graph(graph), "shortened": shortened}
    return None


def advice(query: str, view: str) -> list[str]:
    """Where to look when nothing fits a query: only what its text gives a reason for."""
    said = [_TAKE_AWAY]
    if re.search(r"\blang(matches)?\s*\(|[\"']@[a-z]{2}", query, re.IGNORECASE):
        said.append(_LANGUAGE)
    if re.search(r"[\"'](?:@|\s*[;.,)}\]])", query):
        said.append(_TEXT)
    if not view and not re.search(r"\bgraph\b", query, re.IGNORECASE):
        said.append(_CLAIMS)
    return [*said, _NAMES]


_TAKE_AWAY = marked("Take patterns away one by one until rows come: what you took last has no match beside the others.")
_LANGUAGE = marked("A text in another language is another value. Labels are in the language that their tag says.")
_TEXT = marked('A text has to be the same to the letter; `FILTER(CONTAINS(LCASE(?label), "…"))` finds a part of one.')
_CLAIMS = marked(
    "What is denied, rumoured, rejected or a rival reading stands in no default graph: `GRAPH ?claim { … }` finds it "
    "in its claim."
)
_NAMES = marked("A misspelt name is no error in SPARQL. The editor offers only names that are in the data.")
