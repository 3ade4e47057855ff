"""Tests of the draft editor: saves, conflicts, originals, checks."""

from pathlib import Path

import pytest

from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind, Locale, RecordId
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft import listed_files
from kb.publishing.drafts.draft_editor import DraftConflictError, DraftEditor
from kb.publishing.errors import AlreadyExistsError, InvalidChangeError, NotFoundError
from kb.publishing.history.history_entries import HistoryAction
from kb.publishing.published.publisher import Publisher
from kb.publishing.records.problem_locations import locate
from tests.support.builders import Workspace

EVENT = RecordId(Kind.EVENT, "w9")
NEW = RecordId(Kind.NEED, "n99")
DELIVERABLE = RecordId(Kind.DELIVERABLE, "d9.1")
ADA, BOB = "ada@example.org", "bob@example.org"


def test_an_incomplete_draft_is_saved(drafts: DraftEditor) -> None:
    """A half-filled form is saved as it is."""
    draft = drafts.begin(NEW, ADA)

    texts = {RECORD_FILE: "id: n99\nthemes: [\n", "fr.md": "À moitié"}
    saved = drafts.save(NEW, texts, version=draft.version, actor=ADA)

    assert saved.texts == texts
    assert saved.notes.by == ADA
    assert drafts.load(NEW) == saved
    assert drafts.all() == (saved,)


def test_a_draft_stores_the_state_of_its_record(
    drafts: DraftEditor, repository: Repository
) -> None:
    """The state is compared with the record when the draft is published."""
    draft = drafts.begin(EVENT, ADA)

    assert draft.notes.published == repository.state(EVENT)
    assert draft.texts["fr.md"] == (
        repository.record_folder(EVENT) / "fr.md"
    ).read_text("utf-8")
    assert drafts.begin(EVENT, BOB) == draft


def test_a_conflict_has_both_texts_and_stores_the_unsaved_one(
    drafts: DraftEditor, repository: Repository
) -> None:
    """The error has both texts and their differences."""
    draft = drafts.begin(EVENT, ADA)
    hers = {**draft.texts, "fr.md": draft.texts["fr.md"] + "\nDe Ada.\n"}
    his = {**draft.texts, "fr.md": draft.texts["fr.md"] + "\nDe Bob.\n"}
    drafts.save(EVENT, hers, version=draft.version, actor=ADA)

    with pytest.raises(DraftConflictError) as caught:
        drafts.save(EVENT, his, version=draft.version, actor=BOB)

    assert caught.value.theirs.texts == hers
    assert caught.value.yours == his
    (difference,) = caught.value.differences
    assert (difference.old_text, difference.new_text) == ("De Ada.", "De Bob.")
    assert [p.text for p in difference.new if p.is_marked] == ["Bob"]
    assert ADA in str(caught.value.message)
    assert drafts.load(EVENT).texts == hers
    (unsaved,) = repository.history.changes(EVENT)
    assert unsaved.entry.action is HistoryAction.NOT_SAVED
    assert repository.history.texts(unsaved.entry.after) == his


def test_saving_equal_texts_is_no_conflict(
    drafts: DraftEditor, repository: Repository
) -> None:
    """An autosave and then the save button send the same texts."""
    draft = drafts.begin(EVENT, ADA)
    typed = {**draft.texts, "fr.md": draft.texts["fr.md"] + "\nDe Ada.\n"}
    saved = drafts.save(EVENT, typed, version=draft.version, actor=ADA)

    resaved = drafts.save(EVENT, typed, version=draft.version, actor=ADA)

    assert resaved == saved
    assert repository.history.changes(EVENT) == ()


def test_a_save_after_discard_is_stored_in_the_history(
    drafts: DraftEditor, repository: Repository
) -> None:
    """One person discards the draft while another edits it."""
    draft = drafts.begin(EVENT, ADA)
    drafts.discard(EVENT, ADA)

    with pytest.raises(NotFoundError):
        drafts.save(EVENT, {"fr.md": "Tard."}, version=draft.version, actor=BOB)

    late, discarded = repository.history.changes(EVENT)
    assert repository.history.texts(late.entry.after) == {"fr.md": "Tard."}
    assert repository.history.texts(discarded.entry.before) == draft.texts
    assert drafts.all() == ()


def test_saving_unchanged_texts_keeps_the_version(
    drafts: DraftEditor, repository: Repository
) -> None:
    """An autosave without edits writes nothing."""
    draft = drafts.begin(EVENT, ADA)

    assert drafts.save(EVENT, draft.texts, version=draft.version, actor=BOB) == draft
    assert repository.history.changes() == ()


def test_attach_and_detach_originals(drafts: DraftEditor, tmp_path: Path) -> None:
    """Two files of one name get different names."""
    path = tmp_path / "x"
    path.write_bytes(b"one")
    before = drafts.begin(DELIVERABLE, ADA)

    first, second = (
        drafts.attach(
            DELIVERABLE, path, name="a/b.pdf", facts={"sha256": "0" * 64}, actor=ADA
        )
        for _ in range(2)
    )
    drafts.detach(DELIVERABLE, name=first, actor=ADA)

    draft = drafts.load(DELIVERABLE)
    assert (first, second) == ("a-b.pdf", "a-b-2.pdf")
    assert draft.files == (*before.files, "a-b-2.pdf")
    listed = [each["name"] for each in listed_files(draft)]
    assert listed == [*(each["name"] for each in listed_files(before)), "a-b-2.pdf"]
    with pytest.raises(NotFoundError):
        drafts.detach(DELIVERABLE, name=first, actor=ADA)


