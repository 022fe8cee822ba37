"""The first page as data: figures, theatres, points and dates as JSON, and the events themselves as RDF."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyoxigraph as ox

from garrison.engine.interface import Engine
from garrison.rdf.edtf import NotEdtf, days
from garrison.rdf.terms import GAR, LABEL, RDF_TYPE
from garrison.services.dataset_descriptions import DATASET
from garrison.services.events import Event, Site
from garrison.services.figures import Figure
from garrison.services.history import History
from garrison.services.lookup import construct, values
from garrison.web.drawing.dates import date_in_words
from garrison.web.narrator import Named, Narrator, anchor
from garrison.web.presentation import query_address
from garrison.web.reader import Reader


def as_json(history: History, figures: Sequence[Figure], reader: Reader) -> dict[str, Any]:
    """What the page shows, with names and dates in the reader's language."""
    narrator = Narrator(history, reader)
    events = history.events.events.values()
    return {
        "figures": [
            {"name": f.name, "number": f.number, "query": f.query, "href": query_address(f.query)} for f in figures
        ],
        "theatres": [
            {"id": anchor(n), "label": narrator.name(each), "places": each.named_after, "events": each.events}
            for n, each in enumerate(history.theatres, 1)
        ],
        "points": [_point(narrator, site, at) for site, at in history.scenes(events)],
        "events": [_event(narrator.named(event.iri), event) for event in events],
        "isWhole": not history.events.is_cut,
    }


def as_triples(engine: Engine, history: History) -> list[ox.Quad]:
    """The dataset's own description, and of each event its class, names, date and places with their coordinates.

    :raises EndpointError: if the engine cannot answer.
    """
    told = construct(engine, f"CONSTRUCT WHERE {{ {DATASET} ?p ?o }}")
    named = values(ox.NamedNode(iri) for iri in history.events.events)
    if named:
        told += construct(engine, f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {_ABOUT_EVENTS % named} }}")
    return [ox.Quad(triple.subject, triple.predicate, triple.object) for triple in told]


_ABOUT_EVENTS = f"""VALUES ?event {{ %s }}
  {{ VALUES ?p {{ {RDF_TYPE} {LABEL} <{GAR}edtf> <{GAR}place> }} ?event ?p ?o BIND(?event AS ?s) }}
  UNION {{ VALUES ?p {{ {LABEL} <{GAR}coordinates> }} ?event <{GAR}place> ?s . ?s ?p ?o }}"""


def _point(narrator: Narrator, site: Site, events: Sequence[Event]) -> dict[str, Any]:
    return {
        **_named(narrator.named(site.iri)),
        "longitude": site.position.longitude,
        "latitude": site.position.latitude,
        "radius": site.radius_m,
        "items": [
            {**_named(narrator.named(event.iri)), "when": date_in_words(event.edtf, narrator.language)}
            for event in events
        ],
    }


def _event(named: Named, event: Event) -> dict[str, Any]:
    return {**_named(named), "edtf": event.edtf or None, **_days(event.edtf), "places": event.places}


def _days(edtf: str) -> dict[str, str | None]:
    """The strict bounds of a date, as the ontology's properties are called."""
    try:
        known = days(edtf) if edtf else None
    except NotEdtf:
        known = None
    if known is None:
        return {}
    bounds = {
        "begin": known.begin,
        "latestBegin": known.latest_begin,
        "earliestEnd": known.earliest_end,
        "end": known.end,
    }
    return {name: day.isoformat() if day else None for name, day in bounds.items()}


def _named(named: Named) -> dict[str, str]:
    return {"iri": named.iri, "label": named.text, "language": named.language, "href": named.href}
