"""The pages' templates, rendered with autoescape, for the Flask application and for the ASGI door alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyoxigraph as ox
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from garrison.web.presentation import visible

FRONTEND = Path(__file__).parents[1] / "frontend"

# A misspelt name in a template is an error, not an empty place on a page; hence StrictUndefined.
environment = Environment(
    loader=FileSystemLoader(FRONTEND / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
environment.globals["is_iri"] = lambda term: isinstance(term, ox.NamedNode)
environment.globals["is_triple"] = lambda term: isinstance(term, ox.Triple)
environment.filters["visible"] = visible
environment.globals["is_literal"] = lambda term: isinstance(term, ox.Literal)


def render(template: str, **context: Any) -> str:
    """Render one template of ``frontend/templates``."""
    return environment.get_template(template).render(**context)
