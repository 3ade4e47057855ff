"""Ways to lose a text in a draft: after each, the text can be brought back."""

import datetime as dt
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale, RecordId
from kb.app import create_app
from kb.core.settings import Settings
from kb.database.model import Role
from kb.publishing.changes.repository import Repository, open_repository
from kb.publishing.drafts.draft import DraftState, DraftWorkflow, listed_files
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.errors import WriteFailedError
from kb.publishing.history.history_entries import ChangeSide
from kb.publishing.history.revisions import Revisions
from kb.publishing.published.bulk_changes import BulkAct, BulkChange, BulkChanges
from kb.publishing.published.publisher import Publisher
from kb.publishing.published.trash import Trash
from kb.publishing.records.form_values import read_values, write_values
from kb.services import Services
from kb.staff.drafts.form_parser import SubmittedForm
from tests.support.builders import Workspace
from tests.support.forms import form_fields
from tests.support.once import copied_workspace
from tests.support.staff import (
    Browser,
    HandClock,
    IdleWorker,
    an_account,
    an_empty_database,
)

LAMPS = RecordId(Kind.PRACTICE, "newtown-lamps")
LONG = "Residents avoid three lanes after dark, as eleven letters and a survey say."
WORD = "Lanes."
SUMMARY, PROBLEM = "en-summary", "en-body-problem"
ADA, BOB = "ada@example.org", "bob@example.org"


@dataclass(frozen=True)
class Desk:
    """Two people at the draft of a record; `record` is another one for each test."""

    app: Flask
    clock: HandClock
    corpus: Corpus
    repository: Repository
    ada: Browser
    bob: Browser
    record: RecordId = LAMPS

    @property
    def path(self) -> str:
        """The address of the form of the draft."""
        return f"/en/staff/drafts/{self.record}"

    def sign_in(self) -> None:
        """Sign both people in."""
        for email, browser in ((ADA, self.ada), (BOB, self.bob)):
            assert browser.sign_in(email).status_code == 303

    @property
    def drafts(self) -> DraftEditor:
        """The editor of drafts."""
        return DraftEditor(self.repository)

    @property
    def version(self) -> str:
        """The version of the draft."""
        return self.drafts.load(self.record).version

    def save(self, text: str, field: str = SUMMARY, *, by: str = ADA) -> None:
        """Save a field three seconds later, as the script does."""
        self.clock.advance(seconds=3)
        before, kind = self.repository.texts(self.record), self.record.kind
        typed = MultiDict([(field, text)])
        form = SubmittedForm(kind, typed, self.corpus, Locale.EN)
        texts = form.raw(before)
        texts = write_values(kind, form.values(texts), texts)
        self.drafts.save(self.record, texts, version=self.version, actor=by)

    def send(
        self,
        text: str,
        field: str = SUMMARY,
        *,
        act: str = "",
        version: str = "",
        accept: str = "text/html",
    ) -> TestResponse:
        """Submit a field of the form, by a button or as the script does."""
        self.clock.advance(seconds=3)
        fields = {"version": version or self.version, field: text, "act": act}
        token = {"csrf_token": self.ada.token()}
        headers = {"Accept": accept}
        return self.ada.client.post(self.path, data=fields | token, headers=headers)

    @property
    def summary(self) -> object:
        """The summary of the draft."""
        values = read_values(self.record.kind, self.repository.texts(self.record))
        return values.words[Locale.EN].get("summary", "")

    def texts(self) -> str:
        """Return the texts of the draft, or of the published record."""
        return "".join(self.repository.texts(self.record).values())


Way = Callable[[Desk], object]


def replaced(text: str, field: str = SUMMARY) -> Way:
    """Return the way in which a text replaces the long one by itself."""

    def lose(desk: Desk) -> None:
        desk.save(LONG, field)
        desk.save(text, field)

    return lose


def sent(text: str, accept: str = "text/html") -> Way:
    """Return the way in which the browser sends the long text, then another."""

    def lose(desk: Desk) -> None:
        for typed in (LONG, text):
            assert desk.send(typed, accept=accept).status_code in {200, 303}

    return lose


def in_turn(*ways: Way) -> Way:
    """Return the way that is several, one after another."""

    def lose(desk: Desk) -> None:
        for way in ways:
            way(desk)

    return lose


def then(*ways: Way) -> Way:
    """Return the way in which a word replaces the long text, and more is done."""
    return in_turn(replaced(WORD), *ways)


def types(text: str, by: str = ADA) -> Way:
    """Return the way in which a person types a text, which is saved by itself."""
    return lambda desk: desk.save(text, by=by)


