"""Edits the links of a record in its files: removes, redirects, restores, unites."""

import dataclasses
import re
from collections.abc import Callable, Collection, Iterator, Mapping

from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import SLUG_PATTERN, Kind, Locale, RecordId
from indexer.model.schema.field import Field, Shape
from indexer.model.schema.frame import BODY
from indexer.model.schema.kinds import SCHEMAS
from kb.publishing.records.form_values import (
    FormValue,
    FormValues,
    ItemValues,
    read_values,
    write_values,
)

_DELIVERABLE = "deliverable"
_QUOTATIONS = "quotations"
_FORMER_IDS = "former_ids"
_UNITED_FIELDS = {"sources", "files", _FORMER_IDS}


def without_links(
    kind: Kind, texts: Mapping[str, str], target: RecordId
) -> dict[str, str]:
    """Return the texts of a record without its links to another record.

    Links in a text become plain words. A required field keeps its last link, because a
    record without a theme would be invalid.
    """

    def without_target(each: Field, value: FormValue) -> FormValue:
        remaining = tuple(item for item in value if _target(each, item) != target)
        return value if each.is_required and not remaining else remaining  # type: ignore[return-value]  # of one kind

    return _changed(
        kind, texts, target, without_target, lambda match: match.group(1), None
    )


def redirected(
    kind: Kind,
    texts: Mapping[str, str],
    target: RecordId,
    new: RecordId,
    files: Mapping[str, str],
) -> dict[str, str]:
    """Return the texts of a record with links to `target` replaced by links to `new`.

    `files` maps the names of originals of `target` to their names in `new`.
    """

    def with_new_target(each: Field, value: FormValue) -> FormValue:
        items: list[str | ItemValues] = []
        for item in value:
            if _target(each, item) != target:
                link = item
            elif isinstance(item, str):
                link = new.slug
            else:
                file = item.get("file", "")
                link = {**item, _DELIVERABLE: new.slug}
                link |= {"file": files[file]} if file in files else {}
            if link not in items:
                items.append(link)
        return tuple(items)  # type: ignore[return-value]  # of one kind

    return _changed(
        kind,
        texts,
        target,
        with_new_target,
        lambda match: f"[{match.group(1)}]({new}{match.group(2)})",
        new,
    )


def with_links_back(
    kind: Kind,
    texts: Mapping[str, str],
    before: Mapping[str, str],
    after: Mapping[str, str],
) -> dict[str, str]:
    """Return the texts of a record with the links that an earlier change removed.

    `before` and `after` are the texts before and after that change. Later edits stay.
    Former ids that the change added are removed: the restored record has them.
    """
    if dict(texts) == dict(after):
        return dict(before)
    now, old, removed = (read_values(kind, each) for each in (texts, before, after))
    facts = {
        link_field.name: _with_items(
            now.facts.get(link_field.name, ()),
            old.facts.get(link_field.name, ()),
            removed.facts.get(link_field.name, ()),
        )
        for link_field in _link_fields(kind)
        if old.facts.get(link_field.name) != removed.facts.get(link_field.name)
    }
    added = set(_former_ids(removed)) - set(_former_ids(old))
    if added:
        facts[_FORMER_IDS] = tuple(
            each for each in _former_ids(now) if each not in added
        )
    words = {
        locale: {BODY: body}
        for locale in Locale
        if (body := _with_lines(*(_body(each, locale) for each in (now, old, removed))))
    }
    return write_values(kind, FormValues(facts, words), texts)


def united(
    kind: Kind, texts: Mapping[str, str], other: Mapping[str, str], own: RecordId
) -> dict[str, str]:
    """Return the texts of a record with what only another has.

    That is links, sources, quotations, files and former ids.
    """
    values, others = read_values(kind, texts), read_values(kind, other)
    fields = [
        *_link_fields(kind),
        *(fact for fact in SCHEMAS[kind].facts if fact.name in _UNITED_FIELDS),
    ]
    facts: dict[str, FormValue] = {}
    for field in fields:
        if field.type is Shape.THEMES:
            continue
        value = values.facts.get(field.name, ())
        added = [
            item
            for item in others.facts.get(field.name, ())
            if item not in value and _target(field, item) != own
        ]
        if added and not isinstance(value, str):
            facts[field.name] = (*value, *added)
    return write_values(kind, FormValues(facts), texts)


def is_united(kind: Kind, file: str, field: str) -> bool:
    """Return whether a merge unites a field, or leaves it to the record that stays."""
    links = {fact.name for fact in _link_fields(kind) if fact.type is not Shape.THEMES}
    signed = {fact.name for fact in SCHEMAS[kind].signed}
    own = {"id", "updated", "checked", *_UNITED_FIELDS, *signed}
    return not field or (file == RECORD_FILE and field in links | own)


