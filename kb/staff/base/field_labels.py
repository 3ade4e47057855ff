"""Labels of the fields of a record, and the names of their controls."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from flask_babel import gettext as _

from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Locale
from indexer.model.schema.field import Field, Shape
from indexer.model.schema.frame import FRAME_FIELDS
from indexer.model.schema.kinds import SCHEMAS, RecordSchema
from kb.web.date_text import language_name
from kb.web.labels import FILE_LANGUAGES
from kb.web.locale import by_locale, page_locale
from kb.web.locale import lazy_gettext as _l
from kb.web.value_labels import value_label

WITHOUT_EDITION = by_locale(fr=_l("Without French"), en=_l("Without English"))


def field_label(name: str, locale: Locale | None = None) -> str:
    """Return the label of a field; with a locale, that of a field of the edition."""
    fields = _fields_by_name(tuple(SCHEMAS.values()))
    found = fields.get((locale is not None, name), fields.get((False, name)))
    if not found:
        return name
    return label_of(found[0], locale)


def label_of(field: Field, locale: Locale | None = None) -> str:
    """Return the label of a declared field; with a locale, that of its edition."""
    label = field.label.text(_)
    if locale is None or not field.is_localized:
        return label
    language = str(FILE_LANGUAGES[locale])
    if field.label_in is not None:
        return _(field.label_in.template, language=language)
    return _("%(label)s, %(language)s", label=label, language=language)


def is_field(name: str) -> bool:
    """Return whether a fact, or a part of one, has a name in the files."""
    return (False, name) in _fields_by_name(tuple(SCHEMAS.values()))


def choice_label(field: str, value: str) -> str:
    """Return the label of a value to choose from, or the name of a language."""
    for declared in _fields_by_name(tuple(SCHEMAS.values())).get((False, field), ()):
        if declared.type is Shape.LANGUAGE:
            return language_name(value, page_locale())
        for member in declared.values:
            if member == value:
                return value_label(member)
    return value


def value_labels(field: Field) -> dict[str, str]:
    """Return the labels of the values of a field."""
    return {member.value: value_label(member) for member in field.values}


@lru_cache(maxsize=2)
def _fields_by_name(
    schemas: tuple[RecordSchema, ...],
) -> Mapping[tuple[bool, str], list[Field]]:
    """Return the declared fields by name, those of editions apart from the others."""
    fields: dict[tuple[bool, str], list[Field]] = defaultdict(list)
    for field in _all_fields(schemas):
        fields[field.is_localized, field.name].append(field)
    return dict(fields)


def _all_fields(schemas: tuple[RecordSchema, ...]) -> Iterator[Field]:
    for schema in schemas:
        for field in (*schema.facts, *schema.words):
            yield field
            yield from field.parts
    yield from FRAME_FIELDS


def control_name(file: str, field: str) -> str:
    """Return the name of the form control of a field, as `f-date` or `fr-title`."""
    prefix = "f" if file == RECORD_FILE else file.removesuffix(".md")
    return f"{prefix}-{field}"


def field_of_control(name: str) -> tuple[str, str]:
    """Return the file and the field of a form control."""
    prefix, _, field = name.partition("-")
    is_edition = prefix in list(Locale)
    return f"{prefix}.md" if is_edition else RECORD_FILE, field


def raw_control_name(file: str) -> str:
    """Return the name of the control that holds a whole file as text."""
    return f"raw-{file}"


def locale_of_file(file: str) -> Locale | None:
    """Return the locale of the edition in a file; None for `record.yaml`."""
    return None if file == RECORD_FILE else Locale(file.removesuffix(".md"))


def missing_edition_label(locales: Collection[Locale]) -> str:
    """Return the label of a record written in these locales; empty if in all."""
    missing = (WITHOUT_EDITION[locale] for locale in Locale if locale not in locales)
    return str(next(missing, ""))
