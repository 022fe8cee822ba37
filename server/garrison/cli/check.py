"""``garrison check``: find what is wrong with an edition."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import NoReturn

import click

from garrison.cli.progress import shown
from garrison.edition.check import check
from garrison.edition.finder import published_edition
from garrison.edition.findings import Finding, Severity, has_errors
from garrison.edition.scorecard import Metric, score
from garrison.errors import GarrisonError
from garrison.services.query_checks import check_queries
from garrison.services.query_score import score_queries

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("check")
@click.argument("folder", type=FOLDER, required=False)
@click.option("--source-text", type=FILE, help="Text of a source, to compare every passage with.")
@click.option("--scorecard", is_flag=True, help="Print measures with their targets instead of findings.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def check_command(folder: Path | None, source_text: Path | None, scorecard: bool, form: str) -> None:
    """Check the edition in FOLDER: syntax, model, dates, identity, shapes, then saved queries and their answers.

    Exit status: 0 nothing wrong (warnings allowed), 1 errors found, 2 the check could not run.
    """
    try:
        with shown("Checking the edition"):
            folder = folder or published_edition()
            if scorecard:
                _print_scorecard([*score(folder, source_text), *score_queries(folder)], form)
            findings = check(folder, source_text)
            if not has_errors(findings):  # what a query answers depends on all the rest
                findings += check_queries(folder)
    except GarrisonError as error:
        click.echo(f"garrison: {error}", err=True)
        sys.exit(2)
    click.echo(_as_json(findings) if form == "json" else _as_text(findings))
    sys.exit(1 if has_errors(findings) else 0)


def _print_scorecard(metrics: list[Metric], form: str) -> NoReturn:
    """Print the measures and end: with 0 if all of them reach their target."""
    if form == "json":
        click.echo(json.dumps([metric.as_dict() for metric in metrics], ensure_ascii=False, indent=2))
    else:
        width = max(len(metric.name) for metric in metrics)
        for metric in metrics:
            mark = "NOT" if not metric.is_met else "ok " if metric.is_measured else "-- "
            click.echo(f"{mark}  {metric.name:<{width}}  {metric.value:>16}  target {metric.target}")
            for each in () if metric.is_met else metric.lacking:
                click.echo(f"     lacking: {each}")
    sys.exit(0 if all(metric.is_met for metric in metrics) else 1)


def _as_text(findings: list[Finding]) -> str:
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    counted = (
        f"{errors} error{'s' * (errors != 1)}, {len(findings) - errors} warning{'s' * (len(findings) - errors != 1)}"
    )
    return "\n".join([*map(str, findings), counted])


def _as_json(findings: list[Finding]) -> str:
    return json.dumps([finding.as_dict() for finding in findings], ensure_ascii=False, indent=2)
