"""Check saved queries: their headers, their language, and that they answer as pinned."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from garrison.edition.catalogue import SavedQuery
from garrison.edition.findings import Finding, Severity
from garrison.edition.query_files import read_saved_query
from garrison.engine.interface import QueryRequest
from garrison.engine.process import PoolProcess
from garrison.engine.quota import Limits
from garrison.errors import EndpointError, MalformedQuery, QueryFileError
from garrison.rdf.sparql import explain
from garrison.services.publication import published
from garrison.services.query import QueryService

_PATIENCE_S = 10.0  # seconds for one query; a saved query that needs more is no help to anybody

Row = dict[str, str]


def check_queries(folder: Path) -> list[Finding]:
    """Find what is wrong with the saved queries of an edition that is sound otherwise.

    The edition is built, and every query is run: whatever takes an answer away shows itself here.

    :raises EditionError: if the edition cannot be built.
    """
    findings, queries = _read_all(folder)
    if queries:
        with published(folder) as snapshot, PoolProcess(snapshot, Limits(timeout_s=_PATIENCE_S)) as pool:
            service = QueryService(pool.client())
            for query in queries:
                findings += _check(folder, query, service)
    return findings


def agrees(answer: list[Row], pinned: list[Row]) -> bool:
    """Tell if an answer has the pinned rows, no more and no fewer, in the pinned columns; order does not count."""
    columns = list(pinned[0]) if pinned else []
    found = [{column: row.get(column, "") for column in columns} for row in answer]
    return sorted(map(str, found)) == sorted(map(str, pinned))


def pinned_answer(query: SavedQuery) -> list[Row]:
    """Read the rows that stand beside a query.

    :raises FileNotFoundError: if there are none.
    """
    with query.path.with_suffix(".csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _read_all(folder: Path) -> tuple[list[Finding], list[SavedQuery]]:
    findings: list[Finding] = []
    queries: dict[str, SavedQuery] = {}
    for path in sorted((folder / "queries").rglob("*.rq")):
        try:
            query = read_saved_query(path)
        except QueryFileError as error:
            findings.append(_finding(folder, path, error.line, "query-header", error.message, error.remedy))
            continue
        if query.name in queries:
            other = queries[query.name].path.relative_to(folder)
            message = f"Another saved query is called {query.name}: {other}."
            findings.append(_finding(folder, path, 1, "query-name", message, "Rename one of them."))
        queries.setdefault(query.name, query)
    return findings, list(queries.values())


def _check(folder: Path, query: SavedQuery, service: QueryService) -> Iterator[Finding]:
    for parameter in query.parameters:
        if not re.search(rf"[?$]{re.escape(parameter.name)}\b", query.body):
            message = f"The parameter {parameter.name} does not occur in the query."
            yield _finding(folder, query.path, 1, "query-parameter", message, "Use it, or take it out of the header.")
    try:
        if fault := explain(query.text):
            raise fault
        answer = _answer(query, service)
    except EndpointError as error:
        line = error.line if isinstance(error, MalformedQuery) and error.line else 1
        yield _finding(folder, query.path, line, "query-runs", str(error), "Mend the query until it answers.")
        return
    if answer is not None:
        yield from _compare(folder, query, *answer)


def _answer(query: SavedQuery, service: QueryService) -> tuple[tuple[str, ...], list[Row]] | None:
    """Columns and rows of a SELECT query; ``None`` for the other forms, which have no columns to pin."""
    if service.admit(query.text).form != "SELECT":
        return None
    with service.start(QueryRequest(query.text, "text/csv", substitutions=query.bind({}))) as run:
        data = run.first() + b"".join(run.chunks())
    table = csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""))
    return tuple(table.fieldnames or ()), list(table)


def _compare(folder: Path, query: SavedQuery, columns: tuple[str, ...], rows: list[Row]) -> Iterator[Finding]:
    if query.returns and columns != query.returns:
        message = f"The header promises the columns {', '.join(query.returns)}; they are {', '.join(columns)}."
        yield _finding(folder, query.path, 1, "query-columns", message, "Make the two agree.")
    if query.is_guard:
        yield from _violations(folder, query, rows)
        return
    try:
        pinned = pinned_answer(query)
    except FileNotFoundError:
        command = f"garrison query {query.name} --format csv"
        remedy = f"Look at the answer of {command}, and keep its key columns as {query.name}.csv."
        message = "No pinned answer stands beside the query."
        yield _finding(folder, query.path, 1, "query-pinned", message, remedy, Severity.WARNING)
        return
    if not agrees(rows, pinned):
        message = f"The answer has {len(rows)} rows and is not the pinned one, which has {len(pinned)}."
        remedy = f"Look at garrison query {query.name} --format csv: mend what changed it, or pin the new answer."
        yield _finding(folder, query.path.with_suffix(".csv"), 1, "query-pinned", message, remedy)


def _violations(folder: Path, query: SavedQuery, rows: list[Row]) -> Iterator[Finding]:
    """Each row that a guard returns, as a finding."""
    for row in rows:
        values = ", ".join(f"{name} {value}" for name, value in row.items())
        message = f"{query.summary_in('en')}: {values}."
        yield _finding(folder, query.path, 1, query.name, message, query.description)


def _finding(
    folder: Path, path: Path, line: int, rule: str, message: str, remedy: str, severity: Severity = Severity.ERROR
) -> Finding:
    return Finding(severity, rule, path.relative_to(folder), line, None, path.stem, message, remedy)
