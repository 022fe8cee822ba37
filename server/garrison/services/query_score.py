"""Measures of the saved queries: those that need the engine, beside the scorecard of the edition."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from garrison.edition.query_files import read_sound_queries
from garrison.edition.scorecard.metric import Metric, share
from garrison.services.query_checks import check_queries

_OURS = {"en", "ru"}


def score_queries(folder: Path) -> Iterator[Metric]:
    """Run every saved query and compare its answer; what else is asked of a query needs no run.

    :raises EditionError: if the edition cannot be built.
    """
    files = {path.stem for path in (folder / "queries").rglob("*.rq")}
    queries = read_sound_queries(folder / "queries")
    explained = {query.name for query in queries.queries.values() if query.summary.keys() >= _OURS}
    yield share("saved queries that say in English and Russian what they answer", explained, files)
    faulty = {finding.term for finding in check_queries(folder)}
    yield share("saved queries that run and answer as pinned, or as guards find no fault", files - faulty, files)
