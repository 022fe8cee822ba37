"""An engine that is listened to."""

from __future__ import annotations

from garrison.engine.interface import Engine, QueryRequest, QueryRun
from garrison.errors import EngineUnavailable


class Listening:
    """A real engine, and what it was asked; it may be out of reach."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.asked: list[str] = []
        self.is_gone = False

    def start(self, request: QueryRequest) -> QueryRun:
        self.asked.append(request.query)
        if self.is_gone:
            raise EngineUnavailable("The engine does not answer.")
        return self.engine.start(request)

    def __getattr__(self, name: str) -> object:
        return getattr(self.engine, name)
