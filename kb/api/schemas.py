"""The schemas of JSON bodies in the OpenAPI document.

The properties of records are those that the kinds declare.
"""

from collections.abc import Iterable
from typing import Any

from indexer.model.assessments import Answer, Criterion
from indexer.model.facets import FacetName
from indexer.model.ids import Kind, Locale
from indexer.model.results import MatchField, RelaxationStep
from indexer.model.schema.field import Field, Shape
from indexer.model.schema.kinds import SCHEMAS

Schema = dict[str, Any]

STRING: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}
BOOLEAN: Schema = {"type": "boolean"}
OBJECT: Schema = {"type": "object"}


def one_of(values: Iterable[str]) -> Schema:
    """Return the schema of a text that is one of some values."""
    return {"type": "string", "enum": list(values)}


def object_of(**properties: Schema) -> Schema:
    """Return the schema of an object that has all its properties."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def list_of(items: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


def optional(schema: Schema) -> Schema:
    """Return the schema of a parameter that may be empty, as forms send it."""
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], ""]}
    return {"anyOf": [schema, {"type": "string", "maxLength": 0}]}


def or_null(schema: Schema) -> Schema:
    """Return the schema of a value that may be null."""
    return {"anyOf": [schema, {"type": "null"}]}


def described(schema: Schema, text: str) -> Schema:
    """Return a schema with a description."""
    return {**schema, "description": text}


LOCALE = one_of(Locale)
KIND = one_of(Kind)
_OF_TYPES: dict[Shape, Schema] = {
    Shape.DAY: STRING | {"format": "date"},
    Shape.DATE: or_null(STRING),
    Shape.NUMBER: or_null(INTEGER),
    Shape.PLACES: list_of(OBJECT),
    Shape.ITEMS: list_of(OBJECT),
}


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
    return {**_value_schema(fields[0], values), "description": text}


def _value_schema(field: Field, values: list[str]) -> Schema:
    if field.type is Shape.CHOICES:
        return {"type": "array", "items": {"enum": values}}
    if field.type is Shape.CHOICE:
        has_default = field.fallback is not None
        return {"enum": values} if has_default else {"enum": [*values, None]}
    return _OF_TYPES.get(field.type, list_of(STRING) if field.type.is_list else STRING)


def _hit() -> Schema:
    passage = object_of(
        text=STRING,
        heading=STRING,
        page=or_null(INTEGER),
        locale=LOCALE,
        url=STRING,
    )
    reason = object_of(
        term=described(STRING, "The typed words, or their corrected spelling"),
        found=described(
            STRING,
            "The name that matched: these words, a synonym or a translation",
        ),
        locale=LOCALE,
        field=described(
            one_of(MatchField),
            "The field that contains the name, the one of highest weight if several do",
        ),
    )
    return object_of(
        kind=KIND,
        id=STRING,
        locale=LOCALE,
        title=STRING,
        summary=STRING,
        url=STRING,
        score={"type": "number"},
        partial=described(
            BOOLEAN, "Whether the record is not among the `exact_total` ones"
        ),
        close_in_meaning=described(
            BOOLEAN,
            "Whether the record has none of the words, and is close in meaning",
        ),
        passages=list_of(passage),
        reasons=list_of(reason),
    )


def _suggestion() -> Schema:
    return object_of(
        text=STRING,
        locale=LOCALE,
        kind=one_of([*Kind, FacetName.PLACE]),
        id=STRING,
        url=described(
            STRING,
            "The address of the record, or of the search of a place's records",
        ),
        title=described(
            or_null(object_of(text=STRING, locale=LOCALE)),
            "The title in the reader's language, if `text` is another name; in the "
            "other language, if `text` also names another record",
        ),
    )


def _assessment() -> Schema:
    judgement = object_of(
        criterion=one_of(Criterion),
        answer=one_of(Answer),
        reason=object_of(**dict.fromkeys(Locale, STRING)),
    )
    return object_of(
        date=STRING | {"format": "date"},
        assessor=object_of(**dict.fromkeys(Locale, STRING)),
        criteria=list_of(judgement),
        outdated=described(BOOLEAN, "Whether the record was changed afterwards"),
    )


def _record() -> Schema:
    edition = object_of(title=STRING, summary=STRING)
    edition["properties"] = _word_properties()
    record = object_of(
        kind=KIND,
        id=STRING,
        url=object_of(**dict.fromkeys(Locale, STRING)),
        updated=STRING | {"format": "date"},
        editions={
            "type": "object",
            "propertyNames": LOCALE,
            "additionalProperties": edition,
        },
        former_ids=described(
            list_of(STRING),
            "Folder and id of records that became part of this one, such as "
            "`recommendations/rec-05`; their addresses answer 301",
        ),
        linked_from=list_of(object_of(kind=KIND, id=STRING, field=STRING)),
    )
    record["properties"] = _fact_properties() | record["properties"]
    record["properties"] |= {
        "at": described(STRING | {"format": "date"}, "Only with `at`: that day"),
        "changed_at": described(
            STRING | {"format": "date-time"},
            "Only with `at`: when the record came into the state of that day",
        ),
        "current": described(
            BOOLEAN, "Only with `at`: whether that is still its state"
        ),
    }
    record["properties"]["assessment"] = described(
        or_null(_assessment()),
        "Only of practices and recommendations: their signed assessment",
    )
    return record


def _error() -> Schema:
    error = object_of(code=STRING, message=STRING)
    error["properties"]["parameter"] = described(
        STRING, "Only of records, if a parameter is wrong: its name"
    )
    return object_of(error=error)


def schemas() -> dict[str, Schema]:
    """Return the schemas of all bodies by their names."""
    count = object_of(value=STRING, label=STRING, count=INTEGER, selected=BOOLEAN)
    return {
        "SearchResult": object_of(
            query=STRING,
            total=INTEGER,
            exact_total=described(
                INTEGER,
                "Records that match all the words, as typed, as corrected or by a name "
                "of the glossary; by a translation only where no record matches "
                "otherwise",
            ),
            page=INTEGER,
            pages=INTEGER,
            hits=list_of(_hit()),
            facets=object_of(**{facet: list_of(count) for facet in FacetName}),
            suggestion=or_null(STRING),
            expanded=list_of(object_of(term=STRING, to=STRING, locale=LOCALE)),
            relaxed=list_of(object_of(step=one_of(RelaxationStep), detail=STRING)),
            plain=BOOLEAN,
        ),
        "RecordList": object_of(
            meta=object_of(
                count=INTEGER,
                per_page=INTEGER,
                next_cursor=described(or_null(STRING), "null on the last page"),
                license=STRING,
            ),
            results=described(
                list_of(OBJECT), "Objects with the chosen fields of `Record`"
            ),
            group_by=list_of(
                object_of(key=STRING, key_display_name=STRING, count=INTEGER)
            ),
        ),
        "Suggestions": object_of(query=STRING, suggestions=list_of(_suggestion())),
        "Record": _record(),
        "Error": _error(),
    }
