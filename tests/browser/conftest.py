"""A real browser, the system's Chromium, before the edition of this repository.

Whatever a page does in a test: an error in its console, a request to any other address, or a style or script that the
policy refuses, fails that test.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from conftest import ROOT, Server

FRONTEND = ROOT / "server" / "garrison" / "frontend"
# Nothing that the browser does by itself may look like something that a page did.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
BUILD_S = 600  # bound on fetching the libraries and bundling them


@pytest.fixture(scope="session")
def bundle() -> Path:
    """What a browser adds to the pages, built unless it is already; where it cannot be, the tests are skipped."""
    command = [sys.executable, str(ROOT / "server" / "build_frontend.py")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=BUILD_S, check=False)
    if done.returncode:
        _lacking(done.stderr.strip()[-300:])
    return FRONTEND / "static" / "built"


@pytest.fixture(scope="session")
def edition(bundle: Path) -> Iterator[Server]:
    """The published edition, served with its bundle."""
    started = Server(ROOT)
    yield started
    started.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium as the system has it; it ends with this folder, since its event loop runs in the thread of the tests."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        _lacking("there is no Chromium on this machine (package chromium)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


@dataclass
class Watched:
    """Pages of one browser context, and what they did that no page of ours may do."""

    context: BrowserContext
    home: str  # the only address that may be asked
    faults: list[str] = field(default_factory=list)

    def open(self, path: str, until: Literal["load", "networkidle"] = "networkidle") -> Page:
        """A new page at an address of the edition, when it has come to rest, or is loaded."""
        page = self.context.new_page()
        page.goto(self.home + path, wait_until=until)
        return page

    def watch(self, page: Page) -> None:
        page.on("console", lambda message: self._note(message.type == "error", f"console: {message.text}"))
        page.on("pageerror", lambda error: self._note(True, f"error: {error}"))
        page.on("request", lambda request: self._note(not self._is_home(request.url), f"request: {request.url}"))

    def expect(self, *parts: str) -> None:
        """Take away faults that the test brings about on purpose: those that contain one of these parts."""
        self.faults = [fault for fault in self.faults if not any(part in fault for part in parts)]

    def _note(self, is_fault: bool, what: str) -> None:
        if is_fault:
            self.faults.append(what)

    def _is_home(self, url: str) -> bool:
        return url.startswith((f"{self.home}/", "data:", "blob:"))


Opener = Callable[..., Watched]


@pytest.fixture
def opener(browser: Browser, edition: Server) -> Iterator[Opener]:
    """Opens browser contexts: ``opener(width=390, color_scheme="dark", java_script_enabled=False)``."""
    opened: list[Watched] = []

    def open_context(width: int = 1280, height: int = 900, server: Server | None = None, **options: Any) -> Watched:
        options.setdefault("locale", "en-GB")
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        watched = Watched(context, (server or edition).url)
        context.on("page", watched.watch)
        opened.append(watched)
        return watched

    yield open_context
    for watched in opened:
        watched.context.close()
    assert [fault for watched in opened for fault in watched.faults] == []


@pytest.fixture
def browser_page(opener: Opener) -> Watched:
    """A watched browser context of the usual width, in English, with script."""
    return opener()


def _lacking(reason: str) -> None:
    """Skip, and say why; where ``CI`` is set, fail."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
