"""The OpenAPI 3.1 description of the API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

from indexer.corpus.corpus import Corpus
from indexer.model.assessments import Answer, Criterion
from indexer.model.facets import NOT_KNOWN, FacetName
from indexer.model.ids import Kind, Locale
from indexer.model.query import MAX_QUERY_CHARACTERS, PAGE_SIZE, Sort
from indexer.model.results import MatchField, RelaxationStep
from kb.api.harvest import (
    CURSOR_PATTERN,
    DEFAULT_PER_PAGE,
    FIELD_PATHS,
    MAX_PER_PAGE,
)
from kb.core.contact import Contact, ContactType
from kb.core.settings import Settings
from kb.web.search.facet_values import YEAR, FacetVocabulary
from kb.web.search.request_query import MAX_FILTERS, MAX_PAGE_DIGITS

Schema = dict[str, Any]

MAX_SUGGEST_CHARACTERS = 100


def _enum(values: Iterable[str]) -> Schema:
    return {"type": "string", "enum": list(values)}


_STRING: Schema = {"type": "string"}
_INTEGER: Schema = {"type": "integer"}
_BOOLEAN: Schema = {"type": "boolean"}
_OBJECT: Schema = {"type": "object"}
_LOCALE = _enum(Locale)
_KIND = _enum(Kind)
_YEAR = f"^({YEAR.pattern}|{NOT_KNOWN})$"

ERRORS = {
    HTTPStatus.BAD_REQUEST: "A parameter is not valid",
    HTTPStatus.NOT_FOUND: "There is no such record, state or page of results",
    HTTPStatus.GONE: "The record was deleted",
    HTTPStatus.TOO_MANY_REQUESTS: "The network has made too many requests; "
    "`Retry-After` says when to go on",
    HTTPStatus.MISDIRECTED_REQUEST: "The name of the host is not that of the site",
    HTTPStatus.SERVICE_UNAVAILABLE: "The search is being prepared; try again later",
}
"""The errors, each with a code, and a message: English, unless `hl` or the browser says
otherwise."""

ALWAYS_POSSIBLE = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.MISDIRECTED_REQUEST,
    HTTPStatus.SERVICE_UNAVAILABLE,
)


def description(
    corpus: Corpus, vocabulary: FacetVocabulary, settings: Settings, root: str
) -> Schema:
    """Return the whole description, for a corpus and the path of the site."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Innovation et Sécurité – Innovation and Security",
            "version": "1",
            "description": "Search the knowledge base and read its records, in French "
            "and in English. The content is under CC BY 4.0. Wherever a parameter has "
            "a list of values, an empty parameter counts as absent.",
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
            "contact": _contact(settings),
        },
        "servers": [{"url": root}],
        "paths": {
            "/api/v1/search": {"get": _search(vocabulary)},
            "/api/v1/suggest": {"get": _suggest()},
            "/api/v1/records": {"get": _records(vocabulary)},
            "/api/v1/records/{kind}/{id}": {"get": _record(corpus)},
            "/api/v1/openapi.json": {"get": _operation("This description", _OBJECT)},
        },
        "components": {"schemas": _schemas(), "responses": _error_responses()},
    }


def _contact(settings: Settings) -> dict[str, str]:
    """Return the contact in the fields of OpenAPI, which has none for a telephone."""
    name = settings.notices[Locale.EN].publisher_name
    contact = {"name": name} if name else {}
    match settings.contact:
        case Contact(type=ContactType.EMAIL, text=email):
            contact["email"] = email
        case Contact(type=ContactType.FORM, text=url):
            contact["url"] = url
    return contact


def _search(vocabulary: FacetVocabulary) -> Schema:
    page = {"type": "integer", "minimum": 1, "maximum": 10**MAX_PAGE_DIGITS - 1}
    return _operation(
        "Search, with facets and counts",
        _ref("SearchResult"),
        *_query_parameters(vocabulary),
        _parameter("page", _optional(page), f"{PAGE_SIZE} records a page"),
        errors=(HTTPStatus.NOT_FOUND, HTTPStatus.TOO_MANY_REQUESTS),
    )


def _query_parameters(vocabulary: FacetVocabulary) -> Iterator[Schema]:
    """Yield the parameters of a search: words, filters, order."""
    yield _parameter(
        "q",
        _STRING | {"maxLength": MAX_QUERY_CHARACTERS},
        "The query; repeated spaces count as one",
    )
    for facet in FacetName:
        yield _facet_parameter(facet, vocabulary.values(facet))
    yield _parameter(
        "sort",
        _optional(_enum(Sort)),
        "The order. `result`, `evidence` and `stage` put first the practices of "
        "which it is known, the latest first among equals.",
    )
    yield _parameter(
        "expand",
        _optional(_enum(["no"])),
        "`no`: search only the typed words, without synonyms and translations",
    )


