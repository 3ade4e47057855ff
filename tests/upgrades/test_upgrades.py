"""An instance made by an earlier release opens, with all that it contained."""

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner, Result
from itsdangerous import TimestampSigner

from indexer.model.ids import Kind, Locale
from indexer.model.problems import Message
from kb.alerts.store import AlertStore
from kb.cli.main import main
from kb.core.catalogs import catalog
from kb.database.model import AuditAction
from kb.mail.outbox import Outbox
from kb.publishing.changes.repository import open_repository
from kb.publishing.extractions.extraction_store import ExtractionStore
from kb.publishing.history.history_entries import HistoryAction
from kb.publishing.imports.inbox import FileState, Inbox
from kb.publishing.imports.worker_process import run_pending_tasks
from kb.publishing.published.trash import Trash
from kb.publishing.storage.folders import folder_state
from kb.publishing.storage.names import record_id_of
from tests.support.builders import Workspace
from tests.support.contributions import PRACTICE
from tests.support.forms import form_fields
from tests.support.server import serving
from tests.support.staff import NEW_PASSWORD, Browser
from tests.upgrades import make_archive as made
from tests.upgrades.conftest import RELEASES, Upgraded, upgraded

pytestmark = pytest.mark.load

RunKb = Callable[..., Result]

MAX_TOTAL_BYTES = 1_000_000


