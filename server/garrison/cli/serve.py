"""``garrison serve``: publish an edition on this machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import fields, replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

import click

from garrison.cli.first_process import leave_reaping_behind
from garrison.cli.progress import shown
from garrison.edition.finder import published_edition
from garrison.errors import GarrisonError
from garrison.services.publication import newest
from garrison.settings import REWRITE_NAMES, Settings
from garrison.web.server import free_port, heed_signals, run

_Command = TypeVar("_Command", bound=Callable[..., Any])
_DEFAULTS = {field.name: field.default for field in fields(Settings)}


def _option(
    name: str, setting: str, help: str, metavar: str | None = None, type: type | None = None
) -> Callable[[_Command], _Command]:
    """An option for one setting: its default is the setting's, its environment name follows from its own."""
    return click.option(
        name,
        setting,
        envvar="GARRISON_" + name.strip("-").replace("-", "_").upper(),
        default=_DEFAULTS[setting],
        type=type,
        show_default=_DEFAULTS[setting] is not None,
        show_envvar=True,
        metavar=metavar,
        help=help,
    )


@click.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--watch",
    is_flag=True,
    envvar="GARRISON_WATCH",
    show_envvar=True,
    help="Publish what changes in FOLDER by itself, as a SIGHUP does.",
)
@_option("--host", "host", "Address to listen on.")
@_option("--port", "port", "TCP port; 0 takes a free one.")
@_option("--workers", "workers", "HTTP worker processes.")
@_option("--query-timeout", "query_timeout_s", "Time that a query may take.", "SECONDS")
@_option("--memory-limit", "reader_memory_mb", "Memory that a query may take.", "MB")
@_option("--max-readers", "max_readers", "Queries evaluated at the same time.")
@_option("--max-queue", "max_queue", "Queries of clients that may wait for a reader.")
@_option(
    "--memory-quads",
    "memory_quads",
    "Quads that are held in memory; more are on disk.  [default: 10,000,000, or as many as half the free memory holds]",
    "QUADS",
    int,
)
@_option("--max-body", "max_body_bytes", "Size of a request.", "BYTES")
@_option("--max-rows", "max_rows", "Rows that a result may have; 0: any number.", "ROWS")
@_option("--max-result", "max_result_mb", "Size that a result may have; 0: any.", "MB")
@_option("--cache", "cache_mb", "Answers that each worker remembers; 0: none.", "MB")
@_option("--client-queries", "client_queries", "Queries of one client evaluated at the same time.")
@_option(
    "--client-budget",
    "client_budget_s",
    "Seconds of evaluation that a client has in a minute; 0: any number.  [default: 120, and any number for this "
    "machine itself]",
    "SECONDS",
    float,
)
@_option(
    "--client-patience",
    "client_patience_s",
    "Time for a header, for a body, and until a client takes more of its answer.",
    "SECONDS",
)
@click.option(
    "--trusted-proxy",
    "trusted_proxies",
    envvar="GARRISON_TRUSTED_PROXY",
    show_envvar=True,
    multiple=True,
    metavar="ADDRESS",
    help="Address or network of a proxy whose X-Forwarded-For is believed; may be given several times.",
)
@click.option(
    "--tokens",
    envvar="GARRISON_TOKENS",
    show_envvar=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File of tokens that `garrison token new` wrote.",
)
@click.option(
    "--no-rewrite",
    "no_rewrites",
    envvar="GARRISON_NO_REWRITE",
    show_envvar=True,
    multiple=True,
    type=click.Choice(REWRITE_NAMES),
    help="Evaluate a kind of slow query as it is written; may be given several times.",
)
@_option(
    "--public-url",
    "public_url",
    "Address that the server is known by, where it stands behind another.",
    "URL",
)
@click.option(
    "--source-text",
    "source_text",
    envvar="GARRISON_SOURCE_TEXT",
    show_envvar=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Text of a source, to be read with its claims on this machine alone.",
)
def serve(folder: Path | None, **options: Any) -> None:
    """Publish the edition in FOLDER, or the one that comes with the package.

    FOLDER may also be what ``garrison build`` wrote. An edition is published as it stands: ``garrison check`` finds
    what is wrong with it, and ``garrison build`` refuses it then. Prints the address when queries are answered; Ctrl-C
    ends it.
    """
    leave_reaping_behind()
    try:
        settings = Settings(edition=folder or published_edition(), **options)
        settings = replace(settings, port=free_port(settings.host, settings.port))
        hang_ups: SimpleQueue[bool] = SimpleQueue()
        heed_signals(hang_ups)
        with ExitStack() as stack:
            with shown("Building the edition"):
                snapshot = stack.enter_context(newest(settings.edition))
            run(settings, snapshot, hang_ups, click.echo)
    except GarrisonError as error:
        click.echo(f"garrison: {error}", err=True)
        sys.exit(1)
