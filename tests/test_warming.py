"""Pages that gather much have done so before somebody asks for them."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from garrison.engine.process import PoolProcess
from garrison.services.publication import open_publication, published
from garrison.services.query import QueryService
from garrison.settings import Settings
from garrison.web import warming
from garrison.web.app import create_app
from garrison.web.warming import PAGES, warm_up
from listening import Listening

URL = "http://127.0.0.1:8080"


def application(snapshot: Path, engine: Listening) -> Flask:
    return create_app(Settings(edition=snapshot), open_publication(snapshot), engine, QueryService(engine))


def test_whoever_comes_after_it_waits_for_less(quay: Path) -> None:
    with published(quay) as snapshot, PoolProcess(snapshot) as pool:
        cold, warm = Listening(pool.client()), Listening(pool.client())
        app = application(snapshot, warm)
        warm_up(app, warm, URL).join(60)
        warm.asked.clear()
        first, prepared = application(snapshot, cold).test_client(), app.test_client()
        for page in (*PAGES, "/sources/quay-chronicle"):
            assert first.get(page, base_url=URL).data == prepared.get(page, base_url=URL).data
        assert len(warm.asked) < len(cold.asked) / 2


def test_an_engine_out_of_reach_is_told_to_who_asks(quay: Path) -> None:
    with published(quay) as snapshot, PoolProcess(snapshot) as pool:
        engine = Listening(pool.client())
        app = application(snapshot, engine)
        engine.is_gone = True
        warm_up(app, engine, URL).join(60)
        assert app.test_client().get("/claims").status_code == 503
        engine.is_gone = False
        assert app.test_client().get("/claims").status_code == 200


def test_of_a_large_snapshot_nobody_asks_beforehand(quay: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with published(quay) as snapshot, PoolProcess(snapshot) as pool:
        engine = Listening(pool.client())
        app = application(snapshot, engine)
        monkeypatch.setattr(warming, "MOST_QUADS", pool.client().status().quads - 1)
        warm_up(app, engine, URL).join(60)
        assert engine.asked == []
