"""How terms look to a reader: labels in the reader's language, addresses on this server, short names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

import pyoxigraph as ox
from markupsafe import Markup

from garrison.rdf.prefixes import BASE, prefixed_name
from garrison.rdf.terms import EDTF, GAR
from garrison.rdf.wkt import Position, read_point
from garrison.services.description import Record
from garrison.services.lookup import Term
from garrison.web.negotiation import INTERFACES
from garrison.web.reader import Reader

_WEB = re.compile(r"https?://", re.IGNORECASE)
_NUMBERED = re.compile(r"id/(passage|claim|emendation)/([a-z]\d+)")
_NUMBERED_IN_RUSSIAN = {"passage": "Место", "claim": "Утверждение", "emendation": "Конъектура"}
# Properties of other vocabularies, and the dataset itself, carry no label in it: English, Russian.
_USUAL_NAMES = {
    BASE + "dataset": ("this edition", "это издание"),
    "rdf:type": ("is a", "есть"),
    "rdfs:label": ("label", "название"),
    "rdfs:isDefinedBy": ("defined by", "определено в"),
    "rdfs:seeAlso": ("see also", "см. также"),
    "rdfs:subClassOf": ("is a kind of", "вид от"),
    "dcterms:created": ("entered on", "внесено"),
    "dcterms:creator": ("creator", "составитель"),
    "dcterms:description": ("description", "описание"),
    "dcterms:license": ("licence", "лицензия"),
    "dcterms:source": ("drawn from", "источник"),
    "dcterms:title": ("title", "заглавие"),
    "oa:start": ("starts at character", "начинается со знака"),
    "oa:end": ("ends before character", "кончается перед знаком"),
    "schema:sameAs": ("the same as", "то же, что"),
    "skos:Concept": ("entry of a list", "запись списка"),
    "skos:ConceptScheme": ("list", "список"),
    "skos:broadMatch": ("part of what is meant by", "уже, чем"),
    "skos:broader": ("narrower than", "уже, чем"),
    "skos:closeMatch": ("close to", "близко к"),
    "skos:definition": ("definition", "определение"),
    "skos:editorialNote": ("editors’ note", "примечание редакторов"),
    "skos:example": ("example", "пример"),
    "skos:inScheme": ("in the list", "из списка"),
    "skos:narrowMatch": ("wider than", "шире, чем"),
    "skos:notation": ("order", "порядок"),
    "skos:relatedMatch": ("related to", "связано с"),
    "skos:scopeNote": ("how it is used", "как применяется"),
    "skos:topConceptOf": ("in the list", "из списка"),
}
# Characters that turn the direction of what stands around them: with them an address or a name looks like another.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SERVED = tuple(BASE + path for path in ("queries", "sparql", "api/"))  # where queries are, and where they are sent
_MAX_NAME = 300  # characters of a label in a heading or a link
_XSD = "http://www.w3.org/2001/XMLSchema#"
_WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"
_POINT = re.compile(r"\s*(?:<[^<>\s]*>\s*)?POINT\b", re.IGNORECASE)
_COMPASS = {"en": (("E", "W"), ("N", "S")), "ru": (("в. д.", "з. д."), ("с. ш.", "ю. ш."))}
_WHOLE = re.compile(r"[+-]?[0-9]{1,15}")
_DATES = {EDTF.value, _XSD + "date", _XSD + "gYear", _XSD + "gYearMonth"}
_PLAIN = {EDTF.value, *(_XSD + name for name in ("string", "date", "integer", "boolean", "decimal"))}


@dataclass(frozen=True, slots=True)
class Text:
    """A text in a language; an empty language is unknown or none."""

    text: str
    language: str = ""


# IRIs of a source and of a passage of it, or nothing -> the path where that is read; nothing if it is not.
Room = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Presentation:
    """Labels and addresses for one page and one reader."""

    reader: Reader
    labels: Mapping[str, tuple[ox.Literal, ...]] = field(default_factory=dict)
    definitions: Mapping[str, tuple[ox.Literal, ...]] = field(default_factory=dict)
    room: Room | None = None  # where sources are read as a whole, if the page leads there
    # What has been asked of this page already: most names stand on it many times.
    names: dict[str, Text] = field(default_factory=dict, init=False, repr=False, compare=False)
    written: dict[tuple[str, str], Markup] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def language(self) -> str:
        """The language of labels: ``en``, ``ru`` or ``native``."""
        return self.reader.language

    def name(self, iri: str) -> Text:
        """The label of a thing: in the reader's language, else in English, else any, else its short name."""
        if (known := self.names.get(iri)) is None:
            known = self.names[iri] = self._name(iri)
        return known

    def _name(self, iri: str) -> Text:
        chosen = self.choose(self.labels.get(iri, ()))
        return (
            (chosen and Text(_as_name(chosen.text), chosen.language))
            or self._usual_name(iri)
            or Text(self._numbered(iri) or short_name(iri))
        )

    def property_name(self, iri: str) -> Text:
        """What a property is called before its values; a date is a date, whatever its notation."""
        if iri == GAR + "edtf":
            return Text("дата", "ru") if self.reader.interface == "ru" else Text("date", "en")
        return self.name(iri)

    def choose(self, texts: Sequence[Term]) -> Text | None:
        """The text that this reader reads most easily."""
        literals = [text for text in texts if isinstance(text, ox.Literal)]
        for reads in (self._reads, lambda language: language == "en"):
            for literal in literals:
                if reads((literal.language or "").split("-")[0]):
                    return Text(literal.value, literal.language or "")
        return Text(literals[0].value, literals[0].language or "") if literals else None

    def definition(self, iri: str) -> Text | None:
        """What a concept means, where the page has looked it up."""
        return self.choose(self.definitions.get(iri, ()))

    def readable(self, terms: list[Term]) -> list[Term]:
        """Values without those that say the same in another language: of texts, those in the chosen one."""
        texts = tuple(term for term in terms if isinstance(term, ox.Literal) and term.language)
        chosen = self.choose(texts)
        others = {text for text in texts if chosen and text.language != chosen.language}
        return [term for term in terms if term not in others]

    def _reads(self, language: str) -> bool:
        """Tell if a text in a language is what this reader asks for."""
        if self.language == "native":
            return language not in INTERFACES
        return language == self.language

    def link(self, iri: str) -> str | None:
        """As :meth:`href`, and a link to this server keeps the reader's language."""
        target = self.href(iri)
        return self.reader.at(target) if target and self.is_local(iri) else target

    def other_names(self, iri: str) -> list[Text]:
        """The labels that :meth:`name` did not choose."""
        chosen = self.name(iri)
        texts = {Text(_as_name(literal.value), literal.language or "") for literal in self.labels.get(iri, ())}
        return sorted((text for text in texts if text.text != chosen.text), key=lambda t: (t.language, t.text))

    def _numbered(self, iri: str) -> str:
        """A part of the apparatus by its number, in Russian; in English it is its short name."""
        match = _NUMBERED.fullmatch(iri.removeprefix(BASE))
        return f"{_NUMBERED_IN_RUSSIAN[match[1]]} {match[2]}" if match and self.reader.interface == "ru" else ""

    def _usual_name(self, iri: str) -> Text | None:
        """What we call that which the dataset gives no label."""
        names = _USUAL_NAMES.get(short_name(iri))
        if names is None:
            return None
        return Text(names[1], "ru") if self.language == "ru" else Text(names[0], "en")

    def is_read(self, language: str) -> bool:
        """Tell if texts in a language need no mark of it: it is the one that the page is read in."""
        return language.split("-")[0] == self.reader.interface

    def reading_room(self, source: str) -> str:
        """Where a source is read as a whole; nothing if it is not."""
        path = self.room(source, "") if self.room else ""
        return self.reader.at(path) if path else ""

    def reading(self, passage: Record) -> str:
        """Where a passage stands in its source as a whole; nothing if that is not read here."""
        paths = (self.room(source, passage.iri) for source in passage.iris("source")) if self.room else ()
        return next((self.reader.at(path) for path in paths if path), "")

    @staticmethod
    def is_date(literal: ox.Literal) -> bool:
        """Tell if a literal is a date that can be said in words."""
        return literal.datatype.value in _DATES

    @staticmethod
    def number(literal: ox.Literal) -> int | None:
        """The whole number that a literal is, if it is one of a length that people read."""
        is_whole = literal.datatype.value == _XSD + "integer" and _WHOLE.fullmatch(literal.value)
        return int(literal.value) if is_whole else None

    def point(self, literal: ox.Literal) -> str:
        """A point of the map as people write it, ``55.1300° N, 14.9200° E``; nothing for other literals."""
        degrees = self.degrees(literal)
        if degrees is None:
            return ""
        (east_of, west_of), (north_of, south_of) = _COMPASS[self.reader.interface]
        beside = f"{abs(degrees.latitude):.4f}° {north_of if degrees.latitude >= 0 else south_of}"
        return f"{beside}, {abs(degrees.longitude):.4f}° {east_of if degrees.longitude >= 0 else west_of}"

    @staticmethod
    def degrees(literal: ox.Literal) -> Position | None:
        """The point that a literal is; ``None`` for other literals and for shapes."""
        is_point = literal.datatype.value == _WKT and _POINT.match(literal.value)
        return read_point(literal.value) if is_point else None

    @staticmethod
    def href(iri: str) -> str | None:
        """Where a link to ``iri`` leads: to this server for the edition's own, else out, for http and https
        only.
        """
        if iri.startswith((BASE + "id/", BASE + "ontology", BASE + "dataset", BASE + "graph/", *_SERVED)):
            return "/" + quote(iri.removeprefix(BASE), safe="/#:-._~%")
        return iri if _WEB.match(iri) else None

    @staticmethod
    def is_local(iri: str) -> bool:
        """Tell if an IRI is the edition's own."""
        return iri.startswith(BASE)

    @staticmethod
    def datatype(literal: ox.Literal) -> str:
        """The short name of a literal's datatype, nothing where the text shows it."""
        if literal.language or literal.datatype.value in _PLAIN:
            return ""
        return short_name(literal.datatype.value)


def short_name(iri: str) -> str:
    """A name for something that has no label: ``Passage p0023``, a prefixed name, else the IRI itself."""
    if match := _NUMBERED.fullmatch(iri.removeprefix(BASE)):
        return f"{match[1].capitalize()} {match[2]}"
    return visible(prefixed_name(iri) or iri)


def visible(iri: str) -> str:
    """An IRI as it can be read without being deceived: what would turn the direction of the text is percent-encoded."""
    return _TURNING.sub(lambda found: quote(found[0]), iri)


def _as_name(label: str) -> str:
    """A label as a name among other words: of a bounded length, and without a hold on the words around it."""
    plain = _TURNING.sub("", label)
    return plain if len(plain) <= _MAX_NAME else plain[:_MAX_NAME].rstrip() + "…"


def query_address(query: str, format: str | None = None) -> str:
    """The address that answers a query, as a link."""
    parameters = {"query": query} | ({"format": format} if format else {})
    return "/sparql?" + urlencode(parameters)
