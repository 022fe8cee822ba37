"""EDTF in words: what a date means, in the reader's language.

A date means *within* and an interval *lasted*, as in :mod:`garrison.rdf.edtf`; so ``1944-11`` is some time in November
1944, and ``1944-06/1944-12`` is June–December 1944. What cannot be said in words is left as it is written. Drawings say
it more shortly (:mod:`garrison.web.drawing.dates`), since their strips show what is meant.

>>> date_in_words("1944-06/1944-12", "en")
'June–December 1944'
>>> date_in_words("1944-11", "ru")
'в какой-то день ноября 1944 года'
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from babel.dates import get_month_names

# Phrases and not messages of a catalogue: a language's cases are grammar, and each phrase asks for its own.
_PHRASES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "day": "{day} {of_month} {year}",
        "month": "{month} {year}",
        "year": "{year}",
        "years": "{years}",
        "after month": "{month} {year}",
        "after year": "{year}",
        "within month": "some time in {month} {year}",
        "within year": "some time in {year}",
        "within years": "some time in {years}",
        "no end": "from {date}, end open",
        "unknown end": "from {date}, end unknown",
        "no beginning": "until {date}, beginning open",
        "unknown beginning": "until {date}, beginning unknown",
        "later": "{date} or later",
        "earlier": "{date} or earlier",
        "one of": "some time in {date}",
        "or": " or ",
        "and": " and ",
        "?": "perhaps {date}",
        "~": "about {date}",
        "%": "perhaps about {date}",
    },
    "ru": {
        "day": "{day} {of_month} {year} года",
        "month": "{month} {year} года",
        "year": "{year} год",
        "years": "{years} годы",
        "after month": "{of_month} {year} года",
        "after year": "{year} года",
        "within month": "в какой-то день {of_month} {year} года",
        "within year": "в какой-то день {year} года",
        "within years": "когда-то в {years} годы",
        "no end": "с {date}, конец открыт",
        "unknown end": "с {date}, конец неизвестен",
        "no beginning": "до {date}, начало открыто",
        "unknown beginning": "до {date}, начало неизвестно",
        "later": "{date} или позже",
        "earlier": "{date} или раньше",
        "one of": "когда-то в промежутке: {date}",
        "or": " или ",
        "and": " и ",
        "?": "возможно, {date}",
        "~": "примерно {date}",
        "%": "возможно, примерно {date}",
    },
}
_DATE = re.compile(r"(?P<year>\d{4}|\d{3}X|\d{2}XX)(?:-(?P<month>\d{2}|XX)(?:-(?P<day>\d{2}|XX))?)?")
_DOUBTS = re.compile(r"[?~%]")
_SET = re.compile(r"(?P<open>[\[{])(?P<members>.*)[\]}]")
_OPEN = ("", "..")


@dataclass(frozen=True, slots=True)
class _Date:
    """A day, a month, a year, or a decade or a century of which nothing finer is known."""

    year: str  # with X for what is not known
    month: int = 0  # 0: none
    day: int = 0

    @property
    def is_rounded(self) -> bool:
        return "X" in self.year

    @property
    def is_day(self) -> bool:
        return self.day > 0

    @property
    def precision(self) -> str:
        return "day" if self.day else "month" if self.month else "years" if self.is_rounded else "year"

    def parts(self, language: str) -> dict[str, str]:
        """What phrases are filled with."""
        months, of_months = (get_month_names("wide", use, language) for use in ("stand-alone", "format"))
        return {
            "day": str(self.day),
            "month": str(months[self.month]) if self.month else "",
            "of_month": str(of_months[self.month]) if self.month else "",
            "year": self.year if self.is_rounded else str(int(self.year)),
            "years": f"{self.year.replace('X', '0')}–{self.year.replace('X', '9')}",
        }


class _Words:
    """Dates in the words of one language."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._phrases = _PHRASES[language]

    def say(self, phrase: str, **parts: str) -> str:
        return self._phrases[phrase].format(**parts)

    def plain(self, date: _Date) -> str:
        """The date as a name: ``15 October 1944``, ``November 1944``, ``1944``."""
        return self._filled(date.precision, date)

    def after(self, date: _Date) -> str:
        """The date as it stands after *from* and *until*."""
        has_case = date.precision in ("month", "year")
        return self._filled(f"after {date.precision}" if has_case else date.precision, date)

    def within(self, date: _Date) -> str:
        """Some day of it, which is not known."""
        return self.plain(date) if date.is_day else self._filled(f"within {date.precision}", date)

    def span(self, first: _Date, last: _Date) -> str:
        """From one to the other: what both have in common is said once."""
        if first.month and last.month and first.year == last.year and not first.is_rounded:
            if first.is_day and last.is_day and first.month == last.month:
                return f"{first.day}–{self.plain(last)}"
            parts = first.parts(self._language)
            begin = f"{parts['day']} {parts['of_month']}" if first.is_day else parts["month"]
            return f"{begin} – {self.plain(last)}" if first.is_day or last.is_day else f"{begin}–{self.plain(last)}"
        if {first.precision, last.precision} == {"year"}:
            return self.say("years", years=f"{int(first.year)}–{int(last.year)}")
        return f"{self.plain(first)} – {self.plain(last)}"

    def _filled(self, phrase: str, date: _Date) -> str:
        return self.say(phrase, **date.parts(self._language))


