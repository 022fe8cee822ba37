"""Read saved queries: ``queries/**/*.rq``, each with a header of ``#+`` YAML."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from garrison.edition.catalogue import TYPES, VIEWS, Catalogue, Parameter, SavedQuery
from garrison.errors import ParameterRefused, QueryFileError

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", re.ASCII)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
TAKEN = ("card", "complete", "running")  # addresses below /api/ that are none of a saved query
# What /api/<name> itself understands; a parameter of that name could never be set.
RESERVED = ("format", "lang", "output", "query", "version", "view")


def read_catalogue(folder: Path) -> Catalogue:
    """Read every ``.rq`` file below ``folder``; a folder that is not there holds no queries.

    :raises QueryFileError: for a name that is no name or stands twice, or a header that cannot be read.
    """
    queries: dict[str, SavedQuery] = {}
    for path in sorted(folder.rglob("*.rq")):
        query = read_saved_query(path)
        if query.name in queries:
            message = f"Another saved query is called {query.name}: {queries[query.name].path}."
            raise QueryFileError(path, 1, message, "Rename one of them.")
        queries[query.name] = query
    return Catalogue(dict(sorted(queries.items())))


def read_sound_queries(folder: Path) -> Catalogue:
    """Read the queries that follow the rules; what does not is left out, for ``garrison check`` to tell."""
    queries: dict[str, SavedQuery] = {}
    for path in sorted(folder.rglob("*.rq")):
        with suppress(QueryFileError):
            query = read_saved_query(path)
            queries.setdefault(query.name, query)
    return Catalogue(dict(sorted(queries.items())))


def read_saved_query(path: Path) -> SavedQuery:
    """Read one file with its header; a file without a header is a query without parameters.

    :raises QueryFileError: if name, encoding or header break the rules of ``queries/README.md``.
    """
    if not _NAME.fullmatch(path.stem) or path.stem in TAKEN:
        message = f"{path.stem} is no name of a saved query."
        raise QueryFileError(path, 1, message, "Use lower-case words joined by hyphens.")
    text = _read_text(path)
    header = _Header(path, text)
    return SavedQuery(
        name=path.stem,
        path=path,
        text=text,
        summary=header.summary(),
        description=str(header.facts.get("description", "")).strip(),
        tags=header.words("tags"),
        parameters=header.parameters(),
        returns=header.words("returns"),
        view=header.view(),
    )


def _read_text(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise QueryFileError(path, line, "This is not UTF-8.", "Save the file as UTF-8.") from error


class _Header:
    """The lines that begin with ``#+``, as YAML, with the place of each name."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        numbered = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.startswith("#+")]
        self._lines = [(number, line[2:].removeprefix(" ")) for number, line in numbered]
        self.facts = self._parse()

    def _parse(self) -> dict[str, Any]:
        try:
            facts = yaml.safe_load("\n".join(line for _, line in self._lines)) or {}
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            at = min(mark.line, len(self._lines) - 1) if mark else 0
            problem = getattr(error, "problem", None) or "it cannot be read"
            message = f"The header is not YAML: {problem}."
            remedy = "Put texts with a colon or comma in quotation marks, and close what is open."
            raise QueryFileError(self._path, self._lines[at][0], message, remedy) from error
        if not isinstance(facts, dict):
            raise self._error("", "The header must be names with values.", "Write it as #+ name: value.")
        return facts

    def summary(self) -> dict[str, str]:
        """One line, or one a language; a text with a comma that nobody quoted shows itself as an empty value."""
        summary = self.facts.get("summary", self._path.stem)
        by_language = summary if isinstance(summary, dict) else {"en": summary}
        if not by_language or not all(isinstance(text, str) and text for text in by_language.values()):
            message = "The summary must be a text, or texts by language, in quotation marks."
            raise self._error("summary", message, 'Write it as { en: "...", ru: "..." }.')
        strange = [language for language in by_language if not _LANGUAGE.fullmatch(str(language))]
        if strange:
            raise self._error("summary", f"{strange[0]!r} is no language.", "Write tags such as en and ru.")
        return {str(language): text for language, text in by_language.items()}

    def words(self, name: str) -> tuple[str, ...]:
        """A list of words; none if the header has no such name."""
        words = self.facts.get(name, [])
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise self._error(name, f"{name} must be a list of words.", f"Write it as {name}: [one, another].")
        return tuple(words)

    def view(self) -> str:
        view = self.facts.get("view", VIEWS[0])
        if view not in VIEWS:
            raise self._error("view", f"There is no view {view!r}.", f"Views are {', '.join(VIEWS)}.")
        return str(view)

    def parameters(self) -> tuple[Parameter, ...]:
        described = self.facts.get("parameters", {})
        if not isinstance(described, dict):
            message = "parameters must be names with a type and a default."
            raise self._error("parameters", message, 'Write it as { day: { type: date, default: "1945-06-01" } }.')
        return tuple(self._parameter(str(name), facts) for name, facts in described.items())

    def _parameter(self, name: str, facts: Any) -> Parameter:
        if not _VARIABLE.fullmatch(name) or name in RESERVED:
            message = f"{name} cannot be the name of a parameter."
            raise self._error(name, message, f"Use a variable of the query, and none of {', '.join(RESERVED)}.")
        if not isinstance(facts, dict) or facts.get("type") not in TYPES or "default" not in facts:
            message = f"The parameter {name} needs a type and a default."
            raise self._error(name, message, f"Types are {', '.join(TYPES)}.")
        parameter = Parameter(name, str(facts["type"]), str(facts["default"]))
        try:
            parameter.bind(parameter.default)
        except ParameterRefused as error:
            raise self._error(name, f"The default is wrong. {error}", "Give one of its type.") from error
        return parameter

    def _error(self, word: str, message: str, remedy: str) -> QueryFileError:
        """A complaint about the line that names ``word``."""
        first = self._lines[0][0] if self._lines else 1
        line = next((number for number, text in self._lines if re.search(rf"\b{re.escape(word)}\s*:", text)), first)
        return QueryFileError(self._path, line if word else first, message, remedy)
