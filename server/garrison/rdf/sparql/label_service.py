"""Answer ``SERVICE wikibase:label`` without a service: labels are found by patterns where the call stood.

On Wikidata's query service the call gives ``?xLabel``, ``?xDescription`` and ``?xAltLabel`` for each ``?x`` of the
query. Here the call becomes spaces, and patterns that bind the same variables stand at the end of its group, before
the closing bracket. Calls to other services are left as they are, for the scanner to refuse.
https://www.mediawiki.org/wiki/Wikidata_Query_Service/User_Manual#Label_service
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from garrison.errors import QueryRefused
from garrison.rdf.prefixes import WIKIBASE_PREFIXES
from garrison.rdf.sparql.shape import Caps
from garrison.rdf.sparql.tokens import Kind, Token

_SUFFIXES = {"rdfs:label": "Label", "schema:description": "Description", "skos:altLabel": "AltLabel"}
# In full: a query may give the prefixes another meaning.
_SOURCES = {
    suffix: f"<{WIKIBASE_PREFIXES[prefix]}{local}>"
    for (prefix, _, local), suffix in ((name.partition(":"), suffix) for name, suffix in _SUFFIXES.items())
}
OPENERS, CLOSERS = ("{", "(", "["), ("}", ")", "]")
_NOTHING = "<urn:nothing>"  # has no text in any language
_MOST = 16  # calls in one query: each names all variables
_TEXTS = Caps().triple_patterns  # of one call, each variable in each language: so many patterns are allowed anyway
_AUTO = "[AUTO_LANGUAGE]"
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_USUAL = ("en", "ru")


class Piece(NamedTuple):
    """Part of a text (code points from 0) that becomes spaces, and what is put behind them."""

    start: int
    end: int
    put: str


@dataclass(slots=True)
class _Call:
    """One call: what is written over, where its group ends, and what is asked for by name."""

    start: int
    end: int
    group_end: int
    languages: tuple[str, ...] = _USUAL
    named: list[tuple[str, str, str]] = field(default_factory=list)  # subject, suffix, variable


def answers(tokens: Sequence[Token], meant: Sequence[str]) -> Iterator[Piece]:
    """Yield what to put in place of each call of the label service.

    :param meant: the text of each token, with names of Wikidata's service in its own prefixes.
    :raises QueryRefused: if a call asks for so many texts that finding them is no query that is allowed.
    """
    for call in islice(_calls(tokens, meant), _MOST):
        yield Piece(call.start, call.end, "")
        yield Piece(call.group_end, call.group_end, _patterns(call, tokens))


def _calls(tokens: Sequence[Token], meant: Sequence[str]) -> Iterator[_Call]:
    for index, token in enumerate(tokens):
        if token.text.upper() == "SERVICE" and meant[index + 1] == "wikibase:label":
            opened = index + 2
            closed = _closing(tokens, opened)
            call = _Call(token.start, tokens[closed].end, _end_of_group(tokens, closed))
            _read(call, meant[opened + 1 : closed])
            yield call


def _read(call: _Call, body: Sequence[str]) -> None:
    """Take what a call says: its languages, and variables that it names itself."""
    statement: list[str] = []
    for text in (*body, "."):
        if text not in (".", ";"):
            statement.append(text)
            continue
        if statement[:2] == ["bd:serviceParam", "wikibase:language"]:
            call.languages = _languages(statement[2:])
        elif len(statement) == 3 and statement[1] in _SUFFIXES:
            call.named.append((statement[0], _SUFFIXES[statement[1]], statement[2]))
        # After ; the subject stays; after . it goes.
        statement = statement[:1] if text == ";" else []


def _languages(texts: Sequence[str]) -> tuple[str, ...]:
    """``"en,ru"`` as a list, best first; what the browser prefers is not known here, and is English."""
    listed = "".join(text.strip("\"'") if text != "," else "," for text in texts)
    found = [_USUAL[0] if each.strip() == _AUTO else each.strip() for each in listed.split(",")]
    return tuple(dict.fromkeys(each for each in found if _LANGUAGE.fullmatch(each))) or _USUAL


def _patterns(call: _Call, tokens: Sequence[Token]) -> str:
    wanted = call.named or list(_automatic(tokens))
    if (texts := len(wanted) * len(call.languages)) > _TEXTS:
        message = f"SERVICE wikibase:label is asked for {texts:,} texts, {len(wanted):,} in {len(call.languages):,} "
        message += f"languages; {_TEXTS:,} are allowed. Name fewer languages."
        raise QueryRefused(message, "labels", _TEXTS)
    return " " + " ".join(
        pattern for number, each in enumerate(wanted) for pattern in _pattern(call, f"{call.start}_{number}", *each)
    )


def _automatic(tokens: Sequence[Token]) -> Iterator[tuple[str, str, str]]:
    """``?xLabel`` and its like, where ``?x`` is a variable of the query too and no pattern binds the name itself."""
    variables = dict.fromkeys(token.text for token in tokens if token.kind is Kind.VARIABLE)
    bound = set(_in_triples(tokens))
    for variable in variables:
        for suffix in _SOURCES:
            subject = variable.removesuffix(suffix)
            if subject != variable and subject in variables and variable not in bound:
                yield subject, suffix, variable


def _in_triples(tokens: Sequence[Token]) -> Iterator[str]:
    """Variables that stand in a pattern, not in brackets: those have their values from there."""
    braces = brackets = 0
    for token in tokens:
        braces += (token.text == "{") - (token.text == "}")
        brackets += (token.text == "(") - (token.text == ")")
        if token.kind is Kind.VARIABLE and braces and not brackets:
            yield token.text


def _pattern(call: _Call, number: str, subject: str, suffix: str, variable: str) -> Iterator[str]:
    """Bind one variable: the text in the first language that has one; a label at least the end of the address.

    What has no value has no label. So the texts are looked for by a key that always has a value: a pattern about the
    variable itself would give it every value that has a text.
    """
    names = [f"?label_{number}_{place}" for place in range(len(call.languages))]
    key = f"?label_{number}_key"
    yield f"BIND(COALESCE({subject}, {_NOTHING}) AS {key})"
    for name, language in zip(names, call.languages, strict=True):
        yield _text_in(language, name, key, suffix)
    last = [f'REPLACE(STR({subject}), "^.*[/#]", "")'] if suffix == "Label" and subject.startswith(("?", "$")) else []
    yield f"BIND(COALESCE({', '.join([*names, *last])}) AS {variable})"


def _text_in(language: str, name: str, key: str, suffix: str) -> str:
    found = f'{key} {_SOURCES[suffix]} {name} FILTER(LANG({name}) = "{language}")'
    if suffix != "AltLabel":
        return f"OPTIONAL {{ {found} }}"
    each = f"{name}_each"
    inner = found.replace(name, each)
    joined = f'(GROUP_CONCAT({each}; SEPARATOR=", ") AS {name})'
    return f"OPTIONAL {{ SELECT {key} {joined} WHERE {{ {inner} }} GROUP BY {key} }}"


def _closing(tokens: Sequence[Token], index: int) -> int:
    """Return where the bracket that opens at ``index`` is closed, or the end."""
    depth = 0
    for position in range(index, len(tokens)):
        depth += (tokens[position].text in OPENERS) - (tokens[position].text in CLOSERS)
        if depth == 0:
            return position
    return len(tokens) - 1


def _end_of_group(tokens: Sequence[Token], index: int) -> int:
    """Return the offset of the bracket that closes the group after ``index``."""
    depth = 1
    for position in range(index + 1, len(tokens)):
        depth += (tokens[position].text in OPENERS) - (tokens[position].text in CLOSERS)
        if depth == 0:
            return tokens[position].start
    return tokens[-1].start