def commands(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> RunKb:
    """Return a function that runs `kb` over an instance."""
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("KB_DOCUMENTS", str(workspace.documents))
    monkeypatch.setenv("KB_INDEX", str(workspace.locations.index))
    monkeypatch.setenv("KB_INSTANCE", str(workspace.locations.instance))
    return lambda *arguments: CliRunner().invoke(main, arguments)


def test_the_archives_are_small() -> None:
    """Each checkout of the repository downloads them."""
    assert len(RELEASES) >= 6
    assert sum(each.stat().st_size for each in RELEASES) < MAX_TOTAL_BYTES


FOLDERS = "|".join(kind.folder for kind in Kind)
RECORD_PAGE = re.compile(rf"/\w\w/({FOLDERS})/.+")


def test_visitors_see_the_same_records(instance: Upgraded) -> None:
    """The change that was interrupted is finished; all else is as before."""
    # The stage follows the day: no news of the practice for three years.
    decided = {"/stage: 'in-use' is now 'no-news'"}
    client = instance.app.test_client()
    sitemap = client.get("/sitemap.xml").text
    gone = {f"/{locale}/{made.INTERRUPTED}" for locale in ("fr", "en")}

    pages = set(re.findall(r"<loc>https?://[^/]+(.+?)</loc>", sitemap))

    before = {
        # The page of this audience has a name that readers understand.
        page.replace("/audiences/lea", "/audiences/police")
        for page in instance.expected["pages"]
    }
    assert before - gone <= pages
    assert [page for page in pages - before if RECORD_PAGE.fullmatch(page)] == []
    for page in pages:
        assert client.get(page).status_code == 200, page
    for page in gone:
        assert client.get(page).status_code == 404, page
    for record, known in instance.expected["records"].items():
        if record != f"/{made.INTERRUPTED}":
            now = client.get(f"/api/v1/records{record}").json
            assert set(_changed(known, now)) <= decided, record


def _changed(before: Any, now: Any, path: str = "") -> list[str]:
    """Return the paths of values that differ; new fields are no difference."""
    if isinstance(before, dict) and isinstance(now, dict):
        return [
            each
            for key, value in before.items()
            for each in _changed(value, now.get(key, "absent"), f"{path}/{key}")
        ]
    if isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        return [
            each
            for number, values in enumerate(zip(before, now, strict=True))
            for each in _changed(*values, f"{path}/{number}")
        ]
    return [] if before == now else [f"{path}: {before!r} is now {now!r}"]


def test_removed_records_leave_tombstones(instance: Upgraded) -> None:
    """A merged record redirects, a deleted one is gone, a withdrawn one is absent."""
    client = instance.app.test_client()

    for locale in ("fr", "en"):
        merged = client.get(f"/{locale}/{made.MERGED}")
        assert merged.status_code == 301
        assert merged.headers["Location"] == f"/{locale}/{made.CHANGED}"
        assert client.get(f"/{locale}/{made.DELETED}").status_code == 410
        assert client.get(f"/{locale}/{made.WITHDRAWN}").status_code == 404


def test_originals_and_searches(instance: Upgraded) -> None:
    """The replaced original is served, and the rebuilt index finds the records."""
    client = instance.app.test_client()
    path, content = instance.expected["original"]
    with client.get(path) as answer:
        assert answer.get_data(as_text=True) == content

    found = client.get("/api/v1/search?q=lampadaire&locale=en&hl=en").json

    assert "practices/newtown-lamps" in _ids(found)  # by the pair of the lexicon
    assert _ids(client.get("/api/v1/search?q=undated").json) == []


def _ids(answer: Any) -> list[str]:
    return [each["url"].removeprefix("/en/") for each in answer["hits"]]


@pytest.mark.parametrize("email", [made.ADMIN, made.PUBLISHER, made.EDITOR])
def test_staff_sign_in(instance: Upgraded, email: str) -> None:
    """The password was hashed by the release."""
    browser = instance.signed_in(email)

    for locale in ("fr", "en"):
        assert browser.get(f"/{locale}/staff/").status_code == 200


def test_accounts_keep_their_state(
    instance: Upgraded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed account stays closed; an open link and an open session still work."""
    # A signed cookie is as old as the archive, and expires by the clock of the machine.
    made_at = dt.datetime.fromisoformat(instance.expected["made_at"]).timestamp()
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: int(made_at))
    assert Browser(instance.app).sign_in(made.CLOSED, made.PASSWORD).status_code == 422
    browser = Browser(instance.app)
    for name, value in instance.expected["session"].items():
        browser.client.set_cookie(name, value)
    assert browser.get("/en/staff/").status_code == 200

    link = instance.expected["open_link"]
    done = Browser(instance.app).post(link, page=link, new_password=NEW_PASSWORD)

    assert done.status_code == 303
    invited = Browser(instance.app).sign_in(made.INVITED, NEW_PASSWORD)
    assert invited.status_code == 303


def test_pages_for_administrators(instance: Upgraded) -> None:
    """The audit log, the searches without results and the lexicon are complete."""
    browser = instance.signed_in(made.ADMIN)

    for locale in ("fr", "en"):
        log = browser.get(f"/{locale}/staff/history/log").text
        assert made.CLOSED in log
        assert made.UNFOUND in browser.get(f"/{locale}/staff/relevance").text
        assert made.PAIR["en"] in browser.get(f"/{locale}/staff/lexicon").text
        accounts = browser.get(f"/{locale}/staff/accounts").text
        assert all(each in accounts for each in (made.ADMIN, *made.ROLES))
    lines = instance.services.database.audit.newest(limit=200)
    assert {each.action for each in lines} <= set(AuditAction)


def test_drafts_open_and_are_saved(instance: Upgraded) -> None:
    """Every draft opens in both languages; the one written by hand is edited."""
    browser = instance.signed_in(made.EDITOR)
    path = instance.expected["blank_draft"]
    listed = browser.get("/en/staff/records?state=draft").text
    drafts = set(re.findall(rf'/en(/staff/drafts/(?:{FOLDERS})/[\w.-]+)"', listed))
    assert path.removeprefix("/en") in drafts
    assert f"/staff/drafts/{made.WITHDRAWN}" in drafts
    for draft in drafts:
        for locale in ("fr", "en"):
            assert browser.get(f"/{locale}{draft}").status_code == 200, draft

    page = browser.get(path).text
    assert made.HAND_WRITTEN in page
    fields = {**form_fields(page), "en-summary": ["Benches are repaired."]}
    assert browser.client.post(path, data=fields).status_code == 303

    page = browser.get(path).text
    assert made.HAND_WRITTEN in page
    assert "Benches are repaired." in page


def test_a_withdrawn_record_is_published_again(instance: Upgraded) -> None:
    """Its draft and the links of other records are those that the release stored."""
    browser = instance.signed_in(made.PUBLISHER)
    page = f"/en/staff/drafts/{made.WITHDRAWN}/publish"
    fields = form_fields(
        browser.get(page).text, form=f'form[action="{page}"][method="post"]'
    )

    assert browser.client.post(page, data=fields).status_code == 303

    assert browser.get(f"/en/{made.WITHDRAWN}").status_code == 200


def test_the_interrupted_change_is_finished(instance: Upgraded) -> None:
    """The journal entry of the release is replayed once, with its history entry."""
    locations = instance.workspace.locations
    record = record_id_of(made.INTERRUPTED)

    (last, first) = instance.history.changes(record)

    assert last.entry.action is HistoryAction.WITHDRAWN
    assert last.entry.actor == made.PUBLISHER
    assert first.entry.after == last.entry.before
    assert list((locations.instance / "journal").glob("*.json")) == []
    assert not (locations.documents / ".changing").exists()
    browser = instance.signed_in(made.EDITOR)
    assert browser.get(f"/en/staff/drafts/{made.INTERRUPTED}").status_code == 200


def test_the_history_is_complete(instance: Upgraded) -> None:
    """Each entry has a page in both languages, and an earlier state comes back."""
    browser = instance.signed_in(made.PUBLISHER)
    changes = instance.history.changes()
    actions = {each.entry.action for each in changes}
    assert actions >= {
        HistoryAction.FIRST_SEEN,
        HistoryAction.EXTERNAL_EDIT,
        HistoryAction.PUBLISHED,
        HistoryAction.WITHDRAWN,
        HistoryAction.DELETED,
        HistoryAction.MERGED,
        HistoryAction.FILE_REPLACED,
        HistoryAction.DISCARDED,
        HistoryAction.REVERTED,
    }
    for locale in ("fr", "en"):
        assert browser.get(f"/{locale}/staff/history").status_code == 200
        for change in changes:
            page = f"/{locale}/staff/history/{change.number}"
            assert browser.get(page).status_code == 200, page

    record = record_id_of(made.CHANGED)
    published = next(
        each
        for each in instance.history.changes(record)
        if each.entry.action is HistoryAction.PUBLISHED
    )
    page = f"/en/staff/history/{published.number}/bring-back"
    done = browser.post(page, page=f"{page}?side=before", side="before")

    assert done.status_code == 303, done.text
    assert "lighting the lanes again" in browser.get(f"/en/{made.CHANGED}").text


def test_the_trash_is_restored(instance: Upgraded) -> None:
    """A deleted and a merged record return, with what they contained.

    The first releases put no discarded draft aside.
    """
    browser = instance.signed_in(made.PUBLISHER)
    trash = Trash(open_repository(instance.workspace.locations))
    put_aside = {str(each.record): each for each in trash.all()}
    records = {made.DELETED, made.MERGED}
    assert records <= set(put_aside) <= {*records, made.DISCARDED}
    trashed = {each: put_aside[each] for each in records}
    for locale in ("fr", "en"):
        page = browser.get(f"/{locale}/staff/records?state=trash").text
        assert all(each.transaction in page for each in trashed.values())

    for each in trashed.values():
        removed = instance.history.last_public_change(each.record)
        assert removed is not None
        path = f"/en/staff/put-aside/{each.transaction}/restore"
        assert (
            browser.post(path, page="/en/staff/records?state=trash").status_code == 303
        )
        assert browser.get(f"/en/{each.record}").status_code == 200
        folder = instance.workspace.path(str(each.record))
        assert folder_state(folder) == removed.entry.before


def test_proposals_keep_their_decisions(instance: Upgraded) -> None:
    """One was kept, one set aside, one is open: each is shown and can be changed."""
    browser = instance.signed_in(made.EDITOR)
    paths = instance.expected["proposals"]
    page = paths["open"].rpartition("/")[0]
    for locale in ("fr", "en"):
        assert browser.get(page.replace("/en/", f"/{locale}/")).status_code == 200
    choices = {name: _choices(browser, page, path) for name, path in paths.items()}
    assert choices == {
        "kept": ["undo"],
        "aside": ["undo"],
        "open": ["aside", "keep"],
    }

    form = f'form[action="{paths["open"]}"]'
    fields = {**form_fields(browser.get(page).text, form=form), "choice": ["keep"]}
    assert browser.client.post(paths["open"], data=fields).status_code == 303
    assert browser.post(paths["aside"], page=page, choice="undo").status_code == 303

    assert _choices(browser, page, paths["open"]) == ["undo"]
    assert _choices(browser, page, paths["aside"]) == ["aside", "keep"]


def _choices(browser: Browser, page: str, path: str) -> list[str]:
    """Return the choices that the forms of a proposal offer."""
    text = browser.get(page).text
    forms = re.findall(rf'<form[^>]*action="{path}".*?</form>', text, re.DOTALL)
    return sorted(set(re.findall(r'name="choice"\s+value="(\w+)"', "".join(forms))))


def test_what_visitors_sent_goes_on(instance: Upgraded) -> None:
    """The message is in the inbox, the alert in its file, the e-mail in the outbox."""
    page = instance.expected.get("contribution", "")
    browser = instance.signed_in(made.EDITOR)
    if page:
        assert PRACTICE["title"] in instance.app.test_client().get(page).text
        assert PRACTICE["title"] in browser.get("/en/staff/inbox").text
        assert PRACTICE["email"] in browser.get("/en/staff/inbox/1").text

    settings = instance.services.settings
    alerts = AlertStore(settings.alerts_file).all()
    waiting = Outbox(settings.mail_file).waiting(dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
    texts = [message.content.decode() for message in waiting]

    assert [alert.address for alert in alerts] == instance.expected.get("alerts", [])
    for address in instance.expected.get("waiting_mail", []):
        assert [text for text in texts if f"To: {address}" in text]


def test_uploads_are_finished(instance: Upgraded) -> None:
    """The upload that was interrupted is read; the tasks that were done are shown."""
    locations = instance.workspace.locations
    inbox = Inbox(locations.instance)
    (waiting,) = inbox.waiting()
    assert waiting.files[0].state is FileState.READING

    assert run_pending_tasks(locations, clock=instance.services.clock) == 1

    assert inbox.load(waiting.id).files[0].state is FileState.DRAFTED
    browser = instance.signed_in(made.PUBLISHER)
    for task in inbox.all():
        for locale in ("fr", "en"):
            page = f"/{locale}/staff/tasks/{task.id}"
            assert browser.get(page).status_code == 200, page


def _french(message: Message) -> str:
    return message.text(catalog(Locale.FR.value).gettext)


def test_stored_messages_are_shown_in_french(instance: Upgraded) -> None:
    """Tasks and extractions store English templates, some in words of the release."""
    browser = instance.signed_in(made.PUBLISHER)
    path = instance.expected["task"].replace("/en/", "/fr/")

    shown = BeautifulSoup(browser.get(path).text, "lxml").get_text().lower()

    folder = instance.workspace.locations.instance
    extraction = ExtractionStore(folder).load(instance.expected["report"][:16])
    files = Inbox(folder).load(path.rpartition("/")[2]).files
    refused = [e.message for e in files if e.state is FileState.REFUSED and e.message]
    stored = [
        *(each.message for each in files if each.message is not None),
        *(each.reason for each in extraction.proposals),
        *extraction.card.reasons,
    ]
    assert len(refused) == 1
    for each in stored:
        assert _french(each) != str(each)
    assert _french(refused[0]).lower() in shown


def test_the_old_backup_is_restored(
    instance: Upgraded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The release made its backup before the change that was interrupted."""
    run = commands(instance.workspace, monkeypatch)

    done = run("restore", str(instance.backup))

    assert done.exit_code == 0, done.stderr
    assert run("index", "update").exit_code == 0
    restored = upgraded(instance.workspace.root)
    client = restored.app.test_client()
    assert client.get(f"/en/{made.INTERRUPTED}").status_code == 200
    assert client.get(f"/en/{made.DELETED}").status_code == 410
    draft = restored.signed_in(made.PUBLISHER).get(restored.expected["blank_draft"])
    assert made.HAND_WRITTEN in draft.text


@pytest.mark.long
@pytest.mark.parametrize(
    "arguments",
    [
        ("index", "update"),
        ("index", "rebuild"),
        ("content", "check"),
        ("staff", "list"),
        ("backup", "new.zip"),
        ("add", "report.md"),
    ],
    ids=" ".join,
)
def test_any_command_may_be_the_first(
    unopened: Workspace, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    """Nobody has to start the service before a command."""
    (unopened.root / "report.md").write_text("# Gardens\n\nCities plant trees.\n")
    monkeypatch.chdir(unopened.root)

    done = commands(unopened, monkeypatch)(*arguments)

    assert done.exit_code == 0, done.stderr


@pytest.mark.long
def test_kb_serve_continues(unopened: Workspace) -> None:
    """The service of the current code starts after the kill of the release."""
    expected = json.loads((unopened.root / made.EXPECTED).read_text("utf-8"))
    with serving(unopened.root, unopened.documents) as address:
        visitor = made.Visitor(int(address.rpartition(":")[2]))
        assert visitor.get(f"/en/{made.CHANGED}").status == 200
        assert visitor.get(f"/en/{made.INTERRUPTED}").status == 404
        visitor.sign_in(made.PUBLISHER)
        assert visitor.get(expected["blank_draft"]).status == 200