def letter_by_letter(desk: Desk) -> None:
    """Replace the text by words that are typed over many automatic saves."""
    desk.save(LONG)
    for length in range(1, len("Unlit lanes"), 2):
        desk.save("Unlit lanes"[:length])


def two_tabs(desk: Desk) -> None:
    """Save in a second tab that still has the old version, then "Save mine"."""
    old = desk.version
    desk.save(LONG)
    assert desk.send(WORD, version=old).status_code == 409
    assert desk.send(WORD).status_code == 303


def conflict(desk: Desk) -> None:
    """Type the long text on a version that somebody else replaced, and use theirs."""
    old = desk.version
    desk.save(WORD, by=BOB)
    assert desk.send(LONG, version=old).status_code == 409


def gone(desk: Desk) -> None:
    """Type the long text while somebody else discards the draft."""
    old = desk.version
    desk.drafts.discard(desk.record, BOB)
    assert desk.send(LONG, version=old).status_code == 410
    desk.drafts.begin(desk.record, ADA)


def publish(desk: Desk) -> None:
    """Publish the draft."""
    Publisher(desk.repository).publish(desk.record, actor=ADA)


def discard(desk: Desk) -> None:
    """Discard the draft."""
    desk.drafts.discard(desk.record, ADA)


def restore(desk: Desk) -> None:
    """Restore what was set aside last."""
    trash = Trash(desk.repository)
    trashed = next(each for each in trash.all() if each.record == desk.record)
    bring = trash.restore_draft if trashed.is_draft else trash.restore
    bring(trashed.transaction, actor=ADA)


def begin(desk: Desk) -> None:
    """Begin another draft."""
    desk.drafts.begin(desk.record, ADA)


def restart(desk: Desk) -> None:
    """Forget what the process holds in memory."""
    desk.app.extensions.pop("kb-repository", None)


def sign_in_again(desk: Desk) -> None:
    """Sign out and in."""
    desk.ada.post("/en/staff/sign-out")
    desk.sign_in()


def wait(**by: float) -> Way:
    """Return the way in which time passes; then people have to sign in again."""

    def pass_time(desk: Desk) -> None:
        desk.clock.advance(**by)
        desk.sign_in()

    return pass_time


def discuss(desk: Desk) -> None:
    """Change state, person and comments of the draft."""
    workflow = DraftWorkflow(desk.repository)
    workflow.set_state(desk.record, DraftState.READY, actor=BOB, comment="Good")
    workflow.assign(desk.record, BOB, actor=ADA)


def bulk(act: BulkAct, value: str = "") -> Way:
    """Return the way of a change of several records."""

    def change(desk: Desk) -> None:
        changes = BulkChanges(desk.repository)
        change = BulkChange(act, value)
        assert changes.apply(change, [desk.record], {}, actor=ADA).ready

    return change


def by_hand(text: str) -> Way:
    """Return the way in which somebody writes into the folder of the draft."""

    def write(desk: Desk) -> None:
        folder = desk.repository.draft_folders.folder_for(desk.record)
        path = folder / "en.md"
        found = re.sub(r"summary: .*", text, path.read_text())
        path.write_text(found)

    return write


def merged(desk: Desk) -> None:
    """Merge the record, published with the long text, into another; restore it."""
    desk.save(LONG)
    publish(desk)
    Trash(desk.repository).merge(LAMPS, desk.record, actor=ADA)
    restore(desk)


def deleted(desk: Desk) -> None:
    """Delete the published record, and restore it."""
    Trash(desk.repository).delete(desk.record, actor=ADA)
    restore(desk)


def written_by_hand(desk: Desk) -> None:
    """Publish the long text, and replace it by hand in the folder of the content."""
    desk.save(LONG)
    publish(desk)
    path = desk.repository.record_folder(desk.record) / "en.md"
    path.write_text(path.read_text().replace(LONG, WORD))
    begin(desk)
    desk.save("Lamps.")
    publish(desk)


def brought_back(desk: Desk) -> None:
    """Bring an earlier text back over the long one."""
    desk.save(WORD)
    desk.save(LONG)
    number = desk.repository.revisions.of(desk.record)[-1].number
    desk.ada.post(
        f"{desk.path}/earlier",
        save=str(number),
        act=f"theirs:{SUMMARY}",
        version=desk.version,
    )


