"""Every template of a page under axe: in French on a phone, in English on a desk.

The pages come from an application in this process, since many of them answer an error
that a running service does not have on demand.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser
from werkzeug.serving import WSGIRequestHandler, make_server

from kb.app import create_app
from kb.core.mail import MailSecurity, MailServer
from kb.core.settings import Settings
from kb.services import Services
from tests.browser.test_pages import CRUSHED
from tests.support.axe import violations_in_both_schemes
from tests.support.builders import Workspace
from tests.support.described_fields import undescribed_fields
from tests.support.once import copied_workspace
from tests.support.page_gallery import (
    PageGallery,
    gallery_of_all_templates,
    page_templates,
)
from tests.support.staff import HandClock, an_empty_database

pytestmark = pytest.mark.browser

PAGE = "/shown"
UNFOLD = """
() => document.querySelectorAll("details:not(.export)").forEach((fold) => {
  fold.open = true;
})
"""
"""An open menu of exports covers what is below it."""

PARTS = 5
"""The pages of a gallery are checked in parts: all of them take minutes."""


Galleries = Callable[[str], PageGallery]


@pytest.fixture(scope="module")
def gallery_in(
    shared_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> Galleries:
    """Return a function that returns the pages of all templates in a language."""

    @cache
    def made(locale: str) -> PageGallery:
        return a_gallery(shared_workspace, tmp_path_factory.mktemp(locale), locale)

    return made


def a_gallery(shared: Workspace, root: Path, locale: str) -> PageGallery:
    """Return the pages of a new application with content of its own."""
    content, clock = copied_workspace(shared.root, root), HandClock()
    an_empty_database(content.locations.instance)
    # Alerts are offered; the visits send none.
    server = MailServer("127.0.0.1", 25, MailSecurity.NONE, "kb@example.org")
    settings = Settings(content.locations, mail=server)
    app = create_app(services=Services(settings, clock=clock))
    return gallery_of_all_templates(app, content, clock, locale)


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_visits_reach_every_template_of_a_page(
    gallery_in: Galleries, locale: str
) -> None:
    """A new template fails here until a visit of the gallery reaches it."""
    templates = page_templates()

    missing = templates - set(gallery_in(locale).pages)

    assert len(templates) > 60
    assert missing == set()


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_field_of_a_staff_form_has_help(
    gallery_in: Galleries, locale: str
) -> None:
    """Staff are no programmers: each field says what goes in."""
    without = {
        template: fields
        for template, pages in gallery_in(locale).pages.items()
        if template.startswith("staff/")
        for page in pages
        if (fields := undescribed_fields(page))
    }

    assert without == {}


@contextmanager
def serving(app: Flask, html: dict[str, str]) -> Iterator[str]:
    """Serve `html` at one address, and all others from the application.

    Yields:
        The address of the page. The browser stores the static files: it fetches those
        that it has intercepted for each page.
    """

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PAGE:
            return app(environ, start_response)
        page = Response(html["page"], mimetype="text/html")
        return page(environ, start_response)

    server = make_server("127.0.0.1", 0, answer, threaded=True, request_handler=Quiet)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{PAGE}"
    server.shutdown()
    server.server_close()


class Quiet(WSGIRequestHandler):
    """Logs no request."""

    def log_request(self, *_: object) -> None:
        """Log nothing."""


def states(gallery: PageGallery, part: int) -> list[tuple[str, int, str]]:
    """Return the pages of a part: the first has one page of each public template."""
    every = [
        (template, number, text)
        for template in sorted(page_templates())
        for number, text in enumerate(gallery.pages.get(template, ()))
    ]
    kinds = [page for page in every if page[0].startswith("public/") and not page[1]]
    rest = [page for page in every if page not in kinds]
    return rest[part - 1 :: PARTS - 1] if part else kinds


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(("locale", "width"), [("fr", 390), ("en", 1280)])
def test_axe_finds_no_violation_in_any_template(
    browser: Browser, gallery_in: Galleries, locale: str, width: int, part: int
) -> None:
    """With what is folded unfolded, in each state that the visits met, both schemes.

    On a phone no visible text or field is one pixel wide either.
    """
    gallery, html = gallery_in(locale), {"page": ""}
    context = browser.new_context(
        viewport={"width": width, "height": 844}, reduced_motion="reduce"
    )
    page = context.new_page()
    found = []

    with serving(gallery.app, html) as url:
        for template, number, html["page"] in states(gallery, part):
            page.goto(url)
            page.evaluate(UNFOLD)
            wrong = violations_in_both_schemes(page)
            wrong += page.evaluate(CRUSHED) if width < 400 else []
            found += [(template, number, each) for each in wrong]
    context.close()

    assert found == []
