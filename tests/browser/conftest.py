"""A real browser over the real content."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.support.builders import PROJECT
from tests.support.server import serving

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    "--disable-smooth-scrolling",  # a key scrolls at once
    *(
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ),
)

WAIT_MS = 30_000
"""How long a page may take to show what is expected: the machine may be busy."""

expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the real documents, and yield the base URL."""
    root: Path = tmp_path_factory.mktemp("serving")
    with serving(root, PROJECT / "documents") as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium; the tests are skipped where it is not installed."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield opened
        opened.close()
