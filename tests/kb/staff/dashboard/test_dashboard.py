"""Tests of the dashboard, of its lists and of the lexicon."""

import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from indexer.model.ids import Locale
from kb.core.link_client import LinkAnswer, LinkState
from kb.database.model import AuditAction, Role
from kb.database.staff_database import StaffDatabase
from kb.publishing.changes.external_edits import ExternalEditDetector
from kb.publishing.changes.repository import open_repository
from kb.services import Services
from kb.services.live_content import LiveContent
from tests.support.builders import Workspace
from tests.support.staff import Browser, HandClock

CHANGES_CONTENT = True


@pytest.mark.parametrize(
    ("locale", "badge"), [("fr", "Sans français"), ("en", "Without French")]
)
def test_a_record_without_an_edition_is_listed_for_translation(
    publisher: Browser, services: Services, locale: str, badge: str
) -> None:
    """The row links to the record and names the missing language."""
    missing = [
        each
        for each in services.corpus.records.values()
        if not each.has_edition(Locale.FR)
    ]
    assert missing

    page = publisher.get(f"/{locale}/staff/look-after?work=translate").text

    assert badge in page
    assert "look-after?work=translate" in publisher.get(f"/{locale}/staff/").text
    for record in missing:
        assert f'href="/{locale}/{record.id}"' in page
        assert f'href="/{locale}/staff/records/{record.id}"' in page


def test_records_older_than_a_year_are_listed_for_review(
    publisher: Browser, services: Services, clock: HandClock
) -> None:
    """The oldest record comes first."""
    clock.advance(days=3650)
    publisher.sign_in("publisher@example.org")

    page = publisher.get("/en/staff/look-after?work=review").text

    oldest = min(services.corpus.records.values(), key=lambda each: each.updated)
    assert f'href="/en/{oldest.id}"' in page


@pytest.mark.parametrize("place", ["events/w9", "events", ""])
def test_a_file_name_in_any_encoding_is_shown(
    publisher: Browser, services: Services, place: str
) -> None:
    """An undecodable name of a stray file must not fail the page."""
    odd = os.fsencode(services.settings.locations.documents / place) + b"/odd\xff.md"
    Path(os.fsdecode(odd)).write_text("x", "utf-8")
    services.content.read()

    page = publisher.get("/en/staff/look-after?work=problems")

    assert page.status_code == 200
    assert "odd\ufffd.md" in page.text


def test_problems_of_the_content_are_on_the_dashboard(
    publisher: Browser, services: Services, content: Workspace
) -> None:
    """Each has its file and line, and links to its record if that is readable."""
    content.replace("events/w9/record.yaml", "themes:", "theems:")
    content.path("practices/newtown-lamps/fr.md").unlink()
    services.content.update_index()

    page = publisher.get("/fr/staff/look-after").text

    assert "Le champ «\u00a0theems\u00a0» est inconnu" in page
    assert "documents/events/w9/record.yaml:3" in page
    assert "Pas encore écrite en français" in page
    assert 'href="/fr/staff/records/practices/newtown-lamps"' in page


def test_warnings_of_the_content_are_on_the_dashboard(
    publisher: Browser, services: Services, content: Workspace, clock: HandClock
) -> None:
    """Also those of the history, which know when each language was changed."""
    detector = ExternalEditDetector(open_repository(content.locations, clock=clock))
    content.path("events/w9/en.md").write_text(
        "---\ntitle: Workshop\nsummary: One.\n---\nShort.\n", "utf-8"
    )
    detector.record_edits()
    content.replace("events/w9/en.md", "Short.", "Ten more words " * 4)
    detector.record_edits()
    services.content.update_index()

    page = publisher.get("/fr/staff/look-after?work=warnings").text

    assert "Avertissement" in page
    assert "documents/events/w9/fr.md:1" in page
    assert "Ce texte a changé pour la dernière fois le" in page


