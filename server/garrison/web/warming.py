"""What the first readers of a snapshot would wait for, gathered before they come: the story, the tables, the indexes.

A page that gathers much keeps it for as long as the snapshot is served; whoever asks first for the front page of this
edition would wait for a quarter of a second, everybody else for some milliseconds. Of a large snapshot it would take so
long that whoever asks for something else meanwhile waited instead.
"""

from __future__ import annotations

from threading import Thread

from flask import Flask
from werkzeug.test import Client

from garrison.engine.interface import Engine
from garrison.errors import EngineUnavailable

PAGES = ("/", "/claims", "/emendations", "/ontology", "/queries", "/search?q=a", "/sources")
MOST_QUADS = 50_000  # of a snapshot that is gathered in about a second
_SOURCES = "/sources.json"  # the one first that most is told of


def warm_up(application: Flask, engine: Engine, url: str) -> Thread:
    """Ask for these pages one after the other, in a thread of its own; what fails is told to whoever asks next.

    :param url: the server's address as most will know it; some pages name it.
    """
    warming = Thread(target=_visit, args=(application, engine, url), name="warming", daemon=True)
    warming.start()
    return warming


def _visit(application: Flask, engine: Engine, url: str) -> None:
    try:
        if engine.status().quads > MOST_QUADS:
            return
    except EngineUnavailable:
        return
    visitor = Client(application)
    sources = visitor.get(_SOURCES)
    room = [source["url"] for source in sources.json[:1]] if sources.status_code == 200 and sources.json else []
    for page in (*PAGES, *room):
        visitor.get(page, base_url=url, headers={"Accept": "text/html"}).close()
