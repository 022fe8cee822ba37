"""The gallery of saved queries: looked through by words and tags, and each with a form, its answer and its uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

from garrison.edition.catalogue import Parameter, SavedQuery
from garrison.errors import EndpointError, ParameterRefused
from garrison.services.choices import Choices
from garrison.services.preview import Preview, preview_soon
from garrison.services.query import QueryService
from garrison.web.planning import saved_page, saved_request
from garrison.web.presentation import Presentation
from garrison.web.reader import Reader
from garrison.web.remembering import is_repeatable
from garrison.web.result_page import ResultPage
from garrison.web.result_views import VIEW_NAMES
from garrison.web.templating import marked

SHOWN_ROWS = 15  # of a table, on the page of its query
_MAX_WORDS = 200  # characters that are looked for
_PATIENCE_S = 2.0  # for an answer on that page; who asks for a longer one runs it
_MOST_CHOICES = 100  # things in a list to choose from; more are suggestions
# What folders of queries are usually called; any other name is shown as it is.
SUBJECTS = {
    "agreements": marked("Agreements"),
    "events": marked("Events"),
    "groups": marked("Groups"),
    "guards": marked("Guards"),
    "materiel": marked("Materiel"),
    "names": marked("Names"),
    "operations": marked("Operations"),
    "people": marked("People"),
    "places": marked("Places"),
    "sources": marked("Sources"),
    "time": marked("Time"),
    "treaties": marked("Treaties"),
    "units": marked("Units"),
    "works": marked("Works"),
}


PARAMETER_TYPES = {
    "iri": marked("a thing"),
    "string": marked("a text"),
    "integer": marked("a whole number"),
    "date": marked("a day"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter in the form, with what it is set to and what fits it."""

    parameter: Parameter
    value: str
    options: tuple[tuple[str, str, str], ...] = ()  # IRI, name, language of the name; in order of the names
    is_list: bool = False  # few enough to be chosen from; else they are suggestions


def look_through(queries: Iterable[SavedQuery], words: str, tag: str) -> list[SavedQuery]:
    """The queries that have every word, in whatever language, and the tag."""
    wanted = words[:_MAX_WORDS].casefold().split()
    return [query for query in queries if _has(query, wanted) and (not tag or tag in (query.subject, *query.tags))]


def tags_of(queries: Iterable[SavedQuery]) -> list[tuple[str, int]]:
    """Every tag, and how many queries have it."""
    return sorted(Counter(tag for query in queries for tag in query.tags).items())


def _has(query: SavedQuery, words: list[str]) -> bool:
    texts = (query.name, query.subject, query.description, query.text, *query.summary.values(), *query.tags)
    said = "\n".join(texts).casefold()
    return all(word in said for word in words)


class QueryPages:
    """What the page of a saved query shows beside its text; what the snapshot fixes is found out once."""

    def __init__(self, service: QueryService) -> None:
        self._service = service
        self._choices = Choices(service)
        self._answers: dict[str, Preview | None] = {}

    def context(
        self, query: SavedQuery, given: Mapping[str, str], reader: Reader, base: str, client: str
    ) -> dict[str, object]:
        """What ``query.html`` needs.

        :param given: what somebody set parameters to; what is none of them, or does not fit, counts for nothing.
        :param client: who asks, since a query with parameters of one's own is one's own.
        """
        fit = _fitting(query, given)
        shape = self._service.admit(query.text)
        page = saved_page(query, shape, fit, reader, base)
        shown = self._answer(query, fit, shape.form, client)
        return {
            "query": query,
            "page": page,
            "fields": [self._field(query, parameter, fit, reader) for parameter in query.parameters],
            "subjects": SUBJECTS,
            "parameter_types": PARAMETER_TYPES,
            "example": _example(query, fit),
            **(page.answer(shown, SHOWN_ROWS) if shown else _no_answer(page)),
        }

    def _field(self, query: SavedQuery, parameter: Parameter, given: Mapping[str, str], reader: Reader) -> Field:
        value = given.get(parameter.name, parameter.default)
        fitting = self._choices.of(query, parameter)
        show = Presentation(reader, fitting.labels)
        names = [(iri, show.name(iri)) for iri in fitting.iris]
        options = sorted((iri, name.text, name.language) for iri, name in names)
        options.sort(key=lambda option: option[1].casefold())
        return Field(parameter, value, tuple(options), value in fitting.iris and len(options) <= _MOST_CHOICES)

    def _answer(self, query: SavedQuery, given: Mapping[str, str], form: str, client: str) -> Preview | None:
        """The first rows; ``None`` if they take longer than a page may."""
        if not given and query.name in self._answers:
            return self._answers[query.name]
        try:
            request = saved_request(query, given, client if given else "")
            shown = preview_soon(self._service, request, form, _PATIENCE_S)
        except EndpointError:  # the page is about the query; whoever runs it is told
            return None
        if not given and is_repeatable(query.text):
            self._answers[query.name] = shown
        return shown


def _fitting(query: SavedQuery, given: Mapping[str, str]) -> dict[str, str]:
    fit = {}
    for parameter in query.parameters:
        with suppress(ParameterRefused):
            if parameter.name in given and parameter.bind(given[parameter.name]):
                fit[parameter.name] = given[parameter.name]
    return fit


def _no_answer(page: ResultPage) -> dict[str, object]:
    return {"result": None, "show": Presentation(page.reader), "view_names": VIEW_NAMES}


def _example(query: SavedQuery, given: Mapping[str, str]) -> str:
    """The address of the answer, with every parameter written out."""
    parameters = {parameter.name: given.get(parameter.name, parameter.default) for parameter in query.parameters}
    return f"/api/{query.name}" + (f"?{urlencode(parameters)}" if parameters else "")