def date_in_words(text: str, language: str) -> str:
    """Say an EDTF date in words.

    :param language: ``en`` or ``ru``.
    :returns: the text itself where there are no words for it.
    """
    words = _Words(language)
    try:
        if match := _SET.fullmatch(text):
            return _set_in_words(match["members"], match["open"] == "[", words)
        if "/" in text:
            first, _slash, last = text.partition("/")
            return _interval_in_words(first, last, words)
        said = words.plain if _DOUBTS.search(text) else words.within
        return _hedged(text, said(_read(text)), words)
    except ValueError:
        return text


def _interval_in_words(first: str, last: str, words: _Words) -> str:
    if first in _OPEN and last in _OPEN:
        raise ValueError("nothing is known of it")
    if last in _OPEN:
        began = _hedged(first, words.after(_read(first)), words)
        return words.say("no end" if last == ".." else "unknown end", date=began)
    if first in _OPEN:
        ended = _hedged(last, words.after(_read(last)), words)
        return words.say("no beginning" if first == ".." else "unknown beginning", date=ended)
    if _DOUBTS.search(first + last):
        begin, end = (_hedged(each, words.plain(_read(each)), words) for each in (first, last))
        return f"{begin} – {end}"
    return words.plain(_read(first)) if first == last else words.span(_read(first), _read(last))


def _set_in_words(members: str, is_choice: bool, words: _Words) -> str:
    """One of its members, or all of them."""
    if members.endswith(".."):
        return words.say("later", date=_member_in_words(members[:-2], words))
    if members.startswith(".."):
        return words.say("earlier", date=_member_in_words(members[2:], words))
    said = [_member_in_words(member, words) for member in members.split(",")]
    if len(said) == 1:
        return words.say("one of", date=said[0]) if is_choice else said[0]
    return ", ".join(said[:-1]) + words.say("or" if is_choice else "and") + said[-1]


def _member_in_words(member: str, words: _Words) -> str:
    first, dots, last = member.partition("..")
    return words.span(_read(first), _read(last)) if dots else _hedged(first, words.plain(_read(first)), words)


def _hedged(text: str, said: str, words: _Words) -> str:
    """Say how unsure a date is: ``?`` where the source is, ``~`` where the value is, ``%`` where both are."""
    marks = set(_DOUBTS.findall(text))
    if not marks:
        return said
    return words.say("%" if "%" in marks or len(marks) > 1 else marks.pop(), date=said)


def _read(text: str) -> _Date:
    match = _DATE.fullmatch(_DOUBTS.sub("", text))
    if match is None:
        raise ValueError(f"{text!r} is not said in words")
    month, day = (int(part) if part and part != "XX" else 0 for part in (match["month"], match["day"]))
    if month > 12 or (day and not month) or (month and "X" in match["year"]):
        raise ValueError(f"{text!r} is not said in words")
    return _Date(match["year"], month, day)