def rename(desk: Desk) -> None:
    """Change the name of a draft that is not public, and change it back."""
    Publisher(desk.repository).withdraw(desk.record, actor=ADA)
    replaced(WORD)(desk)
    other = f"{desk.record.slug}-renamed"
    renamed = desk.drafts.rename(desk.record, other, ADA).record
    desk.drafts.rename(renamed, desk.record.slug, ADA)


def row_removed(desk: Desk) -> None:
    """Remove the row of a source by its button."""
    name = "f-sources"
    desk.save("1", f"{name}-is-there")
    page = form_fields(desk.ada.get(desk.path).text)
    fields = page | {f"{name}-0-en": [LONG], "act": [f"add:{name}"]}
    for act in (f"add:{name}", f"remove:{name}-0"):
        fields |= {"version": [desk.version], "act": [act]}
        assert desk.ada.client.post(desk.path, data=fields).status_code == 303


PUBLISHED = (publish, begin)

WAYS: dict[str, Way] = {
    "one word": replaced(WORD),
    "one word by the script": sent(WORD, "application/json"),
    "one word by the button": sent(WORD),
    "emptied": replaced(""),
    "emptied by the button": sent(""),
    "blank": replaced("   "),
    "letter by letter": letter_by_letter,
    "part of a practice": replaced(WORD, PROBLEM),
    "part of a practice, emptied": replaced("", PROBLEM),
    "whole body": replaced(WORD, "fr-body"),
    "heading typed into a part": replaced("## Results\n\nNone.", PROBLEM),
    "title": replaced(WORD, "en-title"),
    "a fact": replaced(WORD, "f-contact_page"),
    "a list of texts": replaced("", "fr-did_not_work"),
    "row removed": row_removed,
    "many saves later": then(*[types(f"{WORD} {number}") for number in range(8)]),
    "typed again": then(types(LONG), types(WORD)),
    "two tabs": two_tabs,
    "second user": in_turn(types(LONG), types(WORD, BOB)),
    "second user, then the first": then(types("Dark.", BOB)),
    "conflict, theirs used": conflict,
    "discarded meanwhile": gone,
    "page opened again": then(lambda desk: desk.ada.get(desk.path)),
    "history looked at": then(
        lambda desk: desk.ada.get(f"/en/staff/records/{desk.record}/history")
    ),
    "session ended by a pause": then(wait(minutes=20), types("Dark.")),
    "eighty days": then(wait(days=80)),
    "purge of what expired": then(
        wait(days=80),
        lambda desk: desk.repository.revisions.prune(desk.clock(), {}),
    ),
    "restart": then(restart),
    "signed out and in": then(sign_in_again),
    "state, person and comment": then(discuss),
    "undone, and undone again": then(
        *[lambda desk: desk.send(str(desk.summary), act=f"undo:{SUMMARY}")] * 2
    ),
    "brought back over it": brought_back,
    "preview": then(lambda desk: desk.send(WORD, act="preview")),
    "ready": then(lambda desk: desk.send(WORD, act="ready")),
    "published": then(publish),
    "published, another draft": then(*PUBLISHED, types("Dark.")),
    "published twice": then(*PUBLISHED, types("Dark."), publish),
    "published, replaced by the next": in_turn(
        types(LONG), publish, begin, types(WORD), publish
    ),
    "published, then by hand": written_by_hand,
    "published and withdrawn": then(
        publish, lambda d: Publisher(d.repository).withdraw(d.record, actor=ADA)
    ),
    "published and deleted": then(publish, deleted),
    "merged": merged,
    "discarded and restored": then(discard, restore),
    "discarded with the text": in_turn(types(LONG), discard, restore),
    "discarded, begun again": then(discard, begin),
    "renamed": rename,
    "theme of many drafts": then(bulk(BulkAct.ADD_THEME, "screens")),
    "many drafts discarded": then(bulk(BulkAct.DISCARD), restore),
    "by hand in the draft": in_turn(by_hand(f'summary: "{LONG}"'), types(WORD)),
    "by hand, invalid": in_turn(
        by_hand(f"summary: [{LONG}"),
        lambda desk: desk.save("---\ntitle: T\n---\n", "raw-en.md"),
    ),
}


STILL_THERE = {"merged", "discarded with the text"}
"""The ways after which the text is in its place: these were never lost."""


