"""What the reading room shows of a source: passages in order, their claims, and their words if they may be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from garrison.services.claims import ToldClaim
from garrison.services.contents import Section
from garrison.services.readings import Emendation, Passage, Reading
from garrison.services.text_runs import Run, Span, garbled_span, paragraphs
from garrison.web.anchors import anchor


@dataclass(frozen=True, slots=True)
class PassageView:
    """A passage on the page. What stands under several passages has its name in the first of them only."""

    passage: Passage
    name: str
    before: str  # name of the passage before it on the page
    after: str
    claims: tuple[tuple[ToldClaim, str], ...]  # and the name
    emendations: tuple[tuple[Emendation, str], ...]
    words: list[list[Run]]  # its own words by line, if they may be shown


@dataclass(frozen=True, slots=True)
class Part:
    """Passages that stand together under one heading."""

    land: str  # IRI; nothing if there are no parts
    passages: tuple[PassageView, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """A page of a source."""

    reading: Reading
    parts: tuple[Part, ...]
    text: list[list[Run]]  # the text of the page by line, if it may be shown


def furnish(reading: Reading, sections: Sequence[Section], text: str | None) -> Room:
    """Lay out a page of a source.

    :param text: the whole text of the source, if it may be shown.
    """
    spans = [span for passage in reading.passages if (span := _span(passage))]
    garbled = [span for emendation in reading.emendations if (span := _garbled(emendation, text or ""))]
    names = [anchor(passage.iri) for passage in reading.passages]
    views, seen = [], set[str]()
    for index, passage in enumerate(reading.passages):
        views.append(
            PassageView(
                passage,
                names[index],
                names[index - 1] if index else "",
                names[index + 1] if index + 1 < len(names) else "",
                tuple((told, _once(told.iri, seen)) for told in passage.claims),
                tuple((emendation, _once(emendation.iri, seen)) for emendation in passage.emendations),
                _words(passage, garbled, text),
            )
        )
    whole = paragraphs(text, spans, garbled, *reading.bounds) if text is not None else []
    return Room(reading, tuple(_parts(views, sections)), whole)


def sic(emendation: Emendation) -> str:
    """The garbled words themselves; nothing if they are not told."""
    return next((term.value for term in emendation.values("sic") if isinstance(term, ox.Literal)), "")


def _parts(views: Sequence[PassageView], sections: Sequence[Section]) -> list[Part]:
    if not sections:
        return [Part("", tuple(views))]
    return [Part(section.land, tuple(views[section.first : section.last + 1])) for section in sections]


def _once(iri: str, seen: set[str]) -> str:
    """Its name, unless that has been given on the page."""
    name = anchor(iri)
    is_new = name not in seen
    seen.add(name)
    return name if is_new else ""


def _span(passage: Passage) -> Span | None:
    if passage.start is None or passage.end is None:
        return None
    return Span(anchor(passage.iri), passage.start, passage.end)


def _garbled(emendation: Emendation, text: str) -> Span | None:
    if emendation.start is None or emendation.end is None:
        return None
    return garbled_span(anchor(emendation.iri), text, emendation.start, emendation.end, sic(emendation))


def _words(passage: Passage, garbled: Sequence[Span], text: str | None) -> list[list[Run]]:
    if text is None or passage.start is None or passage.end is None:
        return []
    return paragraphs(text, [], garbled, passage.start, passage.end)
