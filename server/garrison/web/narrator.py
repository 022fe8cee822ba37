"""How a history is told to one reader: names in the reader's language, and where they lead."""

from __future__ import annotations

from dataclasses import dataclass

from garrison.services.history import History
from garrison.services.theatres import Theatre
from garrison.web.presentation import Presentation
from garrison.web.reader import Reader
from garrison.web.templating import translations

_NAMED = 3  # places in the name of a theatre
ELSEWHERE = "elsewhere"  # where on the page stands what happened in no theatre


@dataclass(frozen=True, slots=True)
class Named:
    """A thing as a page names it, and where its name leads."""

    iri: str
    text: str
    language: str
    href: str


class Narrator:
    """Names things for one reader."""

    def __init__(self, history: History, reader: Reader) -> None:
        self.history = history
        self.language = reader.interface
        self._show = Presentation(reader, history.labels)
        self._messages = translations(reader.interface)

    def say(self, message: str) -> str:
        """A text of ours in the reader's language."""
        return self._messages.gettext(message)

    def named(self, iri: str) -> Named:
        """A thing by its name."""
        name = self._show.name(iri)
        return Named(iri, name.text, name.language, self._show.link(iri) or "")

    def name(self, theatre: Theatre, most: int = _NAMED) -> str:
        """What a theatre is called: the places where most happened."""
        return ", ".join(named.text for named in self.places(theatre, most))

    def places(self, theatre: Theatre, most: int = _NAMED) -> tuple[Named, ...]:
        """The places that a theatre is named after."""
        return tuple(self.named(iri) for iri in theatre.named_after[:most])


def anchor(number: int) -> str:
    """Where on the page a theatre is told of, counted from 1."""
    return f"theatre-{number}"
