"""What Wikidata's query service understands beyond the standards, said in standard SPARQL.

A piece of the text is written over by spaces, or something is put in: every line keeps its number. What is not
understood stays as it is, for the scanner to refuse.
https://www.mediawiki.org/wiki/Wikidata_Query_Service/User_Manual
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from garrison.errors import MalformedQuery
from garrison.rdf.prefixes import WIKIBASE_PREFIXES
from garrison.rdf.sparql.label_service import CLOSERS, OPENERS, Piece, answers
from garrison.rdf.sparql.names import Names, TooLong
from garrison.rdf.sparql.shape import Caps
from garrison.rdf.sparql.tokens import Kind, Lexer, Token

_MAY_BE = re.compile(r"SERVICE|hint:|distance", re.IGNORECASE)
_KILOMETRE = "<http://www.opengis.net/def/uom/OGC/1.0/kilometre>"
_USUALLY = Caps()  # the scanner keeps to what is set
# The names that mean something here, in whatever way a query spells them.
_USUAL = {
    WIKIBASE_PREFIXES[name.partition(":")[0]] + name.partition(":")[2]: name
    for name in (
        *("wikibase:label", "wikibase:language", "bd:serviceParam"),
        *("rdfs:label", "schema:description", "skos:altLabel", "geof:distance"),
    )
}


def from_wikidata(text: str) -> str:
    """Return the query in standard SPARQL; a text that is no query, or is standard already, as it is.

    :raises QueryRefused: if it asks for more labels than patterns are allowed.
    """
    if len(text) > _USUALLY.size or not _MAY_BE.search(text):
        return text
    try:
        tokens = list(_tokens(text))
    except MalformedQuery:
        return text  # the scanner says so, with its place
    meant = _meant(tokens)
    parts, end = [], 0
    for piece in sorted([*_hints(tokens), *_distances(tokens, meant), *answers(tokens, meant)]):
        if piece.start < end:
            continue  # inside what is written over
        parts += [text[end : piece.start], re.sub(r"[^\n]", " ", text[piece.start : piece.end]), piece.put]
        end = piece.end
    return "".join([*parts, text[end:]])


def _tokens(text: str) -> Iterator[Token]:
    """All tokens; ``<`` is read as an operator where an IRI cannot begin."""
    lexer, before = Lexer(text), Token(Kind.SIGN, "{", 0)
    depth = 0
    while before.kind is not Kind.END:
        operand = before.kind in (Kind.VARIABLE, Kind.NUMBER, Kind.STRING) or before.text == ")"
        before = lexer.next(less_than=operand and depth > 0)
        depth += (before.text == "(") - (before.text == ")")
        yield before


def _meant(tokens: Sequence[Token]) -> list[str]:
    """The text of each token, with names in full; those that mean something here as they are usually written."""
    names, texts = Names(WIKIBASE_PREFIXES, _USUALLY.iris), []
    for index, token in enumerate(tokens):
        try:
            if token.text.upper() == "PREFIX" and token.kind is Kind.WORD:
                names.declare_prefix(tokens[index + 1].text[:-1], tokens[index + 2].text)
            iri = _iri(names, token)
        except (IndexError, KeyError, ValueError, TooLong):
            iri = ""  # the scanner says so
        texts.append(_USUAL.get(iri, f"<{iri}>" if iri else token.text))
    return texts


def _iri(names: Names, token: Token) -> str:
    if token.kind is Kind.IRI:
        return names.absolute(token.text)
    return names.expand(token.text) if token.kind is Kind.NAME else ""


def _hints(tokens: Sequence[Token]) -> Iterator[Piece]:
    """Statements such as ``hint:Prior hint:runFirst true .``, which say nothing of the data."""
    for index, token in enumerate(tokens):
        if token.text.startswith("hint:") and tokens[index + 1].text.startswith("hint:"):
            ends = [each.text for each in tokens[index + 2 : index + 4]][1:] == ["."]
            yield Piece(token.start, tokens[index + 2 + ends].end, "")


def _distances(tokens: Sequence[Token], meant: Sequence[str]) -> Iterator[Piece]:
    """Give ``geof:distance`` of two points its unit: there it is kilometres, and GeoSPARQL wants it said."""
    opened: list[tuple[bool, int]] = []  # whether it is this function's bracket, and the commas in it so far
    for index, token in enumerate(tokens):
        if token.text in OPENERS:
            opened.append((meant[index - 1] == "geof:distance", 0))
        elif token.text == "," and opened:
            opened[-1] = (opened[-1][0], opened[-1][1] + 1)
        elif token.text in CLOSERS and opened and opened.pop() == (True, 1):
            yield Piece(token.start, token.start, f", {_KILOMETRE}")
