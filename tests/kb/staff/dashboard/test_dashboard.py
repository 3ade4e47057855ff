"""The desk: what awaits staff, in both languages."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from indexer.model.ids import Locale
from indexer.pipeline import open_stored_engine, rebuild
from kb.app import create_app
from kb.core.settings import Settings
from kb.database.model import AuditAction, Role
from kb.database.staff_database import StaffDatabase
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.staff import Browser, HandClock, an_account, an_empty_database


@pytest.fixture
def own(workspace: Workspace, clock: HandClock) -> Iterator[Services]:
    """Give services over content that the test may change."""
    an_empty_database(workspace.locations.instance)
    rebuild(open_stored_engine(workspace.locations), workspace.corpus())
    made = Services(Settings(workspace.locations), clock=clock)
    yield made
    made.close()


def a_browser(services: Services, role: Role = Role.PUBLISHER) -> Browser:
    """Sign somebody in."""
    an_account(services.database, "lea@example.org", role)
    browser = Browser(create_app(services=services))
    browser.sign_in("lea@example.org")
    return browser


@pytest.mark.parametrize(
    ("locale", "badge"), [("fr", "Sans français"), ("en", "Without French")]
)
def test_what_lacks_an_edition_awaits_translation(
    own: Services, locale: str, badge: str
) -> None:
    """With a link to it, and what is missing in words."""
    browser = a_browser(own)
    missing = [
        each for each in own.corpus.records.values() if not each.has_edition(Locale.FR)
    ]
    assert missing

    desk = browser.get(f"/{locale}/staff/").text
    page = browser.get(f"/{locale}/staff/translations").text

    assert badge in desk
    for record in missing:
        assert f'href="/{locale}/{record.id}"' in page
        assert f'href="/{locale}/staff/records/{record.id}"' in page


def test_what_nobody_touched_for_a_year_is_due(own: Services, clock: HandClock) -> None:
    """The oldest first."""
    browser = a_browser(own)
    clock.advance(days=3650)
    browser.sign_in("lea@example.org")

    page = browser.get("/en/staff/review").text

    oldest = min(own.corpus.records.values(), key=lambda each: each.updated)
    assert f'href="/en/{oldest.id}"' in page


@pytest.mark.parametrize("place", ["events/w9", "events", ""])
def test_a_name_in_any_encoding_is_shown(own: Services, place: str) -> None:
    """The page that tells of a stray file must not fail for its name."""
    odd = os.fsencode(own.settings.locations.documents / place) + b"/odd\xff.md"
    Path(os.fsdecode(odd)).write_text("x", "utf-8")
    own.content.read()

    page = a_browser(own).get("/en/staff/problems")

    assert page.status_code == 200
    assert "odd\ufffd.md" in page.text


def test_what_the_check_says_is_on_the_desk(
    workspace: Workspace, clock: HandClock
) -> None:
    """In sentences of the page, with file and line, and the record when it is read."""
    workspace.replace("events/w9/record.yaml", "themes:", "theems:")
    workspace.path("practices/newtown-lamps/fr.md").unlink()
    an_empty_database(workspace.locations.instance)
    rebuild(open_stored_engine(workspace.locations), workspace.corpus())
    services = Services(Settings(workspace.locations), clock=clock)
    browser = a_browser(services)

    page = browser.get("/fr/staff/problems").text

    services.close()
    assert "Le champ «\u00a0theems\u00a0» est inconnu" in page
    assert "documents/events/w9/record.yaml:3" in page
    assert "Pas encore écrite en français" in page
    assert 'href="/fr/staff/records/practices/newtown-lamps"' in page


def test_a_search_that_found_nothing_comes_to_the_desk(
    app: Flask, signed_in: Callable[[Role], Browser]
) -> None:
    """With how often, and the way to the words that go together."""
    visitor = Browser(app)
    for query in ("q=xylozorg", "q=XYLOZORG", "q=xylozorg&kind=event", "q=rue"):
        assert visitor.get(f"/fr/search?{query}").status_code == 200
    visitor.get("/fr/search?q=zorg+lea@example.org")

    page = signed_in(Role.PUBLISHER).get("/en/staff/searches").text

    assert "xylozorg" in page
    assert "2 searches" in page
    assert "/en/staff/lexicon?hl=fr&amp;word=xylozorg" in page
    assert "example.org" not in page.partition("<main")[2].partition("</main>")[0]
    assert ">rue<" not in page


def test_an_editor_is_offered_only_what_an_editor_may(
    app: Flask, signed_in: Callable[[Role], Browser]
) -> None:
    """No button that answers « no »."""
    Browser(app).get("/fr/search?q=xylozorg")
    browser = signed_in(Role.EDITOR)

    page = browser.get("/en/staff/searches").text + browser.get("/en/staff/").text

    assert "xylozorg" in page
    assert "lexicon" not in page
    assert "dismiss" not in page


def test_searches_are_not_counted_where_that_is_switched_off(
    services: Services,
) -> None:
    """By one setting; the desk says so."""
    settings = Settings(services.settings.locations, counts_unfound=False)
    off = Services(settings, clock=services.clock)
    app = create_app(services=off)
    Browser(app).get("/fr/search?q=xylozorg")
    browser = a_browser(off)

    page = browser.get("/en/staff/").text

    off.close()
    assert "not counted" in page
    assert services.database.unfound.most_frequent(limit=9) == ()


def test_a_search_is_taken_off_the_list(
    app: Flask, state: StaffDatabase, signed_in: Callable[[Role], Browser]
) -> None:
    """Nonsense should not come back each morning."""
    Browser(app).get("/fr/search?q=xylozorg")
    browser = signed_in(Role.PUBLISHER)

    browser.post(
        "/en/staff/searches/dismiss",
        page="/en/staff/searches",
        text="xylozorg",
        locale="fr",
    )

    assert state.unfound.most_frequent(limit=9) == ()


def test_a_pair_that_was_added_is_searched_at_once(
    own: Services, workspace: Workspace
) -> None:
    """From the desk to the answer, without anybody else."""
    browser = a_browser(own)
    page = browser.get("/en/staff/lexicon?hl=fr&word=loupiote").text
    assert 'value="loupiote"' in page

    answer = browser.post(
        "/en/staff/lexicon",
        page="/en/staff/lexicon",
        fr="loupiote",
        en="lighting",
        section="always",
    )

    assert answer.status_code == 303
    assert "Searches use it at once" in browser.get(answer.location).text
    assert "loupiote" in workspace.path("lexicon.yaml").read_text("utf-8")
    assert "loupiote" in {each.french for each in own.corpus.corrections.always}
    found = browser.get("/api/v1/search?q=loupiote&hl=fr").get_json()
    assert found["expanded"]


def test_the_log_tells_a_pair_that_was_added_from_one_that_was_removed(
    own: Services,
) -> None:
    """And in what sense the two words were a pair."""
    browser = a_browser(own)
    page = "/en/staff/lexicon"
    for section, word in (("always", "loupiote"), ("never", "lampion")):
        pair = {"fr": word, "en": "lighting"}
        browser.post(page, page=page, **pair, section=section)
        browser.post("/en/staff/lexicon/remove", page=page, **pair)

    told = [(each.action, each.detail) for each in own.database.audit.newest(limit=4)]

    assert told[::-1] == [
        (AuditAction.PAIR_ADDED, "loupiote = lighting"),
        (AuditAction.PAIR_REMOVED, "loupiote = lighting"),
        (AuditAction.PAIR_ADDED, "lampion ≠ lighting"),
        (AuditAction.PAIR_REMOVED, "lampion ≠ lighting"),
    ]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"fr": "deux mots", "en": "bike"}, "Write one word"),
        ({"fr": "", "en": "bike"}, "Fill this in."),
        ({"fr": "vélo", "en": "bike", "section": "maybe"}, "Not a valid choice"),
    ],
)
def test_a_pair_that_is_refused_stays_in_the_form(
    own: Services, fields: dict[str, str], said: str
) -> None:
    """With what is wrong beside it."""
    browser = a_browser(own)

    answer = browser.post(
        "/en/staff/lexicon",
        page="/en/staff/lexicon",
        **({"section": "always"} | fields),
    )

    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="bike"' in answer.text
    assert re.search(r'aria-invalid="true"', answer.text)


def test_a_folder_that_cannot_be_written_is_said(
    own: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, a folder that is only read: nothing of it is lost in the form."""
    browser = a_browser(own)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kb.publishing.lexicon_editor.write_file_atomically", full)
    answer = browser.post(
        "/en/staff/lexicon",
        page="/en/staff/lexicon",
        fr="vélo",
        en="bicycle",
        section="always",
    )

    assert answer.status_code == 503
    assert "No space left on device" in answer.text
    assert 'value="bicycle"' in answer.text


def test_the_menu_has_only_what_there_is(
    signed_in: Callable[[Role], Browser],
) -> None:
    """Each link of it opens."""
    browser = signed_in(Role.ADMIN)
    page = browser.get("/fr/staff/").text
    menu = page.partition('id="menu"')[2].partition("</nav>")[0]
    links = re.findall(r'<a href="([^"]+)"', menu)

    assert len(links) >= 3
    for link in links:
        assert browser.get(link).status_code == 200, link


def test_the_footer_leads_to_the_staff_area(app: Flask) -> None:
    """Discreetly, in both languages."""
    assert "Espace de l’équipe" in Browser(app).get("/fr/").text
    assert 'href="/en/staff/sign-in"' in Browser(app).get("/en/").text
