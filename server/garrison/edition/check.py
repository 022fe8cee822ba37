"""Check: everything that can be wrong with an edition, found in one go."""

from __future__ import annotations

from pathlib import Path

from garrison.edition.edition import Edition
from garrison.edition.findings import Finding, Severity
from garrison.edition.reading import SyntaxFault, read
from garrison.edition.rules import RULES
from garrison.edition.shapes import SHAPES, check_shapes
from garrison.edition.source_text import check_source_text
from garrison.errors import EditionError


def check(folder: Path, source_text: Path | None = None) -> list[Finding]:
    """Find what is wrong with the edition in a folder.

    A file with a syntax error is reported with line and column, and nothing else is: what the other rules would
    say depends on what it holds.

    :param source_text: the text of a source, to compare passages and readings with.
    :raises EditionError: if the folder is not an edition.
    """
    sources, faults = read(folder)
    if faults:
        return [_syntax_error(folder, fault) for fault in faults]
    edition = Edition(folder, sources)
    findings = [finding for rule in RULES for finding in rule(edition)]
    findings += check_shapes(edition, folder / SHAPES)
    if source_text:
        findings += check_source_text(edition, source_text)
    return sorted(set(findings), key=_order)


def require_sound(folder: Path) -> None:
    """Refuse an edition that has errors: what is wrong must be mended before it is published.

    :raises EditionError: with the first finding and how many there are.
    """
    errors = [finding for finding in check(folder) if finding.severity is Severity.ERROR]
    if errors:
        more = f" {len(errors) - 1} more: garrison check names them all." if len(errors) > 1 else ""
        raise EditionError(f"{errors[0]}{more}")


def _syntax_error(folder: Path, fault: SyntaxFault) -> Finding:
    return Finding(
        Severity.ERROR,
        "syntax",
        fault.path.relative_to(folder),
        fault.line,
        fault.column,
        "",
        f"This is not {'TriG' if fault.path.suffix == '.trig' else 'Turtle'}: {fault.message}.",
        "Look at this line and the end of the one before it: often a dot, semicolon or quotation mark is missing.",
    )


def _order(finding: Finding) -> tuple[bool, str, int, str]:
    return (finding.severity is Severity.WARNING, str(finding.path), finding.line or 0, finding.rule)
