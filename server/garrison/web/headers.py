"""Header fields that every response carries: who may read it, and what a browser may do with it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import lru_cache

from garrison.engine.interface import WINDOW_S, Allowance

# Public data, no cookies: any page may read any answer, errors included, and never with credentials.
_CORS = (
    ("Access-Control-Allow-Origin", "*"),
    (
        "Access-Control-Expose-Headers",
        "Allow, Content-Disposition, Content-Location, ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, "
        "Vary",
    ),
)
_SAFETY = (
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Vary", "Accept, Accept-Encoding, Accept-Language"),
)
COMMON: tuple[tuple[str, str], ...] = (*_CORS, *_SAFETY)

# Everything a page needs comes from here. No script and no style stands in a page's own text, so none that an edition's
# data smuggle in runs.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGE: tuple[tuple[str, str], ...] = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Frame-Options", "DENY"),  # the same once more, for browsers that do not know frame-ancestors
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
# Browsers render XML and SVG, and data come from whoever made the edition: none of it runs, wherever it is opened.
DATA: tuple[tuple[str, str], ...] = (
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox"),
)
_KEPT = 128  # sets of field names, of which an edition answers with a handful
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def completed(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The header of a response with what every response of its kind carries; what it has already, stays.

    :raises ValueError: if a value would end its line, so that whatever follows would be a field of its own.
    """
    given = _checked(fields)
    return [*given, *_missing(*_kind_of(given))]


def encoded(fields: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    """Do as :func:`completed`, and write it as ASGI wants it.

    :raises ValueError: as there.
    """
    given = _checked(fields)
    return [*map(_encoded, given), *_missing_encoded(*_kind_of(given))]


def _checked(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    given = list(fields)
    for name, value in given:
        if _CONTROL.search(value):
            raise ValueError(f"the header field {name} holds a control character")
    return given


def _kind_of(given: list[tuple[str, str]]) -> tuple[bool, frozenset[str]]:
    """Whether this is the header of a page, and the names of its fields."""
    names = {name.lower(): value for name, value in given}
    return names.get("content-type", "").startswith("text/html"), frozenset(names)


@lru_cache(maxsize=_KEPT)
def _missing(is_page: bool, names: frozenset[str]) -> tuple[tuple[str, str], ...]:
    kind = PAGE if is_page else DATA
    there = names | {"content-type"}
    return tuple((name, value) for name, value in (*kind, *COMMON) if name.lower() not in there)


@lru_cache(maxsize=_KEPT)
def _missing_encoded(is_page: bool, names: frozenset[str]) -> tuple[tuple[bytes, bytes], ...]:
    return tuple(map(_encoded, _missing(is_page, names)))


def _encoded(field: tuple[str, str]) -> tuple[bytes, bytes]:
    name, value = field
    return name.lower().encode("latin-1"), value.encode("latin-1")


def rate_limit(allowance: Allowance | None) -> tuple[tuple[str, str], ...]:
    """Say what a client may still take; nothing where there is no budget.

    https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
    """
    if allowance is None:
        return ()
    left_s, whole_in_s = max(0, math.floor(allowance.left_s)), math.ceil(allowance.whole_in_s)
    return (
        ("RateLimit-Policy", f'"query-seconds";q={math.floor(allowance.budget_s)};w={WINDOW_S:g}'),
        ("RateLimit", f'"query-seconds";r={left_s};t={whole_in_s}'),
    )


def preflight(methods: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """What OPTIONS answers: the methods, and which headers a page on another host may send."""
    listed = ", ".join(methods)
    return (
        ("Allow", listed),
        ("Access-Control-Allow-Methods", listed),
        ("Access-Control-Allow-Headers", "Accept, Accept-Language, Authorization, Content-Type, If-None-Match"),
        ("Access-Control-Max-Age", "86400"),
    )
