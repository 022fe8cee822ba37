"""``garrison token``: make tokens for clients and operators."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from garrison.errors import SettingsError
from garrison.services.tokens import SCOPES, add_token


@click.group("token")
def token_command() -> None:
    """Make tokens, which clients send as ``Authorization: Bearer TOKEN``."""


@token_command.command("new")
@click.option("--scope", type=click.Choice(SCOPES), required=True, help="What it lets its bearer do.")
@click.option("--name", required=True, help="Whom it is for; queries are counted by it.")
@click.option(
    "--file", "path", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Where it is kept."
)
def new(scope: str, name: str, path: Path) -> None:
    """Add a token to a file for ``garrison serve --tokens``. The last line of the output is the token.

    The file keeps its digest only, so this is the one time that the token is shown. A server reads the file when it
    starts.
    """
    try:
        token = add_token(path, name, scope)
    except SettingsError as error:
        click.echo(f"garrison: {error}", err=True)
        sys.exit(1)
    click.echo(token)
