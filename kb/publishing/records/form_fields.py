"""The form fields of each kind of record, and of its editions.

They are those that `indexer.corpus` reads; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.assessments import CRITERIA
from indexer.model.ids import Kind, Locale
from indexer.model.records import (
    NEED_FIRMNESS,
    PRACTICE_FIRMNESS,
    PRACTICE_NOTES,
    RECOMMENDATION_FIRMNESS,
    Audience,
    Availability,
    Confidence,
    DeliverableType,
    EventType,
    EvidenceKind,
    PracticeResult,
    SourceStatus,
    Stage,
    Wording,
)


class Shape(StrEnum):
    """The type of a form field."""

    TEXT = "text"
    LONG_TEXT = "long-text"
    DAY = "day"
    DATE = "date"
    NUMBER = "number"
    CHOICE = "choice"
    CHOICES = "choices"
    TEXTS = "texts"
    THEMES = "themes"
    PLACES = "places"
    RECORDS = "records"
    FIELD_NAMES = "field-names"
    ITEMS = "items"

    @property
    def is_list(self) -> bool:
        """Whether the value is a list of texts."""
        return self in _LISTS


_LISTS = {
    Shape.CHOICES,
    Shape.TEXTS,
    Shape.THEMES,
    Shape.PLACES,
    Shape.RECORDS,
    Shape.FIELD_NAMES,
}


@dataclass(frozen=True, slots=True)
class FormField:
    """A form field: its name in the file, its type, and its options.

    `linked` is the kind of the records that it names; `parts` are the fields of each
    item. `is_signed`: the field is part of a signed assessment, not of a draft form.
    """

    name: str
    shape: Shape
    is_required: bool = False
    options: tuple[str, ...] = ()
    linked: Kind | None = None
    parts: tuple[FormField, ...] = ()
    is_signed: bool = False


def _text(name: str, *, is_required: bool = False) -> FormField:
    return FormField(name, Shape.TEXT, is_required)


def _choice(
    name: str, options: Iterable[StrEnum], *, is_required: bool = True
) -> FormField:
    return FormField(name, Shape.CHOICE, is_required, tuple(o.value for o in options))


def _records(name: str, kind: Kind) -> FormField:
    return FormField(name, Shape.RECORDS, linked=kind)


_LANGUAGE = _choice("language", Locale, is_required=False)
_PAGES = FormField("pages", Shape.NUMBER)
_DATE = FormField("date", Shape.DATE)
_PERIOD = (_DATE, FormField("end_date", Shape.DATE))
_PLACES = FormField("places", Shape.PLACES)
_THEMES = FormField("themes", Shape.THEMES, is_required=True)
_EVENTS = _records("events", Kind.EVENT)
_DELIVERABLES = _records("deliverables", Kind.DELIVERABLE)
_PRACTICES = _records("practices", Kind.PRACTICE)
_FIRST_STEPS = tuple(
    FormField(
        name,
        Shape.ITEMS,
        parts=(_text("record", is_required=True), _text("why", is_required=True)),
    )
    for name in ("start_mayor", "start_police")
)
_QUOTATIONS = FormField(
    "quotations",
    Shape.ITEMS,
    parts=(
        FormField("deliverable", Shape.TEXT, is_required=True, linked=Kind.DELIVERABLE),
        _text("file", is_required=True),
        FormField("page", Shape.NUMBER),
        _text("text", is_required=True),
    ),
)
_FILES = FormField(
    "files",
    Shape.ITEMS,
    parts=(
        _text("name", is_required=True),
        _text("sha256", is_required=True),
        _LANGUAGE,
        _PAGES,
        FormField("tagged", Shape.CHOICE, options=("yes", "no")),
        _text("licence"),
    ),
)
_FIGURES = FormField(
    "figures",
    Shape.ITEMS,
    parts=(_text("value", is_required=True), _text("label", is_required=True)),
)

_BEGINNING = (
    _text("id", is_required=True),
    FormField("updated", Shape.DAY, is_required=True),
)
_INFERRED = FormField("inferred", Shape.FIELD_NAMES)
_FORMER_IDS = FormField("former_ids", Shape.TEXTS)
_CHECKED = FormField("checked", Shape.TEXTS)


def _audiences(*, is_required: bool = False) -> FormField:
    options = tuple(each.value for each in Audience)
    return FormField("audiences", Shape.CHOICES, is_required, options)


def _end(*, is_sourced: bool = True) -> tuple[FormField, ...]:
    parts = (
        *(_text(locale.value) for locale in Locale),
        _text("url"),
        _text("publisher"),
        _text("title"),
        _DATE,
        _text("language"),
        FormField("accessed", Shape.DATE),
        _choice("status", SourceStatus, is_required=False),
    )
    return (
        FormField("sources", Shape.ITEMS, is_sourced, parts=parts),
        _choice("confidence", Confidence),
        _INFERRED,
        _FORMER_IDS,
        _CHECKED,
    )


def _assessment(kind: Kind) -> tuple[FormField, ...]:
    answers = dict.fromkeys(each for some in CRITERIA[kind].values() for each in some)
    parts = (
        _choice("criterion", CRITERIA[kind]),
        _choice("answer", answers),
        *(_text(locale.value, is_required=True) for locale in Locale),
    )
    return (
        FormField("assessed", Shape.DAY, is_signed=True),
        *(
            FormField(f"assessor_{locale}", Shape.TEXT, is_signed=True)
            for locale in Locale
        ),
        FormField("assessed_text", Shape.TEXT, is_signed=True),
        FormField("assessment", Shape.ITEMS, parts=parts, is_signed=True),
    )


_OWN: dict[Kind, tuple[FormField, ...]] = {
    Kind.DELIVERABLE: (
        _text("code"),
        _text("original_title"),
        _choice("type", DeliverableType),
        _THEMES,
        _EVENTS,
        _text("project"),
        _text("lead"),
        FormField("authors", Shape.TEXTS),
        _audiences(),
        _DATE,
        _LANGUAGE,
        _PAGES,
        _choice("availability", Availability),
        _FILES,
        *_end(),
    ),
    Kind.PRACTICE: (
        _THEMES,
        _choice("link_to_project", PRACTICE_FIRMNESS),
        _audiences(),
        _PLACES,
        *_PERIOD,
        _choice("stage", Stage, is_required=False),
        FormField("stage_date", Shape.DATE),
        _choice("evidence", EvidenceKind, is_required=False),
        _choice("result", PracticeResult, is_required=False),
        _text("contact_page"),
        _EVENTS,
        _DELIVERABLES,
        _QUOTATIONS,
        *_end(),
        *_assessment(Kind.PRACTICE),
    ),
    Kind.RECOMMENDATION: (
        _THEMES,
        _choice("firmness", RECOMMENDATION_FIRMNESS),
        _choice("wording", Wording, is_required=False),
        _audiences(is_required=True),
        _EVENTS,
        _DELIVERABLES,
        _PRACTICES,
        _QUOTATIONS,
        *_end(),
        *_assessment(Kind.RECOMMENDATION),
    ),
    Kind.NEED: (
        _THEMES,
        _choice("basis", NEED_FIRMNESS),
        _audiences(),
        _EVENTS,
        _PRACTICES,
        _records("recommendations", Kind.RECOMMENDATION),
        _QUOTATIONS,
        *_end(),
    ),
    Kind.EVENT: (
        _choice("type", EventType),
        FormField("number", Shape.NUMBER),
        _THEMES,
        *_PERIOD,
        _PLACES,
        _text("registration"),
        FormField("languages", Shape.TEXTS),
        _DELIVERABLES,
        *_end(),
    ),
    Kind.THEME: (
        FormField("order", Shape.NUMBER),
        _EVENTS,
        *_end(is_sourced=False),
    ),
    Kind.TERM: (
        _THEMES,
        _records("broader", Kind.TERM),
        _records("related", Kind.TERM),
        *_end(is_sourced=False),
    ),
    Kind.PAGE: (_INFERRED, _FORMER_IDS, _CHECKED),
}

FACT_FIELDS: dict[Kind, tuple[FormField, ...]] = {
    kind: (*_BEGINNING, *own) for kind, own in _OWN.items()
}
"""The fields of `record.yaml`, in the order of forms and files."""

BODY = "body"

_WORDS = (_text("title", is_required=True), _text("summary", is_required=True))
_NOTE = _text("date_note")
_MORE_WORDS: dict[Kind, tuple[FormField, ...]] = {
    Kind.TERM: (FormField("variants", Shape.TEXTS),),
    Kind.PRACTICE: (
        _text("who"),
        _FIGURES,
        _NOTE,
        *(_text(name) for name in PRACTICE_NOTES),
        FormField("did_not_work", Shape.TEXTS),
    ),
    Kind.EVENT: (_text("host"), _text("participants"), _FIGURES, _NOTE),
    Kind.DELIVERABLE: (_NOTE,),
    Kind.THEME: _FIRST_STEPS,
}

QUESTIONS = "questions"

WORD_FIELDS: dict[Kind, tuple[FormField, ...]] = {
    kind: (
        *_WORDS,
        *_MORE_WORDS.get(kind, ()),
        FormField(QUESTIONS, Shape.TEXTS),
        FormField(BODY, Shape.LONG_TEXT),
    )
    for kind in Kind
}
"""The fields of `fr.md` and `en.md`; the last is the text after the front matter."""


TEXT_NAMES = (RECORD_FILE, *(f"{locale}.md" for locale in Locale))
"""The names of the text files of a record."""


def fields_of(kind: Kind, file: str) -> tuple[FormField, ...]:
    """Return the fields of a file of a record."""
    return WORD_FIELDS[kind] if file.endswith(".md") else FACT_FIELDS[kind]
