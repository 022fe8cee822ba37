"""The saved queries of an edition, as documents that can be run; ``query_files`` reads them.

A query's name is its file's stem and its address; its parameters are bound as terms, never formatted into
text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from pyoxigraph import NamedNode

from garrison.errors import ParameterRefused, UnknownResource

VIEWS = ("table", "map", "timeline", "chart", "graph")
GUARD = "-violation"  # how the name of a query ends that guards the data
TYPES = ("iri", "string", "integer", "date")
_XSD = "http://www.w3.org/2001/XMLSchema#"
_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*')  # what N-Triples can write


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable of a saved query that a client may bind; its default makes every address answer."""

    name: str
    type: str
    default: str

    def bind(self, value: str) -> str:
        """The term for ``value``, in N-Triples syntax.

        :raises ParameterRefused: if the value is not one of this type.
        """
        match self.type:
            case "iri":
                return f"<{self._checked(value, _is_iri(value), 'an absolute IRI')}>"
            case "integer":
                checked = self._checked(value, bool(re.fullmatch(r"[+-]?[0-9]{1,18}", value)), "a whole number")
                return f'"{int(checked)}"^^<{_XSD}integer>'
            case "date":
                return f'"{self._checked(value, _is_date(value), "a day such as 1944-10-15")}"^^<{_XSD}date>'
        return f'"{_escape(value)}"'

    def _checked(self, value: str, holds: bool, expected: str) -> str:
        if not holds:
            raise ParameterRefused(f"The parameter {self.name} must be {expected}; this is {value!r}.", self.name)
        return value


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """One file of the catalogue."""

    name: str
    path: Path
    text: str
    summary: Mapping[str, str]  # language -> one line
    description: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    returns: tuple[str, ...]
    view: str = "table"  # how a page shows the answer best, one of VIEWS

    @property
    def is_guard(self) -> bool:
        """Whether each row of the answer is a mistake in the data."""
        return self.name.endswith(GUARD)

    @property
    def subject(self) -> str:
        """The folder that the file lies in."""
        return self.path.parent.name

    @property
    def body(self) -> str:
        """The query without its header."""
        return without_header(self.text)

    def summary_in(self, language: str) -> str:
        """The summary in this language, else in English, else in any."""
        return self.summary.get(self.language_of(language), self.name)

    def language_of(self, language: str) -> str:
        """The language that :meth:`summary_in` gives to who prefers this one; none if there is no summary."""
        return next((tag for tag in (language, "en", *self.summary) if tag in self.summary), "")

    def bind(self, values: Mapping[str, str]) -> dict[str, str]:
        """Bind every parameter: variable name -> term in N-Triples syntax; defaults fill what is not given.

        :raises ParameterRefused: if a value is not of its parameter's type, or no parameter has that name.
        """
        known = {parameter.name for parameter in self.parameters}
        for name in values:
            if name not in known:
                listed = ", ".join(sorted(known)) or "none"
                raise ParameterRefused(f"The query {self.name} has no parameter {name}; it has: {listed}.", name)
        return {p.name: p.bind(values.get(p.name, p.default)) for p in self.parameters}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All saved queries of an edition, by name."""

    queries: Mapping[str, SavedQuery]

    def find(self, name: str) -> SavedQuery:
        """Find a saved query.

        :raises UnknownResource: if there is none of this name.
        """
        if name not in self.queries:
            near = get_close_matches(name, self.queries, n=3, cutoff=0.5)
            hint = f"Did you mean {' or '.join(near)}?" if near else f"There are {', '.join(self.queries)}."
            raise UnknownResource(f"There is no saved query called {name!r}. {hint}")
        return self.queries[name]

    def by_subject(self) -> dict[str, list[SavedQuery]]:
        """The queries under their folders, both in order of name; what guards the data comes last."""
        subjects: dict[str, list[SavedQuery]] = {}
        for query in sorted(self.queries.values(), key=lambda query: (query.is_guard, query.subject, query.name)):
            subjects.setdefault(query.subject, []).append(query)
        return subjects


def without_header(text: str) -> str:
    """The text of a query without the lines that are its header."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("#+")).strip() + "\n"


def _is_iri(value: str) -> bool:
    """Tell if a text is an absolute IRI for the evaluator too (RFC 3987), which knows more than a pattern."""
    try:
        return bool(_IRI.fullmatch(value)) and bool(NamedNode(value))
    except ValueError:
        return False


def _is_date(value: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _escape(text: str) -> str:
    """Escape a string for N-Triples (section 2.4)."""
    for character, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        text = text.replace(character, escaped)
    return text
