"""Functions named by IRI that the evaluator knows: measured, and held by ``tests/engine/test_functions.py``.

https://www.w3.org/TR/sparql11-query/#FunctionMapping, and GeoSPARQL 1.1 (OGC 22-047r1, section 8 to 10) over points,
lines and polygons in CRS84.
"""

from __future__ import annotations

_XSD = "http://www.w3.org/2001/XMLSchema#"
_GEOF = "http://www.opengis.net/def/function/geosparql/"

CASTS = frozenset(
    _XSD + name
    for name in (
        *("string", "boolean", "decimal", "integer", "double", "float", "date", "time", "dateTime"),
        *("gYear", "gMonth", "gDay", "gYearMonth", "gMonthDay"),
        *("duration", "yearMonthDuration", "dayTimeDuration"),
    )
)
EXTENSIONS = frozenset(
    _GEOF + name
    for name in (
        *("asGeoJSON", "centroid", "convexHull", "coordinateDimension", "difference", "dimension", "distance"),
        *("envelope", "getSRID", "intersection", "isEmpty", "isSimple", "length", "perimeter", "relate"),
        *("spatialDimension", "symDifference", "union"),
        *(
            f"eh{name}"
            for name in ("Contains", "CoveredBy", "Covers", "Disjoint", "Equals", "Inside", "Meet", "Overlap")
        ),
        *(f"rcc8{name}" for name in ("dc", "ec", "eq", "ntpp", "ntppi", "po", "tpp", "tppi")),
        *("sfContains", "sfCrosses", "sfDisjoint", "sfEquals", "sfIntersects", "sfOverlaps", "sfTouches", "sfWithin"),
    )
)
FUNCTIONS_BY_IRI = CASTS | EXTENSIONS
