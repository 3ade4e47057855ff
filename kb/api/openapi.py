"""The OpenAPI 3.1 description of the API.

The document is the template `feeds/openapi.yaml`. The properties of records are those
that the kinds declare.
"""

import json
from http import HTTPStatus
from typing import Any

import yaml
from flask import render_template

from indexer.corpus.corpus import Corpus
from indexer.model.assessments import Answer, Criterion
from indexer.model.facets import NOT_KNOWN, FacetName, FacetOrder
from indexer.model.ids import Kind, Locale
from indexer.model.query import MAX_QUERY_CHARACTERS, PAGE_SIZE, Sort
from indexer.model.readings import ReadingName
from indexer.model.results import MatchField, RelaxationStep
from indexer.model.schema.field import Field, Shape
from indexer.model.schema.kinds import SCHEMAS
from indexer.model.vocabulary import Stage
from kb.api.harvest import DEFAULT_PER_PAGE, MAX_PER_PAGE
from kb.api.serializers import field_paths
from kb.core.contact import Contact, ContactType
from kb.core.settings import Settings
from kb.web.cursor import CURSOR_PATTERN
from kb.web.search.facet_values import YEAR, FacetVocabulary
from kb.web.search.request_query import MAX_FILTERS, MAX_PAGE_DIGITS

MAX_SUGGEST_CHARACTERS = 100

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

Schema = dict[str, Any]

_STRING: Schema = {"type": "string"}
_OBJECTS: Schema = {"type": "array", "items": {"type": "object"}}
_OF_TYPES: dict[Shape, Schema] = {
    Shape.DAY: _STRING | {"format": "date"},
    Shape.DATE: {"anyOf": [_STRING, {"type": "null"}]},
    Shape.NUMBER: {"anyOf": [{"type": "integer"}, {"type": "null"}]},
    Shape.LANGUAGE: {"anyOf": [_STRING, {"type": "null"}]},
    Shape.PLACES: _OBJECTS,
    Shape.ITEMS: _OBJECTS,
}


def description(
    corpus: Corpus, vocabulary: FacetVocabulary, settings: Settings, root: str
) -> Schema:
    """Return the whole description, for a corpus and the path of the site."""
    text = render_template(
        "feeds/openapi.yaml",
        root=root,
        contact=json.dumps(_contact(settings)),
        example=next(iter(corpus.records), None),
        locales=list(Locale),
        kinds=list(Kind),
        kind_names=[*Kind, *dict.fromkeys(kind.folder for kind in Kind)],
        suggested_kinds=[*Kind, FacetName.PLACE],
        facets=[(facet.value, _values(facet, vocabulary)) for facet in FacetName],
        year_pattern=f"^({YEAR.pattern}|{NOT_KNOWN})$",
        sorts=list(Sort),
        scales=[f"`{sort}`" for sort in Sort if sort.declared.scale is not None],
        field_paths=field_paths(),
        cursor_pattern=CURSOR_PATTERN,
        match_fields=list(MatchField),
        relaxation_steps=list(RelaxationStep),
        reading_names=list(ReadingName),
        criteria=list(Criterion),
        answers=list(Answer),
        facts=json.dumps(_fact_properties()),
        words=json.dumps(_word_properties()),
        errors=[(status.name, text) for status, text in ERRORS.items()],
        error_names={status.value: status.name for status in ERRORS},
        max_query=MAX_QUERY_CHARACTERS,
        max_filters=MAX_FILTERS,
        max_suggest=MAX_SUGGEST_CHARACTERS,
        max_page=10**MAX_PAGE_DIGITS - 1,
        page_size=PAGE_SIZE,
        per_page=DEFAULT_PER_PAGE,
        max_per_page=MAX_PER_PAGE,
    )
    body: Schema = yaml.load(text, yaml.CSafeLoader)
    del body["x-shared"]
    return body


def _values(facet: FacetName, vocabulary: FacetVocabulary) -> tuple[str, ...] | None:
    """Return the values that a facet accepts; None for years, which have a pattern."""
    is_year = facet.declared.order is FacetOrder.NEWEST
    return None if is_year else vocabulary.values(facet)


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


def _fact_properties() -> dict[str, Schema]:
    """Return the properties of facts, with the kinds that have each."""
    found: dict[str, list[tuple[Kind, Field]]] = {}
    for kind, schema in SCHEMAS.items():
        for field in schema.facts:
            if not field.is_signed and field.name not in {"id", "checked"}:
                found.setdefault(field.name, []).append((kind, field))
    return {
        name: _property([field for _, field in uses], [kind for kind, _ in uses])
        for name, uses in found.items()
    }


def _word_properties() -> dict[str, Schema]:
    """Return the properties of editions; those of other kinds are empty."""
    fields = {field.attribute: field for s in SCHEMAS.values() for field in s.words}
    return {name: _property([field], []) for name, field in fields.items()}


def _property(fields: list[Field], kinds: list[Kind]) -> Schema:
    text = fields[0].label.template
    if kinds and set(kinds) != set(Kind):
        text = f"{text}. Of these kinds: {', '.join(kinds)}"
    values = list(dict.fromkeys(value for field in fields for value in field.options))
    if fields[0].name == "stage":
        values.append(Stage.NO_NEWS)  # which no file has
    return {**_value_schema(fields[0], values), "description": text}


def _value_schema(field: Field, values: list[str]) -> Schema:
    if field.type is Shape.CHOICES:
        return {"type": "array", "items": {"enum": values}}
    if field.type is Shape.CHOICE:
        has_default = field.fallback is not None
        return {"enum": values} if has_default else {"enum": [*values, None]}
    plain = {"type": "array", "items": _STRING} if field.type.is_list else _STRING
    return _OF_TYPES.get(field.type, plain)
