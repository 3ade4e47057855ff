"""Records as rows of a table: as texts under headings, and as values for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from indexer.model.facets import FacetName
from indexer.model.ids import Locale
from indexer.model.records import Record, SourceReference
from kb.web.date_text import period_text
from kb.web.facet_values import FacetVocabulary
from kb.web.labels import FACETS, KINDS, LANGUAGES
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l

SEPARATOR = "; "
"""Separates several values in one cell."""

ABOUT_FACETS = (
    FacetName.THEME,
    FacetName.AUDIENCE,
    FacetName.PLACE,
    FacetName.SOURCE,
    FacetName.STAGE,
    FacetName.EVIDENCE,
    FacetName.RESULT,
    FacetName.ASSESSED,
)
"""The facets that have a column, in order, after the kind."""


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record of a table; `matches_all` is None where nothing was searched."""

    record: Record
    url: str
    matches_all: bool | None = None


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: its key for programs, its heading, and the text of a row."""

    key: str
    heading: LazyString
    text: Callable[[RecordRow, FacetVocabulary, Locale], str]


def facet_values(record: Record, facet: FacetName) -> tuple[str, ...]:
    """Return the values of a record for one of `ABOUT_FACETS`, as filters name them."""
    value: StrEnum | None
    match facet:
        case FacetName.THEME:
            return record.themes
        case FacetName.AUDIENCE:
            return tuple(each.value for each in record.audience_values)
        case FacetName.PLACE:
            return record.place_slugs
        case FacetName.SOURCE:
            value = record.firmness
        case FacetName.ASSESSED:
            value = record.assessment_status
        case _:
            value = getattr(record, facet.value, None)
    return () if value is None else (value.value,)


def headings(locale: Locale) -> tuple[str, ...]:
    """Return the headings of all columns in a language."""
    return tuple(each.heading.text(locale) for each in COLUMNS)


def row_texts(
    row: RecordRow, vocabulary: FacetVocabulary, locale: Locale
) -> tuple[str, ...]:
    """Return the cells of a row, in the order of the headings, in a language."""
    return tuple(each.text(row, vocabulary, locale) for each in COLUMNS)


def row_values(row: RecordRow, locale: Locale) -> dict[str, Any]:
    """Return a row for programs: the keys of the columns, and the values of filters."""
    record = row.record
    edition = record.edition(locale)
    start, end = record.period
    body: dict[str, Any] = {
        "kind": record.id.kind.value,
        "id": record.id.slug,
        "url": row.url,
        "locale": edition.locale.value,
        "title": edition.title,
        "summary": edition.summary,
        "date": str(start) if start else None,
        "end_date": str(end) if end else None,
    }
    for facet in ABOUT_FACETS:
        body[facet.value] = list(facet_values(record, facet))
    body["updated"] = str(record.updated)
    body["sources"] = [each.url for each in record.sources if each.url]
    if row.matches_all is not None:
        body["matches"] = "all" if row.matches_all else "some"
    return body


def _facet_column(facet: FacetName) -> _Column:
    def text(row: RecordRow, vocabulary: FacetVocabulary, locale: Locale) -> str:
        values = facet_values(row.record, facet)
        return _joined(vocabulary.label(facet, each, locale) for each in values)

    return _Column(facet.value, FACETS[facet], text)


def _joined(texts: Iterable[str]) -> str:
    return SEPARATOR.join(texts)


def _source(source: SourceReference, locale: Locale) -> str:
    """Return the address of a source, or else its name in a language."""
    names = source.names or {}
    return source.url or names.get(locale) or names.get(locale.other) or source.title


def _matched_words(row: RecordRow, locale: Locale) -> str:
    match row.matches_all:
        case None:
            return ""
        case True:
            return _ALL_WORDS.text(locale)
        case False:
            return _SOME_WORDS.text(locale)


_ALL_WORDS = _l("All the words")
_SOME_WORDS = _l("Some of the words")

COLUMNS: tuple[_Column, ...] = (
    _Column(
        "title", _l("Title"), lambda row, _, locale: row.record.edition(locale).title
    ),
    _Column(
        "kind",
        _l("Kind"),
        lambda row, _, locale: KINDS[row.record.id.kind].text(locale),
    ),
    _Column(
        "summary",
        _l("Summary"),
        lambda row, _, locale: row.record.edition(locale).summary,
    ),
    _Column(
        "date",
        _l("Date"),
        lambda row, _, locale: period_text(*row.record.period, locale),
    ),
    *(_facet_column(facet) for facet in ABOUT_FACETS),
    _Column(
        "sources",
        _l("Sources"),
        lambda row, _, locale: _joined(
            _source(each, locale) for each in row.record.sources
        ),
    ),
    _Column("url", _l("Address"), lambda row, _, __: row.url),
    _Column(
        "locale",
        _l("Language"),
        lambda row, _, locale: LANGUAGES[row.record.edition(locale).locale].text(
            locale
        ),
    ),
    _Column("updated", _l("Updated"), lambda row, _, __: str(row.record.updated)),
    _Column("id", _l("Identifier"), lambda row, _, __: str(row.record.id)),
    _Column(
        "matches",
        _l("Contains"),
        lambda row, _, locale: _matched_words(row, locale),
    ),
)
"""All columns; the first ones are what a reader looks for first."""
