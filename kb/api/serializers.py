"""Builds the JSON bodies of the API from results and records."""

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from indexer.corpus.corpus import Corpus
from indexer.model.edition import Edition
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Locale, RecordId
from indexer.model.places import Place
from indexer.model.query import Query
from indexer.model.readings import Reading
from indexer.model.record import Record
from indexer.model.record_parts import (
    Aspect,
    Figure,
    FirstStep,
    LegalReference,
    OriginalFile,
    Point,
    Quotation,
    SourceReference,
    TownReport,
)
from indexer.model.records import Deliverable, Practice, Recommendation
from indexer.model.results import Hit, LocalizedText, ResultPage, Suggestion
from indexer.model.schema.kinds import SCHEMAS
from kb.citations.cited_work import resource_type_url
from kb.publishing.history.past_states import PastState
from kb.web.records.cards import passage_url
from kb.web.records.file_links import file_url, text_url
from kb.web.records.record_state import corpus_on
from kb.web.search.answer import QuestionAnswer, find_answer
from kb.web.search.facet_values import FacetVocabulary
from kb.web.search.off_topic import is_weak, missing_words
from kb.web.suggestion_box import target_url
from kb.web.urls import record_url

Body = dict[str, Any]
_Item = Quotation | Figure | LegalReference | TownReport | Point | Aspect

_FACT_NAMES = {"stated_firmness": "firmness"}
"""The fields of a body that are not named as those of the record."""

_HIDDEN_FIELDS = {"id", "editions", "mentions", "checked"} | {
    "is_only_mentioned",
    "no_news_since",
}


_FIRST: dict[str, tuple[str, ...]] = {
    "Deliverable": (
        *("type", "availability", "audiences", "code", "original_title", "language"),
        *("project", "lead", "authors", "date", "pages", "events", "files"),
    ),
    "Practice": (
        *("link_to_project", "audiences", "stage", "stage_date", "evidence", "result"),
        *("contact_page", "places", "date", "end_date"),
    ),
    "Edition": (
        *("title", "summary", "body", "variants", "who", "host", "participants"),
        *("date_note", "figures"),
    ),
}
"""The order of fields in bodies, where it is not that of the declaration."""


def search_body(
    query: Query, results: ResultPage, vocabulary: FacetVocabulary, corpus: Corpus
) -> Body:
    """Return the body of a page of results."""
    answer = find_answer(query, results, corpus)
    is_off_topic = is_weak(
        results, len(corpus.records), query.sort, is_filtered=bool(query.filters)
    )
    return {
        "query": query.text,
        "total": results.total,
        "page": results.page,
        "pages": results.pages,
        "hits": [_hit(hit, query.locale) for hit in results.hits],
        "facets": {
            facet.value: [
                {
                    "value": each.value,
                    "label": vocabulary.label(facet, each.value, query.locale),
                    "count": each.count,
                    "selected": each.is_selected,
                }
                for each in results.facets.get(facet, ())
            ]
            for facet in FacetName
        },
        "suggestion": results.suggestion or None,
        "expanded": [
            {
                "term": expansion.typed,
                "to": expansion.name,
                "locale": expansion.locale.value,
            }
            for expansion in results.expansions
        ],
        "relaxed": [
            {"step": each.step.value, "detail": each.detail} for each in results.relaxed
        ],
        "understood": [_reading(reading) for reading in query.readings],
        "plain": query.is_plain,
        "exact_total": results.exact_total,
        "off_topic": is_off_topic,
        "missing": missing_words(results) if is_off_topic else (),
        "unmatched": [word for word, count in results.part_counts.items() if not count],
        "answer": _answer(answer, query.locale) if answer is not None else None,
    }


def suggestions_body(
    text: str, suggestions: Iterable[Suggestion], locale: Locale
) -> Body:
    """Return the body of suggestions."""
    return {
        "query": text,
        "suggestions": [_suggestion(suggestion, locale) for suggestion in suggestions],
    }


def record_body(record: Record, corpus: Corpus) -> Body:
    """Return the body of a record: facts, named as in `record.yaml`, and editions."""
    body: Body = {
        "kind": record.id.kind.value,
        "id": record.id.slug,
        "url": {locale: record_url(record.id, locale) for locale in Locale},
    }
    facts = _fields(record, excluded=_HIDDEN_FIELDS)
    if isinstance(record, Practice) and record.current_stage is not None:
        facts["stage"] = record.current_stage.value
    body |= {_FACT_NAMES.get(name, name): value for name, value in facts.items()}
    body["former_ids"] = [str(former_id) for former_id in record.former_ids]
    if "assessment" in body:
        body["assessment"] = _assessment(record)
    if isinstance(record, Deliverable):
        body["files"] = [_file(file, record.id) for file in record.files]
        body["identifiers"] = dict(record.identifiers)
        body["resource_type"] = resource_type_url(record)
    gazetteer = corpus.gazetteer
    if "places" in body:
        body["places"] = [_place(gazetteer[slug]) for slug in record.place_slugs]
    body["editions"] = {
        edition.locale: _fields(edition, excluded={"locale"})
        for edition in record.editions
    }
    body["linked_from"] = [
        {"kind": link.target.kind.value, "id": link.target.slug, "field": link.field}
        for link in corpus.backlinks.get(record.id, ())
    ]
    return body


def record_fields() -> tuple[str, ...]:
    """Return the fields that bodies of records may have; each kind has a part."""
    names = dict.fromkeys(
        field.name
        for schema in SCHEMAS.values()
        for field in schema.facts
        if not field.is_signed and field.name not in _HIDDEN_FIELDS
    )
    added = ("identifiers", "resource_type", "assessment", "editions", "linked_from")
    return ("kind", "id", "url", *names, *added)


