"""The ``garrison`` command: the group that the files of this package join."""

from __future__ import annotations

import click

import garrison
from garrison.cli.build import build_command
from garrison.cli.check import check_command
from garrison.cli.query import query
from garrison.cli.serve import serve
from garrison.cli.token import token_command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(garrison.__version__, prog_name="garrison")
def main() -> None:
    """Check, build, publish and query a scholarly edition in RDF."""


for command in (build_command, check_command, query, serve, token_command):
    main.add_command(command)
