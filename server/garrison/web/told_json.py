"""Claims, passages, emendations and sources as JSON: the same facts as on their pages, texts by language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from garrison.services.claims import ToldClaim
from garrison.services.description import Statement
from garrison.services.lookup import Term
from garrison.services.readings import Described, Emendation, Passage, Source
from garrison.web.presentation import Presentation

_WEIGHED = ("certainty", "modality", "polarity", "standing", "bound")
_RELATED = ("dependsOn", "disputes", "refines", "reportedIn")
_DESCRIPTION = "http://purl.org/dc/terms/description"


def claim_as_json(show: Presentation, told: ToldClaim) -> dict[str, Any]:
    """A claim with what it says."""
    claim = told.claim
    return {
        "iri": told.iri,
        "url": show.href(told.iri),
        "passage": told.passage,
        "says": [_statement(show, statement) for statement in told.says],
        "summary": by_language(claim.values("summary")),
        "assertedBy": [_value(show, term) for term in claim.values("assertedBy")],
        **{aspect: claim.concept(aspect) for aspect in _WEIGHED if claim.values(aspect)},
        **{name: [term.value for term in claim.values(name)] for name in _RELATED if claim.values(name)},
        "isHeld": claim.is_accepted,
    }


def emendation_as_json(show: Presentation, emendation: Emendation) -> dict[str, Any]:
    """An emendation with the claims that rest on it."""
    return {
        "iri": emendation.iri,
        "url": show.href(emendation.iri),
        "emends": emendation.iris("emends"),
        **_position(emendation),
        "sic": next((term.value for term in emendation.values("sic")), ""),
        "reading": by_language(emendation.values("reading")),
        "basis": by_language(emendation.values("basis")),
        "alternative": by_language(emendation.values("alternative")),
        "certainty": concept(emendation, "certainty"),
        "claims": list(emendation.claims),
    }


def passage_as_json(show: Presentation, passage: Passage) -> dict[str, Any]:
    """A passage with its emendations and claims."""
    return {
        "iri": passage.iri,
        "url": show.href(passage.iri),
        **_position(passage),
        "summary": by_language(passage.values("summary")),
        "emendations": [emendation_as_json(show, each) for each in passage.emendations],
        "claims": [claim_as_json(show, told) for told in passage.claims],
    }


def source_as_json(show: Presentation, source: Source) -> dict[str, Any]:
    """What a source is, and how much rests on it."""
    return {
        "iri": source.iri,
        "url": f"/sources/{source.address}" if source.address else show.href(source.iri),
        "title": by_language(show.labels.get(source.iri, ())),
        "description": by_language(source.facts.get(_DESCRIPTION, ())),
        "kind": concept(source, "kind"),
        "author": [_value(show, term) for term in source.values("author")],
        "date": next((term.value for term in source.values("edtf")), ""),
        "mirrorOf": [_value(show, term) for term in source.values("mirrorOf")],
        "locator": next((term.value for term in source.values("locator")), ""),
        "textDigest": next(iter(source.digests), ""),
        "passageCount": source.passages,
        "claimCount": source.claims,
        "emendationCount": source.emendations,
    }


def by_language(terms: Iterable[Term]) -> dict[str, Any]:
    """Texts by their language; where one language has several, a list."""
    found: dict[str, Any] = {}
    for term in terms:
        if isinstance(term, ox.Literal):
            language = term.language or ""
            so_far = found.get(language)
            found[language] = term.value if so_far is None else [*_listed(so_far), term.value]
    return found


def concept(thing: Described, local_name: str) -> str:
    """The last part of the address of a concept, such as ``certain``."""
    return next((iri.rsplit("/", 1)[-1] for iri in thing.iris(local_name)), "")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _position(thing: Described) -> Mapping[str, Any]:
    """Where it stands in the text of its source, or how else it is found there."""
    facts = {
        "start": thing.start,
        "end": thing.end,
        "digest": next((term.value for term in thing.values("digest")), None),
        "locator": next((term.value for term in thing.values("locator")), None),
    }
    return {name: value for name, value in facts.items() if value is not None}


def _statement(show: Presentation, statement: Statement) -> dict[str, Any]:
    property = {"iri": statement.property, "label": show.name(statement.property).text}
    return {"subject": _value(show, statement.subject), "property": property, "value": _value(show, statement.value)}


def _value(show: Presentation, term: Term) -> dict[str, str]:
    if isinstance(term, ox.NamedNode):
        return {"iri": term.value, "label": show.name(term.value).text}
    if isinstance(term, ox.Literal) and term.language:
        return {"value": term.value, "language": term.language}
    if isinstance(term, ox.Literal):
        return {"value": term.value, "datatype": term.datatype.value}
    return {"value": str(term)}
