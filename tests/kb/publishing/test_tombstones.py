"""Visitors are led from a record that is gone to where it went."""

from __future__ import annotations

from indexer.model.ids import Kind, RecordId
from kb.publishing.changes.repository import Holdings
from kb.publishing.drafts.draft_editor import Drafts
from kb.publishing.history.tombstones import Departure, departure_of
from kb.publishing.published.publisher import Publisher
from kb.publishing.published.trash import Remover

EVENT = RecordId(Kind.EVENT, "w9")
OTHER = RecordId(Kind.EVENT, "undated")
ADA = "ada@example.org"


def departure(holdings: Holdings, record: RecordId) -> Departure | None:
    """Ask where a record went."""
    return departure_of(
        holdings.history, record, holdings.reader.read().records.__contains__
    )


def test_a_merged_record_leads_to_the_one_that_it_went_into(
    holdings: Holdings, remover: Remover
) -> None:
    """Deleted in its turn, that one is said to be."""
    remover.merge(OTHER, EVENT, who=ADA)
    assert departure(holdings, EVENT) == Departure(OTHER)

    name = remover.delete(OTHER, who=ADA)
    assert departure(holdings, EVENT) == Departure()
    assert departure(holdings, OTHER) == Departure()

    remover.restore(name, who=ADA)
    assert departure(holdings, EVENT) == Departure(OTHER)


def test_neither_drafts_nor_what_is_withdrawn_are_told_of(
    holdings: Holdings, remover: Remover
) -> None:
    """They answer as what never was."""
    never = RecordId(Kind.EVENT, "never")
    remover.merge(OTHER, EVENT, who=ADA)
    Publisher(holdings).unpublish(OTHER, who=ADA)
    Drafts(holdings).begin(never, ADA)
    Drafts(holdings).discard(never, ADA)

    for record in (EVENT, OTHER, never):
        assert departure(holdings, record) is None


def test_two_that_were_merged_into_each_other_lead_nowhere(
    holdings: Holdings, remover: Remover
) -> None:
    """One was brought back in between, and both are gone by hand at the end."""
    name = remover.merge(OTHER, EVENT, who=ADA)
    remover.restore(name, who=ADA)
    remover.merge(EVENT, OTHER, who=ADA)

    assert departure(holdings, OTHER) == Departure(EVENT)
    assert departure_of(holdings.history, OTHER, lambda _: False) is None
