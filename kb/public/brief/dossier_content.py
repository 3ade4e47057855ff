"""The records that a dossier shows, and what a reader must know about the others."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.model.ids import RecordId
from indexer.model.records import Record
from kb.public.brief.brief_request import BriefRequest
from kb.public.brief.past_records import records_on
from kb.public.named_records import named_record
from kb.web.page_content import PageContent
from kb.web.past_state import day_text


@dataclass(frozen=True, slots=True)
class DossierContent:
    """The records of a dossier, in their order.

    `gone` says which of the records that it names are missing or were replaced;
    `changes` what changed since its day, if it has one.
    """

    records: tuple[Record, ...]
    gone: tuple[str, ...]
    changes: tuple[str, ...]

    @property
    def ids(self) -> tuple[RecordId, ...]:
        """The ids of the records."""
        return tuple(each.id for each in self.records)


def dossier_content(
    request: BriefRequest, content: PageContent, today: dt.date
) -> DossierContent:
    """Return the records that a request names, as they stood on its day."""
    gone: list[str] = []
    found = (named_record(text, content, gone) for text in request.records)
    records = tuple({each.id: each for each in found if each is not None}.values())
    changes: list[str] = []
    if request.at is not None and request.at < today:
        records = records_on(records, request.at, changes)
        changes = changes or [_("Since then, nothing in these records was changed.")]
        day = day_text(request.at)
        changes.insert(0, _("This is the content of %(date)s.", date=day))
    return DossierContent(records, tuple(gone), tuple(changes))
