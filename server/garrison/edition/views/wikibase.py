"""Values as Wikibase writes them: a simple one, and a full one that keeps what the simple one loses.

https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format#Value_representation
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal as OneOf

from pyoxigraph import Literal, NamedNode

from garrison.rdf.prefixes import WIKIBASE_PREFIXES as PREFIXES
from garrison.rdf.terms import RDF_TYPE, WIKIDATA, XSD

Kind = OneOf["item", "time", "quantity", "coordinates"]
Side = OneOf["whole", "first", "last"]
_DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", re.ASCII)
_POINT = re.compile(r"POINT\((\S+) (\S+)\)")
_GREGORIAN, _EARTH = NamedNode(WIKIDATA + "Q1985727"), NamedNode(WIKIDATA + "Q2")
_WKT = NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral")
_ONE = NamedNode(WIKIDATA + "Q199")  # what a number without a unit is counted in
_DEGREE = 111_195  # metres of a degree of a great circle, on a sphere with the earth's mean radius
_PRECISIONS = {1: 9, 2: 10, 3: 11}  # year, month, day


@dataclass(frozen=True, slots=True)
class Value:
    """A value, and the facts of its full form."""

    kind: Kind
    simple: NamedNode | Literal
    facts: tuple[tuple[NamedNode, NamedNode | Literal], ...] = ()


def name(prefix: str, local: str) -> NamedNode:
    """The IRI of a prefixed name of Wikibase."""
    return NamedNode(PREFIXES[prefix] + local)


def dates(edtf: str) -> Iterator[tuple[Side, Value]]:
    """What an EDTF date is: one date, or the two sides of an interval as far as they are known.

    A set (``[1990..1994]``), and whatever else Wikibase has no precision for, yields nothing: half of it would be
    another statement.
    """
    first, slash, last = edtf.partition("/")
    sides: list[tuple[Side, str]] = [("first", first), ("last", last)] if slash else [("whole", edtf)]
    for side, text in sides:
        if match := _DAY.fullmatch(text):
            yield side, _date(*match.groups())


def _date(year: str, month: str | None, day: str | None) -> Value:
    precision = _PRECISIONS[sum(part is not None for part in (year, month, day))]
    moment = Literal(f"{year}-{month or '01'}-{day or '01'}T00:00:00Z", datatype=NamedNode(XSD + "dateTime"))
    return Value(
        "time",
        moment,
        (
            (RDF_TYPE, name("wikibase", "TimeValue")),
            (name("wikibase", "timeValue"), moment),
            (name("wikibase", "timePrecision"), _whole(precision)),
            (name("wikibase", "timeTimezone"), _whole(0)),
            (name("wikibase", "timeCalendarModel"), _GREGORIAN),
        ),
    )


def quantity(amount: str) -> Value:
    """A count, without a unit."""
    number = Literal(f"+{amount}", datatype=NamedNode(XSD + "decimal"))
    return Value(
        "quantity",
        number,
        (
            (RDF_TYPE, name("wikibase", "QuantityValue")),
            (name("wikibase", "quantityAmount"), number),
            (name("wikibase", "quantityUnit"), _ONE),
        ),
    )


def coordinates(wkt: str, uncertainty: int | None = None) -> Value:
    """A point, longitude first, on the earth.

    :param uncertainty: how many metres it may be off, where that is known; Wikibase has degrees.
    :raises ValueError: if the text is not one point.
    """
    match = _POINT.fullmatch(wkt)
    if match is None:
        raise ValueError(f"{wkt} is not a point")
    longitude, latitude = match.groups()
    precision = () if uncertainty is None else ((name("wikibase", "geoPrecision"), _double(uncertainty / _DEGREE)),)
    return Value(
        "coordinates",
        Literal(f"Point({longitude} {latitude})", datatype=_WKT),
        (
            (RDF_TYPE, name("wikibase", "GlobecoordinateValue")),
            (name("wikibase", "geoLatitude"), _double(latitude)),
            (name("wikibase", "geoLongitude"), _double(longitude)),
            (name("wikibase", "geoGlobe"), _EARTH),
            *precision,
        ),
    )


def _double(value: str | float) -> Literal:
    """A number as it is written; one that was computed to a millionth."""
    text = value if isinstance(value, str) else f"{value:.6f}"
    return Literal(text, datatype=NamedNode(XSD + "double"))


def _whole(value: int) -> Literal:
    return Literal(str(value), datatype=NamedNode(XSD + "integer"))
