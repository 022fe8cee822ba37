"""The page of one thing: what the edition holds, who says so, what is only said, and what points to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from garrison.rdf.terms import GAR, LABEL, RDF_TYPE
from garrison.services.description import HELD_MODALITIES, Claim, Description, Statement
from garrison.services.incoming import MAX_COUNTED
from garrison.services.lookup import Term
from garrison.web.presentation import Presentation, query_address
from garrison.web.representations import Representation
from garrison.web.templating import render

_DCTERMS = "http://purl.org/dc/terms/"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
# Shown in the heading of the page, not again in its table.
_IN_HEADING = {
    LABEL.value,
    GAR + "coinedLabel",
    _DCTERMS + "description",
    _SKOS + "prefLabel",
    _SKOS + "definition",
}
# The build derives these from the date; they are for sorting and for comparing.
_DERIVED = {GAR + name for name in ("begin", "end", "latestBegin", "earliestEnd")}
# For checking by machine; nobody reads a digest.
_TECHNICAL = {
    GAR + "digest",
    GAR + "textDigest",
    "http://www.w3.org/ns/oa#start",
    "http://www.w3.org/ns/oa#end",
    "http://www.w3.org/2000/01/rdf-schema#isDefinedBy",
}
_FIRST = [GAR + name for name in ("kind", "summary", "passage", "assertedBy", "edtf", "place")]


@dataclass(frozen=True, slots=True)
class Group:
    """The statements of one property, as one row of a table."""

    property: str
    statements: tuple[Statement, ...]


def resource_page(representation: Representation, description: Description) -> str:
    """Write the page for a reader of the representation's language."""
    presentation, iri = Presentation(representation.reader, description.labels), description.iri
    return render(
        "resource.html",
        representation.reader,
        d=description,
        show=presentation,
        types=_types(description),
        weighed_as=_weighed_as(description.own),
        main=_groups(description, presentation, is_inferred=False, technical=False),
        technical=_groups(description, presentation, is_inferred=False, technical=True),
        inferred=_groups(description, presentation, is_inferred=True, technical=False),
        evidences=_evidences(description),
        incoming=group(description.incoming.statements, presentation),
        about=presentation.choose(_about(description)),
        representation=representation,
        max_counted=MAX_COUNTED,
        query_link=query_address(f"SELECT ?property ?value WHERE {{ <{iri}> ?property ?value }}"),
        claims_link=query_address(
            f"SELECT DISTINCT ?claim WHERE {{ GRAPH ?claim {{ {{ <{iri}> ?p ?o }} UNION {{ ?s ?q <{iri}> }} }} }}"
        ),
    )


def _about(description: Description) -> list[Term]:
    if description.own:
        return list(description.own.values("summary"))
    return description.values(_DCTERMS + "description") or description.values(_SKOS + "definition")


def _weighed_as(own: Claim | None) -> str:
    """Why a claim's triples are not in the default graph, in a word or two; nothing if they are."""
    if own is None or own.is_accepted:
        return ""
    held = {"standing": ("accepted",), "polarity": ("affirmed",), "modality": HELD_MODALITIES}
    reasons = [own.concept(name) for name, kept in held.items() if own.concept(name) not in kept]
    return " and ".join(reason for reason in reasons if reason) or "not weighed"


def _evidences(description: Description) -> list[Claim]:
    """The claims behind what the page says, each once."""
    claims = {claim.iri: claim for statement in description.statements for claim in statement.claims}
    return [claims[iri] for iri in sorted(claims)]


def _types(description: Description) -> list[str]:
    """The classes that somebody wrote down; those that follow stand further below."""
    return [
        statement.value.value
        for statement in description.statements
        if statement.property == RDF_TYPE.value
        and not statement.is_inferred
        and isinstance(statement.value, ox.NamedNode)
    ]


def _groups(description: Description, presentation: Presentation, is_inferred: bool, technical: bool) -> list[Group]:
    chosen = [
        statement
        for statement in description.statements
        if (statement.is_inferred or statement.property in _DERIVED) == is_inferred
        and (statement.property in _TECHNICAL) == technical
        and statement.property not in _IN_HEADING
        and (is_inferred or statement.property != RDF_TYPE.value)
    ]
    return group(chosen, presentation)


def group(statements: Iterable[Statement], presentation: Presentation) -> list[Group]:
    """Group by property: what every reader looks for first, then in order of the property's name."""
    by_property: dict[str, list[Statement]] = {}
    for statement in statements:
        by_property.setdefault(statement.property, []).append(statement)
    ordered = sorted(by_property, key=lambda p: (_rank(p), presentation.name(p).text.casefold()))
    return [Group(property, tuple(by_property[property])) for property in ordered]


def _rank(property: str) -> int:
    return _FIRST.index(property) if property in _FIRST else len(_FIRST)
