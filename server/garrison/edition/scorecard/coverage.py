"""Measures that need the text of the source: what of it is verified, and what of it is claimed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import NamedNode

from garrison.edition.edition import Edition, numbers
from garrison.edition.scorecard.metric import Metric, none_of, share
from garrison.rdf.terms import ID, OA

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_LETTERS = re.compile(r"\w{2,}")
_NUMBER = re.compile(r"(\d+(?:[ ,.]\d{3})*)(\s+thousand)?")
# How English hedges, the longest first, and the bound that says the same.
_HEDGES = (
    (r"(?:not|no) more than|up to|at most", "at-most"),
    (r"more than|over|at least|(?:not|no) less than", "at-least"),
    (r"nearly|almost", "nearly"),
    (r"about|around|approximately|some|circa", "about"),
)


def of_source(edition: Edition, path: Path) -> Iterator[Metric]:
    """Yield what the text bears out. Another file than the source's verifies nothing."""
    raw = path.read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    sources = [iri for iri in edition.of_class("Source") if _has_text(edition, iri, digest)]
    if not sources:
        yield none_of("texts that are not the source's", {path.name})
        return
    text = raw.decode("utf-8")
    spans = _spans(edition, sources[0])
    verified = {iri for iri, (start, end) in spans.items() if _digest(text[start:end]) in _digests(edition, iri)}
    yield share("passages that the text bears out", verified, spans)
    body = text[: max((end for _, end in spans.values()), default=0)]
    found = [match for match in _SENTENCE.finditer(body) if _LETTERS.search(match[0])]
    sentences = {f"{match.start()}-{match.end()}": match.span() for match in found}
    covered = {
        name
        for name, (start, end) in sentences.items()
        if any(start < last and first < end for first, last in spans.values())
    }
    yield share("sentences of the source with a passage", covered, sentences, 0.95)
    garbled = {iri for iri in edition.of_class("Emendation") if _emended(edition, iri) & spans.keys()}
    yield share(
        "garbled readings that the text has", {i for i in garbled if _is_garbled(edition, i, spans, text)}, garbled
    )
    hedged = dict(_hedged(edition, spans, text))
    kept = {claim for claim, bound in hedged.items() if f"{ID}bound/{bound}" in _bounds(edition, claim)}
    yield share("numbers in figures that are hedged as the text hedges them", kept, hedged)


def _emended(edition: Edition, iri: str) -> set[str]:
    return {value.value for value in edition.values(iri, "emends")}


def _is_garbled(edition: Edition, iri: str, spans: dict[str, tuple[int, int]], text: str) -> bool:
    """Whether the garbled words stand, letter by letter, in a passage that the correction emends."""
    words = [value.value for value in edition.values(iri, "sic")]
    places = [spans[passage] for passage in _emended(edition, iri) if passage in spans]
    return any(word in text[start:end] for word in words for start, end in places)


def _bounds(edition: Edition, claim: str) -> set[str]:
    return {value.value for value in edition.values(claim, "bound")}


def _hedged(edition: Edition, spans: dict[str, tuple[int, int]], text: str) -> Iterator[tuple[str, str]]:
    """Each claim whose number stands in figures in its passage, with the bound that the words before it ask for."""
    for graph, quads in edition.claim_graphs.items():
        wanted = {int(getattr(quad.object, "value", "0")) for quad in numbers(quads)}
        for passage in edition.values(graph.value, "passage"):
            start, end = spans.get(passage.value, (0, 0))
            for match in _NUMBER.finditer(text, start, end):
                figure = int(re.sub(r"[ ,.]", "", match[1])) * (1000 if match[2] else 1)
                if figure in wanted:
                    yield graph.value, _hedge(text[: match.start()])


def _hedge(before: str) -> str:
    for words, bound in _HEDGES:
        if re.search(rf"\b(?:{words})\s+$", before[-40:], re.IGNORECASE):
            return bound
    return "exactly"


def _has_text(edition: Edition, source: str, digest: str) -> bool:
    return any(value.value == digest for value in edition.values(source, "textDigest"))


def _spans(edition: Edition, source: str) -> dict[str, tuple[int, int]]:
    found = {}
    for iri in edition.of_class("Passage"):
        if source in {value.value for value in edition.values(iri, "source")}:
            start, end = (_number(edition, iri, name) for name in ("start", "end"))
            if start is not None and end is not None:
                found[iri] = (start, end)
    return found


def _number(edition: Edition, iri: str, name: str) -> int | None:
    predicate = NamedNode(OA + name)
    values = [
        getattr(quad.object, "value", "")
        for quad in edition.described
        if quad.predicate == predicate and getattr(quad.subject, "value", "") == iri
    ]
    return int(values[0]) if values else None


def _digests(edition: Edition, iri: str) -> set[str]:
    return {value.value for value in edition.values(iri, "digest")}


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8")).hexdigest()
