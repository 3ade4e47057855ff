"""The order of the fields in the form of a draft."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, groupby

from flask_babel import gettext as _

from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind
from indexer.model.schema import layout
from indexer.model.schema.field import Field, Fold, FormGroup, FormSection
from indexer.model.schema.frame import OTHER_TEXT
from indexer.model.schema.kinds import SCHEMAS
from indexer.model.schema.layout import form_section
from kb.publishing.records.problem_locations import LocatedProblem
from kb.staff.drafts.form_view import TEXT_ORDER, FieldView

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
        fields = chain.from_iterable(self.rows)
        if self.has_new_lines or any(field.wants_attention for field in fields):
            return True
        return self.fold is Fold.WHILE_EMPTY and self.filled > 0

    @property
    def has_new_lines(self) -> bool:
        """Whether a list of the group has just got more lines."""
        names = {field.name for field in chain.from_iterable(self.rows)}
        return self.opened_list in names

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
            filled=sum(group.filled for group in self.groups),
            total=sum(group.total for group in self.groups),
        )

    def group_id(self, number: int) -> str:
        """Return the id of the heading of a group; the first group has number 1."""
        return f"{self.name}-{number}"

    @property
    def fields(self) -> Iterator[FieldView]:
        """All fields, in the order of the form."""
        for group in self.groups:
            yield from chain.from_iterable(group.rows)

    @property
    def problems(self) -> int:
        """How many fields are to be completed or corrected."""
        return sum(field.has_error for field in self.fields)

    @property
    def is_open(self) -> bool:
        """Whether the section is unfolded on a phone, where each is folded at first."""
        has_new_lines = any(group.has_new_lines for group in self.groups)
        return has_new_lines or any(field.is_wrong for field in self.fields)


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
        return chain.from_iterable(section.fields for section in self.sections)


def form_layout(
    kind: Kind,
    facts: Mapping[str, FieldView],
    words: Mapping[str, Row],
    opened_list: str = "",
) -> FormLayout:
    """Arrange the fields of a kind, given by name, as the kind declares them.

    A file that can't be parsed has no fields: a group without any is left out.
    `opened_list` is the list that has just got more lines.
    """
    by_name = {**{name: (view,) for name, view in facts.items()}, **words}

    def views(*sections: FormSection) -> Iterator[SectionView]:
        for section in sections:
            own = [
                each for each in SCHEMAS[kind].in_form if form_section(each) is section
            ]
            if groups := tuple(_groups(own, by_name, opened_list)):
                hint = section.hint.text(_) if section.hint is not None else ""
                yield SectionView(section.name, section.title.text(_), hint, groups)

    return FormLayout(
        tuple(views(layout.TEXTS, layout.FRAME, layout.FACTS)),
        tuple(views(layout.DECIDE, layout.SOURCING)),
    )


def _groups(
    fields: list[Field], by_name: Mapping[str, Row], opened_list: str
) -> Iterator[GroupView]:
    """Yield the groups of a section; fields without a titled group are plain rows."""
    for group, members in groupby(fields, key=_titled_group):
        if rows := tuple(filter(None, _rows(members, by_name))):
            title = group.title.text(_) if group and group.title else ""
            fold = group.fold if group else Fold.NEVER
            yield GroupView(title, rows, fold, opened_list)


def _titled_group(field: Field) -> FormGroup | None:
    return field.group if field.group is not None and field.group.title else None


def _rows(fields: Iterable[Field], by_name: Mapping[str, Row]) -> Iterator[Row]:
    """Yield the rows of some fields; those beside another are on its row."""
    row: Row = ()
    for field in fields:
        if field.name == OTHER_TEXT:
            yield row
            yield from (by_name[name] for name in by_name if _is_other(name))
            row = by_name.get(TEXT_ORDER, ())
        elif field.is_beside and field.group is not None:
            row += by_name.get(field.name, ())
        else:
            yield row
            row = by_name.get(field.name, ())
    yield row


def _is_other(name: str) -> bool:
    """Return whether a field is a section of text that is no part of the frame."""
    return _field_name(name) == OTHER_TEXT


def _fields_of(row: Row) -> list[Row]:
    """Return the fields of a row: one text in its languages, or several facts."""
    shown = tuple(each for each in row if each.widget != "hidden")
    if not shown:
        return []
    return [shown] if shown[0].is_text else [(each,) for each in shown]


def _field_name(name: str) -> str:
    """Return the name of a field without the number of its section."""
    return name.rstrip("0123456789").rstrip("-")


def problem_position(located: LocatedProblem, kind: Kind) -> tuple[int, int, bool]:
    """Return the sort key of a problem: the place of its field in the form.

    A problem of no field comes before the texts, or before the shared facts.
    """
    fields = SCHEMAS[kind].in_form
    names = [field.name for field in fields]
    is_other_language = located.file != "fr.md"
    name = _field_name(located.field)
    if name in names:
        index = names.index(name)
        section = form_section(fields[index])
    else:
        index = -1
        section = layout.FACTS if located.file == RECORD_FILE else layout.TEXTS
    return layout.SECTIONS.index(section), index, is_other_language
