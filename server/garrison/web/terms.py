"""Terms as elements of HTML: links by name, texts with their language, dates and numbers as people say them.

A page has hundreds of them, and a macro of a template takes ten times as long as a function, so the innermost stand
here; ``templates/terms.html`` hands them to the other templates. Nothing that comes from the data is written here
without :func:`escape`: it is anybody's.
"""

from __future__ import annotations

import pyoxigraph as ox
from markupsafe import Markup, escape

from garrison.services.description import WEIGHING, Record
from garrison.services.lookup import Term
from garrison.web.dates import date_in_words
from garrison.web.presentation import Presentation, Text, visible

_OUTSIDE = ' class="outside" rel="noopener nofollow"'
_OUTSIDE_PROPERTY = ' rel="noopener nofollow"'


def text(said: Text) -> Markup:
    """A text that names its language."""
    return Markup(f"<span{_language(said.language)}>{escape(said.text)}</span>")


def iri(show: Presentation, value: str) -> Markup:
    """A thing by its name, which leads to it."""
    if (written := show.written.get(("iri", value))) is None:
        written = show.written["iri", value] = _link(show, value, show.name(value), visible(value), _OUTSIDE)
    return written


def property(show: Presentation, value: str) -> Markup:
    """A property, as a reader calls it."""
    if (written := show.written.get(("property", value))) is None:
        named = show.property_name(value)
        written = show.written["property", value] = _link(show, value, named, visible(value), _OUTSIDE_PROPERTY)
    return written


def concept(show: Presentation, value: str) -> Markup:
    """A concept, with its definition where the page has it."""
    if (written := show.written.get(("concept", value))) is None:
        meaning = show.definition(value)
        title = meaning.text if meaning else visible(value)
        written = show.written["concept", value] = _link(show, value, show.name(value), title, _OUTSIDE)
    return written


def term(show: Presentation, given: Term | ox.Triple) -> Markup:
    """A term as it stands in the data, with the language or the datatype that it does not show."""
    if isinstance(given, ox.NamedNode):
        return iri(show, given.value)
    if isinstance(given, ox.Literal):
        tag = given.language or show.datatype(given)
        beside = f' <span class="tag">{escape(tag)}</span>' if tag else ""
        return Markup(_literal(given) + beside)
    if isinstance(given, ox.Triple):
        parts = (term(show, given.subject), iri(show, given.predicate.value), term(show, given.object))
        return Markup(f'<span class="triple">&lt;&lt;( {" ".join(parts)} )&gt;&gt;</span>')
    return Markup(f'<span class="literal">{escape(given)}</span>')


def value(show: Presentation, given: Term | ox.Triple) -> Markup:
    """A value as people say it: dates and numbers in the reader's language, what is in the data beside or behind it."""
    if not isinstance(given, ox.Literal):
        return term(show, given)
    told = escape(given.value)
    if show.is_date(given):
        day = escape(date_in_words(given.value, show.reader.interface))
        return Markup(f'<data class="date" value="{told}">{day}</data> <code class="edtf">{told}</code>')
    number = show.number(given)
    if said := grouped(number) if number is not None else show.point(given):
        return Markup(f'<data value="{told}">{escape(said)}</data>')
    if given.language and show.is_read(given.language):
        return Markup(_literal(given))
    return term(show, given)


def quoted(show: Presentation, given: Term | ox.Triple) -> Markup:
    """A value within a sentence: a text in quotation marks, a date in words alone."""
    if isinstance(given, ox.Literal):
        told = escape(given.value)
        if given.language:
            return Markup(f'<q class="literal"{_language(given.language)}>{told}</q>')
        if show.is_date(given):
            day = escape(date_in_words(given.value, show.reader.interface))
            return Markup(f'<data value="{told}" title="{told}">{day}</data>')
    return value(show, given)


def numbered(show: Presentation, value: str) -> Markup:
    """A part of the apparatus by its number, which leads to it."""
    target, slug, title = show.link(value), escape(value.rsplit("/", 1)[-1]), escape(visible(value))
    if not target:
        return Markup(f'<span title="{title}">{slug}</span>')
    return Markup(f'<a class="claim" href="{escape(target)}" title="{title}">{slug}</a>')


def weights(show: Presentation, claim: Record) -> Markup:
    """What weighs a claim, as the entries of a list."""
    entries = []
    for aspect in WEIGHING:
        for each in claim.values(aspect):
            said = concept(show, each.value) if isinstance(each, ox.NamedNode) else term(show, each)
            entries.append(f'  <li class="{aspect} {escape(claim.concept(aspect))}">{said}</li>\n')
    return Markup("".join(entries))


def percent(number: float) -> str:
    """A length in percent, as precise as a screen may be."""
    return f"{round(number, 3)}%"


def grouped(number: int) -> str:
    """A number with its digits in threes."""
    return f"{number:,}".replace(",", "\u202f")


def _link(show: Presentation, value: str, name: Text, title: str, outside: str) -> Markup:
    target = show.link(value)
    if not target:
        return Markup(f'<span title="{escape(visible(value))}">{escape(name.text)}</span>')
    attributes = f"{_language(name.language)}{'' if show.is_local(value) else outside}"
    return Markup(f'<a href="{escape(target)}"{attributes} title="{escape(title)}">{escape(name.text)}</a>')


def _literal(value: ox.Literal) -> str:
    return f'<span class="literal"{_language(value.language or "")}>{escape(value.value)}</span>'


def _language(language: str) -> str:
    return f' lang="{escape(language)}"' if language else ""
