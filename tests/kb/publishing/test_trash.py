"""Tests of the trash: delete, restore, merge, purge."""

import datetime as dt
import json
from dataclasses import replace

import pytest

from indexer.model.ids import Kind, RecordId
from indexer.model.records import Deliverable, Recommendation
from kb.publishing.changes.repository import Repository, open_repository
from kb.publishing.drafts.draft import Draft
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.errors import AlreadyExistsError, InvalidChangeError, NotFoundError
from kb.publishing.history.history_entries import HistoryAction
from kb.publishing.published.trash import Trash, merge_preview
from tests.kb.publishing.kills import tree
from tests.support.builders import Workspace

EVENT = RecordId(Kind.EVENT, "w9")
OTHER_EVENT = RecordId(Kind.EVENT, "undated")
DELIVERABLE = RecordId(Kind.DELIVERABLE, "d9.1")
NEW = RecordId(Kind.NEED, "n99")
REC_1, REC_2 = (RecordId(Kind.RECOMMENDATION, f"rec-0{each}") for each in "12")
ADA, BOB = "ada@example.org", "bob@example.org"


@pytest.mark.parametrize(
    "record",
    [
        EVENT,
        DELIVERABLE,
        RecordId(Kind.PRACTICE, "newtown-lamps"),
        RecordId(Kind.RECOMMENDATION, "rec-01"),
        RecordId(Kind.TERM, "abuse"),
        RecordId(Kind.NEED, "n01"),
    ],
    ids=str,
)
def test_restore_is_byte_for_byte(
    trash: Trash, workspace: Workspace, record: RecordId
) -> None:
    """Links of other records are restored too."""
    before = tree(workspace.documents)
    problems = len(workspace.corpus().problems)

    name = trash.delete(record, actor=ADA)

    assert workspace.corpus().get(record) is None
    assert len(workspace.corpus().problems) <= problems
    (trashed,) = trash.all()
    assert (trashed.record, trashed.actor) == (record, ADA)

    assert trash.restore(name, actor=ADA) == record
    assert tree(workspace.documents) == before
    assert trash.all() == ()


def test_restore_keeps_later_edits(trash: Trash, workspace: Workspace) -> None:
    """Links are restored in records edited since."""
    before = workspace.corpus().backlinks[EVENT]
    linking = sorted({link.target for link in before})
    name = trash.delete(EVENT, actor=ADA)
    for record in linking:
        path = workspace.path(f"{record}/fr.md")
        path.write_text(path.read_text("utf-8") + "\nDepuis.\n", "utf-8")

    trash.restore(name, actor=ADA)

    corpus = workspace.corpus()
    after = corpus.backlinks[EVENT]
    assert sorted(after, key=str) == sorted(before, key=str)
    for record in linking:
        assert "Depuis." in workspace.path(f"{record}/fr.md").read_text("utf-8")


def test_purge_deletes_after_ninety_days(
    repository: Repository, workspace: Workspace
) -> None:
    """The history keeps the record."""
    Trash(repository).delete(EVENT, actor=ADA)
    state = repository.history.changes(EVENT)[0].entry.before

    def later(days: int) -> Trash:
        now = repository.clock() + dt.timedelta(days=days)
        return Trash(open_repository(workspace.locations, clock=lambda: now))

    assert later(89).purge() == ()
    assert [each.record for each in later(91).purge()] == [EVENT]
    assert Trash(repository).all() == ()
    assert state is not None
    assert repository.history.contents(state)


def test_purge_does_not_believe_a_date_in_the_future(
    repository: Repository, workspace: Workspace
) -> None:
    """The clock was ten years ahead when the record was deleted."""
    now = repository.clock()

    def on_day(day: int) -> Trash:
        moment = now + dt.timedelta(days=day)
        return Trash(open_repository(workspace.locations, clock=lambda: moment))

    on_day(3652).delete(EVENT, actor=ADA)

    purged_on = [day for day in range(100) if on_day(day).purge()]

    assert purged_on == [91]
    assert on_day(100).all() == ()


def test_a_merged_record_has_the_links_of_both(
    trash: Trash, workspace: Workspace
) -> None:
    """Links to the duplicate are redirected."""
    before = workspace.corpus()
    linking = {link.target for link in before.backlinks[EVENT]} - {OTHER_EVENT}

    name = trash.merge(OTHER_EVENT, EVENT, actor=ADA)

    corpus = workspace.corpus()
    assert corpus.get(EVENT) is None
    assert linking <= {link.target for link in corpus.backlinks[OTHER_EVENT]}
    assert trash.all()[0].merged_into == OTHER_EVENT

    trash.restore(name, actor=ADA)

    assert tree(workspace.documents) == tree(workspace.documents)
    assert workspace.corpus().backlinks[EVENT] == before.backlinks[EVENT]


