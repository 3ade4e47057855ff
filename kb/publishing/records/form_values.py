"""Reads the files of a record as form values, and writes form values into the files.

Incomplete or wrong values are stored as typed, and the check of the content reports
them. Fields that a form does not change keep their layout in the file.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from indexer.analysis.text_dates import date_of
from indexer.corpus.editions import split_edition
from indexer.corpus.record_reader import RECORD_FILE, TEXT_NAMES
from indexer.corpus.yaml_lines import Mapping as YamlMapping
from indexer.corpus.yaml_lines import Scalar, YamlSyntaxError, YamlValue
from indexer.corpus.yaml_lines import Sequence as YamlSequence
from indexer.model.ids import Kind, Locale
from indexer.model.schema.field import Field, Shape
from indexer.model.schema.frame import BODY
from indexer.model.schema.kinds import SCHEMAS
from kb.publishing.records.yaml_blocks import (
    FieldBlocks,
    quoted_yaml,
    read_blocks,
    write_blocks,
)

ItemValues = Mapping[str, str]
"""A list item with fields of its own: a source, a file, a quotation."""

FormValue = str | tuple[str, ...] | tuple[ItemValues, ...]

_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/+-]*[A-Za-z0-9/_+])?")
_ADDRESS = re.compile(r"https?://[^\s,\[\]{}\"'#`|>*&!%@]+")
_URL_ONLY = {"url"}


@dataclass(frozen=True, slots=True)
class FormValues:
    """The values of a form: facts, and texts by language.

    `raw` has the names of files that are not valid YAML, and `odd` the (file, field)
    pairs of values of another type: a form replaces both only by a new value.
    """

    facts: Mapping[str, FormValue] = field(default_factory=dict)
    words: Mapping[Locale, Mapping[str, FormValue]] = field(default_factory=dict)
    raw: tuple[str, ...] = ()
    odd: tuple[tuple[str, str], ...] = ()

    def of_file(self, name: str) -> Mapping[str, FormValue]:
        """Return the values of a file of the record."""
        if name == RECORD_FILE:
            return self.facts
        return self.words.get(Locale(name.removesuffix(".md")), {})

    def items(self, name: str) -> tuple[ItemValues, ...]:
        """Return the items of a fact such as `files`, whose items have fields."""
        value = self.facts.get(name, ())
        return tuple(each for each in value if not isinstance(each, str))

    @property
    def titles(self) -> dict[Locale, str]:
        """The titles that are written, by locale."""
        titles = {each: self.words.get(each, {}).get("title") for each in Locale}
        return {
            locale: title
            for locale, title in titles.items()
            if isinstance(title, str) and title
        }


def read_values(kind: Kind, texts: Mapping[str, str]) -> FormValues:
    """Return the form values of the files of a record."""
    raw: list[str] = []
    odd: list[tuple[str, str]] = []
    values: dict[str, dict[str, FormValue]] = {}
    for name in TEXT_NAMES:
        text = _lines(texts.get(name, ""))
        try:
            values[name] = _read(name, text, SCHEMAS[kind].fields_of(name), odd)
        except YamlSyntaxError:
            raw.append(name)
            values[name] = {}
    return FormValues(
        facts=values[RECORD_FILE],
        words={locale: values[f"{locale}.md"] for locale in Locale},
        raw=tuple(raw),
        odd=tuple(odd),
    )


def write_values(
    kind: Kind, values: FormValues, texts: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the files of a record with new form values; `texts` are the old files.

    Fields that `values` does not name stay as they are. Empty editions are left out.
    """
    before = {name: _lines(text) for name, text in (texts or {}).items()}
    known = read_values(kind, before)
    written = dict(before)
    for name in TEXT_NAMES:
        new, old = values.of_file(name), known.of_file(name)
        if all(old.get(each, _EMPTY) == _clean(value) for each, value in new.items()):
            continue  # No field differs: the file stays as it is.
        fields = SCHEMAS[kind].fields_of(name)
        written[name] = _written(name, before.get(name, ""), new, old, fields, known)
    return {name: text for name, text in written.items() if text}


def iso_date(text: str) -> str:
    """Return a typed date as records store it, an unreadable one as it is."""
    date = date_of(text)
    return str(date) if date is not None else text


_EMPTY: FormValue = ""


def _lines(text: str) -> str:
    plain = text.removeprefix("\ufeff").replace("\x00", "")
    return plain.replace("\r\n", "\n").replace("\r", "\n")


def _read(
    name: str, text: str, fields: Sequence[Field], odd: list[tuple[str, str]]
) -> dict[str, FormValue]:
    if not text.strip():
        return {}
    front, body = _parts(name, text)
    stored = read_blocks(front).values
    values: dict[str, FormValue] = {}
    for each in fields:
        if each.name == BODY:
            values |= {BODY: body} if body else {}
        elif each.name in stored:
            try:
                value = _value(stored[each.name], each)
            except _OtherTypeError:
                odd.append((name, each.name))
                continue
            if value:
                values[each.name] = value
    return values


