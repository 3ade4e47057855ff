"""A real browser over the real content."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from kb.publishing.changes.repository import open_repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.published.publisher import Publisher
from tests.browser.staff_site import CHANGED, FOLDED, LEA, prepare_site
from tests.support.builders import Workspace
from tests.support.once import copied_workspace
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

WAIT_MS = 120_000
"""How long a page may take to show what is expected: the machine may be busy."""

expect.set_options(timeout=WAIT_MS)


@pytest.hookimpl(tryfirst=True)  # before pytest selects tests by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all cases of a test in a browser as long, but for the first quick one."""
    seen = set()
    for item in items:
        if "browser" in item.keywords and "long" not in item.keywords:
            test = item.nodeid.partition("[")[0]
            if test in seen:
                item.add_marker(pytest.mark.long)
            seen.add(test)


@pytest.fixture(scope="session")
def address(
    real_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Serve the real documents, and yield the base URL."""
    content = copied_workspace(real_workspace.root, tmp_path_factory.mktemp("serving"))
    with serving(content.root, content.documents) as found:
        yield found


@pytest.fixture(scope="session")
def site(
    real_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Serve a copy of the real documents with two workers and two accounts.

    One record has a past change, another one a draft.
    """
    root = tmp_path_factory.mktemp("staff-site")
    settings, _ = prepare_site(root, real_workspace)
    repository = open_repository(settings.locations)
    drafts = DraftEditor(repository)
    draft = drafts.begin(CHANGED, LEA)
    texts = {**draft.texts, "en.md": f"{draft.texts['en.md']}\nSeen again.\n"}
    drafts.save(CHANGED, texts, version=draft.version, actor=LEA)
    Publisher(repository).publish(CHANGED, actor=LEA)
    drafts.begin(FOLDED, LEA)
    with serving(root, root / "documents", workers=2) as found:
        yield found


def patient(
    make: Callable[..., BrowserContext | Page],
) -> Callable[..., BrowserContext | Page]:
    """Return the function, with a long limit of time for what it makes."""

    def made(**options: Any) -> BrowserContext | Page:
        opened = make(**options)
        opened.set_default_timeout(WAIT_MS)
        return opened

    return made


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium; the tests are skipped where it is not installed."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        for name in ("new_context", "new_page"):
            setattr(opened, name, patient(getattr(opened, name)))
        yield opened
        opened.close()