@pytest.mark.parametrize(
    ("record", "duplicate"),
    [(OTHER_EVENT, EVENT), (EVENT, OTHER_EVENT), (REC_1, REC_2), (REC_2, REC_1)],
    ids=str,
)
def test_the_preview_of_a_merge_is_the_content_after_it(
    trash: Trash,
    repository: Repository,
    workspace: Workspace,
    record: RecordId,
    duplicate: RecordId,
) -> None:
    """Judged searches run on it; nothing is changed, and no folder stays behind."""
    before = tree(workspace.documents)
    repository.reader.read()  # it may store the records that it read
    instance = set(repository.locations.instance.iterdir())

    future = merge_preview(repository, record, duplicate)

    assert tree(workspace.documents) == before
    assert set(repository.locations.instance.iterdir()) == instance
    trash.merge(record, duplicate, actor=ADA)
    assert future.records == workspace.corpus().records
    assert future.backlinks == workspace.corpus().backlinks


def test_a_merged_deliverable_has_the_originals_of_both(
    trash: Trash, repository: Repository, workspace: Workspace
) -> None:
    """Quotations name the new name of their file, and the preview has them too."""
    other = RecordId(Kind.DELIVERABLE, "d9.2")
    source, copy = workspace.path("deliverables/d9.1"), workspace.path(str(other))
    copy.mkdir()
    for name in ("fr.md", "en.md", "record.yaml"):
        text = (source / name).read_text("utf-8")
        (copy / name).write_text(text.replace("id: d9.1", "id: d9.2"), "utf-8")
    workspace.add_file(b"# One", "report.md")
    workspace.add_file(b"# Two", "report.md", deliverable="d9.2")
    record = workspace.path("recommendations/rec-01/record.yaml")
    quotation = "quotations:\n  - {deliverable: d9.2, file: report.md, text: Two}\n"
    record.write_text(record.read_text("utf-8") + quotation, "utf-8")

    repository.locations.instance.mkdir()
    future = merge_preview(repository, DELIVERABLE, other)
    trash.merge(DELIVERABLE, other, actor=ADA)

    corpus = workspace.corpus()
    assert future.records == corpus.records
    merged = corpus.get(DELIVERABLE)
    quoting = corpus.get(RecordId(Kind.RECOMMENDATION, "rec-01"))
    assert isinstance(merged, Deliverable)
    assert [file.name for file in merged.files] == ["report.md", "report-2.md"]
    assert isinstance(quoting, Recommendation)
    assert quoting.quotations[0].deliverable == DELIVERABLE
    assert quoting.quotations[0].file == "report-2.md"


def give_former_ids(workspace: Workspace, record: RecordId, *ids: str) -> None:
    """Add former ids to the file of a record."""
    path = workspace.path(f"{record}/record.yaml")
    line = f"former_ids: [{', '.join(ids)}]\n"
    path.write_text(path.read_text("utf-8") + line, "utf-8")


def test_a_merged_record_has_the_former_ids_of_both(
    trash: Trash, workspace: Workspace
) -> None:
    """Addresses that led to the duplicate lead to the record that remains."""
    give_former_ids(workspace, OTHER_EVENT, "w7")
    give_former_ids(workspace, EVENT, "w8", "needs/n98")

    trash.merge(OTHER_EVENT, EVENT, actor=ADA)

    corpus = workspace.corpus()
    for former in ("events/w7", "events/w8", "needs/n98"):
        former_id = RecordId.parse(former)
        assert former_id is not None
        assert corpus.current_id(former_id) == OTHER_EVENT


@pytest.mark.parametrize("is_edited", [False, True], ids=["unedited", "edited"])
def test_a_restored_duplicate_has_its_former_ids_alone(
    trash: Trash, workspace: Workspace, *, is_edited: bool
) -> None:
    """Two records that claimed one address would be a problem; later edits stay."""
    give_former_ids(workspace, OTHER_EVENT, "w7")
    give_former_ids(workspace, EVENT, "w8")
    before = workspace.corpus()
    name = trash.merge(OTHER_EVENT, EVENT, actor=ADA)
    if is_edited:
        path = workspace.path(f"{OTHER_EVENT}/fr.md")
        path.write_text(path.read_text("utf-8") + "\nDepuis.\n", "utf-8")

    trash.restore(name, actor=ADA)

    corpus = workspace.corpus()
    assert corpus.survivors == before.survivors
    assert [*map(str, corpus.problems)] == [*map(str, before.problems)]


def test_invalid_merges_are_rejected(trash: Trash, workspace: Workspace) -> None:
    """Nothing is changed."""
    before = tree(workspace.documents)

    with pytest.raises(InvalidChangeError):
        trash.merge(EVENT, DELIVERABLE, actor=ADA)
    with pytest.raises(InvalidChangeError):
        trash.merge(EVENT, EVENT, actor=ADA)
    with pytest.raises(NotFoundError):
        trash.delete(RecordId(Kind.EVENT, "none"), actor=ADA)
    with pytest.raises(NotFoundError):
        trash.restore("none", actor=ADA)

    assert tree(workspace.documents) == before


