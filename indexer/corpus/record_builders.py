"""Builds a record of each kind from its fields.

`_BUILDERS` reads all fields of a kind; `build_record` then reports the unknown fields.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from indexer.corpus.assessment_fields import read_assessment, with_currency
from indexer.corpus.originals import read_listed_files, read_quotations
from indexer.corpus.yaml_fields import FieldReader
from indexer.corpus.yaml_lines import Scalar
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import ProblemCode
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
    EvidenceKind,
    Firmness,
    GlossaryTerm,
    Need,
    Page,
    Practice,
    PracticeResult,
    Recommendation,
    Record,
    SourceReference,
    SourceStatus,
    Stage,
    Theme,
    Wording,
)

_LANGUAGE_CODE = re.compile(r"[a-z]{2}")
_WITHOUT_SOURCES = {Kind.THEME, Kind.TERM, Kind.PAGE}
_WITHOUT_THEMES = {Kind.THEME, Kind.PAGE}


_Common = dict[str, Any]
"""The fields of every kind, by their names in `Record`."""


def build_record(
    fields: FieldReader,
    record_id: RecordId,
    editions: tuple[Edition, ...],
    mentions: tuple[RecordId, ...],
) -> Record:
    """Build a record of the kind of its id; problems are reported to `fields`."""
    kind = record_id.kind
    slug = fields.text("id", required=True)
    if slug and slug != record_id.slug:
        fields.report(ProblemCode.WRONG_ID, "id", id=slug, slug=record_id.slug)
    common: _Common = {
        "id": record_id,
        "editions": editions,
        "mentions": mentions,
        "themes": () if kind in _WITHOUT_THEMES else _themes(fields),
        "sources": () if kind is Kind.PAGE else tuple(_sources(fields, kind)),
        "confidence": None
        if kind is Kind.PAGE
        else fields.choice("confidence", Confidence, required=True),
        "inferred": fields.texts("inferred"),
        "former_ids": fields.ids_or_paths("former_ids", kind),
        "checked": fields.texts("checked"),
        "updated": fields.day("updated"),
    }
    record = with_currency(_BUILDERS[kind](fields, common))
    fields.finish()
    known = {field.name for field in dataclasses.fields(record)}
    # The file calls this field by another name than the model.
    if "stated_firmness" in known:
        known.add("firmness")
    for name, line in zip(record.inferred, fields.item_lines("inferred"), strict=False):
        if name not in known:
            fields.report(ProblemCode.UNKNOWN_INFERRED_FIELD, line, name=name)
    return record


def _themes(fields: FieldReader) -> tuple[str, ...]:
    themes = fields.texts("themes", required=True)
    if ALL_THEMES in themes and len(themes) > 1:
        fields.report(ProblemCode.ALL_WITH_OTHER_THEMES, "themes")
    return themes


def _sources(fields: FieldReader, kind: Kind) -> Iterator[SourceReference]:
    for value in fields.values("sources", required=kind not in _WITHOUT_SOURCES):
        if isinstance(value, Scalar):
            yield SourceReference(_address(fields, value.text.strip(), value.line))
            continue
        is_named = bool(value.text("publisher") and value.text("url"))
        names = {
            locale.value: value.text(locale.value, required=not is_named)
            for locale in Locale
        }
        url = value.text("url")
        yield SourceReference(
            _address(fields, url, value.line("url")) if url else "",
            names if any(names.values()) else None,
            publisher=value.text("publisher"),
            title=value.text("title"),
            date=value.date("date"),
            language=_language_code(value),
            accessed=value.date("accessed"),
            status=value.choice("status", SourceStatus),
        )
        value.finish()


def _language_code(fields: FieldReader) -> str:
    code = fields.text("language")
    if code and not _LANGUAGE_CODE.fullmatch(code):
        fields.report(ProblemCode.INVALID_LANGUAGE_CODE, "language", text=code)
        return ""
    return code


def _language_codes(fields: FieldReader, name: str) -> Iterator[str]:
    for code in fields.texts(name):
        if _LANGUAGE_CODE.fullmatch(code):
            yield code
        else:
            fields.report(ProblemCode.INVALID_LANGUAGE_CODE, name, text=code)


def _address(fields: FieldReader, url: str, line: int) -> str:
    if not _is_address(url):
        fields.report(ProblemCode.INVALID_ADDRESS, line, url=url)
    return url


def _page_address(fields: FieldReader, name: str) -> str:
    url = fields.text(name)
    if url and not _is_address(url):
        fields.report(ProblemCode.INVALID_PAGE_ADDRESS, name, url=url)
    return url


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"https", "http"} and bool(parts.netloc) and " " not in url


_BUILDERS: dict[Kind, Callable[[FieldReader, _Common], Record]] = {
    Kind.DELIVERABLE: lambda fields, common: Deliverable(
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
        audiences=fields.choices("audiences", Audience),
        date=fields.date("date"),
        pages=fields.whole_number("pages"),
        events=fields.ids("events", Kind.EVENT),
    ),
    Kind.PRACTICE: lambda fields, common: Practice(
        **common,
        **fields.period(),
        quotations=read_quotations(fields),
        assessment=read_assessment(fields, Kind.PRACTICE),
        link_to_project=fields.choice(
            "link_to_project", PRACTICE_FIRMNESS, required=True
        )
        or Firmness.CONTEXT,
        audiences=fields.choices("audiences", Audience),
        stage=fields.choice("stage", Stage),
        stage_date=fields.date("stage_date"),
        evidence=fields.choice("evidence", EvidenceKind),
        result=fields.choice("result", PracticeResult),
        contact_page=_page_address(fields, "contact_page"),
        places=fields.texts("places"),
        events=fields.ids("events", Kind.EVENT),
        deliverables=fields.ids("deliverables", Kind.DELIVERABLE),
    ),
    Kind.RECOMMENDATION: lambda fields, common: Recommendation(
        **common,
        quotations=read_quotations(fields),
        assessment=read_assessment(fields, Kind.RECOMMENDATION),
        stated_firmness=fields.choice(
            "firmness", RECOMMENDATION_FIRMNESS, required=True
        )
        or Firmness.RELATED,
        wording=fields.choice("wording", Wording),
        audiences=fields.choices("audiences", Audience, required=True),
        events=fields.ids("events", Kind.EVENT),
        deliverables=fields.ids("deliverables", Kind.DELIVERABLE),
        practices=fields.ids("practices", Kind.PRACTICE),
    ),
    Kind.NEED: lambda fields, common: Need(
        **common,
        quotations=read_quotations(fields),
        basis=fields.choice("basis", NEED_FIRMNESS, required=True) or Firmness.DERIVED,
        audiences=fields.choices("audiences", Audience),
        events=fields.ids("events", Kind.EVENT),
        practices=fields.ids("practices", Kind.PRACTICE),
        recommendations=fields.ids("recommendations", Kind.RECOMMENDATION),
    ),
    Kind.EVENT: lambda fields, common: Event(
        **common,
        **fields.period(),
        type=fields.choice("type", EventType, required=True) or EventType.RELATED,
        number=fields.whole_number("number"),
        places=fields.texts("places"),
        registration=_page_address(fields, "registration"),
        languages=tuple(_language_codes(fields, "languages")),
        deliverables=fields.ids("deliverables", Kind.DELIVERABLE),
    ),
    Kind.THEME: lambda fields, common: Theme(
        **common,
        order=fields.whole_number("order") or 0,
        events=fields.ids("events", Kind.EVENT),
    ),
    Kind.TERM: lambda fields, common: GlossaryTerm(
        **common,
        broader=fields.ids("broader", Kind.TERM),
        related=fields.ids("related", Kind.TERM),
    ),
    Kind.PAGE: lambda _, common: Page(**common),
}
"""Functions that read the fields of each kind."""
