"""Make the virtual environment that ``make serve`` and ``make test`` run in.

Usage: ``python3 server/bootstrap.py [EXTRA]``. Standard library only, and written so that an old Python still reaches
the sentence that says it is too old. A stamp of pyproject.toml makes the second run cost nothing.
"""

import hashlib
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")


def complain(sentence):
    """End with one sentence and status 2."""
    sys.stderr.write("garrison: " + sentence + "\n")
    raise SystemExit(2)


def require_python():
    """Refuse a Python that cannot run Garrison."""
    if sys.version_info < (3, 11):
        complain(
            "Python 3.11 or later is needed, and this is {0}.{1}; name another one with PYTHON=python3.11.".format(
                sys.version_info[0], sys.version_info[1]
            )
        )


def require_venv():
    """Refuse a Python without the modules that make virtual environments (Debian packages them apart)."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        complain(
            "the Python module {0} is missing; install the package python3-venv "
            "(on Debian and Ubuntu: apt install python{1}.{2}-venv).".format(
                error.name, sys.version_info[0], sys.version_info[1]
            )
        )


def stamp_of(extra):
    """What the environment must be made from: the project file, the extra, this Python, this folder."""
    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as project:
        made_from = project.read() + extra.encode() + sys.version.encode() + ROOT.encode()
    return hashlib.sha256(made_from).hexdigest()


def install(extra):
    """Install the package and its libraries, editable, unless that is done already."""
    stamp_path = os.path.join(VENV, "garrison-stamp-" + (extra or "run"))
    wanted = stamp_of(extra)
    if os.path.exists(stamp_path):
        with open(stamp_path) as stamp:
            if stamp.read() == wanted:
                return
    python = os.path.join(VENV, "bin", "python")
    if not os.path.exists(python) or subprocess.call([python, "-m", "pip", "--version"], stdout=subprocess.DEVNULL):
        print("garrison: making a virtual environment in .venv (once)")
        if subprocess.call([sys.executable, "-m", "venv", "--clear", VENV]):
            complain("the virtual environment .venv could not be made; see the lines above.")
    print("garrison: installing the libraries named in pyproject.toml (once, about a minute)")
    target = "." + ("[" + extra + "]" if extra else "")
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--editable", target]
    if subprocess.call(command, cwd=ROOT):
        complain("the libraries could not be installed; is a package index reachable? See the lines above.")
    with open(stamp_path, "w") as stamp:
        stamp.write(wanted)


def main():
    """Check the machine, then make the environment."""
    require_python()
    require_venv()
    install(sys.argv[1] if len(sys.argv) > 1 else "")


if __name__ == "__main__":
    main()
