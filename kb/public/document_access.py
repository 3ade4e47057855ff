"""What can be opened of a deliverable whose file is not kept here, and whom to ask."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from indexer.model.ids import Locale
from indexer.model.records import (
    Availability,
    Deliverable,
    Record,
    SourceReference,
    SourceStatus,
)
from kb.web.cards import inferred_mark
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l
from kb.web.provenance import SourceView, source_view

EU_DATABASE = "CORDIS"
"""The publisher of the pages on all projects of the European Union."""

_WHAT_WAS_READ: dict[Availability, LazyString] = {
    Availability.COMPLETE: _l("The complete text was read online."),
    Availability.FIRST_PAGES: _l(
        "Only the first pages could be read, online. What the rest says is not known."
    ),
    Availability.TITLE_ONLY: _l(
        "Only its title is known, and what other pages say of it. "
        "Its text was not read."
    ),
    Availability.NOT_FOUND: _l(
        "The document was not found. "
        "What this page says of it comes from other sources."
    ),
}
_READ = {Availability.COMPLETE, Availability.FIRST_PAGES}


@dataclass(frozen=True, slots=True)
class DocumentAccess:
    """How to get a document without a file.

    Attributes:
        what_was_read: one or two sentences.
        online: the source that is the document itself, if it was read there.
        host: the name of the site of `online`.
        is_copy: whether `online` is an unofficial copy.
        official: a page of the project, of the body that led the work or of the
            European database of projects.
        lead: the body to ask; "" if it is not known.
    """

    what_was_read: str
    online: SourceView | None
    host: str
    is_copy: bool
    official: SourceView | None
    lead: str


def document_access(record: Record, locale: Locale) -> DocumentAccess | None:
    """Return how to get a deliverable without a file; None for any other record."""
    if not isinstance(record, Deliverable) or record.files:
        return None
    online = _online(record) if record.availability in _READ else None
    official = next(_official(record, online), None)
    return DocumentAccess(
        what_was_read=str(_WHAT_WAS_READ[record.availability]),
        online=source_view(online, locale) if online is not None else None,
        host=_host(online.url) if online is not None else "",
        is_copy=online is not None and online.status is SourceStatus.COPY,
        official=source_view(official, locale) if official is not None else None,
        lead=inferred_mark(record, "lead", record.lead) if record.lead else "",
    )


def _online(record: Deliverable) -> SourceReference | None:
    """Return the first source that has the title of the document, and an address."""
    return next(
        (
            each
            for each in record.sources
            if each.title and each.url and each.status is not SourceStatus.DEAD
        ),
        None,
    )


def _official(
    record: Deliverable, online: SourceReference | None
) -> Iterator[SourceReference]:
    """Yield the official pages: of the project, of the lead, of the database."""
    for publishers in _publishers(record):
        for each in record.sources:
            is_sound = each.url and each.status is None and each is not online
            if is_sound and each.publisher in publishers:
                yield each


def _publishers(record: Deliverable) -> Iterator[Collection[str]]:
    if record.project:
        yield {record.project}
    if record.lead:
        yield set(record.lead.split(", "))
    yield {EU_DATABASE}


def _host(url: str) -> str:
    return urlsplit(url).netloc.removeprefix("www.")
