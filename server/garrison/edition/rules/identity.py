"""Rules on identity: no identifier is guessed, and each thing says how its identity stands."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from garrison.edition.edition import Edition
from garrison.edition.findings import Finding
from garrison.errors import EditionError
from garrison.rdf.prefixes import BASE, PREFIXES
from garrison.rdf.terms import ID, WIKIDATA, entity

CHECKED = "graph_data/links/wikidata-checked.csv"
OF_TERMS = "ontology/wikidata-checked.csv"  # of the alignments, which every edition shares
COLUMNS = ("qid", "entity", "relation", "evidence")
_PAGE = re.compile(r"\bwikidata\.org/[^\s<>]*?\b([QPL][1-9][0-9]*)\b")


def ids_are_in_the_checked_list(edition: Edition) -> Iterator[Finding]:
    """Every link to Wikidata stands in the checked list, for this thing and with this relation."""
    checked = _checked(edition)
    for quad in [*_links(edition), *_pages(edition)]:
        row = (_path(quad), _relation(quad), _id(quad))
        if row not in checked:
            yield edition.finding(
                "wikidata-checked",
                str(getattr(quad.subject, "value", "")),
                f"The link {row[1]} to {row[2]} is not in the checked list with its evidence.",
                f"Take it out, or add a row with its evidence to {CHECKED}; an identifier is never guessed.",
            )


def links_agree_with_the_state(edition: Edition) -> Iterator[Finding]:
    """A thing is ``identity:linked`` if and only if it has a link."""
    linked = {_path(quad) for quad in _links(edition)}
    for quad in edition.described:
        if not quad.predicate.value.endswith("#identity") or not isinstance(quad.subject, NamedNode):
            continue
        says_linked = quad.object == entity("identity/linked")
        if says_linked != (_path(quad) in linked):
            yield edition.finding(
                "identity-state",
                quad.subject.value,
                "The identity state is linked, and there is no link."
                if says_linked
                else "There is a link, and the state is another.",
                "Make the two agree: identity:linked with a checked link, or another state without one.",
            )


def _checked(edition: Edition) -> set[tuple[str, str, str]]:
    """Thing, relation and identifier of each row that names its evidence."""
    lists = [path for path in (edition.folder / CHECKED, edition.folder / OF_TERMS) if path.is_file()]
    return {
        (row["entity"], row["relation"], row["qid"]) for path in lists for row in _rows(path) if row["evidence"].strip()
    }


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines, restval="")
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise EditionError(f"{path} cannot be read as CSV in UTF-8: {error}.") from error
    lacking = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if lacking:
        raise EditionError(f"{path} has no column {', '.join(lacking)}.")
    return rows


def _links(edition: Edition) -> list[Quad]:
    return [
        quad
        for quad in edition.written
        if isinstance(quad.object, NamedNode)
        and quad.object.value.startswith(WIKIDATA)
        and isinstance(quad.subject, NamedNode)
    ]


def _pages(edition: Edition) -> list[Quad]:
    """An item that is named by the address of one of its pages is named no less."""
    return [
        quad
        for quad in edition.written
        if isinstance(quad.object, NamedNode | Literal)
        and isinstance(quad.subject, NamedNode)
        and not quad.object.value.startswith(WIKIDATA)
        and _PAGE.search(quad.object.value)
    ]


def _id(quad: Quad) -> str:
    value = str(getattr(quad.object, "value", ""))
    page = None if value.startswith(WIKIDATA) else _PAGE.search(value)
    return page[1] if page else value.removeprefix(WIKIDATA)


def _path(quad: Quad) -> str:
    """The thing as the checked list names it: ``place/oslo``, ``ontology#place``."""
    return str(getattr(quad.subject, "value", "")).removeprefix(ID).removeprefix(BASE)


def _relation(quad: Quad) -> str:
    iri = quad.predicate.value
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri
