"""The OpenAPI 3.1 description of the API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from indexer.model.facets import FacetName
from indexer.model.ids import Kind, Locale
from indexer.model.query import MAX_QUERY_CHARACTERS, PAGE_SIZE, Sort
from indexer.model.results import MatchField, RelaxationStep

Schema = dict[str, Any]


def _enum(values: Iterable[str]) -> Schema:
    return {"type": "string", "enum": list(values)}


_STRING: Schema = {"type": "string"}
_INTEGER: Schema = {"type": "integer"}
_BOOLEAN: Schema = {"type": "boolean"}
_OBJECT: Schema = {"type": "object"}
_LOCALE = _enum(Locale)
_KIND = _enum(Kind)


def description() -> Schema:
    """Return the whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Innovation et Sécurité – Innovation and Security",
            "version": "1",
            "description": "Search the knowledge base and read its records, in French "
            "and in English. The content is under CC BY 4.0.",
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "paths": {
            "/api/v1/search": {"get": _search()},
            "/api/v1/suggest": {"get": _suggest()},
            "/api/v1/records/{kind}/{id}": {"get": _record()},
            "/api/v1/openapi.json": {"get": _operation("This description", _OBJECT)},
        },
        "components": {"schemas": _schemas()},
    }


def _search() -> Schema:
    facets = [
        _parameter(
            facet,
            _list(_STRING),
            "Several values of a facet widen the results, several facets narrow them",
        )
        for facet in FacetName
    ]
    return _operation(
        "Search, with facets and counts",
        _ref("SearchResult"),
        _parameter("q", _STRING | {"maxLength": MAX_QUERY_CHARACTERS}, "The query"),
        *facets,
        _parameter("sort", _enum(Sort), "The order"),
        _parameter("page", _INTEGER | {"minimum": 1}, f"{PAGE_SIZE} records a page"),
        _parameter(
            "expand",
            _enum(["no"]),
            "`no`: search only the typed words, without synonyms and translations",
        ),
        _parameter("hl", _LOCALE, "The reader's language"),
        errors=("400", "404", "503"),
    )


def _suggest() -> Schema:
    return _operation(
        "Names that complete a typed text: of records, terms and places",
        _ref("Suggestions"),
        _parameter(
            "q",
            _STRING,
            "The typed text; each word may begin a word of the name, misspelt or not",
        ),
        _parameter("locale", _LOCALE, "The reader's language"),
        errors=("400", "503"),
    )


def _record() -> Schema:
    return _operation(
        "A record: its facts, and its texts in both languages; a record that was "
        "merged into another redirects to it (301)",
        _ref("Record"),
        _parameter("kind", _KIND, "The kind of record", place="path"),
        _parameter("id", _STRING, "The id of the record", place="path"),
        errors=("404", "410", "503"),
    )


def _operation(
    summary: str, schema: Schema, *parameters: Schema, errors: tuple[str, ...] = ()
) -> Schema:
    error = _response(
        "An error, with a message in the reader's language", _ref("Error")
    )
    return {
        "summary": summary,
        "parameters": list(parameters),
        "responses": {"200": _response("OK", schema)} | dict.fromkeys(errors, error),
    }


def _response(text: str, schema: Schema) -> Schema:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


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
    return {
        "SearchResult": _object(
            query=_STRING,
            total=_INTEGER,
            page=_INTEGER,
            pages=_INTEGER,
            hits=_list(hit),
            facets=_object(**{facet: _list(count) for facet in FacetName}),
            suggestion=_or_null(_STRING),
            expanded=_list(_object(term=_STRING, to=_STRING, locale=_LOCALE)),
            relaxed=_list(_object(step=_enum(RelaxationStep), detail=_STRING)),
            plain=_BOOLEAN,
        ),
        "Suggestions": _object(query=_STRING, suggestions=_list(suggestion)),
        "Record": _object(kind=_KIND, id=_STRING, url=_OBJECT, editions=_OBJECT),
        "Error": _object(error=_object(code=_STRING, message=_STRING)),
    }
