"""Names as they are compared: in one script, without what spellings differ in.

A Russian surname comes to an article, a library catalogue and an archive in three spellings, and a Norwegian place is
typed without its letters by whoever has no such keys. Two forms of a word are compared: as it is typed, in Latin
letters and lower case; and as it sounds, where spellings of one name meet (``Дьяконов``, ``Diakonoff``, ``D'yakonov``).
"""

from __future__ import annotations

import re

from anyascii import anyascii

MAX_LENGTH = 200  # characters of a text that are compared
_WORD = re.compile(r"[a-z0-9]+")
# What one sound is written as, between scripts and between the habits of two centuries of transliteration. In order.
_SOUNDS = (
    (re.compile(r"shch|sch|tch|ch|sh|zh|cz"), "s"),
    (re.compile(r"kh|gh|h(?=[^aeiou])"), "h"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"ts|tz|z|c(?=[eiy])"), "c"),
    (re.compile(r"ck|q|c(?=[^c]|$)"), "k"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"w|ff?$|f(?=[^aeiouf])"), "v"),
    (re.compile(r"[yj]+"), "i"),
    (re.compile(r"ae|oe|ee"), "e"),
    (re.compile(r"aa"), "o"),
    (re.compile(r"i+(?=[aeou])"), "i"),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"ii?$"), "i"),
)


def words(text: str) -> list[str]:
    """The words of a text, in lower case and Latin letters: ``Рённе`` and ``Rønne`` become ``renne`` and ``ronne``."""
    return _WORD.findall(anyascii(text[:MAX_LENGTH]).replace("'", "").lower())


def sound(word: str) -> str:
    """A word of :func:`words` as it sounds, roughly: the same for the usual spellings of one name."""
    for pattern, letter in _SOUNDS:
        word = pattern.sub(letter, word)
    return word