def test_warnings_of_the_content_before_are_marked_as_such(
    services: Services, editor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside a watcher, the page reads what it found last, and never waits for it."""
    monkeypatch.setattr(LiveContent, "has_follower", True)
    note = "A change is being checked"
    assert note in editor.get("/en/staff/look-after?work=warnings").text

    services.content_warnings.check(services.corpus)

    page = editor.get("/en/staff/look-after?work=warnings").text
    assert note not in page
    assert "points to this practice" in page


def test_a_search_without_results_is_on_the_dashboard(
    app: Flask, publisher: Browser
) -> None:
    """The row has its count, and a link to the lexicon."""
    visitor = Browser(app)
    for query in ("q=xylozorg", "q=XYLOZORG", "q=xylozorg&kind=event", "q=rue"):
        assert visitor.get(f"/fr/search?{query}").status_code == 200
    Browser(app, address="192.0.2.2").get("/fr/search?q=xylozorg")
    visitor.get("/fr/search?q=zorg+lea@example.org")

    page = publisher.get("/en/staff/relevance").text

    assert "xylozorg" in page
    assert "2 searches" in page
    assert "/en/staff/lexicon?hl=fr&amp;word=xylozorg" in page
    assert "example.org" not in page.partition("<main")[2].partition("</main>")[0]
    assert ">rue<" not in page


def test_editors_see_no_buttons_of_publishers(app: Flask, editor: Browser) -> None:
    """A button must not lead to a 403."""
    Browser(app).get("/fr/search?q=xylozorg")
    page = editor.get("/en/staff/relevance").text + editor.get("/en/staff/").text

    assert "xylozorg" in page
    assert "lexicon" not in page
    assert "dismiss" not in page


def test_searches_are_not_counted_when_the_setting_is_off(
    app: Flask, services: Services, publisher: Browser
) -> None:
    """The dashboard says that counting is off."""
    services.settings = replace(services.settings, counts_unfound=False)
    Browser(app).get("/fr/search?q=xylozorg")

    page = publisher.get("/en/staff/").text

    assert "not counted" in page
    assert services.database.zero_result_searches.most_frequent(limit=9) == ()


def test_a_search_can_be_dismissed(
    app: Flask, database: StaffDatabase, publisher: Browser
) -> None:
    """A dismissed search is no longer listed."""
    Browser(app).get("/fr/search?q=xylozorg")
    publisher.post(
        "/en/staff/searches/dismiss",
        page="/en/staff/relevance",
        text="xylozorg",
        locale="fr",
    )

    assert database.zero_result_searches.most_frequent(limit=9) == ()


def test_a_new_pair_changes_the_search_at_once(
    publisher: Browser, services: Services, content: Workspace
) -> None:
    """The index is updated when the pair is added."""
    page = publisher.get("/en/staff/lexicon?hl=fr&word=loupiote").text
    assert 'value="loupiote"' in page

    response = publisher.post(
        "/en/staff/lexicon",
        page="/en/staff/lexicon",
        fr="loupiote",
        en="lighting",
        section="always",
    )

    assert response.status_code == 303
    assert "Searches use it at once" in publisher.get(response.location).text
    assert "loupiote" in content.path("lexicon.yaml").read_text("utf-8")
    assert "loupiote" in {each.french for each in services.corpus.corrections.always}
    found = publisher.get("/api/v1/search?q=loupiote&hl=fr").get_json()
    assert found["expanded"]


def test_the_audit_log_shows_whether_a_pair_was_added_or_removed(
    publisher: Browser,
    services: Services,
) -> None:
    """It also shows whether the pair is a synonym or forbidden."""
    page = "/en/staff/lexicon"
    for section, word in (("always", "loupiote"), ("never", "lampion")):
        pair = {"fr": word, "en": "lighting"}
        publisher.post(page, page=page, **pair, section=section)
        publisher.post("/en/staff/lexicon/remove", page=page, **pair)

    entries = [
        (each.action, each.detail) for each in services.database.audit.newest(limit=4)
    ]

    assert entries[::-1] == [
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
def test_a_rejected_pair_stays_in_the_form(
    publisher: Browser, fields: dict[str, str], said: str
) -> None:
    """The error is shown beside the field."""
    response = publisher.post(
        "/en/staff/lexicon",
        page="/en/staff/lexicon",
        **({"section": "always"} | fields),
    )

    assert response.status_code == 422
    assert said in response.text
    assert 'value="bike"' in response.text
    assert re.search(r'aria-invalid="true"', response.text)


def test_a_read_only_lexicon_answers_503_with_the_typed_pair(
    publisher: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk or a read-only folder keeps the form filled in."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kb.publishing.shared_files.write_file_atomically", full)
    response = publisher.post(
        "/en/staff/lexicon",
        page="/en/staff/lexicon",
        fr="vélo",
        en="bicycle",
        section="always",
    )

    assert response.status_code == 503
    assert "No space left on device" in response.text
    assert 'value="bicycle"' in response.text


@pytest.mark.parametrize(
    ("role", "is_shown"), [(Role.ADMIN, True), (Role.PUBLISHER, False)]
)
def test_administrators_see_what_is_missing_in_the_legal_notice(
    signed_in: Callable[[Role], Browser], role: Role, *, is_shown: bool
) -> None:
    """They can ask whoever runs the service; others need not know the settings."""
    page = signed_in(role).get("/fr/staff/").text

    assert ("Réglages non renseignés\u00a0: KB_CONTACT; KB_LEGAL" in page) is is_shown


def test_the_footer_links_to_the_staff_area(app: Flask) -> None:
    """The link is on public pages in both languages."""
    assert "Espace de l’équipe" in Browser(app).get("/fr/").text
    assert 'href="/en/staff/sign-in"' in Browser(app).get("/en/").text


def test_sources_that_no_longer_answer_are_listed(
    publisher: Browser, services: Services, clock: HandClock
) -> None:
    """After two days of failures, with the day they were last seen alive."""
    url = "https://example.org/w9"
    links = services.database.source_links
    links.add(url, LinkAnswer(LinkState.ALIVE, "200"))
    day = clock.now.day
    for _ in range(2):
        assert url not in publisher.get("/en/staff/look-after?work=links").text
        clock.advance(days=1)
        links.add(url, LinkAnswer(LinkState.FAILED, "404"))
    publisher.sign_in("publisher@example.org")

    page = publisher.get("/fr/staff/look-after?work=links").text

    assert url in page
    assert "HTTP 404" in page
    assert re.search(rf"Vue en ligne.* le {day} ", page)
    assert 'action="/fr/staff/records/events/w9/change"' in page


def test_one_list_has_all_work_with_a_tab_for_each_sort(editor: Browser) -> None:
    """A tab counts its rows; old addresses of the sorts lead to their tabs."""
    page = editor.get("/en/staff/look-after")
    tabs = BeautifulSoup(page.text, "html.parser").select(".tabs a")
    counts = [int(tab.select_one(".num").get_text()) for tab in tabs]  # type: ignore[union-attr]  # each has its number

    assert len(tabs) > 2
    assert counts[0] == sum(counts[1:])
    for path, work in (("translations", "translate"), ("problems", "problems")):
        moved = editor.get(f"/en/staff/{path}?page=1")
        assert moved.status_code == 301
        assert moved.location == f"/en/staff/look-after?work={work}&page=1"
