"""The view model of the dossier."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from indexer.model.records import Record
from kb.web.cards import Card, record_card
from kb.web.dossier_cookie import dossier_url
from kb.web.page_content import PageContent
from kb.web.urls import absolute


@dataclass(frozen=True, slots=True)
class DossierItem:
    """A record of the dossier."""

    key: str
    card: Card


@dataclass(frozen=True, slots=True)
class DossierView:
    """All that the page of the dossier shows."""

    items: tuple[DossierItem, ...]
    is_shared: bool
    share_url: str


def dossier_view(
    records: Iterable[Record], content: PageContent, *, is_shared: bool
) -> DossierView:
    """Return the view of a list of records."""
    records = tuple(records)
    ids = [record.id for record in records]
    return DossierView(
        items=tuple(
            DossierItem(str(record.id), record_card(record, content))
            for record in records
        ),
        is_shared=is_shared,
        share_url=absolute(dossier_url(content.locale, ids)),
    )
