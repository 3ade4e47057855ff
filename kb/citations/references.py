"""References to a record in the styles of ISO 690, APA and Chicago.

The files of the styles contain only what an item of the site can reach: a style of the
CSL project asks hundreds of conditions about laws, films and manuscripts.
"""

import datetime as dt
import json
import re
import threading
import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace

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
from markupsafe import Markup, escape

from indexer.corpus.typography import typeset
from indexer.model.dates import PartialDate
from indexer.model.ids import Locale
from indexer.model.record import Record
from kb.citations.citation_formats import CslItem, csl_item
from kb.web.date_text import period_text

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
_CSL_LOCALES = {Locale.FR: "fr-FR", Locale.EN: "en-US"}
_BRITISH = "en-GB"
"""The language of ISO 690 in English; APA and Chicago are American manuals."""
YEAR_DIGITS = 4
MAX_CACHED = 2000

_FIRST_OF_A_MONTH = re.compile(
    r"\b1(?= (?:jan|fév|mars|avr|mai|jui|août|sep|oct|nov|déc))"
)
_SUBTITLE = re.compile(r"(?<=: )[^\W\d_](?=[\w ])")
_AFTER_QUOTATION = re.compile(r"”([.,])")

_lock = threading.Lock()

# A style asks the same XPath of the same element for each reference: half of its time.
CitationStylesElement.xpath_search = cache(CitationStylesElement.xpath_search)


# Marks around what is in italics: a text is typeset before it becomes HTML.
_ITALIC, _ROMAN = "\ue000", "\ue001"


def _italic(text: str) -> str:
    return f"{_ITALIC}{text}{_ROMAN}"


_FORMATTER = SimpleNamespace(**vars(formatter.plain) | {"Italic": _italic})


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference in a style: `html` has its titles in italics, `text` is plain."""

    style: str
    text: str
    html: Markup


def _reference(style: str, marked: str) -> Reference:
    html = str(escape(marked)).replace(_ITALIC, "<i>").replace(_ROMAN, "</i>")
    text = marked.replace(_ITALIC, "").replace(_ROMAN, "")
    return Reference(style, text, Markup(html))  # noqa: S704  # the text is escaped


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
        _reference(name, _formatted(json.loads(item), name, locale))
        for name in _FILES[locale]
    )


def _formatted(item: CslItem, name: str, locale: Locale) -> str:
    note, issued = item.pop("note", ""), item.get("issued")
    # The processor fails on a range of days.
    if issued is not None:
        item["issued"] = {"date-parts": issued["date-parts"][:1]}
    language, days = _CSL_LOCALES[locale], ""
    if locale is Locale.FR:
        days = _days_of_page(item["type"], issued) if name == "APA" else ""
        item |= _french_date(item, name)
    elif name == "ISO 690":
        language = _BRITISH
    # A style is not safe for threads, and warns of the fields that it does not know.
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bibliography = CitationStylesBibliography(
            _style(_FILES[locale][name], language),
            CiteProcJSON([item]),
            _FORMATTER,
        )
        bibliography.register(Citation([CitationItem(item["id"])]))
        text = "".join(str(each) for each in bibliography.bibliography()).strip()
    if days:
        year = days[-YEAR_DIGITS:]
        text = text.replace(f"({year})", f"({year}, {days[:-YEAR_DIGITS].strip()})", 1)
    text = _by_manual(text, name, locale)
    return typeset(f"{text} {note}." if note and "://" not in text else text, locale)


def _by_manual(text: str, name: str, locale: Locale) -> str:
    """Correct what the processor does not do, by the manuals of the styles.

    APA 7, 6.17: a subtitle begins with a capital. Chicago 18, 6.9: a full stop or a
    comma precedes a closing quotation mark. In French, the first of a month is an
    ordinal.
    """
    if locale is Locale.FR:
        return _FIRST_OF_A_MONTH.sub("1er", text)
    if name == "APA":
        return _SUBTITLE.sub(lambda start: start[0].upper(), text)
    if name == "Chicago":
        return _AFTER_QUOTATION.sub(r"\1”", text)
    return text


def _french_date(item: CslItem, name: str) -> CslItem:
    """Return the date as the French styles need it.

    APA would write « 2026, octobre 3 »: it gets the year alone, and `_formatted` adds
    the days. Chicago repeats the day of access of what has no date.
    """
    if name == "APA" and "issued" in item:
        return {"issued": {"date-parts": [item["issued"]["date-parts"][0][:1]]}}
    if name == "Chicago" and "issued" not in item:
        return {"issued": {"literal": "s. d."}}
    return {}


def _days_of_page(cited_type: str, issued: CslItem | None) -> str:
    """Return the days of a page with their year; "" for a report, as APA wants."""
    if cited_type != "webpage" or issued is None:
        return ""
    start, *ends = (PartialDate(*parts) for parts in issued["date-parts"])
    if start.month is None or any(end.year != start.year for end in ends):
        return ""
    return period_text(start, ends[0] if ends else None, Locale.FR)


@cache
def _style(file: str, language: str) -> CitationStylesStyle:
    return CitationStylesStyle(str(_STYLES / file), locale=language, validate=False)
