"""Header fields that every response carries: who may read it, and what a browser may do with it."""

from __future__ import annotations

# Public data, no cookies: any page may read any answer, errors included, and never with credentials.
_CORS = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "Allow, Content-Disposition, ETag, Link, Location, Retry-After, Vary"),
)
_SAFETY = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Vary", "Accept, Accept-Language"),
)
COMMON: tuple[tuple[str, str], ...] = (*_CORS, *_SAFETY)

# Everything a page needs comes from here, and no page needs a script.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
PAGE: tuple[tuple[str, str], ...] = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
)


def preflight(methods: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """What OPTIONS answers: the methods, and which headers a page on another host may send."""
    listed = ", ".join(methods)
    return (
        ("Allow", listed),
        ("Access-Control-Allow-Methods", listed),
        ("Access-Control-Allow-Headers", "Accept, Accept-Language, Authorization, Content-Type"),
        ("Access-Control-Max-Age", "86400"),
    )