def _records(vocabulary: FacetVocabulary) -> Schema:
    per_page = {"type": "integer", "minimum": 1, "maximum": MAX_PER_PAGE}
    operation = _operation(
        "The records that match all the words and filters; all of them without any",
        _ref("RecordList"),
        *_query_parameters(vocabulary),
        _parameter(
            "per_page",
            _optional(per_page),
            f"Records a page, {DEFAULT_PER_PAGE} by default",
        ),
        _parameter(
            "cursor",
            _STRING | {"pattern": CURSOR_PATTERN},
            "Where the page begins: `*`, then the `next_cursor` of the page before, "
            "with the same parameters. A cursor of another list is answered 404.",
        ),
        _fields(),
        _parameter(
            "group_by",
            _optional(_enum(FacetName)),
            "Return, instead of records, how many of them have each value of a facet",
        ),
        errors=(HTTPStatus.NOT_FOUND, HTTPStatus.TOO_MANY_REQUESTS),
    )
    operation["description"] = (
        "Without words and without `sort`, the records are in the order of their ids, "
        "so that a harvest misses none that is there from its beginning to its end. An "
        "unknown parameter is an error, whose `parameter` names it. Without a language "
        "labels and errors are in English."
    )
    return operation


def _fields() -> Schema:
    return _parameter(
        "fields",
        _list(_optional(_enum(FIELD_PATHS))),
        "The fields to return, separated by commas; all of them by default",
    ) | {"style": "form", "explode": False}


def _facet_parameter(facet: FacetName, values: Iterable[str]) -> Schema:
    is_year = facet is FacetName.YEAR
    schema = _STRING | {"pattern": _YEAR} if is_year else _enum(values)
    return _parameter(
        facet,
        _list(_optional(schema)),
        "Several values of a facet widen the results, several facets narrow them. The "
        f"label of a value is accepted too. Only the first {MAX_FILTERS} values count.",
    )


def _suggest() -> Schema:
    return _operation(
        "Names that complete a typed text: of records, terms and places",
        _ref("Suggestions"),
        _parameter(
            "q",
            _STRING,
            "The typed text; each word may begin a word of the name, misspelt or not. "
            f"Only the first {MAX_SUGGEST_CHARACTERS} characters count.",
        ),
        _parameter(
            "locale", _optional(_LOCALE), "The reader's language, instead of `hl`"
        ),
        errors=(HTTPStatus.TOO_MANY_REQUESTS,),
    )


def _record(corpus: Corpus) -> Schema:
    example = next(iter(corpus.records), None)
    kinds = _enum([*Kind, *dict.fromkeys(kind.folder for kind in Kind)])
    schemas = (kinds, _STRING | {"minLength": 1})
    operation = _operation(
        "A record: its facts, and its texts in both languages",
        {"anyOf": [_ref("Record"), _described(_OBJECT, "With `fields`: those")]},
        _parameter("kind", schemas[0], "The kind of record", place="path"),
        _parameter("id", schemas[1], "The id of the record", place="path"),
        _parameter(
            "at",
            _optional(_STRING | {"format": "date"}),
            "A day, such as `2026-11-27`: the record as it stood at its end, in UTC",
        ),
        _fields(),
        errors=(HTTPStatus.NOT_FOUND, HTTPStatus.GONE),
    )
    if example is not None:
        operation["parameters"][0]["example"] = example.kind.value
        operation["parameters"][1]["example"] = example.slug
    operation["responses"]["301"] = {
        "description": "The record was merged into another, whose address is given",
        "headers": {"Location": {"required": True, "schema": _STRING}},
    }
    return operation


def _operation(
    summary: str,
    schema: Schema,
    *parameters: Schema,
    errors: tuple[HTTPStatus, ...] = (),
) -> Schema:
    reader = _parameter(
        "hl",
        _optional(_LOCALE),
        "The reader's language; without it, the browser's (`Accept-Language`)",
    )
    statuses = sorted((*ALWAYS_POSSIBLE, *errors))
    return {
        "summary": summary,
        "parameters": [*parameters, reader],
        "responses": {"200": _response("OK", schema)}
        | {str(each.value): _ref_response(each) for each in statuses},
    }


def _error_responses() -> dict[str, Schema]:
    return {
        status.name: _response(text, _ref("Error")) for status, text in ERRORS.items()
    }


def _response(text: str, schema: Schema) -> Schema:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _ref_response(status: HTTPStatus) -> Schema:
    return {"$ref": f"#/components/responses/{status.name}"}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _parameter(name: str, schema: Schema, text: str, *, place: str = "query") -> Schema:
    return {
        "name": name,
        "in": place,
        "required": place == "path",
        "description": text,
        "schema": schema,
    }


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _optional(schema: Schema) -> Schema:
    """Return the schema of a parameter that may be empty, as forms send it."""
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], ""]}
    return {"anyOf": [schema, {"type": "string", "maxLength": 0}]}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _described(schema: Schema, text: str) -> Schema:
    return {**schema, "description": text}


