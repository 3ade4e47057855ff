"""What is cited of a record, as an item of CSL-JSON: the source of all formats."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from indexer.model.dates import PartialDate
from indexer.model.ids import Locale
from indexer.model.records import Deliverable, DeliverableType, Record
from kb.services import services
from kb.web.locale import lazy_gettext as _l
from kb.web.urls import absolute, record_url

CslItem = dict[str, Any]
"""An item as the schema of CSL-JSON 1.0.2 describes it."""

SITE_NAME = _l("Innovation and Security")
PUBLISHER_NAME = _l("European Forum for Urban Security (Efus)")

_INITIALS = re.compile(r"(?P<given>(?:[^\W\d_]{1,2}\.[ -]?)+) *(?P<family>[^\W\d_].*)")
"""A name as reports print it: « P. van den Brink »."""

_BLANKS = re.compile(r"[\x00-\x20\x7f]+")


def csl_item(record: Record, locale: Locale, *, day: dt.date | None = None) -> CslItem:
    """Return what is cited of a record, with its address and today as day of access.

    A deliverable is cited as the report that it is, any other record as a page that
    Efus publishes. With `day`, the address is that of its state on that day.
    """
    edition = record.edition(locale)
    cited = (
        _report(record, edition.title)
        if isinstance(record, Deliverable)
        else _page(record, edition.title, edition.locale)
    )
    return {
        "id": f"{record.id.kind.value}-{record.id.slug}",
        **{name: value for name, value in cited.items() if value},
        "abstract": _line(edition.summary),
        "URL": absolute(record_url(record.id, locale, day=day)),
        "accessed": _csl_date(_today()),
    }


def csl_json(
    records: Iterable[Record], locale: Locale, *, day: dt.date | None = None
) -> Iterator[str]:
    """Yield, in pieces, a JSON array of the items of records."""
    separator = "["
    for record in records:
        item = csl_item(record, locale, day=day)
        yield f"{separator}\n{json.dumps(item, ensure_ascii=False)}"
        separator = ","
    yield "[]\n" if separator == "[" else "\n]\n"


def _report(record: Deliverable, title: str) -> CslItem:
    names = record.authors or tuple(filter(None, record.lead.split(", ")))
    journal = _journal(record)
    return {
        "type": "webpage" if journal else "report",
        "title": _line(record.original_title or title),
        "author": [_name(each) for each in names],
        "container-title": _line(journal),
        "publisher": "" if journal else _line(record.project),
        "number": _line(record.code),
        "issued": _csl_date(record.date) if record.date is not None else None,
        "language": record.language.value if record.language is not None else "",
    }


def _journal(record: Deliverable) -> str:
    """Return where an article was published, as far as its sources say; else ""."""
    if record.type is not DeliverableType.ARTICLE:
        return ""
    return next((each.publisher for each in record.sources if each.publisher), "")


def _page(record: Record, title: str, language: Locale) -> CslItem:
    day = record.updated
    return {
        "type": "webpage",
        "title": _line(title),
        "author": [{"literal": PUBLISHER_NAME.text(language)}],
        "container-title": SITE_NAME.text(language),
        "issued": _csl_date(PartialDate(day.year, day.month, day.day)),
        "language": language.value,
    }


def _name(text: str) -> dict[str, str]:
    """Return a person by given and family name, or a body by its whole name."""
    match = _INITIALS.fullmatch(_line(text))
    if match is None:
        return {"literal": _line(text)}
    return {"family": match["family"], "given": match["given"].strip()}


def _csl_date(date: PartialDate) -> CslItem:
    parts = (date.year, date.month, date.day)
    return {"date-parts": [[part for part in parts if part is not None]]}


def _today() -> PartialDate:
    day = services().clock().date()
    return PartialDate(day.year, day.month, day.day)


def _line(text: str) -> str:
    """Return a text on one line, without control characters: RIS has one per field."""
    return _BLANKS.sub(" ", text).strip()
