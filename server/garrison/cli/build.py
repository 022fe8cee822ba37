"""``garrison build``: make a snapshot of an edition."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from garrison.cli.check import FOLDER
from garrison.cli.progress import shown
from garrison.edition.build import build
from garrison.edition.check import require_sound
from garrison.edition.finder import published_edition
from garrison.edition.snapshot import write_snapshot
from garrison.errors import EditionError


@click.command("build")
@click.argument("folder", type=FOLDER, required=False)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Where snapshots go.")
def build_command(folder: Path | None, out: Path) -> None:
    """Build the edition in FOLDER into OUT/<version>, and name that version in OUT/current.

    The last line of the output is the version: SHA-256 of the dataset's canonical N-Quads.
    """
    try:
        with shown("Building the edition"):
            folder = folder or published_edition()
            require_sound(folder)
            snapshot = build(folder)
            directory = write_snapshot(snapshot, out)
    except EditionError as error:
        click.echo(f"garrison: {error}", err=True)
        sys.exit(1)
    except OSError as error:
        click.echo(f"garrison: {out} cannot be written: {error.strerror}.", err=True)
        sys.exit(2)
    click.echo(f"{directory}")
    click.echo(snapshot.version)
