"""What is measured of a query, and how much of it is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Form = Literal["SELECT", "CONSTRUCT", "DESCRIBE", "ASK"]


@dataclass(frozen=True, slots=True)
class Caps:
    """How much a query may be. Measured: 3,000 braces crash the parser, 400 path steps plan for 2 seconds."""

    size: int = 262_144  # bytes of UTF-8: federating clients send their bindings as one long VALUES
    depth: int = 64  # brackets inside brackets
    triple_patterns: int = 200
    path_steps: int = 50  # in one property path
    iris: int = 2_097_152  # characters of all different IRIs, with what BASE and PREFIX make of them
    graphs: int = 1_000  # of the RDF dataset
    operators: int = 1_000  # operators, groups and clauses: each makes the algebra deeper


@dataclass(frozen=True, slots=True)
class QueryShape:
    """What a scan found."""

    form: Form
    depth: int
    triple_patterns: int
    path_steps: int  # of the longest property path
    operators: int
    default_graphs: tuple[str, ...]  # IRIs after FROM
    named_graphs: tuple[str, ...]  # IRIs after FROM NAMED
    where: int | None  # offset behind the { of the outermost pattern; None: nothing can be bound
    triple_terms: bool = False  # it writes some: <<( )>>, << >>, ~, {| |} or TRIPLE( )
    version: str = ""  # of SPARQL, as VERSION says; empty: it does not
    prefixes: tuple[tuple[str, str], ...] = ()  # that the prologue declares, with their IRIs


@dataclass(slots=True)
class Counts:
    """What grows while a query is read."""

    depth: int = 0
    triple_patterns: int = 0
    path_steps: int = 0
    graphs: int = 0
    operators: int = 0
