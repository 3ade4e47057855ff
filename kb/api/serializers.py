"""Builds the JSON bodies of the API from results and records."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from indexer.corpus.corpus import Corpus
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Locale, RecordId
from indexer.model.places import Place
from indexer.model.query import Query
from indexer.model.records import (
    Deliverable,
    Edition,
    Figure,
    OriginalFile,
    Quotation,
    Record,
    SourceReference,
)
from indexer.model.results import Hit, ResultPage, Suggestion
from kb.web.cards import passage_url
from kb.web.facet_values import FacetVocabulary
from kb.web.file_links import file_url, text_url
from kb.web.suggestion_box import target_url
from kb.web.urls import record_url

Body = dict[str, Any]


def search_body(query: Query, results: ResultPage, vocabulary: FacetVocabulary) -> Body:
    """Return the body of a page of results."""
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
            {"term": each.typed, "to": each.name, "locale": each.locale.value}
            for each in results.expansions
        ],
        "relaxed": [
            {"step": each.step.value, "detail": each.detail} for each in results.relaxed
        ],
        "plain": query.is_plain,
    }


def suggestions_body(
    text: str, suggestions: Iterable[Suggestion], locale: Locale
) -> Body:
    """Return the body of suggestions."""
    return {
        "query": text,
        "suggestions": [_suggestion(each, locale) for each in suggestions],
    }


def record_body(record: Record, corpus: Corpus) -> Body:
    """Return the body of a record: facts, named as in `record.yaml`, and editions."""
    body: Body = {
        "kind": record.id.kind.value,
        "id": record.id.slug,
        "url": {locale.value: record_url(record.id, locale) for locale in Locale},
    }
    for field in dataclasses.fields(record):
        if field.name not in {"id", "editions", "mentions"}:
            name = "firmness" if field.name == "stated_firmness" else field.name
            body[name] = _plain(getattr(record, field.name))
    if isinstance(record, Deliverable):
        body["files"] = [_file(each, record.id) for each in record.files]
    gazetteer = corpus.gazetteer
    if "places" in body:
        body["places"] = [_place(gazetteer[slug]) for slug in record.place_slugs]
    body["editions"] = {
        edition.locale.value: _edition(edition) for edition in record.editions
    }
    body["linked_from"] = [
        {"kind": link.target.kind.value, "id": link.target.slug, "field": link.field}
        for link in corpus.backlinks.get(record.id, ())
    ]
    return body


def _hit(hit: Hit, locale: Locale) -> Body:
    return {
        "kind": hit.id.kind.value,
        "id": hit.id.slug,
        "locale": hit.locale.value,
        "title": hit.title.text,
        "summary": hit.summary.text,
        "url": record_url(hit.id, locale),
        "score": hit.score,
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


def _suggestion(suggestion: Suggestion, locale: Locale) -> Body:
    target = suggestion.target
    kind, name = (
        (target.facet.value, target.value)
        if isinstance(target, Filter)
        else (target.kind.value, target.slug)
    )
    title = suggestion.title
    return {
        "text": suggestion.text,
        "locale": suggestion.locale.value,
        "kind": kind,
        "id": name,
        "url": target_url(target, locale),
        "title": {"text": title.text, "locale": title.locale.value} if title else None,
    }


def _file(file: OriginalFile, record_id: RecordId) -> Body:
    return {
        "name": file.name,
        "sha256": file.sha256,
        "size_bytes": file.size_bytes,
        "language": _plain(file.language),
        "pages": file.pages,
        "tagged": file.is_tagged,
        "url": {
            locale.value: file_url(record_id, file.name, locale) for locale in Locale
        },
        "text_url": {
            locale.value: text_url(record_id, file.name, locale) for locale in Locale
        },
    }


def _place(place: Place) -> Body:
    return {
        "id": place.slug,
        "names": dict(place.names),
        "within": place.within,
        "latitude": place.latitude,
        "longitude": place.longitude,
    }


def _edition(edition: Edition) -> Body:
    return {
        field.name: _plain(getattr(edition, field.name))
        for field in dataclasses.fields(edition)
        if field.name != "locale"
    }


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int():
            return value
        case RecordId():
            return value.slug
        case SourceReference():
            return {
                "url": value.url or None,
                "names": dict(value.names) if value.names else None,
            }
        case tuple():
            return [_plain(item) for item in value]
        case Quotation():
            return {
                "deliverable": value.deliverable.slug,
                "file": value.file,
                "page": value.page,
                "text": value.text,
            }
        case Figure():
            return {"value": value.value, "label": value.label}
        case _:
            return str(value)
