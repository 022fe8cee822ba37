"""Where drawings may lead: nowhere that a browser would run."""

from __future__ import annotations

import re

_SAFE = re.compile(r"(?:https?://|/(?!/)|[#?])[^\s\x00-\x1f\x7f]*", re.IGNORECASE)


def safe_address(href: str | None) -> str:
    """An address on this server or of the web; nothing for whatever else."""
    return href if href and _SAFE.fullmatch(href) else ""