def _schemas() -> dict[str, Schema]:
    passage = _object(
        text=_STRING,
        heading=_STRING,
        page=_or_null(_INTEGER),
        locale=_LOCALE,
        url=_STRING,
    )
    reason = _object(
        term=_described(_STRING, "The typed words, or their corrected spelling"),
        found=_described(
            _STRING,
            "The name that matched: these words, a synonym or a translation",
        ),
        locale=_LOCALE,
        field=_described(
            _enum(MatchField),
            "The field that contains the name, the one of highest weight if several do",
        ),
    )
    hit = _object(
        kind=_KIND,
        id=_STRING,
        locale=_LOCALE,
        title=_STRING,
        summary=_STRING,
        url=_STRING,
        score={"type": "number"},
        partial=_described(
            _BOOLEAN, "Whether the record is not among the `exact_total` ones"
        ),
        close_in_meaning=_described(
            _BOOLEAN,
            "Whether the record has none of the words, and is close in meaning",
        ),
        passages=_list(passage),
        reasons=_list(reason),
    )
    count = _object(value=_STRING, label=_STRING, count=_INTEGER, selected=_BOOLEAN)
    suggestion = _object(
        text=_STRING,
        locale=_LOCALE,
        kind=_enum([*Kind, FacetName.PLACE]),
        id=_STRING,
        url=_described(
            _STRING,
            "The address of the record, or of the search of a place's records",
        ),
        title=_described(
            _or_null(_object(text=_STRING, locale=_LOCALE)),
            "The title in the reader's language, if `text` is another name; in the "
            "other language, if `text` also names another record",
        ),
    )
    judgement = _object(
        criterion=_enum(Criterion),
        answer=_enum(Answer),
        reason=_object(**dict.fromkeys(Locale, _STRING)),
    )
    assessment = _object(
        date=_STRING | {"format": "date"},
        assessor=_object(**dict.fromkeys(Locale, _STRING)),
        criteria=_list(judgement),
        outdated=_described(_BOOLEAN, "Whether the record was changed afterwards"),
    )
    record = _object(
        kind=_KIND,
        id=_STRING,
        url=_object(**dict.fromkeys(Locale, _STRING)),
        updated=_STRING | {"format": "date"},
        editions={
            "type": "object",
            "propertyNames": _LOCALE,
            "additionalProperties": _object(title=_STRING, summary=_STRING),
        },
        former_ids=_described(
            _list(_STRING),
            "Folder and id of records that became part of this one, such as "
            "`recommendations/rec-05`; their addresses answer 301",
        ),
        linked_from=_list(_object(kind=_KIND, id=_STRING, field=_STRING)),
    )
    error = _object(code=_STRING, message=_STRING)
    error["properties"]["parameter"] = _described(
        _STRING, "Only of records, if a parameter is wrong: its name"
    )
    record["properties"] |= {
        "at": _described(_STRING | {"format": "date"}, "Only with `at`: that day"),
        "changed_at": _described(
            _STRING | {"format": "date-time"},
            "Only with `at`: when the record came into the state of that day",
        ),
        "current": _described(
            _BOOLEAN, "Only with `at`: whether that is still its state"
        ),
    }
    record["properties"]["assessment"] = _described(
        _or_null(assessment),
        "Only of practices and recommendations: their signed assessment",
    )
    return {
        "SearchResult": _object(
            query=_STRING,
            total=_INTEGER,
            exact_total=_described(
                _INTEGER,
                "Records that match all the words, as typed, as corrected or by a name "
                "of the glossary; by a translation only where no record matches "
                "otherwise",
            ),
            page=_INTEGER,
            pages=_INTEGER,
            hits=_list(hit),
            facets=_object(**{facet: _list(count) for facet in FacetName}),
            suggestion=_or_null(_STRING),
            expanded=_list(_object(term=_STRING, to=_STRING, locale=_LOCALE)),
            relaxed=_list(_object(step=_enum(RelaxationStep), detail=_STRING)),
            plain=_BOOLEAN,
        ),
        "RecordList": _object(
            meta=_object(
                count=_INTEGER,
                per_page=_INTEGER,
                next_cursor=_described(_or_null(_STRING), "null on the last page"),
                license=_STRING,
            ),
            results=_described(
                _list(_OBJECT), "Objects with the chosen fields of `Record`"
            ),
            group_by=_list(
                _object(key=_STRING, key_display_name=_STRING, count=_INTEGER)
            ),
        ),
        "Suggestions": _object(query=_STRING, suggestions=_list(suggestion)),
        "Record": record,
        "Error": _object(error=error),
    }
