"""Visitors are led from a record that is gone to where it went."""

from __future__ import annotations

from indexer.model.ids import Kind, RecordId
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.history.tombstones import Tombstone, tombstone_of
from kb.publishing.published.publisher import Publisher
from kb.publishing.published.trash import Trash

EVENT = RecordId(Kind.EVENT, "w9")
OTHER = RecordId(Kind.EVENT, "undated")
ADA = "ada@example.org"


def departure(repository: Repository, record: RecordId) -> Tombstone | None:
    """Ask where a record went."""
    return tombstone_of(
        repository.history, record, repository.reader.read().records.__contains__
    )


def test_a_merged_record_leads_to_the_one_that_it_went_into(
    repository: Repository, remover: Trash
) -> None:
    """Deleted in its turn, that one is said to be."""
    remover.merge(OTHER, EVENT, actor=ADA)
    assert departure(repository, EVENT) == Tombstone(OTHER)

    name = remover.delete(OTHER, actor=ADA)
    assert departure(repository, EVENT) == Tombstone()
    assert departure(repository, OTHER) == Tombstone()

    remover.restore(name, actor=ADA)
    assert departure(repository, EVENT) == Tombstone(OTHER)


def test_neither_drafts_nor_what_is_withdrawn_are_told_of(
    repository: Repository, remover: Trash
) -> None:
    """They answer as what never was."""
    never = RecordId(Kind.EVENT, "never")
    remover.merge(OTHER, EVENT, actor=ADA)
    Publisher(repository).unpublish(OTHER, actor=ADA)
    DraftEditor(repository).begin(never, ADA)
    DraftEditor(repository).discard(never, ADA)

    for record in (EVENT, OTHER, never):
        assert departure(repository, record) is None


def test_two_that_were_merged_into_each_other_lead_nowhere(
    repository: Repository, remover: Trash
) -> None:
    """One was brought back in between, and both are gone by hand at the end."""
    name = remover.merge(OTHER, EVENT, actor=ADA)
    remover.restore(name, actor=ADA)
    remover.merge(EVENT, OTHER, actor=ADA)

    assert departure(repository, OTHER) == Tombstone(EVENT)
    assert tombstone_of(repository.history, OTHER, lambda _: False) is None