def _parts(name: str, text: str) -> tuple[str, str]:
    if name == RECORD_FILE:
        return text, ""
    parts = split_edition(text.encode("utf-8"))
    if parts is None:
        raise YamlSyntaxError("there is no front matter", 1)
    return parts.fields, parts.body.decode("utf-8").strip("\n")


class _OtherTypeError(Exception):
    """A stored value has another type than its form field."""


def _value(stored: YamlValue, each: Field) -> FormValue:
    if isinstance(stored, Scalar) and not stored.text.strip():
        return ()
    if each.type is not Shape.ITEMS and not each.type.is_list:
        return _plain(stored)
    if not isinstance(stored, YamlSequence):
        raise _OtherTypeError
    if each.type is Shape.ITEMS:
        return tuple(_item(item) for item in stored.items)
    return tuple(_plain(item) for item in stored.items)


def _item(stored: YamlValue) -> ItemValues:
    if isinstance(stored, Scalar):
        return {"url": _spaced(stored.text)}
    if not isinstance(stored, YamlMapping) or stored.repeated:
        raise _OtherTypeError
    fields = {name: _plain(value) for name, (value, _) in stored.entries.items()}
    return {name: text for name, text in fields.items() if text}


def _plain(stored: YamlValue) -> str:
    if not isinstance(stored, Scalar):
        raise _OtherTypeError
    return _spaced(stored.text)


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _clean(value: FormValue) -> FormValue:
    """Return a value as it would be read back: normalized spaces, no empty items."""
    if isinstance(value, str):
        return value
    texts: list[str] = []
    items: list[ItemValues] = []
    for each in value:
        if isinstance(each, str):
            texts += [_spaced(each)] if each.strip() else []
        else:
            item = {name: _spaced(text) for name, text in each.items() if text.strip()}
            items += [item] if item else []
    return tuple(items) if items else tuple(texts) or ""


def _written(
    name: str,
    text: str,
    new: Mapping[str, FormValue],
    old: Mapping[str, FormValue],
    fields: Sequence[Field],
    known: FormValues,
) -> str:
    if name in known.raw and not any(map(_clean, new.values())):
        return text
    front, body, stored = _stored(name, text, is_raw=name in known.raw)
    # If the layout is not one block a field, all fields are written again.
    is_rewritten = stored.blocks is None
    values = {**old, **new} if is_rewritten else new
    changed = {
        each.name: _field_lines(each, values[each.name])
        for each in fields
        if each.name != BODY
        and each.name in values
        and (
            is_rewritten
            or (
                _normal(each, new[each.name]) != old.get(each.name, _EMPTY)
                and (new[each.name] or (name, each.name) not in known.odd)
            )
        )
    }
    if changed or is_rewritten:
        front = write_blocks(stored, changed, order=[each.name for each in fields])
    if name == RECORD_FILE:
        return front
    if BODY in new:
        typed = new[BODY]
        body = _lines(typed).strip("\n") if isinstance(typed, str) else ""
    if not front.strip() and not body:
        return ""
    return f"---\n{front}---\n{body}\n" if body else f"---\n{front}---\n"


def _stored(name: str, text: str, *, is_raw: bool) -> tuple[str, str, FieldBlocks]:
    if not text.strip() or is_raw:
        return "", "", FieldBlocks({}, ())
    front, body = _parts(name, text)
    return front, body, read_blocks(front)


def _normal(each: Field, value: FormValue) -> FormValue:
    cleaned = _clean(value)
    if isinstance(cleaned, str) and each.type is not Shape.LONG_TEXT:
        return _spaced(cleaned)
    return cleaned


def _field_lines(each: Field, typed: FormValue) -> list[str]:
    value = _normal(each, typed)
    if not value:
        return []
    if isinstance(value, str):
        return [f"{each.name}: {_scalar(value)}"]
    if each.type is not Shape.ITEMS:
        texts = ", ".join(_scalar(text) for text in value if isinstance(text, str))
        return [f"{each.name}: [{texts}]"]
    lines = [f"{each.name}:"]
    for item in value:
        if not isinstance(item, str):
            lines += _item_lines(each, item)
    return lines


def _item_lines(each: Field, item: ItemValues) -> Iterator[str]:
    if each.name == "sources" and set(item) == _URL_ONLY:
        yield f"  - {_scalar(item['url'])}"
        return
    names = [part.name for part in each.parts if part.name in item]
    names += [name for name in item if name not in names]
    for position, name in enumerate(names):
        yield f"  {' ' if position else '-'} {_key(name)}: {_scalar(item[name])}"


def _key(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else quoted_yaml(name)


def _scalar(text: str) -> str:
    is_plain = _PLAIN.fullmatch(text) or _ADDRESS.fullmatch(text)
    return text if is_plain and not text.endswith(":") else quoted_yaml(text)