def test_rename_of_an_unpublished_draft(drafts: DraftEditor) -> None:
    """The title was not known when the draft was created."""
    drafts.begin(NEW, ADA)

    renamed = drafts.rename(NEW, "n100", ADA)

    assert renamed.texts == {RECORD_FILE: "id: n100\n"}
    assert [each.record for each in drafts.all()] == [RecordId(Kind.NEED, "n100")]


def test_rename_rejects_used_and_invalid_ids(drafts: DraftEditor) -> None:
    """An invalid id could lead outside the folder of drafts."""
    drafts.begin(NEW, ADA)
    drafts.begin(EVENT, ADA)

    with pytest.raises(AlreadyExistsError):
        drafts.rename(NEW, "n01", ADA)
    with pytest.raises(InvalidChangeError):
        drafts.rename(NEW, "../n01", ADA)
    with pytest.raises(InvalidChangeError):
        drafts.rename(EVENT, "w10", ADA)
    with pytest.raises(InvalidChangeError):
        drafts.begin(RecordId(Kind.NEED, "../../x"), ADA)
    with pytest.raises(NotFoundError):
        drafts.save(NEW, {"../x": "y"}, version=drafts.load(NEW).version, actor=ADA)


def test_rename_rejects_a_former_id(drafts: DraftEditor, workspace: Workspace) -> None:
    """The address leads to another record; the message names that one."""
    path = workspace.path(f"{EVENT}/record.yaml")
    text = path.read_text("utf-8") + "former_ids: [needs/n50]\n"
    path.write_text(text, "utf-8")
    drafts.begin(NEW, ADA)

    with pytest.raises(InvalidChangeError, match="'n50' is a former id of events/w9"):
        drafts.rename(NEW, "n50", ADA)

    assert [each.record for each in drafts.all()] == [NEW]


def test_problems_of_a_draft_equal_those_of_the_content_check(
    drafts: DraftEditor,
) -> None:
    """Each problem has its file, line and remedy."""
    draft = drafts.begin(RecordId(Kind.PRACTICE, "newtown-lamps"), ADA)
    texts = {
        RECORD_FILE: draft.texts[RECORD_FILE]
        + "sources:\n  - https://example.org/\n  - nowhere\ndate: soon\n",
        "fr.md": draft.texts["fr.md"].replace("summary:", "# summary:"),
        "en.md": draft.texts["en.md"] + "\n[Nothing](events/nothing)\n",
    }
    drafts.save(draft.record, texts, version=draft.version, actor=ADA)

    located = locate(drafts.problems(draft.record), texts)

    locations = {(each.file, each.field, each.item) for each in located}
    assert (RECORD_FILE, "date", None) in locations
    assert (RECORD_FILE, "sources", 1) in locations
    assert ("fr.md", "summary", None) in locations
    assert ("en.md", "body", None) in locations


def test_a_draft_does_not_change_the_content(
    drafts: DraftEditor, repository: Repository, publisher: Publisher
) -> None:
    """The published record is unchanged until the draft is published."""
    before = repository.state(EVENT)
    draft = drafts.begin(EVENT, ADA)
    texts = {**draft.texts, "en.md": ""}
    drafts.save(EVENT, texts, version=draft.version, actor=ADA)

    assert repository.state(EVENT) == before

    publisher.publish(EVENT, actor=BOB)

    assert not (repository.record_folder(EVENT) / "en.md").exists()
    assert drafts.all() == ()


def test_preview_reads_the_draft_with_the_content(
    drafts: DraftEditor, repository: Repository
) -> None:
    """Links of other records to the draft are in the preview."""
    draft = drafts.begin(EVENT, ADA)
    texts = {**draft.texts, "fr.md": draft.texts["fr.md"] + "\nAperçu.\n"}
    drafts.save(EVENT, texts, version=draft.version, actor=ADA)

    preview = drafts.preview(EVENT)

    record = preview.get(EVENT)
    assert record is not None
    assert "Aperçu." in str(record.edition(Locale.FR).body)
    published = repository.reader.read()
    assert preview.backlinks[EVENT] == published.backlinks[EVENT]
    assert "Aperçu." not in str(published.records[EVENT].edition(Locale.FR).body)


def test_problems_of_a_draft_include_warnings(drafts: DraftEditor) -> None:
    """A record without incoming links is a warning."""
    draft = drafts.begin(NEW, ADA)
    texts = {
        RECORD_FILE: "id: n99\nupdated: 2026-01-01\nthemes: [all]\nbasis: stated\n"
        "sources: [https://example.org]\nconfidence: seen\n",
        "fr.md": "---\ntitle: Un\nsummary: Deux\n---\n",
        "en.md": "---\ntitle: One\nsummary: Two\n---\n",
    }
    drafts.save(NEW, texts, version=draft.version, actor=ADA)

    (problem,) = drafts.problems(NEW)

    assert problem.is_warning


@pytest.mark.parametrize("slug", ["../../x", "..", "a/b", "", ".x"])
def test_ids_from_urls_do_not_leave_the_drafts(
    drafts: DraftEditor, publisher: Publisher, slug: str
) -> None:
    """A slug with a path is rejected."""
    record = RecordId(Kind.EVENT, slug)

    with pytest.raises(NotFoundError):
        drafts.load(record)
    with pytest.raises(NotFoundError):
        drafts.discard(record, ADA)
    with pytest.raises(NotFoundError):
        publisher.publish(record, actor=ADA)
    with pytest.raises(NotFoundError):
        publisher.withdraw(record, actor=ADA)
