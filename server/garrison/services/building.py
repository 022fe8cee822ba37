"""Build an edition in a process of its own: ``python -m garrison.services.building FOLDER OUT``.

So the process that serves stays as small and as quick as it is. One line of JSON on standard output says where the
snapshot is, or why there is none.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from garrison.edition.build import build
from garrison.edition.query_files import read_catalogue
from garrison.edition.snapshot import write_snapshot
from garrison.errors import EditionError, GarrisonError


class Builder:
    """Builds one snapshot after another, until it is stopped."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def build(self, folder: Path, out: Path) -> Path:
        """Build an edition into ``out``; return the directory of the snapshot.

        :raises EditionError: if it cannot be built, or a saved query breaks the rules.
        """
        command = [sys.executable, "-m", "garrison.services.building", str(folder), str(out)]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as self._child:
            said, _ = self._child.communicate()
        if not said:
            raise EditionError(f"{folder} was not built: the process that builds it was ended.")
        answer = json.loads(said)
        if "error" in answer:
            raise EditionError(answer["error"])
        return Path(answer["snapshot"])

    def stop(self) -> None:
        """End what is being built."""
        if self._child:
            self._child.kill()


def build_for_serving(folder: Path, out: Path) -> Path:
    """Build an edition into ``out``; a rule that a saved query breaks is told with the file that breaks it.

    :raises EditionError: if it cannot be built, or a saved query breaks the rules.
    """
    read_catalogue(folder / "queries")
    return write_snapshot(build(folder), out)


def main() -> None:
    """Build what the command line names."""
    folder, out = map(Path, sys.argv[1:])
    try:
        print(json.dumps({"snapshot": str(build_for_serving(folder, out))}))
    except (GarrisonError, OSError) as error:
        print(json.dumps({"error": str(error)}))


if __name__ == "__main__":
    main()
