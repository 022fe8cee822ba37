"""What links to a thing, as its page lists it: a part of the apparatus with what it says, so that none must be opened.

A thing may have a hundred, so that what each says is found here, and not by the template.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from garrison.services.description import Apparatus, Claim, Record, Statement
from garrison.web.presentation import Presentation, Text
from garrison.web.statements import Verdict, verdict_of


@dataclass(frozen=True, slots=True)
class Outline:
    """A passage, an emendation or a claim in a line."""

    printed: tuple[str, ...]  # the garbled words
    reading: Text | None
    summary: Text | None
    claims: tuple[str, ...]  # that a passage has
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Link:
    """A statement whose value is the thing, and its subject in a line if that is told."""

    statement: Statement
    outline: Outline | None


def links_of(statements: Iterable[Statement], apparatus: Apparatus, show: Presentation) -> tuple[Link, ...]:
    """The links that some statements are."""
    return tuple(Link(each, _outline(_record(each, apparatus), show)) for each in statements)


def _record(statement: Statement, apparatus: Apparatus) -> Record | None:
    subject = statement.subject
    return apparatus.records.get(subject.value) if isinstance(subject, ox.NamedNode) else None


def _outline(record: Record | None, show: Presentation) -> Outline | None:
    if record is None:
        return None
    return Outline(
        tuple(sic.value for sic in record.values("sic") if isinstance(sic, ox.Literal)),
        show.choose(record.values("reading")),
        show.choose(record.values("summary")),
        tuple(claim.value for claim in record.claimed_in if isinstance(claim, ox.NamedNode)),
        verdict_of(record) if isinstance(record, Claim) and record.values("standing") else None,
    )
