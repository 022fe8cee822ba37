"""A date of EDTF in a reader's words: ``1944-10/..`` is *from October 1944, end open*."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from babel.dates import format_date

from garrison.rdf.edtf import NotEdtf, days
from garrison.web.templating import translations

_DAY, _MONTH, _YEAR = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d{4}-\d\d"), re.compile(r"\d{4}")
_QUALIFIED = re.compile(r"[?~%]")
# Of a day, of a month by itself, and of a month after a preposition.
_PATTERNS = {"en": ("d MMMM y", "MMMM y", "MMMM y"), "ru": ("d MMMM y", "LLLL y", "MMMM y")}
_Say = Callable[[str], str]


@lru_cache(maxsize=4096)
def date_in_words(edtf: str, language: str = "en") -> str:
    """The date as prose; the text itself if it is no EDTF that we read.

    :param language: of the interface.
    """
    try:
        days(edtf)
    except NotEdtf:
        return edtf
    _ = translations(language).gettext
    if edtf.startswith(("[", "{")):
        return _set(edtf, language, _)
    if "/" not in edtf:
        return _one(edtf, language, _)
    start, end = edtf.split("/", 1)
    if start in ("", ".."):
        last = _one(end, language, _, is_governed=True)
        said = _("until %(day)s, beginning open") if start else _("until %(day)s, beginning unknown")
        return said % {"day": last}
    if end in ("", ".."):
        first = _one(start, language, _, is_governed=True)
        return (_("from %(day)s, end open") if end else _("from %(day)s, end unknown")) % {"day": first}
    return _from_to(_one(start, language, _), _one(end, language, _))


def _from_to(first: str, last: str) -> str:
    """Both ends, and what they share but once: *7–8 May 1945*, *25 October – 8 November 1944*."""
    ours, theirs = first.split(" "), last.split(" ")
    shared = 0
    while shared < min(len(ours), len(theirs)) - 1 and ours[-1 - shared] == theirs[-1 - shared]:
        shared += 1
    if first.isdecimal() and last.isdecimal():  # years
        return f"{first}–{last}"
    if not shared or len(ours) != len(theirs) or not first.replace(" ", "").isalnum():
        return f"{first} – {last}"
    kept = ours[: len(ours) - shared]
    return f"{kept[0]}–{last}" if len(kept) == 1 and kept[0].isdecimal() else f"{' '.join(kept)} – {last}"


def _set(edtf: str, language: str, _: _Say) -> str:
    """One of a set, or all of it."""
    inside, is_one = edtf[1:-1], edtf.startswith("[")
    if inside.startswith("..") and "," not in inside:
        return _("%(day)s or earlier") % {"day": _one(inside[2:], language, _)}
    if inside.endswith("..") and "," not in inside:
        return _("%(day)s or later") % {"day": _one(inside[:-2], language, _)}
    if inside.count("..") == 1 and "," not in inside:
        first, last = (_one(part, language, _) for part in inside.split(".."))
        both = _from_to(first, last)
        return _("some time in %(days)s") % {"days": both} if is_one else both
    members = [" – ".join(_one(p, language, _) if p else "" for p in part.split("..")) for part in inside.split(",")]
    joined = _(" or ") if is_one else _(" and ")
    return joined.join(members)


def _one(text: str, language: str, _: _Say, is_governed: bool = False) -> str:
    plain = _QUALIFIED.sub("", text).split("T")[0].removesuffix("-XX").removesuffix("-XX")
    is_about = "~" in text or "%" in text
    said = _plain(plain, language, _, is_governed or is_about)
    if is_about:
        said = _("about %(day)s") % {"day": said}
    return said + ("?" if "?" in text or "%" in text else "")


def _plain(text: str, language: str, _: _Say, is_governed: bool) -> str:
    day, month, governed = _PATTERNS.get(language, _PATTERNS["en"])
    if _DAY.fullmatch(text):
        return format_date(date.fromisoformat(text), day, locale=language)
    if _MONTH.fullmatch(text):
        return format_date(date.fromisoformat(text + "-01"), governed if is_governed else month, locale=language)
    if _YEAR.fullmatch(text):
        return str(int(text))
    if re.fullmatch(r"\d{3}X", text):
        return _("the %(year)ss") % {"year": text[:3] + "0"}
    if re.fullmatch(r"\d\dXX", text):
        return f"{text[:2]}00 – {text[:2]}99"
    return text
