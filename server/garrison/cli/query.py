"""``garrison query``: run a saved query, or one from a file, without a server."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import click
import pyoxigraph as ox
from rich.console import Console
from rich.table import Table
from rich.text import Text

from garrison.cli.progress import shown
from garrison.edition.catalogue import SavedQuery
from garrison.edition.finder import published_edition
from garrison.edition.query_files import read_catalogue, read_saved_query
from garrison.engine.interface import QueryRequest
from garrison.engine.process import PoolProcess
from garrison.errors import GarrisonError
from garrison.rdf.formats import OFFERED, Format, named
from garrison.rdf.prefixes import prefixed_name
from garrison.services.lookup import Term
from garrison.services.preview import Preview, preview
from garrison.services.publication import published
from garrison.services.query import QueryService

_TABLE = "table"


@click.command()
@click.argument("name_or_file")
@click.option(
    "--param",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="Bind a parameter; may be given several times.",
)
@click.option("--format", "format_name", help="csv, json, tsv, xml, turtle, …; for people: table.")
@click.option(
    "--edition",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the edition to ask; without it, the one that comes with the package.",
)
@click.option("--view", default="", metavar="NAME", help="Ask a view of the edition, such as rdf12.")
def query(
    name_or_file: str, parameters: tuple[str, ...], format_name: str | None, edition: Path | None, view: str
) -> None:
    """Run the saved query NAME, or the query in FILE.

    Writes a table to a terminal, and CSV (for graphs, Turtle) to a pipe or a file.
    """
    folder = edition or published_edition()
    try:
        saved = _find(name_or_file, folder)
        substitutions = saved.bind(dict(map(_pair, parameters)))
        with ExitStack() as stack:
            with shown("Building the edition"):
                pool = stack.enter_context(PoolProcess(stack.enter_context(published(folder))))
            request = QueryRequest(saved.text, "", substitutions=substitutions, view=view)
            _run(QueryService(pool.client()), request, format_name)
    except GarrisonError as error:
        click.echo(f"garrison: {error}", err=True)
        sys.exit(1)


def _find(name_or_file: str, folder: Path) -> SavedQuery:
    """A file if it looks like one, else the saved query of that name."""
    path = Path(name_or_file)
    if path.suffix == ".rq" or path.is_file():
        if not path.is_file():
            raise click.BadParameter(f"there is no file {name_or_file}.")
        return read_saved_query(path)
    return read_catalogue(folder / "queries").find(name_or_file)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise click.BadParameter(f"--param wants NAME=VALUE; this is {text!r}.")
    return name, value


def _run(service: QueryService, request: QueryRequest, format_name: str | None) -> None:
    form = service.admit(request.query, request.view).form
    if format_name is None and sys.stdout.isatty():
        format_name = _TABLE
    if format_name == _TABLE:
        _print_table(preview(service, request, form))
        return
    usual = "csv" if form in ("SELECT", "ASK") else "turtle"
    _write(service, request, _format(format_name or usual, OFFERED[form]))


def _format(name: str, offered: tuple[Format, ...]) -> Format:
    chosen = named(name, offered)
    if chosen is None:
        listed = ", ".join(format.name for format in offered)
        raise click.BadParameter(f"--format {name} does not fit this kind of query; there are {listed}.")
    return chosen


def _write(service: QueryService, request: QueryRequest, format: Format) -> None:
    """Stream the bytes of the result, as the server would.

    :raises ResultInterrupted: if it fails midway; what was written is not whole.
    """
    with service.start(replace(request, media_type=format.media_type)) as run:
        sys.stdout.buffer.write(run.first())
        for chunk in run.chunks():
            sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()


def _print_table(shown: Preview) -> None:
    console = Console()
    if shown.boolean is not None:
        console.print("yes" if shown.boolean else "no")
        return
    table = Table(*shown.columns)
    for row in shown.rows:
        table.add_row(*(Text(_text(value)) for value in row))
    console.print(table)
    count = f"{len(shown.rows)} {'row' if len(shown.rows) == 1 else 'rows'}"
    console.print(count if shown.is_whole else f"the first {count}; --format csv gives them all")


def _text(value: Term | ox.Triple | None) -> str:
    if isinstance(value, ox.Triple):
        return f"<<( {' '.join(map(_text, value))} )>>"
    if isinstance(value, ox.NamedNode):
        return prefixed_name(value.value) or value.value
    return "" if value is None else value.value