def with_fields(
    kind: Kind,
    texts: Mapping[str, str],
    other: Mapping[str, str],
    fields: Collection[tuple[str, str]],
) -> dict[str, str]:
    """Return the texts of a record with some fields of another, by file and name."""
    others = read_values(kind, other)
    words = {
        locale: {name: values.get(name, "") for file, name in fields if file == path}
        for locale, values in ((each, others.words.get(each, {})) for each in Locale)
        for path in (f"{locale.value}.md",)
    }
    facts = {
        name: others.facts.get(name, "") for file, name in fields if file == RECORD_FILE
    }
    return write_values(kind, FormValues(facts, words), texts)


def linked_records(kind: Kind, texts: Mapping[str, str]) -> tuple[RecordId, ...]:
    """Return the records that the fields of a record name, without repetitions."""
    facts = read_values(kind, texts).facts
    targets = {
        target: None
        for link_field in _link_fields(kind)
        for item in facts.get(link_field.name, ())
        if (target := _target(link_field, item)) and SLUG_PATTERN.fullmatch(target.slug)
    }
    return tuple(targets)


def _link_fields(kind: Kind) -> Iterator[Field]:
    for fact in SCHEMAS[kind].facts:
        if _linked_kind(fact) is not None or fact.name == _QUOTATIONS:
            yield fact


def _linked_kind(each: Field) -> Kind | None:
    return Kind.THEME if each.type is Shape.THEMES else each.linked


def _target(each: Field, item: str | ItemValues) -> RecordId | None:
    """Return the record that an item of a field links to."""
    kind = _linked_kind(each)
    if not isinstance(item, str):
        kind, item = Kind.DELIVERABLE, item.get(_DELIVERABLE, "")
    return RecordId(kind, item) if kind is not None else None


def _changed(
    kind: Kind,
    texts: Mapping[str, str],
    target: RecordId,
    change: Callable[[Field, FormValue], FormValue],
    replace: Callable[[re.Match[str]], str],
    new: RecordId | None,
) -> dict[str, str]:
    values = read_values(kind, texts)
    facts = {
        link_field.name: change(link_field, values.facts[link_field.name])
        for link_field in _link_fields(kind)
        if link_field.name in values.facts
        and not isinstance(values.facts[link_field.name], str)
    }
    link = re.compile(
        rf"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*{re.escape(str(target))}"
        r"(?=[)\s#])([^)]*)\)"
    )
    words = {
        locale: _first_steps(values, locale, target, new)
        | ({BODY: link.sub(replace, body)} if (body := _body(values, locale)) else {})
        for locale in Locale
    }
    return write_values(
        kind, dataclasses.replace(values, facts=facts, words=words), texts
    )


def _first_steps(
    values: FormValues, locale: Locale, target: RecordId, new: RecordId | None
) -> dict[str, FormValue]:
    """Return the first steps of a theme with `target` replaced, or without it."""
    steps: dict[str, FormValue] = {}
    for name in ("start_mayor", "start_police"):
        items = [
            each
            for each in values.words.get(locale, {}).get(name, ())
            if not isinstance(each, str)
        ]
        changed = [
            {**item, "record": str(new)} if item.get("record") == str(target) else item
            for item in items
            if new is not None or item.get("record") != str(target)
        ]
        steps |= {name: tuple(changed)} if changed != items else {}
    return steps


def _body(values: FormValues, locale: Locale) -> str:
    body = values.words.get(locale, {}).get(BODY, "")
    return body if isinstance(body, str) else ""


def _former_ids(values: FormValues) -> tuple[str, ...]:
    return tuple(map(str, values.facts.get(_FORMER_IDS, ())))


def _with_items(now: FormValue, old: FormValue, removed: FormValue) -> FormValue:
    if isinstance(now, str) or isinstance(old, str):
        return now
    items: list[str | ItemValues] = list(now)
    before: tuple[str | ItemValues, ...] = tuple(old)
    for position, item in enumerate(before):
        if item not in removed and item not in items:
            items.insert(min(position, len(items)), item)
    return tuple(items)  # type: ignore[return-value]  # of one kind


def _with_lines(now: str, old: str, removed: str) -> str:
    before, after = old.split("\n"), removed.split("\n")
    lines = now.split("\n")
    for was, became in zip(before, after, strict=False):
        if was != became and lines.count(became) == 1:
            lines[lines.index(became)] = was
    return "\n".join(lines)
