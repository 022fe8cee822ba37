"""The scorecard: what can be measured of an edition and its ontology without asking anybody, with a target each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from garrison.edition.edition import Edition
from garrison.edition.reading import read
from garrison.edition.scorecard import coverage, dating, fair, pitfalls, profile, report, terms, wholeness
from garrison.edition.scorecard.metric import Metric
from garrison.errors import EditionError

MEASURES: tuple[Callable[[Edition], Iterator[Metric]], ...] = (
    terms.described,
    terms.used,
    fair.fair,
    pitfalls.pitfalls,
    report.report,
    profile.profile,
    wholeness.labels,
    wholeness.claims,
    wholeness.standings,
    dating.dates,
    wholeness.emendations,
    wholeness.identity,
    wholeness.places,
    wholeness.connected,
    wholeness.shaped,
)


def score(folder: Path, source_text: Path | None = None) -> list[Metric]:
    """Measure an edition.

    :param source_text: the text of the source; what it covers is measured only with it.
    :raises EditionError: if the folder cannot be read.
    """
    sources, faults = read(folder)
    if faults:
        raise EditionError(f"{faults[0].path}:{faults[0].line}: {faults[0].message}")
    edition = Edition(folder, sources)
    metrics = [metric for measure in MEASURES for metric in measure(edition)]
    if source_text:
        metrics += coverage.of_source(edition, source_text)
    return metrics


__all__ = ["Metric", "score"]
