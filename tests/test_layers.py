"""Arrows point down: a layer imports from itself and from below, never from above."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "server" / "garrison"
LEAVES = {"errors", "settings", "__init__"}
ALLOWED = {
    "cli": {"cli", "web", "services", "edition", "engine", "rdf"},
    "web": {"web", "services", "edition", "engine", "rdf"},
    "services": {"services", "edition", "engine", "rdf"},
    "edition": {"edition", "rdf"},
    "engine": {"engine", "rdf"},
    "rdf": {"rdf"},
    "errors": set[str](),
    "settings": {"errors"},
    "__init__": set[str](),
    "__main__": {"cli"},
}


def _layer(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def _imports(path: Path) -> list[tuple[int, str]]:
    """Line and layer of every import of ours, wherever in the file it stands."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute here"
            base = node.module or ""
            names = [f"{base}.{a.name}" for a in node.names] if base == "garrison" else [base]
        elif isinstance(node, ast.Import):
            names = [a.name for a in node.names]
        found += [(node.lineno, n.split(".")[1]) for n in names if n.startswith("garrison.")]
    return found


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_import_points_up(path: Path) -> None:
    allowed = ALLOWED[_layer(path)] | LEAVES | {"__version__"}
    if _layer(path) in LEAVES:
        allowed = ALLOWED[_layer(path)]
    upward = [f"{path}:{line}: {layer}" for line, layer in _imports(path) if layer not in allowed]
    assert upward == []


def test_edition_and_engine_meet_only_in_a_snapshot_directory() -> None:
    assert "engine" not in ALLOWED["edition"] and "edition" not in ALLOWED["engine"]


def test_only_the_engine_holds_a_store() -> None:
    holders = {
        _layer(path)
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.Attribute) and node.attr == "Store")
        or (isinstance(node, ast.alias) and node.name == "Store")
    }
    assert holders == {"engine"}


def test_only_web_knows_flask() -> None:
    guilty = [
        f"{path}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        if _layer(path) != "web"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("flask", "werkzeug", "a2wsgi")))
        or (
            isinstance(node, ast.Import) and any(a.name.startswith(("flask", "werkzeug", "a2wsgi")) for a in node.names)
        )
    ]
    assert guilty == []
