"""The order of the fields in the form of a draft."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind
from kb.publishing.records.form_fields import fields_of
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
    hint: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    """Groups of fields under a heading; `name` is the id of the heading."""

    name: str
    title: str
    hint: str
    groups: tuple[GroupView, ...]


@dataclass(frozen=True, slots=True)
class FormLayout:
    """The fields of a form, as it shows them."""

    words: tuple[Row, ...]
    facts: Row
    sections: tuple[SectionView, ...]
    sourcing: Row

    @property
    def fields(self) -> Iterator[FieldView]:
        """All fields, in the order of the form."""
        groups = (group for section in self.sections for group in section.groups)
        in_groups = chain.from_iterable(row for group in groups for row in group.rows)
        yield from chain(*self.words, self.facts, in_groups, self.sourcing)


def form_layout(
    kind: Kind, facts: Mapping[str, FieldView], words: Mapping[str, Row]
) -> FormLayout:
    """Arrange the fields of a kind, given by name.

    A file that can't be parsed has no fields: a group without any is left out.
    """
    elsewhere = {*section_fields(kind), *_SOURCE_FIELDS}
    by_name = {**{name: (view,) for name, view in facts.items()}, **words}
    return FormLayout(
        words=tuple(row for name, row in words.items() if name not in elsewhere),
        facts=tuple(view for name, view in facts.items() if name not in elsewhere),
        sections=tuple(
            SectionView(section.name, str(section.title), str(section.hint), groups)
            for section in SECTIONS.get(kind, ())
            if (groups := tuple(_groups(section.groups, by_name)))
        ),
        sourcing=tuple(facts[name] for name in facts if name in _SOURCE_FIELDS),
    )


def _groups(
    groups: tuple[FieldGroup, ...], by_name: Mapping[str, Row]
) -> Iterator[GroupView]:
    for group in groups:
        shown = [
            tuple(chain.from_iterable(by_name.get(name, ()) for name in row))
            for row in group.rows
        ]
        if rows := tuple(filter(None, shown)):
            yield GroupView(str(group.title or ""), str(group.hint or ""), rows)


def problem_position(located: LocatedProblem, kind: Kind) -> tuple[int, int, bool]:
    """Return the sort key of a problem: the place of its field in the form.

    Texts come first, then shared facts, sections and sources.
    """
    is_fact = located.file == RECORD_FILE
    names = [each.name for each in fields_of(kind, located.file)]
    part = 1 if is_fact else 0
    if located.field in section_fields(kind):
        part, names = 2, [*section_fields(kind)]
    elif is_fact and located.field in _SOURCE_FIELDS:
        part = 3
    index = names.index(located.field) if located.field in names else -1
    return part, index, located.file != "fr.md"