@pytest.fixture(scope="module")
def desks(
    shared_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Desk]:
    """Return the function that gives each test a record of its own, with a draft."""
    copy = copied_workspace(shared_workspace.root, tmp_path_factory.mktemp("lost"))
    for database in copy.locations.instance.glob("*.db*"):
        database.unlink()
    an_empty_database(copy.locations.instance)
    clock = HandClock()
    # After two weeks, publishers would have to turn on a second factor.
    settings = Settings(copy.locations, asks_factor=False)
    services = Services(settings, clock=clock)
    app = create_app(settings)
    app.extensions |= {"kb-services": services, "kb-reading": IdleWorker()}
    for email in (ADA, BOB):
        an_account(services.database, email, Role.PUBLISHER)
    repository = open_repository(copy.locations, clock=clock)
    desk = Desk(app, clock, services.corpus, repository, Browser(app), Browser(app))
    desk.sign_in()

    def desk_of(slug: str) -> Desk:
        record = RecordId(Kind.PRACTICE, slug)
        folder = copy.documents / str(record)
        shutil.copytree(copy.documents / str(LAMPS), folder)
        facts = folder / "record.yaml"
        facts.write_text(facts.read_text().replace(f"id: {LAMPS.slug}", f"id: {slug}"))
        given = replace(desk, record=record)
        given.drafts.begin(record, ADA)
        return given

    return desk_of


def bring_back(desk: Desk) -> None:
    """Look for the long text among the earlier ones, and press its button."""
    path = f"{desk.path}/earlier"
    count = len(desk.repository.revisions.of(desk.record))
    queries = [f"n={number}" for number in range(count, 0, -1)]
    queries += [
        f"change={change.number}&side={side.value}"
        for change in desk.repository.history.changes(desk.record)
        for side in ChangeSide
        if change.entry.state(side) is not None
    ]
    for query in queries:
        page = BeautifulSoup(desk.bob.get(f"{path}?{query}").text, "lxml")
        found = [part for part in page.select("#earlier section") if LONG in part.text]
        if found:
            button = found[0].find("button") or page.find("button", value="")
            assert isinstance(button, Tag)
            fields = form_fields(str(page), form="form#bring-back")
            fields["act"] = [str(button["value"])]
            assert desk.bob.client.post(path, data=fields).status_code == 303
            return
    raise AssertionError(queries)


@pytest.mark.parametrize("name", WAYS)
def test_no_way_loses_a_text(desks: Callable[[str], Desk], name: str) -> None:
    """Another person finds the text among the earlier ones, and brings it back."""
    desk = desks("way-" + re.sub(r"\W+", "-", name))
    WAYS[name](desk)
    if name not in STILL_THERE:
        assert LONG not in desk.texts()
        bring_back(desk)

    assert LONG in desk.texts()


@pytest.mark.parametrize("name", ["one word", "emptied", "letter by letter"])
def test_one_press_beside_the_field_undoes_a_replacement(
    desks: Callable[[str], Desk], name: str
) -> None:
    """Words that were typed in one go are undone together."""
    desk = desks("undo-" + re.sub(r"\W+", "-", name))
    WAYS[name](desk)

    desk.send(str(desk.summary), act=f"undo:{SUMMARY}")

    assert desk.summary == LONG


def test_undo_goes_back_step_by_step_and_then_round(
    desks: Callable[[str], Desk],
) -> None:
    """Nothing is unreachable by it; the other fields stay."""
    desk = desks("undo-steps")
    first = desk.summary
    for text in ("One.", "Two.", "Three."):
        desk.save(text)
    desk.save(LONG, "en-title")
    found = []
    for _press in range(4):
        desk.send(str(desk.summary), act=f"undo:{SUMMARY}")
        found.append(desk.summary)

    assert found == ["Two.", "One.", first, "One."]
    assert LONG in desk.texts()


def test_the_slider_shows_the_saves_of_one_field(desks: Callable[[str], Desk]) -> None:
    """In both languages, and also for a field without any earlier text."""
    desk = desks("slider")
    assert not _has_undo(desk)
    for text in (LONG, WORD):
        desk.save(text)
        desk.save(text, "en-title")
    path = f"/fr/staff/drafts/{desk.record}/earlier"
    assert _has_undo(desk)

    page = desk.ada.get(f"{path}?field={SUMMARY}").text
    slider = BeautifulSoup(page, "lxml").select_one("input[type=range]")
    assert slider is not None
    assert (slider["min"], slider["max"], slider["value"]) == ("1", "2", "2")
    assert LONG in BeautifulSoup(page, "lxml").text
    assert LONG not in desk.ada.get(f"{path}?field={SUMMARY}&n=1").text
    assert desk.ada.get(f"{path}?field=fr-title").status_code == 200
    for wrong in ("n=x", "n=-5", "n=99999999999999999999", "field=zz-zz", "change=x"):
        assert desk.ada.get(f"{path}?{wrong}").status_code in {200, 404}
    missing = "/en/staff/drafts/practices/none/earlier"
    assert desk.ada.get(missing).status_code == 404
    assert desk.ada.post(missing, save="1").status_code == 404


