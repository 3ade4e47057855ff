"""References to a record in the styles of ISO 690, APA and Chicago.

The files of the styles contain only what an item of the site can reach: a style of the
CSL project asks hundreds of conditions about laws, films and manuscripts.
"""

import datetime as dt
import json
import threading
import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.dates import format_date
from cachetools import LRUCache, cached
from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.model import CitationStylesElement
from citeproc.source.json import CiteProcJSON

from indexer.corpus.typography import typeset
from indexer.model.ids import Locale
from indexer.model.record import Record
from kb.citations.citation_formats import CslItem, csl_item

_STYLES = Path(__file__).parent / "styles"
_FILES = {
    Locale.FR: {
        "ISO 690": "iso690-fr.csl",
        "APA": "apa.csl",
        "Chicago": "chicago-fr.csl",
    },
    Locale.EN: {
        "ISO 690": "iso690-en.csl",
        "APA": "apa.csl",
        "Chicago": "chicago-en.csl",
    },
}
_CSL_LOCALES = {Locale.FR: "fr-FR", Locale.EN: "en-GB"}
PARTS_OF_A_DAY = 3
"""Year, month and day."""
MAX_CACHED = 2000

_lock = threading.Lock()

# A style asks the same XPath of the same element for each reference: half of its time.
CitationStylesElement.xpath_search = cache(CitationStylesElement.xpath_search)


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference in a style, as plain text."""

    style: str
    text: str


def references(
    record: Record, locale: Locale, *, day: dt.date | None = None
) -> tuple[Reference, ...]:
    """Return the references to a record in all styles, in the words of a language.

    With `day`, their address is that of the state of the record on that day. They are
    cached: formatting them takes as long as a page.
    """
    item = csl_item(record, locale, day=day)
    # In English, ISO 690 would end with the abstract.
    cited = {key: value for key, value in item.items() if key != "abstract"}
    # The styles have branches for pages and reports only.
    cited["type"] = "webpage" if item["type"] == "webpage" else "report"
    return _references(json.dumps(cited), locale)


@cached(LRUCache(MAX_CACHED), lock=threading.Lock())
def _references(item: str, locale: Locale) -> tuple[Reference, ...]:
    return tuple(
        Reference(name, _formatted(json.loads(item), name, locale))
        for name in _FILES[locale]
    )


def _formatted(item: CslItem, name: str, locale: Locale) -> str:
    day = None
    if locale is Locale.FR:
        day = _day_of_page(item) if name == "APA" else None
        item |= _french_date(item, name)
    # A style is not safe for threads, and warns of the fields that it does not know.
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bibliography = CitationStylesBibliography(
            _style(_FILES[locale][name], _CSL_LOCALES[locale]),
            CiteProcJSON([item]),
            formatter.plain,
        )
        bibliography.register(Citation([CitationItem(item["id"])]))
        text = "".join(str(each) for each in bibliography.bibliography()).strip()
    return typeset(_with_day(text, day) if day else text, locale)


def _with_day(text: str, day: dt.date) -> str:
    """Add day and month after the year of an APA reference in French."""
    month = format_date(day, "MMMM", locale="fr")
    number = "1er" if day.day == 1 else day.day
    return text.replace(f"({day.year})", f"({day.year}, {number} {month})", 1)


def _french_date(item: CslItem, name: str) -> CslItem:
    """Return the date as the French styles need it.

    APA would write « 2026, octobre 3 »: it gets the year alone (`_with_day`). Chicago
    repeats the day of access of what has no date.
    """
    if name == "APA" and "issued" in item:
        return {"issued": {"date-parts": [item["issued"]["date-parts"][0][:1]]}}
    if name == "Chicago" and "issued" not in item:
        return {"issued": {"literal": "s. d."}}
    return {}


def _day_of_page(item: CslItem) -> dt.date | None:
    """Return the day of a page; of a report, APA gives the year alone."""
    parts = item["issued"]["date-parts"][0] if "issued" in item else ()
    if item["type"] != "webpage" or len(parts) < PARTS_OF_A_DAY:
        return None
    return dt.date(*parts)


@cache
def _style(file: str, language: str) -> CitationStylesStyle:
    return CitationStylesStyle(str(_STYLES / file), locale=language, validate=False)