def test_restore_does_not_replace_a_record(trash: Trash, workspace: Workspace) -> None:
    """Another record has the id now."""
    name = trash.delete(EVENT, actor=ADA)
    workspace.path(str(EVENT)).mkdir()

    with pytest.raises(AlreadyExistsError):
        trash.restore(name, actor=ADA)


def edited_draft(drafts: DraftEditor, record: RecordId = EVENT) -> Draft:
    """Return a saved draft."""
    draft = drafts.begin(record, ADA)
    texts = {**draft.texts, "fr.md": draft.texts.get("fr.md", "") + "\nBrouillon.\n"}
    return drafts.save(record, texts, version=draft.version, actor=ADA)


@pytest.mark.parametrize("record", [EVENT, DELIVERABLE, NEW], ids=str)
def test_a_discarded_draft_comes_back_as_it_was(
    drafts: DraftEditor, trash: Trash, workspace: Workspace, record: RecordId
) -> None:
    """Also its files, its writers, and the record that it was made from."""
    workspace.add_file(b"# Report", "report.md")
    draft = edited_draft(drafts, record)

    drafts.discard(record, BOB)

    assert drafts.all() == ()
    (trashed,) = trash.all()
    assert (trashed.record, trashed.actor, trashed.is_draft) == (record, BOB, True)

    assert trash.restore_draft(trashed.transaction, actor=BOB) == record
    back = drafts.load(record)
    assert back == replace(draft, notes=replace(draft.notes, session_start=None))
    assert trash.all() == ()


def test_a_discarded_draft_is_purged_after_ninety_days(
    drafts: DraftEditor, repository: Repository, workspace: Workspace
) -> None:
    """As a deleted record; the history keeps its text."""
    draft = edited_draft(drafts)
    drafts.discard(EVENT, ADA)

    now = repository.clock() + dt.timedelta(days=91)
    later = Trash(open_repository(workspace.locations, clock=lambda: now))

    assert [each.record for each in later.purge()] == [EVENT]
    state = repository.history.changes(EVENT)[0].entry.before
    assert repository.history.texts(state) == draft.texts


def test_a_new_draft_whose_id_is_used_meanwhile_comes_back_under_another(
    drafts: DraftEditor, trash: Trash, repository: Repository
) -> None:
    """Neither of the two drafts is lost."""
    draft = edited_draft(drafts, NEW)
    drafts.discard(NEW, ADA)
    drafts.begin(NEW, BOB)

    record = trash.restore_draft(trash.all()[0].transaction, actor=ADA)

    assert record == RecordId(Kind.NEED, "n99-2")
    assert drafts.load(record).texts["fr.md"] == draft.texts["fr.md"]
    assert "id: n99-2" in drafts.load(record).texts["record.yaml"]
    restored = repository.history.changes(record)[0].entry
    assert (restored.action, restored.is_draft) == (HistoryAction.RESTORED, True)
    assert restored.detail == str(NEW)


def test_a_new_draft_does_not_come_back_under_a_former_id(
    drafts: DraftEditor, trash: Trash, workspace: Workspace
) -> None:
    """Its address leads to a published record meanwhile."""
    edited_draft(drafts, NEW)
    drafts.discard(NEW, ADA)
    give_former_ids(workspace, EVENT, str(NEW))

    record = trash.restore_draft(trash.all()[0].transaction, actor=ADA)

    assert record == RecordId(Kind.NEED, "n99-2")


def test_drafts_and_records_are_restored_by_their_own_functions(
    drafts: DraftEditor, trash: Trash, workspace: Workspace
) -> None:
    """Whoever may only edit must not publish a deleted record, nor a draft."""
    edited_draft(drafts)
    drafts.discard(EVENT, ADA)
    draft = trash.all()[0].transaction
    record = trash.delete(OTHER_EVENT, actor=ADA)
    before = tree(workspace.documents)

    with pytest.raises(NotFoundError):
        trash.restore(draft, actor=ADA)
    with pytest.raises(NotFoundError):
        trash.restore_draft(record, actor=ADA)

    assert tree(workspace.documents) == before


def test_a_trash_of_an_earlier_version_is_read(trash: Trash) -> None:
    """Its notes do not say whether a record was a draft: it was none."""
    name = trash.delete(EVENT, actor=ADA)
    path = trash.folder / name / "deleted.json"
    body = json.loads(path.read_bytes())
    del body["is_draft"]
    path.write_text(json.dumps(body), "utf-8")

    assert [each.is_draft for each in trash.all()] == [False]
    assert trash.restore(name, actor=ADA) == EVENT
