"""Every template of a page under axe: in both languages, light and dark.

The pages come from an application in this process, since many of them answer an error
that a running service does not have on demand.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route

from kb.app import create_app
from kb.core.mail import MailSecurity, MailServer
from kb.core.settings import Settings
from kb.services import Services
from tests.browser.test_pages import CRUSHED
from tests.support.axe import violations
from tests.support.builders import Workspace
from tests.support.described_fields import undescribed_fields
from tests.support.matrix import matrix
from tests.support.once import copied_workspace
from tests.support.page_gallery import (
    PageGallery,
    gallery_of_all_templates,
    page_templates,
)
from tests.support.staff import HandClock, an_empty_database

pytestmark = pytest.mark.browser

SITE = "http://kb.test"
PAGE = f"{SITE}/shown"
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


def served(page: Page, app: Flask, html: dict[str, str]) -> None:
    """Serve `html` at one address, and all others from the application."""
    client = app.test_client()
    answers: dict[str, tuple[int, bytes, str]] = {}

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        if route.request.url == PAGE:
            route.fulfill(body=html["page"], content_type="text/html; charset=utf-8")
            return
        if path not in answers:
            with client.get(path) as found:
                kind = found.headers.get("Content-Type", "")
                answers[path] = (found.status_code, found.data, kind)
        status, body, kind = answers[path]
        route.fulfill(status=status, body=body, content_type=kind)

    page.route(f"{SITE}/**", answer)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(
    ("locale", "scheme", "width"),
    matrix(
        rest=(
            ("fr", "light", 390),
            ("fr", "dark", 1280),
            ("fr", "light", 1280),
            ("en", "light", 390),
            ("en", "light", 1280),
            ("en", "dark", 390),
        ),
    ),
)
def test_axe_finds_no_violation_in_any_template(
    browser: Browser,
    gallery_in: Galleries,
    locale: str,
    scheme: str,
    width: int,
    part: int,
) -> None:
    """With what is folded unfolded, in each state that the visits met.

    On a phone no visible text or field is one pixel wide either.
    """
    gallery, html = gallery_in(locale), {"page": ""}
    context = browser.new_context(
        viewport={"width": width, "height": 844},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        bypass_csp=True,  # axe is a script put into the page
    )
    page = context.new_page()
    served(page, gallery.app, html)
    found = []

    every = [
        (template, number, text)
        for template in sorted(page_templates())
        for number, text in enumerate(gallery.pages.get(template, ()))
    ]
    for template, number, html["page"] in every[part::PARTS]:
        page.goto(PAGE)
        page.evaluate(
            "document.querySelectorAll('details').forEach((d) => (d.open = true))"
        )
        wrong = violations(page, scheme=scheme)
        wrong += page.evaluate(CRUSHED) if width < 400 else []
        found += [(template, number, each) for each in wrong]
    context.close()

    assert found == []
