"""Where a passage, claim or emendation stands in the reading room, and by which name."""

from __future__ import annotations

import hashlib
import re

from garrison.rdf.terms import ID
from garrison.services.readings import ReadingService

_NUMBERED = re.compile(r"(?:passage/(?=p)|claim/(?=c)|emendation/(?=e))([a-z]\d+)")
_LOCAL = re.compile(r"[a-z]+/[a-z0-9-]+")


def anchor(iri: str) -> str:
    """The name of a thing within a page: ``p0023`` where the address ends so, else one that no other has."""
    local = iri.removeprefix(ID)
    if numbered := _NUMBERED.fullmatch(local):
        return numbered[1]
    if iri.startswith(ID) and _LOCAL.fullmatch(local):
        return local.replace("/", "-")
    return "x" + hashlib.sha256(iri.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def reading_path(readings: ReadingService, source: str, passage: str = "") -> str:
    """Where a source or a passage of it is read, as a path without the language; nothing if it has no reading room."""
    found = readings.find(source)
    if found is None or not found.address:
        return ""
    if not passage:
        return f"/sources/{found.address}"
    page = readings.page_of(found, passage)
    return f"/sources/{found.address}{f'?page={page}' if page > 1 else ''}#{anchor(passage)}"
