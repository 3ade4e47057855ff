"""Tests of tombstones."""

import shutil

from indexer.model.ids import Kind, RecordId
from kb.publishing.changes.external_edits import ExternalEditDetector
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.history.past_states import Tombstone, tombstone_of
from kb.publishing.published.publisher import Publisher
from kb.publishing.published.trash import Trash

EVENT = RecordId(Kind.EVENT, "w9")
OTHER = RecordId(Kind.EVENT, "undated")
ADA = "ada@example.org"


def tombstone(repository: Repository, record: RecordId) -> Tombstone | None:
    """Return the tombstone of a record."""
    return tombstone_of(repository.history, record, repository.reader.read().current_id)


def test_a_merged_record_redirects_to_its_target(
    repository: Repository, trash: Trash
) -> None:
    """If the target is deleted, the tombstone says deleted."""
    trash.merge(OTHER, EVENT, actor=ADA)
    assert tombstone(repository, EVENT) == Tombstone(OTHER)

    name = trash.delete(OTHER, actor=ADA)
    assert tombstone(repository, EVENT) == Tombstone()
    assert tombstone(repository, OTHER) == Tombstone()

    trash.restore(name, actor=ADA)
    assert tombstone(repository, EVENT) == Tombstone(OTHER)


def test_drafts_and_withdrawn_records_have_no_tombstone(
    repository: Repository, trash: Trash
) -> None:
    """Their existence is not revealed."""
    never = RecordId(Kind.EVENT, "never")
    trash.merge(OTHER, EVENT, actor=ADA)
    Publisher(repository).withdraw(OTHER, actor=ADA)
    DraftEditor(repository).begin(never, ADA)
    DraftEditor(repository).discard(never, ADA)

    for record in (EVENT, OTHER, never):
        assert tombstone(repository, record) is None


def test_a_record_removed_by_hand_is_a_deleted_one(repository: Repository) -> None:
    """Its readers learn that it was there, as if staff had deleted it."""
    detector = ExternalEditDetector(repository)
    detector.record_edits()
    shutil.rmtree(repository.locations.documents / str(OTHER))
    detector.record_edits()

    assert tombstone(repository, OTHER) == Tombstone()


def test_a_circle_of_merges_has_no_tombstone(
    repository: Repository, trash: Trash
) -> None:
    """Two records were merged into each other, with a revert in between."""
    name = trash.merge(OTHER, EVENT, actor=ADA)
    trash.restore(name, actor=ADA)
    trash.merge(EVENT, OTHER, actor=ADA)

    assert tombstone(repository, OTHER) == Tombstone(EVENT)
    assert tombstone_of(repository.history, OTHER, lambda _: None) is None
