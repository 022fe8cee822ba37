"""What search engines read of a page: schema.org in JSON-LD, in the page's own text.

Only what the edition holds is in it, in the terms that the edition's alignments lead to: a thing whose class is below
none of schema.org's has no such block.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

import pyoxigraph as ox
from markupsafe import Markup

from garrison.rdf.terms import GAR, RDF_TYPE
from garrison.services.description import Description
from garrison.web.presentation import Presentation

SCHEMA = "https://schema.org/"
_SAME_AS = SCHEMA + "sameAs"
_DESCRIPTION = "http://purl.org/dc/terms/description"
# Of each type the properties that say the same as ours; dates follow from the type, as in the view for Wikidata.
_PROPERTIES: Mapping[str, Mapping[str, str]] = {
    "Event": {"place": "location", "subEventOf": "superEvent", "carriedOutBy": "organizer", "about": "about"},
    "Person": {"memberOf": "memberOf"},
    "Organization": {"partOf": "parentOrganization", "hasMember": "member", "place": "location"},
    "Place": {"within": "containedInPlace"},
    "CreativeWork": {"author": "author", "about": "about"},
}
_DATES = {
    "Event": ("startDate", "endDate"),
    "Person": ("birthDate", "deathDate"),
    "Organization": ("foundingDate", "dissolutionDate"),
    "CreativeWork": ("datePublished", "datePublished"),
}
_ISO_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_MAX_VALUES = 50  # of one property
# What would end the script element, or a line of a script, is written as an escape; JSON reads it as the same.
_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def structured_data(description: Description, show: Presentation, classes: Mapping[str, str], url: str) -> Markup:
    """The JSON-LD of a page, safe between the tags of a script element; empty if there is none.

    :param classes: class of the edition -> class of schema.org, by the alignments.
    """
    types = sorted({classes[iri] for iri in _iris(description, RDF_TYPE.value) if iri in classes})
    if not types:
        return Markup("")
    names = [show.name(description.iri).text, *(other.text for other in show.other_names(description.iri))]
    about = show.choose(description.values(_DESCRIPTION))
    document: dict[str, object] = {
        "@context": SCHEMA.rstrip("/"),
        "@id": description.iri,
        "@type": types[0] if len(types) == 1 else types,
        "name": names[0],
        "alternateName": names[1:],
        "description": about.text if about else "",
        "url": url,
        "sameAs": _iris(description, _SAME_AS)[:_MAX_VALUES],
    }
    for type in types:
        document |= _dates(description, type) | _links(description, show, type)
    if "Place" in types:
        document |= _point(description, show)
    kept = {name: value for name, value in document.items() if value}
    return Markup(json.dumps(kept, ensure_ascii=False).translate(_ESCAPES))


def schema_classes(superclasses: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Of pairs of a class and one above it those that lead to schema.org."""
    return {below: above.removeprefix(SCHEMA) for below, above in superclasses if above.startswith(SCHEMA)}


def _iris(description: Description, property: str) -> list[str]:
    return [value.value for value in description.values(property) if isinstance(value, ox.NamedNode)]


def _links(description: Description, show: Presentation, type: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for ours, theirs in _PROPERTIES.get(type, {}).items():
        asserted = [s.value for s in description.statements if s.property == GAR + ours and not s.is_inferred]
        iris = [value.value for value in asserted if isinstance(value, ox.NamedNode)][:_MAX_VALUES]
        found[theirs] = [{"@id": iri, "name": show.name(iri).text} for iri in iris]
    return found


def _dates(description: Description, type: str) -> dict[str, object]:
    """The first and the last date, where ISO 8601 can say them: of a life only what is told as from and to."""
    text = next((value.value for value in description.values(GAR + "edtf")), "")
    begin, slash, end = text.partition("/")
    if type not in _DATES or (not slash and type in ("Person", "Organization")):
        return {}
    pairs = zip(_DATES[type], (begin, end if slash else begin), strict=True)
    return {name: date for name, date in pairs if _ISO_DATE.fullmatch(date)}


def _point(description: Description, show: Presentation) -> dict[str, object]:
    for value in description.values(GAR + "coordinates"):
        if isinstance(value, ox.Literal) and (point := show.degrees(value)):
            return {"geo": {"@type": "GeoCoordinates", "latitude": point.latitude, "longitude": point.longitude}}
    return {}
