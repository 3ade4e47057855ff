"""The order of the fields in the form of a draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from flask_babel import gettext as _

from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind
from kb.publishing.records.form_fields import BODY, fields_of
from kb.publishing.records.problem_locations import LocatedProblem
from kb.staff.drafts.form_sections import (
    GROUPS,
    SECTIONS,
    FieldGroup,
    Fold,
    section_fields,
)
from kb.staff.drafts.form_view import FieldView

_SOURCE_FIELDS = ("sources", "confidence", "inferred", "quotations")

Row = tuple[FieldView, ...]
"""Fields side by side, such as those of a text in both languages."""


@dataclass(frozen=True, slots=True)
class GroupView:
    """Fields under a heading, which may be empty.

    `opened_list` is the list of the form that has just got more lines.
    """

    title: str
    rows: tuple[Row, ...]
    fold: Fold = Fold.NEVER
    opened_list: str = ""

    @property
    def is_folding(self) -> bool:
        """Whether the group can be folded."""
        return self.fold is not Fold.NEVER

    @property
    def is_alone(self) -> bool:
        """Whether the group has one field, whose label repeats the heading."""
        return self.total == 1

    @property
    def is_open(self) -> bool:
        """Whether the group is unfolded when the page is opened."""
        fields = [*chain.from_iterable(self.rows)]
        has_new_lines = self.opened_list in {each.name for each in fields}
        if has_new_lines or any(each.wants_attention for each in fields):
            return True
        return self.fold is Fold.WHILE_EMPTY and self.filled > 0

    @property
    def total(self) -> int:
        """How many fields the group has; a text in two languages is one."""
        return sum(len(_fields_of(row)) for row in self.rows)

    @property
    def filled(self) -> int:
        """How many of them have a value, in either language."""
        return sum(
            any(field.is_filled for field in fields)
            for row in self.rows
            for fields in _fields_of(row)
        )

    @property
    def count_text(self) -> str:
        """How many fields have a value, in words."""
        if not self.filled:
            return _("empty")
        return _("%(filled)s of %(total)s filled", filled=self.filled, total=self.total)


@dataclass(frozen=True, slots=True)
class SectionView:
    """Groups of fields under a heading; `name` is the id of the heading."""

    name: str
    title: str
    hint: str
    groups: tuple[GroupView, ...]

    @property
    def count_text(self) -> str:
        """How many of the fields have a value, in words."""
        return _(
            "%(filled)s of %(total)s",
            filled=sum(each.filled for each in self.groups),
            total=sum(each.total for each in self.groups),
        )

    def group_id(self, number: int) -> str:
        """Return the id of the heading of a group; the first group has number 1."""
        return f"{self.name}-{number}"

    @property
    def problems(self) -> int:
        """How many fields are to be completed or corrected."""
        rows = chain.from_iterable(each.rows for each in self.groups)
        return sum(each.has_error for each in chain.from_iterable(rows))


@dataclass(frozen=True, slots=True)
class FormLayout:
    """The sections of a form; the needs that a record answers are between both."""

    before_needs: tuple[SectionView, ...]
    after_needs: tuple[SectionView, ...]

    @property
    def sections(self) -> tuple[SectionView, ...]:
        """All sections, in the order of the form."""
        return (*self.before_needs, *self.after_needs)

    @property
    def fields(self) -> Iterator[FieldView]:
        """All fields, in the order of the form."""
        for section in self.sections:
            for group in section.groups:
                yield from chain.from_iterable(group.rows)


def form_layout(
    kind: Kind,
    facts: Mapping[str, FieldView],
    words: Mapping[str, Row],
    opened_list: str = "",
) -> FormLayout:
    """Arrange the fields of a kind, given by name.

    A file that can't be parsed has no fields: a group without any is left out.
    `opened_list` is the list that has just got more lines.
    """
    elsewhere = {*section_fields(kind), *_SOURCE_FIELDS}
    by_name = {**{name: (view,) for name, view in facts.items()}, **words}

    def own(name: str, title: str, names: Iterable[str]) -> SectionView:
        groups = _own_groups(kind, list(names), by_name, opened_list)
        return SectionView(name, title, "", tuple(groups))

    texts: list[SectionView] = []
    sections: list[SectionView] = []
    for section in SECTIONS.get(kind, ()):
        groups = tuple(_groups(section.groups, by_name, opened_list))
        view = SectionView(section.name, str(section.title), str(section.hint), groups)
        (texts if section.with_texts else sections).append(view)
    own_words = (name for name in words if _field_name(name) not in elsewhere)
    own_facts = (name for name in facts if name not in elsewhere)
    sourcing = (name for name in facts if name in _SOURCE_FIELDS)
    before = (
        own("words", _("Texts, in both languages"), own_words),
        *texts,
        own("facts", _("Facts shared by both languages"), own_facts),
    )
    after = (*sections, own("sourcing", _("Sources and reliability"), sourcing))
    return FormLayout(
        tuple(each for each in before if each.groups),
        tuple(each for each in after if each.groups),
    )


def _own_groups(
    kind: Kind, names: list[str], by_name: Mapping[str, Row], opened_list: str
) -> Iterator[GroupView]:
    """Yield the groups of fields that are in no section, in the order of the fields.

    A group stands at the place of its first field. Fields without a group are rows.
    """
    groups = {
        name: group
        for group in GROUPS.get(kind, ())
        for row in group.rows
        for name in row
    }
    plain: list[Row] = []
    for name in names:
        group = groups.get(name)
        if group is None:
            plain.append(by_name[name])
        elif name == group.rows[0][0]:
            (view,) = _groups((group,), by_name, opened_list)
            if view.title:
                if plain:
                    yield GroupView("", tuple(plain))
                    plain = []
                yield view
            else:
                plain += view.rows
    if plain:
        yield GroupView("", tuple(plain))


def _groups(
    groups: tuple[FieldGroup, ...], by_name: Mapping[str, Row], opened_list: str
) -> Iterator[GroupView]:
    for group in groups:
        shown = [tuple(views) for row in group.rows for views in _rows_of(row, by_name)]
        if rows := tuple(filter(None, shown)):
            title = str(group.title or "")
            yield GroupView(title, rows, group.fold, opened_list)


def _fields_of(row: Row) -> list[Row]:
    """Return the fields of a row: one text in its languages, or several facts."""
    shown = tuple(each for each in row if each.widget != "hidden")
    if not shown:
        return []
    return [shown] if shown[0].is_text else [(each,) for each in shown]


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
