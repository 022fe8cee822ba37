"""The page of one thing: what the edition holds, who says so, what is only said, and what points to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox
from markupsafe import Markup

from garrison.rdf.terms import GAR, ID, LABEL, RDF_TYPE
from garrison.services.citation import Citation
from garrison.services.citation_formats import CITATIONS, WRITERS
from garrison.services.description import Apparatus, Claim, Description, Record, Statement
from garrison.services.incoming import MAX_COUNTED
from garrison.services.lookup import Term
from garrison.services.surroundings import Surroundings
from garrison.web.figures import Figures
from garrison.web.graph_view import graph_path
from garrison.web.links import Link, links_of
from garrison.web.presentation import Presentation, Room, query_address
from garrison.web.representations import Representation
from garrison.web.statements import Row, Verdict, flags_of, is_shown, rows, verdict_of
from garrison.web.structured_data import structured_data
from garrison.web.templating import render

_DCTERMS = "http://purl.org/dc/terms/"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_SAME_AS = "https://schema.org/sameAs"
# Shown in the heading of the page, not again in its table.
_IN_HEADING = {
    LABEL.value,
    GAR + "coinedLabel",
    _DCTERMS + "description",
    _SKOS + "prefLabel",
    _SKOS + "definition",
}
# For checking by machine; nobody reads a digest.
_TECHNICAL = {
    GAR + "digest",
    GAR + "textDigest",
    "http://www.w3.org/ns/oa#start",
    "http://www.w3.org/ns/oa#end",
    _RDFS + "isDefinedBy",
    _SKOS + "topConceptOf",  # says no more than skos:inScheme
}
_MATCHES = (_SAME_AS, *(_SKOS + name for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch")))
_IDENTITY = {*_MATCHES, _SKOS + "relatedMatch", GAR + "identity"}
# Parts of the apparatus have pages of their own, whose tables would repeat what they say in words.
_TEMPLATES = {"Claim": "claim.html", "Passage": "passage.html", "Emendation": "emendation.html"}
# What the page of a part shows by itself and need not list among the links.
_SHOWN_ABOVE = {"Passage": {GAR + "passage", GAR + "emends"}, "Emendation": {GAR + "dependsOn"}}
_RESERVED = {"content", "says", "holds", "contested", "incoming", "identity", "data", "cite", "weighed", "where"}


@dataclass(frozen=True, slots=True)
class View:
    """What is looked up for one page."""

    description: Description
    around: Surroundings = field(default_factory=Surroundings)
    figures: Figures = field(default_factory=Figures)
    citation: Citation | None = None
    room: Room | None = None


@dataclass(slots=True)
class Page:
    """What a page remembers while it is written."""

    _given: set[str] = field(default_factory=lambda: set(_RESERVED))
    _written: dict[object, str] = field(default_factory=dict)

    def first(self, claim: Claim) -> str:
        """The place of a claim that an address can lead to, where it is first shown; nothing at each further one."""
        if claim.slug in self._given:
            return ""
        self._given.add(claim.slug)
        return claim.slug

    def once(
        self, claim: Claim, beside: Iterable[str], write: Callable[..., str], show: Presentation, apparatus: Apparatus
    ) -> str:
        """Write what stands behind a claim, or recall it: one claim may stand behind many values."""
        key = (claim.iri, frozenset(beside))
        if key not in self._written:
            self._written[key] = write(show, apparatus, claim, beside)
        return self._written[key]


@dataclass(frozen=True, slots=True)
class Group:
    """The links of one property."""

    property: str
    links: tuple[Link, ...]


def resource_page(representation: Representation, view: View, classes: Mapping[str, str]) -> str:
    """Write the page for a reader of the representation's language.

    :param classes: class of the edition -> class of schema.org.
    """
    description, around = view.description, view.around
    show = _presentation(representation, view)
    kind = next((name for name in _TEMPLATES if _is_a(description, name)), "")
    own = Claim(description.iri, description.own.properties) if description.own else None
    held = [s for s in description.statements if _is_main(s)]
    subject, elsewhere = _contested(description)
    held_properties = {statement.property for statement in held}
    beside = [s for s in subject if s.property in held_properties]
    return render(
        _TEMPLATES.get(kind, "resource.html"),
        representation.reader,
        d=description,
        around=around,
        show=show,
        own=own,
        record=_record(description),
        sort=next((name for name in ("Source", "Concept", "ConceptScheme") if _is_a(description, name)), ""),
        figures=view.figures,
        page=Page(),
        types=_types(description),
        verdict=verdict_of(own) if own else None,
        verdict_of=verdict_of,
        flags_of=flags_of,
        main=rows(held, beside, show),
        unheld=rows((), [s for s in subject if s.property not in held_properties], show),
        elsewhere=_by_verdict(elsewhere),
        told=lambda claim: _sentences(around.told.get(claim, ()), show),
        contents=_sentences(filter(is_shown, description.contents), show),
        identity=_identity(description, show),
        technical=rows(filter(_is_technical, description.statements), (), show),
        inferred=rows((s for s in description.statements if s.is_inferred or not is_shown(s)), (), show),
        incoming=_incoming(description, show, _SHOWN_ABOVE.get(kind, set()) if not around.is_cut else set()),
        about=show.choose(_about(description)),
        representation=representation,
        max_counted=MAX_COUNTED,
        citation=view.citation,
        cited=WRITERS["text"](view.citation).strip() if view.citation else "",
        citation_links=_citation_links(representation),
        query=_query(description.iri),
        query_link=query_address(_query(description.iri)),
        claims_link=query_address(_claims_query(description.iri)),
        graph_link=graph_path(description.iri) if description.iri.startswith(ID) else "",
        structured=structured_data(description, show, classes, representation.canonical) if not kind else Markup(""),
    )


def _presentation(representation: Representation, view: View) -> Presentation:
    description, around = view.description, view.around
    labels = {**description.labels, **around.labels, **view.figures.labels}
    definitions = {**description.definitions, **around.definitions}
    return Presentation(representation.reader, labels, definitions, view.room)


def _is_a(description: Description, class_name: str) -> bool:
    if class_name == "Claim":
        return description.own is not None
    classes = {ox.NamedNode(GAR + class_name), ox.NamedNode(_SKOS + class_name)}
    return any(s.property == RDF_TYPE.value and s.value in classes for s in description.statements)


def _about(description: Description) -> list[Term]:
    for property in (GAR + "summary", _DCTERMS + "description", _SKOS + "definition"):
        if found := description.values(property):
            return found
    passages = description.own.iris("passage") if description.own else ()
    return [text for each in passages for text in description.apparatus.records[each].values("summary")]


def _record(description: Description) -> Record:
    """What is held of the thing, by property, as it is known of the parts of the apparatus."""
    found: dict[str, list[Term]] = {}
    for statement in description.statements:
        found.setdefault(statement.property, []).append(statement.value)
    return Record(description.iri, {property: tuple(terms) for property, terms in found.items()})


def _types(description: Description) -> list[str]:
    """The classes that somebody wrote down; those that follow stand further below."""
    return [
        statement.value.value
        for statement in description.statements
        if statement.property == RDF_TYPE.value
        and not statement.is_inferred
        and isinstance(statement.value, ox.NamedNode)
    ]


def _is_main(statement: Statement) -> bool:
    """Tell if a statement stands in the table of what the edition holds."""
    elsewhere = _IN_HEADING | _TECHNICAL | _IDENTITY | {RDF_TYPE.value}
    return not statement.is_inferred and is_shown(statement) and statement.property not in elsewhere


def _is_technical(statement: Statement) -> bool:
    return not statement.is_inferred and statement.property in _TECHNICAL


def _contested(description: Description) -> tuple[list[Statement], list[Statement]]:
    """What is said of the thing and not held, and where the thing is only named by what is not held."""
    thing = ox.NamedNode(description.iri)
    said = [statement for statement in description.contested if is_shown(statement)]
    return [s for s in said if s.subject == thing], [s for s in said if s.subject != thing]


def _by_verdict(statements: Iterable[Statement]) -> list[tuple[Verdict | None, Statement]]:
    return [(verdict_of(statement.claims[0]), statement) for statement in statements]


def _sentences(statements: Iterable[Statement], show: Presentation) -> list[tuple[Term, list[Row]]]:
    """What a claim says, by the thing that it speaks of."""
    subjects: dict[str, list[Statement]] = {}
    for statement in statements:
        subjects.setdefault(str(statement.subject), []).append(statement)
    return [(said[0].subject, rows(said, (), show)) for said in subjects.values()]


def _identity(description: Description, show: Presentation) -> list[Row]:
    return rows((s for s in description.statements if s.property in _IDENTITY and not s.is_inferred), (), show)


def _incoming(description: Description, show: Presentation, without: set[str]) -> list[Group]:
    by_property: dict[str, list[Statement]] = {}
    for statement in description.incoming.statements:
        if statement.property not in without:
            by_property.setdefault(statement.property, []).append(statement)
    ordered = sorted(by_property, key=lambda property: show.name(property).text.casefold())
    return [Group(each, links_of(by_property[each], description.apparatus, show)) for each in ordered]


def _citation_links(representation: Representation) -> list[tuple[str, str, str]]:
    """Format, address and media type of each way to cite the thing."""
    path = representation.resource.cited_at
    return [(each.label, f"{path}.{each.extension}", each.media_type) for each in CITATIONS]


def _query(iri: str) -> str:
    return f"""PREFIX gar: <{GAR}>
SELECT ?property ?value ?claim ?certainty ?said WHERE {{
  <{iri}> ?property ?value
  OPTIONAL {{
    GRAPH ?claim {{ <{iri}> ?property ?value }}
    ?claim gar:certainty ?certainty ; gar:passage/gar:summary ?said
    FILTER(LANG(?said) = "en")
  }}
}} ORDER BY ?property ?value ?claim"""


def _claims_query(iri: str) -> str:
    return f"SELECT DISTINCT ?claim WHERE {{ GRAPH ?claim {{ {{ <{iri}> ?p ?o }} UNION {{ ?s ?q <{iri}> }} }} }}"