def test_a_text_is_not_brought_back_over_a_newer_save(
    desks: Callable[[str], Desk],
) -> None:
    """The page shows both texts, and the files of the draft stay."""
    desk = desks("newer")
    replaced(WORD)(desk)
    version, number = desk.version, desk.repository.revisions.of(desk.record)[-1].number
    desk.save("Newer.", by=BOB)

    answer = desk.ada.post(
        f"{desk.path}/earlier", save=str(number), act="", version=version
    )

    assert answer.status_code == 409
    assert LONG in answer.text
    assert desk.summary == "Newer."


def test_the_files_of_a_draft_stay_when_all_is_brought_back(
    desks: Callable[[str], Desk], tmp_path: Path
) -> None:
    """A file that was added since stays, and stays in the list."""
    desk = replace(desks("files"), record=RecordId(Kind.DELIVERABLE, "d9.1"))
    desk.drafts.begin(desk.record, ADA)
    replaced(WORD)(desk)
    number = desk.repository.revisions.of(desk.record)[-1].number
    path = tmp_path / "new.pdf"
    path.write_bytes(b"new")
    facts = {"sha256": "0" * 64}
    name = desk.drafts.attach(desk.record, path, name="b.pdf", facts=facts, actor=BOB)

    answer = desk.ada.post(
        f"{desk.path}/earlier", save=str(number), act="", version=desk.version
    )

    assert answer.status_code == 303
    assert desk.summary == LONG
    draft = desk.drafts.load(desk.record)
    assert name in draft.files
    assert name in [each["name"] for each in listed_files(draft)]


def test_revisions_are_small_and_expire(desks: Callable[[str], Desk]) -> None:
    """After 90 days, beyond the cap, and what a withdrawn record said before."""
    desk = desks("expired")
    revisions = desk.repository.revisions
    before = {"en.md": f"---\ntitle: T\n---\n{LONG * 40}\n"}
    size = revisions.path.stat().st_size
    for number in range(100):
        after = before | {"en.md": f"{before['en.md']}{number}"}
        now = desk.clock()
        revisions.add(desk.record, before, after, at=now, actor=ADA)
        before = after
    assert (revisions.path.stat().st_size - size) / 100 < 600
    desk.clock.advance(days=1)
    desk.sign_in()
    replaced(WORD)(desk)
    kept = len(revisions.of(desk.record))
    assert kept == 102

    revisions.prune(desk.clock(), {desk.record: desk.clock() - dt.timedelta(hours=1)})
    assert len(revisions.of(desk.record)) == 2
    assert LONG.encode() not in revisions.path.read_bytes()
    revisions.prune(desk.clock() + dt.timedelta(days=89), {})
    assert len(revisions.of(desk.record)) == 2
    revisions.prune(desk.clock() + dt.timedelta(days=91), {})
    assert revisions.of(desk.record) == ()


def test_beyond_the_cap_saves_that_only_added_words_go_first(
    desks: Callable[[str], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text that a word replaced stays."""
    desk = desks("capped")
    replaced(WORD)(desk)
    for length in range(1, 6):
        desk.save(WORD + "and more"[:length])
    monkeypatch.setattr("kb.publishing.history.revisions.MAX_REVISIONS", 3)

    desk.repository.revisions.prune(desk.clock(), {})

    assert len(desk.repository.revisions.of(desk.record)) == 3
    bring_back(desk)
    assert LONG in desk.texts()


def test_a_save_without_room_for_its_revision_changes_nothing(
    desks: Callable[[str], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form is shown again with what was typed, and with the reason."""
    desk = desks("full")
    desk.save(LONG)

    def full(*_: object, **_named: object) -> None:
        raise WriteFailedError(
            desk.repository.revisions.path, "No space left on device"
        )

    monkeypatch.setattr(Revisions, "add", full)
    answer = desk.ada.post(desk.path, **{"version": desk.version, SUMMARY: WORD})

    assert answer.status_code == 503
    assert "No space left on device" in answer.text
    assert WORD in answer.text
    assert desk.summary == LONG


def _has_undo(desk: Desk) -> bool:
    page = desk.ada.get(desk.path).text
    acts = re.search(rf'data-earlier="{SUMMARY}"([^>]*)>', page)
    assert acts is not None
    return "hidden" not in acts[1]