def field_paths() -> tuple[str, ...]:
    """Return what a request may choose: a field of a record, or of an edition."""
    words = [f.attribute for schema in SCHEMAS.values() for f in schema.words]
    return (
        *record_fields(),
        *(f"editions.{locale}" for locale in Locale),
        *dict.fromkeys(f"editions.{locale}.{w}" for locale in Locale for w in words),
    )


def past_body(day: dt.date, state: PastState) -> Body:
    """Return the body of a record as it stood at the end of a day."""
    corpus = corpus_on(state)
    return record_body(corpus.records[state.record.id], corpus) | {
        "at": day.isoformat(),
        "changed_at": f"{state.since.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
        "current": state.is_current,
    }


def _reading(reading: Reading) -> Body:
    names = {"name": reading.name.value, "value": reading.value}
    return names | {"text": reading.text, "literal": reading.key}


def _hit(hit: Hit, locale: Locale) -> Body:
    return {
        "kind": hit.id.kind.value,
        "id": hit.id.slug,
        "locale": hit.locale.value,
        "title": hit.title.text,
        "summary": hit.summary.text,
        "url": record_url(hit.id, locale),
        "score": hit.score,
        "partial": hit.is_partial,
        "close_in_meaning": hit.is_close,
        "passages": [
            {
                "text": snippet.excerpt.text,
                "heading": snippet.heading,
                "page": snippet.page,
                "locale": snippet.locale.value,
                "url": passage_url(snippet, hit.id, locale),
            }
            for snippet in hit.snippets
        ],
        "reasons": [
            {
                "term": reason.typed,
                "found": reason.matched,
                "locale": reason.locale.value,
                "field": reason.field.value,
            }
            for reason in hit.reasons
        ],
    }


def _answer(answer: QuestionAnswer, locale: Locale) -> Body:
    need = answer.need.edition(locale)
    return {
        "sentence": answer.closest.edition(locale).summary,
        "from": str(answer.closest.id),
        "need": _named(answer.need, locale),
        "practices": [_named(practice, locale) for practice in answer.practices],
        "practice_total": answer.practice_total,
        "recommendations": [_named(r, locale) for r in answer.recommendations],
        "did_not_work": [
            {"text": text, "from": str(practice.id)}
            for text, practice in answer.failures
        ],
        "gaps": list(answer.gaps),
        "absent": list(answer.absent),
        "locale": need.locale.value,
    }


def _named(record: Record, locale: Locale) -> Body:
    edition = record.edition(locale)
    figure = next(iter(edition.figures), None)
    return {
        "kind": record.id.kind.value,
        "id": record.id.slug,
        "title": edition.title,
        "summary": edition.summary,
        "figure": _plain(figure),
        "url": record_url(record.id, locale),
    }


def _suggestion(suggestion: Suggestion, locale: Locale) -> Body:
    target = suggestion.target
    title = suggestion.title
    return {
        "text": suggestion.text,
        "locale": suggestion.locale,
        "kind": target.facet if isinstance(target, Filter) else target.kind,
        "id": target.value if isinstance(target, Filter) else target.slug,
        "url": target_url(target, locale),
        "title": _fields(title) if title else None,
    }


def _file(file: OriginalFile, record_id: RecordId) -> Body:
    return {
        "name": file.name,
        "sha256": file.sha256,
        "size_bytes": file.size_bytes,
        "language": _plain(file.language),
        "pages": file.pages,
        "tagged": file.is_tagged,
        "licence": file.licence,
        "url": {locale: file_url(record_id, file.name, locale) for locale in Locale},
        "text_url": {each: text_url(record_id, file.name, each) for each in Locale},
    }


def _assessment(record: Record) -> Body | None:
    if not isinstance(record, Practice | Recommendation) or record.assessment is None:
        return None
    assessment = record.assessment
    return {
        "date": str(assessment.date),
        "assessor": dict(assessment.assessors),
        "criteria": [
            {
                "criterion": judgement.criterion.value,
                "answer": judgement.answer.value,
                "reason": dict(judgement.reasons),
            }
            for judgement in assessment.judgements
        ],
        "outdated": assessment.is_outdated,
    }


def _place(place: Place) -> Body:
    return {
        "id": place.slug,
        "names": dict(place.names),
        "within": place.within,
        "latitude": place.latitude,
        "longitude": place.longitude,
    }


def _fields(
    value: Record | Edition | LocalizedText | _Item | SourceReference,
    excluded: Collection[str] = (),
) -> Body:
    """Return the fields of a dataclass as JSON values, without the excluded ones."""
    names = [field.name for field in dataclasses.fields(value)]
    first = _FIRST.get(type(value).__name__, ())
    if known := [name for name in first if name in names]:
        start = min(map(names.index, known))
        rest = [name for name in names[start:] if name not in known]
        names = [*names[:start], *known, *rest]
    shown = (name for name in names if name not in excluded)
    return {name: _plain(getattr(value, name)) for name in shown}


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int():
            return value
        case RecordId():
            return value.slug
        case tuple():
            return [_plain(item) for item in value]
        case SourceReference():
            names = dict(value.names) if value.names else None
            parts = _fields(value, excluded={"url", "names"})
            known = {name: part for name, part in parts.items() if part}
            return {"url": value.url or None, "names": names} | known
        case Quotation():
            return _fields(value, excluded={"text"}) | {"text": value.text}
        case Figure() | LegalReference() | TownReport() | Point() | Aspect():
            return _fields(value)
        case FirstStep():
            return {"record": str(value.record), "why": value.why}
        case _:
            return str(value)
