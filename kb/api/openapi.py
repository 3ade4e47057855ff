"""The OpenAPI 3.1 description of the API."""

from collections.abc import Iterable, Iterator
from http import HTTPStatus

from indexer.corpus.corpus import Corpus
from indexer.model.facets import NOT_KNOWN, FacetName, FacetOrder
from indexer.model.ids import Kind, Locale
from indexer.model.query import MAX_QUERY_CHARACTERS, PAGE_SIZE, Sort
from kb.api.harvest import CURSOR_PATTERN, DEFAULT_PER_PAGE, MAX_PER_PAGE
from kb.api.schemas import (
    LOCALE,
    OBJECT,
    STRING,
    Schema,
    described,
    list_of,
    one_of,
    optional,
    schemas,
)
from kb.api.serializers import field_paths
from kb.core.contact import Contact, ContactType
from kb.core.settings import Settings
from kb.web.search.facet_values import YEAR, FacetVocabulary
from kb.web.search.request_query import MAX_FILTERS, MAX_PAGE_DIGITS

MAX_SUGGEST_CHARACTERS = 100


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
            "/api/v1/openapi.json": {"get": _operation("This description", OBJECT)},
        },
        "components": {"schemas": schemas(), "responses": _error_responses()},
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
        _parameter("page", optional(page), f"{PAGE_SIZE} records a page"),
        errors=(HTTPStatus.NOT_FOUND, HTTPStatus.TOO_MANY_REQUESTS),
    )


def _query_parameters(vocabulary: FacetVocabulary) -> Iterator[Schema]:
    """Yield the parameters of a search: words, filters, order."""
    yield _parameter(
        "q",
        STRING | {"maxLength": MAX_QUERY_CHARACTERS},
        "The query; repeated spaces count as one",
    )
    for facet in FacetName:
        yield _facet_parameter(facet, vocabulary.values(facet))
    *scales, last = (f"`{sort}`" for sort in Sort if sort.declared.scale is not None)
    yield _parameter(
        "sort",
        optional(one_of(Sort)),
        f"The order. {', '.join(scales)} and {last} put first the practices of "
        "which it is known, the latest first among equals.",
    )
    yield _parameter(
        "expand",
        optional(one_of(["no"])),
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
            optional(per_page),
            f"Records a page, {DEFAULT_PER_PAGE} by default",
        ),
        _parameter(
            "cursor",
            STRING | {"pattern": CURSOR_PATTERN},
            "Where the page begins: `*`, then the `next_cursor` of the page before, "
            "with the same parameters. A cursor of another list is answered 404.",
        ),
        _fields(),
        _parameter(
            "group_by",
            optional(one_of(FacetName)),
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
        list_of(optional(one_of(field_paths()))),
        "The fields to return, separated by commas; all of them by default",
    ) | {"style": "form", "explode": False}


def _facet_parameter(facet: FacetName, values: Iterable[str]) -> Schema:
    is_year = facet.declared.order is FacetOrder.NEWEST
    schema = STRING | {"pattern": _YEAR} if is_year else one_of(values)
    return _parameter(
        facet,
        list_of(optional(schema)),
        "Several values of a facet widen the results, several facets narrow them. The "
        f"label of a value is accepted too. Only the first {MAX_FILTERS} values count.",
    )


def _suggest() -> Schema:
    return _operation(
        "Names that complete a typed text: of records, terms and places",
        _ref("Suggestions"),
        _parameter(
            "q",
            STRING,
            "The typed text; each word may begin a word of the name, misspelt or not. "
            f"Only the first {MAX_SUGGEST_CHARACTERS} characters count.",
        ),
        _parameter(
            "locale", optional(LOCALE), "The reader's language, instead of `hl`"
        ),
        errors=(HTTPStatus.TOO_MANY_REQUESTS,),
    )


def _record(corpus: Corpus) -> Schema:
    example = next(iter(corpus.records), None)
    kinds = one_of([*Kind, *dict.fromkeys(kind.folder for kind in Kind)])
    schemas = (kinds, STRING | {"minLength": 1})
    operation = _operation(
        "A record: its facts, and its texts in both languages",
        {"anyOf": [_ref("Record"), described(OBJECT, "With `fields`: those")]},
        _parameter("kind", schemas[0], "The kind of record", place="path"),
        _parameter("id", schemas[1], "The id of the record", place="path"),
        _parameter(
            "at",
            optional(STRING | {"format": "date"}),
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
        "headers": {"Location": {"required": True, "schema": STRING}},
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
        optional(LOCALE),
        "The reader's language; without it, the browser's (`Accept-Language`)",
    )
    statuses = sorted((*ALWAYS_POSSIBLE, *errors))
    return {
        "summary": summary,
        "parameters": [*parameters, reader],
        "responses": {"200": _response("OK", schema)}
        | {str(status.value): _ref_response(status) for status in statuses},
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
