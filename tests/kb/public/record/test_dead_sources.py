"""A page tells which of its sources no longer answer, and where a copy is."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask

from kb.app import create_app
from kb.core.link_client import LinkAnswer, LinkState
from kb.core.settings import Settings
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.staff import HandClock

START = dt.datetime(2027, 1, 4, 9, tzinfo=dt.UTC)
SOURCE = "https://example.org/lamps"
COPY = "https://copies.example.net/lamps"
ALIVE = LinkAnswer(LinkState.ALIVE, "200")
FAILED = LinkAnswer(LinkState.FAILED, "404")
SENTENCES = {
    "fr": "La source était injoignable le 5 janvier 2027.",
    "en": "The source was not reachable on 5 January 2027.",
}


@pytest.fixture
def site(content: Workspace) -> tuple[Services, Flask]:
    """Return a service whose practice has a source and an unofficial copy of it."""
    content.replace(
        "practices/newtown-lamps/record.yaml",
        "sources:\n",
        f"sources:\n  - url: {SOURCE}\n    title: Lamps\n    language: en\n"
        f"  - url: {COPY}\n    title: Lamps\n    language: en\n    status: copy\n",
    )
    services = Services(Settings(content.locations), clock=HandClock(START))
    services.content.update_index()
    return services, create_app(services=services)


def _test_links(services: Services, *answers: LinkAnswer, url: str = SOURCE) -> None:
    """Store the answer of a source on each day."""
    for answer in answers:
        services.database.source_links.add(url, answer)
        services.clock.advance(days=1)  # type: ignore[attr-defined]
    services._dead_sources.clear()  # noqa: SLF001  # a minute later


def _source(app: Flask, locale: str) -> Tag:
    page = app.test_client().get(f"/{locale}/practices/newtown-lamps").text
    link = BeautifulSoup(page, "lxml").select_one(f".sources a[href='{SOURCE}']")
    assert link is not None
    return link.find_parent("li")  # type: ignore[return-value]


@pytest.mark.parametrize("locale", SENTENCES)
def test_a_dead_source_is_told_with_its_copy(
    site: tuple[Services, Flask], locale: str
) -> None:
    """The day is that of the last test; the link stays."""
    services, app = site
    _test_links(services, FAILED, FAILED)

    source = _source(app, locale)

    assert SENTENCES[locale] in source.get_text(" ", strip=True)
    assert source.select_one(f"a[href='{COPY}']")


def test_one_failure_and_a_new_life_are_not_told(site: tuple[Services, Flask]) -> None:
    """The network may fail for an hour, and a site comes back."""
    services, app = site
    for answers in ((), (FAILED,), (FAILED, ALIVE)):
        _test_links(services, *answers)
        assert "reachable" not in _source(app, "en").get_text()


def test_a_dead_copy_is_not_offered(site: tuple[Services, Flask]) -> None:
    """It helps nobody."""
    services, app = site
    _test_links(services, FAILED, FAILED)
    _test_links(services, FAILED, FAILED, url=COPY)

    assert not _source(app, "en").select_one(f"a[href='{COPY}']")


def test_a_kept_page_is_asked_again(site: tuple[Services, Flask]) -> None:
    """The browser's page differs as soon as a source answers again."""
    services, app = site
    client = app.test_client()
    page = "/en/practices/newtown-lamps"
    _test_links(services, FAILED, FAILED)
    known = {"If-None-Match": client.get(page).headers["ETag"]}
    assert client.get(page, headers=known).status_code == 304

    services.database.source_links.add(SOURCE, ALIVE)
    services._dead_sources.clear()  # noqa: SLF001  # a minute later

    assert client.get(page, headers=known).status_code == 200
