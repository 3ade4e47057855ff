"""How to cite a record: references to copy, and files for reference managers."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Response

from indexer.model.ids import Locale
from indexer.model.record import Record
from kb.citations.citation_formats import CITATION_FORMATS, CitationFormat
from kb.citations.references import Reference, references
from kb.web.locale import page_locale
from kb.web.records.record_state import past_state, state_url
from kb.web.responses.downloads import as_attachment
from kb.web.urls import absolute, citation_url, record_url


@dataclass(frozen=True, slots=True)
class CitationBox:
    """The box of a page.

    Attributes:
        first: the reference by ISO 690.
        others: those in the other styles.
        files: the name and the address of each file.
        url: the whole address of the page.
        state_url: the whole address of what the page shows today; "" if it is `url`, or
            if the history does not have it.
    """

    first: Reference
    others: tuple[Reference, ...]
    files: tuple[tuple[str, str], ...]
    url: str
    state_url: str


def citation_box(
    record: Record, locale: Locale, *, day: dt.date | None = None
) -> CitationBox:
    """Return the box of a record; with `day`, that of its state on that day."""
    first, *others = references(record, locale, day=day)
    url = record_url(record.id, locale, day=day)
    # A page may be cached from before the history had the record: it lacks a link.
    lasting = url if day is not None else state_url(record, locale)
    return CitationBox(
        first=first,
        others=tuple(others),
        files=tuple(
            (file.name, citation_url(record.id, locale, file.extension, day=day))
            for file in CITATION_FORMATS.values()
        ),
        url=absolute(url),
        state_url=absolute(lasting) if lasting != url else "",
    )


def record_citation(
    record: Record, day: dt.date | None, wanted: CitationFormat
) -> Response:
    """Return the reference to a published record, or to its state on a day, as a file.

    Raises:
        HTTPException: there is no such state, or the history can't be read now.
    """
    cited = record if day is None else past_state(record, day).record
    name = f"{record.id.kind.value}-{record.id.slug}.{wanted.extension}"
    return citation_response(wanted, [cited], name, day=day)


def citation_response(
    wanted: CitationFormat,
    records: Iterable[Record],
    name: str,
    *,
    day: dt.date | None = None,
) -> Response:
    """Return references in the language of the page as a file to save."""
    text = "".join(wanted.write(records, page_locale(), day=day))
    return as_attachment(text, name=name, media_type=wanted.media_type)
