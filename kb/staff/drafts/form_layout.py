"""The order of the fields in the form of a draft."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind
from kb.publishing.records.form_fields import BODY, fields_of
from kb.publishing.records.problem_locations import LocatedProblem
from kb.staff.drafts.form_sections import SECTIONS, FieldGroup, section_fields
from kb.staff.drafts.form_view import FieldView

_SOURCE_FIELDS = ("sources", "confidence", "inferred", "quotations")

Row = tuple[FieldView, ...]
"""Fields side by side, such as those of a text in both languages."""


@dataclass(frozen=True, slots=True)
class GroupView:
    """Fields under a heading, which may be empty."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    """Groups of fields under a heading; `name` is the id of the heading."""

    name: str
    title: str
    hint: str
    groups: tuple[GroupView, ...]
    with_texts: bool


@dataclass(frozen=True, slots=True)
class FormLayout:
    """The fields of a form, as it shows them; `texts` are sections before the facts."""

    words: tuple[Row, ...]
    texts: tuple[SectionView, ...]
    facts: Row
    sections: tuple[SectionView, ...]
    sourcing: Row

    @property
    def fields(self) -> Iterator[FieldView]:
        """All fields, in the order of the form."""
        yield from chain(
            *self.words,
            _fields_in(self.texts),
            self.facts,
            _fields_in(self.sections),
            self.sourcing,
        )


def _fields_in(sections: tuple[SectionView, ...]) -> Iterator[FieldView]:
    groups = (group for section in sections for group in section.groups)
    return chain.from_iterable(row for group in groups for row in group.rows)


def form_layout(
    kind: Kind, facts: Mapping[str, FieldView], words: Mapping[str, Row]
) -> FormLayout:
    """Arrange the fields of a kind, given by name.

    A file that can't be parsed has no fields: a group without any is left out.
    """
    elsewhere = {*section_fields(kind), *_SOURCE_FIELDS}
    by_name = {**{name: (view,) for name, view in facts.items()}, **words}
    sections = [
        SectionView(
            section.name,
            str(section.title),
            str(section.hint),
            groups,
            section.with_texts,
        )
        for section in SECTIONS.get(kind, ())
        if (groups := tuple(_groups(section.groups, by_name)))
    ]
    return FormLayout(
        words=tuple(
            row for name, row in words.items() if _field_name(name) not in elsewhere
        ),
        texts=tuple(each for each in sections if each.with_texts),
        facts=tuple(view for name, view in facts.items() if name not in elsewhere),
        sections=tuple(each for each in sections if not each.with_texts),
        sourcing=tuple(facts[name] for name in facts if name in _SOURCE_FIELDS),
    )


def _groups(
    groups: tuple[FieldGroup, ...], by_name: Mapping[str, Row]
) -> Iterator[GroupView]:
    for group in groups:
        shown = [tuple(views) for row in group.rows for views in _rows_of(row, by_name)]
        if rows := tuple(filter(None, shown)):
            yield GroupView(str(group.title or ""), rows)


def _rows_of(row: tuple[str, ...], by_name: Mapping[str, Row]) -> Iterator[Row]:
    """Yield the row of some fields; a text may have several sections of one name."""
    several = [name for name in by_name if name != _field_name(name) in row]
    if several:
        yield from (by_name[name] for name in several)
    else:
        yield tuple(chain.from_iterable(by_name.get(name, ()) for name in row))


def _field_name(name: str) -> str:
    """Return the name of a field without the number of its section."""
    return name.rstrip("0123456789").rstrip("-")


def problem_position(located: LocatedProblem, kind: Kind) -> tuple[int, int, bool]:
    """Return the sort key of a problem: the place of its field in the form.

    Texts come first, then shared facts, sections and sources.
    """
    is_fact = located.file == RECORD_FILE
    names = [each.name for each in fields_of(kind, located.file)]
    part = 1 if is_fact else 0
    if (name := _field_name(located.field)) in section_fields(kind):
        names = [*section_fields(kind)]
        is_text = name.startswith(f"{BODY}-")
        return 0 if is_text else 2, names.index(name), located.file != "fr.md"
    if is_fact and located.field in _SOURCE_FIELDS:
        part = 3
    index = names.index(located.field) if located.field in names else -1
    return part, index, located.file != "fr.md"
