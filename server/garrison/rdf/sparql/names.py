"""IRIs and prefixed names of a query, as its prologue makes them absolute."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from garrison.rdf.prefixes import BASE

_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_LOCAL_ESCAPE = re.compile(r"\\(.)")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")


class TooLong(Exception):
    """What short names stand for is longer than a query may be; told apart from an IRI that is not valid."""


class Names:
    """The prefix map and base IRI that a prologue has declared so far.

    Before a BASE the base is the edition's own, wherever the query is sent (RFC 3986, section 5.1.4).

    A base or a prefix is written once and used without end, so what they expand to is counted: 256 KiB of query
    could ask for gigabytes of IRIs.
    """

    def __init__(self, prefixes: Mapping[str, str], limit: int) -> None:
        self._base = BASE
        self._prefixes = dict(prefixes)
        self._declared: dict[str, str] = {}
        self._seen: dict[str, str] = {}
        self._left = limit  # characters
        self.uses_base = False  # a BASE is declared, or an IRI is relative

    def declare_base(self, iri: str) -> None:
        self._base = self.absolute(iri)
        self.uses_base = True
        self._seen.clear()

    def declare_prefix(self, prefix: str, iri: str) -> None:
        self._prefixes[prefix] = self._declared[prefix] = self.absolute(iri)
        self._seen.clear()

    @property
    def declared(self) -> tuple[tuple[str, str], ...]:
        """The prefixes that the prologue itself declares, with their IRIs."""
        return tuple(self._declared.items())

    def is_declared(self, prefix: str) -> bool:
        return prefix in self._prefixes

    def absolute(self, iri: str) -> str:
        """Resolve an IRI as it stands in the query, with or without ``<>``.

        :raises ValueError: if it is not a valid IRI.
        :raises TooLong: if all IRIs together are longer than the limit.
        """
        if iri not in self._seen:
            written = _CODEPOINT.sub(lambda m: chr(int(m[1] or m[2], 16)), iri.strip("<>"))
            if _ABSOLUTE.match(written):
                self._remember(iri, len(written))
                self._seen[iri] = NamedNode(written).value
            else:
                self.uses_base = True
                self._remember(iri, len(self._base) + len(written))
                self._seen[iri] = _resolve(written, self._base)
        return self._seen[iri]

    def expand(self, name: str) -> str:
        """Return the IRI of a prefixed name.

        The evaluator takes ``ex:b`` apart again, into ``ex:`` and a keyword, if the IRI were not valid; so it
        must be.

        :raises ValueError: if it is not a valid IRI.
        :raises KeyError: if the prefix is not declared.
        :raises TooLong: as :meth:`absolute`.
        """
        if name not in self._seen:
            prefix, _, local = name.partition(":")
            self._remember(name, len(self._prefixes[prefix]) + len(local))
            self._seen[name] = NamedNode(self._prefixes[prefix] + _LOCAL_ESCAPE.sub(r"\1", local)).value
        return self._seen[name]

    def _remember(self, name: str, length: int) -> None:
        self._left -= length
        if self._left < 0:
            raise TooLong(name)


def _resolve(iri: str, base: str) -> str:
    """Resolve as the evaluator does (RFC 3986, section 5): by its own parser."""
    try:
        statement = next(iter(parse(f"<{iri}> <x:p> <x:o> .", RdfFormat.TURTLE, base_iri=base)))
    except SyntaxError as error:
        raise ValueError(f"{iri} is not a valid IRI") from error
    triple = statement if isinstance(statement, Triple) else statement.triple
    assert isinstance(triple.subject, NamedNode)
    return triple.subject.value
