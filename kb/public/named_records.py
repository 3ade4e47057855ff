"""The records that the parameters of an address name, with notes on missing ones."""

from __future__ import annotations

from flask_babel import gettext as _

from indexer.model.ids import RecordId
from indexer.model.records import Record
from kb.briefs.printable import printable
from kb.web.moved_records import find_tombstone
from kb.web.page_content import PageContent

MAX_SHOWN_ID = 80


def named_record(text: str, content: PageContent, notes: list[str]) -> Record | None:
    """Return the record of an id; a former id adds a note, an unknown one too."""
    record_id = RecordId.parse(text)
    if record_id is None:
        notes.append(
            _(
                "“%(text)s” is not the id of a record. An id is a kind and a name, "
                "such as practices/milan-stolen-bikes.",
                text=printable(text)[:MAX_SHOWN_ID],
            )
        )
        return None
    record = content.corpus.get(record_id)
    return _successor(record_id, content, notes) if record is None else record


def _successor(
    record_id: RecordId, content: PageContent, notes: list[str]
) -> Record | None:
    """Return the record that a former id leads to; add a note in any case."""
    tombstone, text = find_tombstone(record_id), str(record_id)
    if tombstone is None:
        notes.append(_("There is no record “%(text)s”.", text=text))
        return None
    into = content.corpus.get(tombstone.into) if tombstone.into is not None else None
    if into is None:
        notes.append(_("The record “%(text)s” was withdrawn.", text=text))
        return None
    title = into.edition(content.locale).title
    notes.append(
        _("The record “%(text)s” is now part of “%(title)s”.", text=text, title=title)
    )
    return into
