"""Content negotiation: from what a client accepts to one of the formats that we can write."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from werkzeug.datastructures import LanguageAccept, MIMEAccept
from werkzeug.exceptions import NotAcceptable
from werkzeug.http import parse_accept_header, parse_options_header

from garrison.rdf.formats import Format, named
from garrison.rdf.versions import LOWER_VERSIONS

INTERFACES = ("en", "ru")  # languages of what pages say
LANGUAGES = (*INTERFACES, "native")  # of labels: native is the language of the place or the person
_WEIGHT = re.compile(r"(;\s*q\s*=\s*)(\d{0,9}\.\d{1,9}|\d{1,9}\.?)(?=\s*(?:[;,]|$))", re.IGNORECASE | re.ASCII)
_KEPT = 128  # headers, of 8 KB at most, whose meaning is kept: clients send a handful, and reading one costs 0.1 ms
_GENERIC_XML = frozenset({"application/xml", "text/xml"})


def parse_accept(header: str | None) -> MIMEAccept:
    """Parse an ``Accept`` header; an absent or empty one accepts anything.

    Parameters other than ``q`` are dropped: no format of ours has variants, and a client that asks for
    ``application/ld+json;profile=…`` can read what we send (the profile is a preference, RFC 6906, section
    3).
    """
    parsed = parse_accept_header(_tidied(header or ""), MIMEAccept)
    return MIMEAccept([(value.split(";")[0].strip().lower(), quality) for value, quality in parsed])


def _tidied(header: str) -> str:
    """What a sloppy header means: ``q=.9``, ``q=1.`` and ``q=2`` are weights, ``*`` is any type, nothing is too."""
    weighed = _WEIGHT.sub(lambda found: f"{found[1]}{min(1.0, float(found[2])):.3f}", header)
    ranges = [part.strip() for part in weighed.split(",")]
    listed = ["*/*" + part[1:] if part == "*" or part.startswith(("*;", "* ;")) else part for part in ranges if part]
    return ", ".join(listed) or "*/*"


@lru_cache(maxsize=_KEPT)
def negotiate(accept: str | None, offered: tuple[Format, ...], name: str | None = None) -> Format:
    """Choose the representation that a client prefers among those we can write.

    The most specific range that matches a format gives its quality (RFC 9110, section 12.5.1,
    https://httpwg.org/specs/rfc9110.html#field.accept); among equals a format that is named wins over one
    that a wildcard covers, then the order of ``offered`` decides.

    :param name: the short name of ``?format=``; it wins over ``accept``, since a link cannot set headers.
    :raises NotAcceptable: if nothing offered fits; the message lists what is offered.
    """
    if name is not None:
        chosen = named(name, offered)
        if chosen is None:
            raise NotAcceptable(_refusal(f"The format {name!r} is not offered here.", offered))
        return chosen
    ranges = parse_accept(accept)
    best = max(offered, key=lambda format: _preference(ranges, format))
    if _preference(ranges, best)[0] <= 0:
        raise NotAcceptable(_refusal("No representation here fits the Accept header.", offered))
    return best


@lru_cache(maxsize=_KEPT)
def accepts_no_triple_terms(accept: str | None, format: Format) -> bool:
    """Tell if every range that covers a format names a lower version of RDF, as ``text/turtle;version=1.1`` does.

    A range without a version takes any, and so does ``*/*`` beside it.
    https://www.w3.org/TR/rdf12-concepts/#section-version-announcement
    """
    covering = {format.media_type, *format.aliases, format.media_type.partition("/")[0] + "/*", "*/*"}
    ranges = [
        parse_options_header(value)
        for value, quality in parse_accept_header(_tidied(accept or ""), MIMEAccept)
        if quality > 0
    ]
    versions = [options.get("version") for media_type, options in ranges if media_type.lower() in covering]
    return bool(versions) and all(version in LOWER_VERSIONS for version in versions)


@lru_cache(maxsize=_KEPT)
def wants_html(accept: str | None) -> bool:
    """Tell if a person reads the answer in a browser: ``text/html`` is named and nothing ranks above it."""
    ranges = parse_accept(accept)
    named_types = {value for value, quality in ranges if quality > 0}
    if not named_types & {"text/html", "application/xhtml+xml"}:
        return False
    return ranges.quality("text/html") >= max((quality for _, quality in ranges), default=0.0)


def reader_language(header: str | None) -> str:
    """The language of labels for a reader: English unless Russian is preferred (RFC 9110, section 12.5.4)."""
    wanted = parse_accept_header(header or "", LanguageAccept)
    by_quality = sorted(wanted, key=lambda item: -item[1])  # stable: equals keep their order
    primary = (tag.split("-")[0].lower() for tag, quality in by_quality if quality > 0)
    return next((language for language in primary if language in INTERFACES), INTERFACES[0])


def _preference(ranges: MIMEAccept, format: Format) -> tuple[float, bool]:
    """Quality of the best way to ask for ``format``, and whether it was asked for by name."""
    from_browser = any(value == "text/html" for value, _ in ranges)
    # A browser names application/xml out of habit; taken at its word it would be shown raw XML.
    aliases = [alias for alias in format.aliases if not (from_browser and alias in _GENERIC_XML)]
    quality = float(ranges.quality(format.media_type))
    is_named = any(value == format.media_type for value, _ in ranges)
    alias_qualities = [q for value, q in ranges if value in aliases]
    if is_named or not alias_qualities:
        return quality, is_named and quality > 0
    return max(float(q) for q in alias_qualities), True


def _refusal(sentence: str, offered: Sequence[Format]) -> str:
    listed = ", ".join(f"{format.media_type} (?format={format.name})" for format in offered)
    return f"{sentence} Offered: {listed}."
