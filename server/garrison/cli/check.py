"""``garrison check``: find what is wrong with an edition."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from garrison.cli.progress import shown
from garrison.edition.check import check
from garrison.edition.finder import published_edition
from garrison.edition.findings import Finding, Severity, has_errors
from garrison.errors import GarrisonError
from garrison.services.query_checks import check_queries

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("check")
@click.argument("folder", type=FOLDER, required=False)
@click.option("--source-text", type=FILE, help="Text of a source, to compare every passage with.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def check_command(folder: Path | None, source_text: Path | None, form: str) -> None:
    """Check the edition in FOLDER: syntax, model, dates, identity, shapes, then saved queries and their answers.

    Exit status: 0 nothing wrong (warnings allowed), 1 errors found, 2 the check could not run.
    """
    try:
        with shown("Checking the edition"):
            folder = folder or published_edition()
            findings = check(folder, source_text)
            if not has_errors(findings):  # what a query answers depends on all the rest
                findings += check_queries(folder)
    except GarrisonError as error:
        click.echo(f"garrison: {error}", err=True)
        sys.exit(2)
    click.echo(_as_json(findings) if form == "json" else _as_text(findings))
    sys.exit(1 if has_errors(findings) else 0)


def _as_text(findings: list[Finding]) -> str:
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    counted = (
        f"{errors} error{'s' * (errors != 1)}, {len(findings) - errors} warning{'s' * (len(findings) - errors != 1)}"
    )
    return "\n".join([*map(str, findings), counted])


def _as_json(findings: list[Finding]) -> str:
    return json.dumps([finding.as_dict() for finding in findings], ensure_ascii=False, indent=2)
