"""The page of a result: a query, its first rows in a view of their own, and the ways to have them otherwise.

Knows no framework and waits for nothing; the door and Flask fetch the rows, each in its own way of waiting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from garrison.edition.catalogue import SavedQuery, without_header
from garrison.rdf.formats import OFFERED
from garrison.services.preview import MAX_ROWS, Preview
from garrison.services.result_shape import asking_for, wanted_view
from garrison.web.presentation import Presentation, query_address
from garrison.web.programs import Call, programs
from garrison.web.query_forms import FORMS, form_of
from garrison.web.reader import Reader
from garrison.web.result_views import VIEW_NAMES, advice, choose_view
from garrison.web.templating import render

_LONGEST_LINK = 4_000  # characters; a longer query is sent by form, since a header may not be that long


def query_page(view: str, query: str, path: str) -> dict[str, object]:
    """What ``sparql.html`` needs beside an answer."""
    return {"query_form": form_of(view), "query_forms": FORMS, "view": view, "query": query, "path": path}


@dataclass(frozen=True, slots=True)
class ResultPage:
    """The first rows of a result as a page for a person."""

    form: str  # SELECT, ASK, CONSTRUCT or DESCRIBE
    title: str  # empty: of a query that gives itself none
    query: str  # as it is shown
    address: str  # where the same result is had as data; ``format`` is added to it
    reader: Reader
    call: Call  # the same from a program
    saved: SavedQuery | None = None  # the saved query, if it is one
    given: Mapping[str, str] = field(default_factory=dict)  # its parameters that the address sets
    endpoint: str = "/sparql"  # path of the endpoint that a changed query is sent to
    view: str = ""  # of the dataset
    asked_view: str = ""  # how the address wants the result to be seen
    editable: str = ""  # the query of a saved one with its parameters, as a text that runs in any editor

    def write(self, shown: Preview) -> str:
        """The page around these rows."""
        if self.saved:
            return render("results.html", self.reader, **self.answer(shown))
        return render(
            "sparql.html", self.reader, **query_page(self.view, self.query, self.endpoint), **self.answer(shown)
        )

    def answer(self, shown: Preview, most_rows: int = MAX_ROWS) -> dict[str, object]:
        """What ``answer.html`` needs.

        :param most_rows: of a table; a picture is made of all rows that were read.
        """
        show = Presentation(self.reader, shown.labels)
        view = choose_view(shown, self.asked_view, self._default_view, show, self.title)
        return {
            "result": shown,
            "rows": shown.rows[:most_rows],
            "drawn": view,
            "page": self,
            "show": show,
            "max_rows": MAX_ROWS,
            "view_names": VIEW_NAMES,
            "advice": advice(self.query, self.view) if not shown.rows and shown.boolean is None else [],
        }

    @property
    def formats(self) -> object:
        """In which formats the result is written."""
        return OFFERED[self.form]

    @property
    def programs(self) -> object:
        return programs(self.call)

    @property
    def is_long(self) -> bool:
        """Whether the query is too long for a link."""
        return len(self.address) > _LONGEST_LINK

    @property
    def change_address(self) -> str:
        """The page of the saved query, its form filled with what was asked."""
        given = f"?{urlencode(self.given)}" if self.given else ""
        return self.reader.at(f"/queries/{self.saved.name}{given}" if self.saved else self.endpoint)

    @property
    def edit_address(self) -> str:
        """The query page with this text, which goes on to be seen as the header says."""
        text = without_header(self.editable)
        return query_address(asking_for(self.saved.view, text) if self.saved else text) + "&edit=1"

    @property
    def _default_view(self) -> str:
        return wanted_view(self.query) or (self.saved.view if self.saved else "")

    def seen_as(self, view: str) -> str:
        """The address of this page in another view."""
        return self.reader.at(f"{self.address}{urlencode({'view': view})}")
