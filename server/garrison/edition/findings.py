"""What a check finds: where, what is wrong, and what to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path


class Severity(StrEnum):
    """How much a finding matters: an error stops a build, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that an editor should look at."""

    severity: Severity
    rule: str  # a slug such as edtf-valid
    path: Path | None  # relative to the edition's folder
    line: int | None  # counted from 1
    column: int | None  # known for syntax errors only
    term: str  # label of what it is about, or its address
    message: str  # what is wrong
    remedy: str  # what to do

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
        about = f"{self.term}: " if self.term else ""
        return f"{place or 'edition'}: {self.severity}[{self.rule}] {about}{self.message} To do: {self.remedy}"

    def as_dict(self) -> dict[str, object]:
        """The same for machines."""
        return asdict(self) | {"path": str(self.path) if self.path else None, "severity": str(self.severity)}


def has_errors(findings: list[Finding]) -> bool:
    """Whether a build would be refused."""
    return any(finding.severity is Severity.ERROR for finding in findings)
