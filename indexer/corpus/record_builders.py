"""Builds a record of each kind from its fields.

One function per kind, so that what a kind holds is read in one place. Each takes every
field of its kind, then calls `finish`, which reports the fields that are not known.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypedDict
from urllib.parse import urlsplit

from indexer.corpus.originals import read_listed_files, read_quotations
from indexer.corpus.yaml_fields import FieldReader
from indexer.corpus.yaml_lines import Scalar
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import ProblemCode, message
from indexer.model.records import (
    ALL_THEMES,
    NEED_FIRMNESS,
    PRACTICE_FIRMNESS,
    RECOMMENDATION_FIRMNESS,
    Audience,
    Availability,
    Confidence,
    Deliverable,
    DeliverableType,
    Edition,
    Event,
    EventType,
    Firmness,
    GlossaryTerm,
    Need,
    Page,
    Practice,
    Recommendation,
    Record,
    SourceReference,
    Theme,
)

_WITHOUT_SOURCES = {Kind.THEME, Kind.TERM, Kind.PAGE}
_WITHOUT_THEMES = {Kind.THEME, Kind.PAGE}


class _Common(TypedDict):
    """What every kind has; the names are those of `Record`."""

    id: RecordId
    editions: tuple[Edition, ...]
    mentions: tuple[RecordId, ...]
    themes: tuple[str, ...]
    sources: tuple[SourceReference, ...]
    confidence: Confidence | None
    inferred: tuple[str, ...]
    updated: Any


@dataclass(frozen=True, slots=True)
class EditionPair:
    """The editions of a record, and the records that their texts link to."""

    editions: tuple[Edition, ...]
    mentions: tuple[RecordId, ...]


def build_record(
    fields: FieldReader, record_id: RecordId, words: EditionPair
) -> Record:
    """Build a record of the kind that the id names; problems are noted in `fields`."""
    common = _common(fields, record_id, words)
    record = _BUILDERS[record_id.kind](fields, common)
    fields.finish()
    _check_inferred(fields, record)
    return record


def _common(fields: FieldReader, record_id: RecordId, words: EditionPair) -> _Common:
    kind = record_id.kind
    _check_id(fields, record_id)
    return {
        "id": record_id,
        "editions": words.editions,
        "mentions": words.mentions,
        "themes": () if kind in _WITHOUT_THEMES else _themes(fields),
        "sources": () if kind is Kind.PAGE else _sources(fields, kind),
        "confidence": _confidence(fields, kind),
        "inferred": fields.texts("inferred"),
        "updated": fields.day("updated"),
    }


def _check_inferred(fields: FieldReader, record: Record) -> None:
    known = {field.name for field in dataclasses.fields(record)}
    for name, line in zip(record.inferred, fields.item_lines("inferred"), strict=False):
        if name not in known:
            fields.report(
                line,
                ProblemCode.UNKNOWN_INFERRED_FIELD,
                message(
                    "'%(name)s' in 'inferred' is no field of this record", name=name
                ),
                message("write the name of a field of this file"),
            )


def _confidence(fields: FieldReader, kind: Kind) -> Confidence | None:
    if kind is Kind.PAGE:
        return None
    return fields.choice("confidence", Confidence, required=True)


def _check_id(fields: FieldReader, record_id: RecordId) -> None:
    text = fields.text("id", required=True)
    if text and text != record_id.slug:
        fields.report(
            fields.line("id"),
            ProblemCode.WRONG_ID,
            message("the id '%(id)s' is not the name of the folder", id=text),
            message("write id: %(slug)s, or rename the folder", slug=record_id.slug),
        )


def _themes(fields: FieldReader) -> tuple[str, ...]:
    themes = fields.texts("themes", required=True)
    if ALL_THEMES in themes and len(themes) > 1:
        fields.report(
            fields.line("themes"),
            ProblemCode.ALL_WITH_OTHER_THEMES,
            message("'all' stands beside other themes"),
            message("keep 'all' alone, or name the themes and remove it"),
        )
    return themes


def _sources(fields: FieldReader, kind: Kind) -> tuple[SourceReference, ...]:
    sources = []
    for value in fields.values("sources", required=kind not in _WITHOUT_SOURCES):
        if isinstance(value, Scalar):
            sources.append(
                SourceReference(url=_address(fields, value.text.strip(), value.line))
            )
            continue
        names = {
            locale.value: value.text(locale.value, required=True) for locale in Locale
        }
        url = value.text("url")
        sources.append(
            SourceReference(
                _address(fields, url, value.line("url")) if url else "", names
            )
        )
        value.finish()
    return tuple(sources)


def _address(fields: FieldReader, url: str, line: int) -> str:
    if not _is_address(url):
        fields.report(
            line,
            ProblemCode.INVALID_ADDRESS,
            message("the source '%(url)s' is not an address", url=url),
            message(
                "begin with https://, or give it a name: %(example)s",
                example="{fr: …, en: …}",
            ),
        )
    return url


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"https", "http"} and bool(parts.netloc) and " " not in url


def _deliverable(fields: FieldReader, common: _Common) -> Record:
    return Deliverable(
        **common,
        files=read_listed_files(fields),
        type=fields.choice("type", DeliverableType, required=True)
        or DeliverableType.REPORT,
        availability=fields.choice("availability", Availability, required=True)
        or Availability.NOT_FOUND,
        code=fields.text("code"),
        original_title=fields.text("original_title"),
        language=fields.choice("language", Locale),
        project=fields.text("project"),
        lead=fields.text("lead"),
        authors=fields.texts("authors"),
        date=fields.date("date"),
        pages=fields.whole_number("pages"),
        events=fields.ids("events", Kind.EVENT),
    )


def _practice(fields: FieldReader, common: _Common) -> Record:
    start, end = fields.period()
    return Practice(
        **common,
        quotations=read_quotations(fields),
        link_to_project=fields.choice(
            "link_to_project", PRACTICE_FIRMNESS, required=True
        )
        or Firmness.CONTEXT,
        places=fields.texts("places"),
        date=start,
        end_date=end,
        events=fields.ids("events", Kind.EVENT),
        deliverables=fields.ids("deliverables", Kind.DELIVERABLE),
    )


def _recommendation(fields: FieldReader, common: _Common) -> Record:
    return Recommendation(
        **common,
        quotations=read_quotations(fields),
        stated_firmness=fields.choice(
            "firmness", RECOMMENDATION_FIRMNESS, required=True
        )
        or Firmness.RELATED,
        audiences=fields.choices("audiences", Audience, required=True),
        events=fields.ids("events", Kind.EVENT),
        deliverables=fields.ids("deliverables", Kind.DELIVERABLE),
        practices=fields.ids("practices", Kind.PRACTICE),
    )


def _need(fields: FieldReader, common: _Common) -> Record:
    return Need(
        **common,
        basis=fields.choice("basis", NEED_FIRMNESS, required=True) or Firmness.DERIVED,
        events=fields.ids("events", Kind.EVENT),
        practices=fields.ids("practices", Kind.PRACTICE),
        recommendations=fields.ids("recommendations", Kind.RECOMMENDATION),
    )


def _event(fields: FieldReader, common: _Common) -> Record:
    start, end = fields.period()
    return Event(
        **common,
        type=fields.choice("type", EventType, required=True) or EventType.RELATED,
        number=fields.whole_number("number"),
        date=start,
        end_date=end,
        places=fields.texts("places"),
        deliverables=fields.ids("deliverables", Kind.DELIVERABLE),
    )


def _theme(fields: FieldReader, common: _Common) -> Record:
    return Theme(
        **common,
        order=fields.whole_number("order") or 0,
        events=fields.ids("events", Kind.EVENT),
    )


def _term(fields: FieldReader, common: _Common) -> Record:
    return GlossaryTerm(
        **common,
        broader=fields.ids("broader", Kind.TERM),
        related=fields.ids("related", Kind.TERM),
    )


def _page(_: FieldReader, common: _Common) -> Record:
    return Page(**common)


_BUILDERS: dict[Kind, Callable[[FieldReader, _Common], Record]] = {
    Kind.DELIVERABLE: _deliverable,
    Kind.PRACTICE: _practice,
    Kind.RECOMMENDATION: _recommendation,
    Kind.NEED: _need,
    Kind.EVENT: _event,
    Kind.THEME: _theme,
    Kind.TERM: _term,
    Kind.PAGE: _page,
}
