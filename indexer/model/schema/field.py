"""What the declaration of a field says of it.

A field is declared once, where its dataclass has it:

    stage: Stage | None = declare.choice(
        "Stage",
        "How far it has come. Readers filter practices by it.",
        values=Stage,
    )

The reader of `documents/` and its check, the form and its parser, labels and help, the
facts and the comparison of pages, and the tables of `documents/README.md` follow from
the declaration.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from functools import cache
from typing import Any

from indexer.model.ids import Kind
from indexer.model.problems import Message

DECLARATION = "declaration"


class Shape(StrEnum):
    """What a field contains, and so how it is read, written and asked for."""

    TEXT = "text"
    LONG_TEXT = "long-text"
    ADDRESS = "address"
    DAY = "day"
    DATE = "date"
    NUMBER = "number"
    LANGUAGE = "language"
    LICENCE = "licence"
    CHOICE = "choice"
    CHOICES = "choices"
    TEXTS = "texts"
    LANGUAGES = "languages"
    THEMES = "themes"
    PLACES = "places"
    RECORDS = "records"
    RECORD_PATHS = "record-paths"
    FIELD_NAMES = "field-names"
    ITEMS = "items"

    @property
    def is_list(self) -> bool:
        """Whether the value is a list of texts."""
        return self in _LISTS

    @property
    def default(self) -> Any:
        """The value of a field that is not in the file."""
        if self.is_list or self is Shape.ITEMS:
            return ()
        return "" if self in _TEXTS else None


_LISTS = {
    Shape.CHOICES,
    Shape.TEXTS,
    Shape.LANGUAGES,
    Shape.THEMES,
    Shape.PLACES,
    Shape.RECORDS,
    Shape.RECORD_PATHS,
    Shape.FIELD_NAMES,
}
_TEXTS = {Shape.TEXT, Shape.LONG_TEXT, Shape.ADDRESS, Shape.LICENCE}


class Fold(Enum):
    """When a group of fields is folded; one with a problem never is."""

    NEVER = auto()
    WHILE_EMPTY = auto()
    ALWAYS = auto()


@dataclass(frozen=True, slots=True, eq=False)
class FormSection:
    """Groups of fields under a heading; `name` is the id of the heading."""

    name: str
    title: Message
    hint: Message | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FormGroup:
    """Fields that the form of a kind shows together; one that folds has a title.

    The lowest place is first in its section; `row` is that of its fields.
    """

    title: Message | None = None
    fold: Fold = Fold.NEVER
    section: FormSection | None = None
    kind: Kind = Kind.PRACTICE
    place: int = 1
    row: "ComparisonRow | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class ComparisonRow:
    """A row of comparisons, which may have several fields; the lowest place is first.

    `is_fact`: the page of a record has it among the facts to decide by. Comparisons
    of practices have `name_for_practices`, if there is one.
    """

    name: Message
    place: int = 70
    is_fact: bool = False
    name_for_practices: Message | None = None


@dataclass(frozen=True, slots=True, eq=False)
class StripLine:
    """A line of the strip of facts under the head of a page; the lowest place is first.

    `absence` is what the line says if none of its fields has a value; a line without it
    is then left out.
    """

    name: Message
    place: int
    absence: Message | None = None


class Search(StrEnum):
    """How the search finds a record by a field."""

    NAME = "name"
    """As a name of the record, which is a synonym of its title."""
    KEYWORD = "keyword"
    TEXT = "text"
    """As a passage of its text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of a record, of an edition, or of an item of a list.

    Attributes:
        type: what it contains.
        label: its name for people.
        help: what goes in, with an example, and what readers see of it.
        name: its name in the files.
        attribute: its name in the dataclass, if that is another.
        is_localized: whether each edition has its own value.
        label_in: its label with the language, unless a comma joins the two.
        kind_help: the help of kinds that have their own.
        kinds: the kinds that have it; empty for all kinds of the dataclass.
        is_required: whether a record without it has a problem.
        optional_kinds: the kinds that do not require it all the same.
        has_identifiers: whether an ORCID or a ROR may follow each name in it.
        values: the allowed values.
        fallback: the value of a record whose file lacks this required field.
        linked: the kind of the records that it names.
        parts: the fields of each item of a list.
        item_class: the dataclass of an item, whose attributes are those of the parts.
        is_signed: whether it is part of a signed assessment.
        has_control: whether the form of a draft asks for it.
        group: the fields beside it in the form.
        section: the section of the form, unless its group has one.
        after: the name of the field that precedes it in the form.
        is_beside: whether it is on the row of the field before it.
        is_tall: whether its control has several lines.
        is_folded: whether the form folds it, among the fields of an item.
        row: its row of comparisons and of the facts to decide by, if its group has
            none.
        statement: its name in that row, if the row has several fields.
        strip: its line of the strip of facts.
        detail_of: the line whose second part it is.
        search: how the search finds a record by it.
    """

    type: Shape
    label: Message
    help: Message | None = None
    name: str = ""
    attribute: str = ""
    is_localized: bool = False
    label_in: Message | None = None
    kind_help: Mapping[Kind, Message] = dataclasses.field(default_factory=dict)
    kinds: tuple[Kind, ...] = ()
    is_required: bool = False
    optional_kinds: tuple[Kind, ...] = ()
    has_identifiers: bool = False
    values: tuple[StrEnum, ...] = ()
    fallback: Any = None
    linked: Kind | None = None
    parts: "tuple[Field, ...]" = ()
    item_class: Any = None
    is_signed: bool = False
    has_control: bool = True
    group: FormGroup | None = None
    section: FormSection | None = None
    after: str = ""
    is_beside: bool = False
    is_tall: bool = False
    is_folded: bool = False
    row: ComparisonRow | None = None
    statement: Message | None = None
    strip: StripLine | None = None
    detail_of: StripLine | None = None
    search: Search | None = None

    @property
    def options(self) -> tuple[str, ...]:
        """The allowed values, as files have them."""
        return tuple(value.value for value in self.values)

    def for_kind(self, kind: Kind, name: str, *, is_localized: bool) -> "Field":
        """Return the field as a kind has it, with its names."""
        has_group = self.group is not None and self.group.kind is kind
        return dataclasses.replace(
            self,
            name=self.name or name,
            attribute=name,
            is_localized=is_localized,
            help=self.kind_help.get(kind, self.help),
            is_required=self.is_required and kind not in self.optional_kinds,
            group=self.group if has_group else None,
            row=self.row or (self.group.row if self.group and has_group else None),
        )


def declarations(owner: Any) -> Mapping[str, Field]:
    """Return the declared fields of a dataclass by attribute.

    The first two of the base class come first, then those of its subclasses in their
    order, then the others of the base class.
    """
    return _declarations(owner)


@cache
def _declarations(owner: Any) -> Mapping[str, Field]:
    declared = {
        field.name: field.metadata[DECLARATION]
        for field in dataclasses.fields(owner)
        if DECLARATION in field.metadata
    }
    subclasses = reversed(owner.__mro__[:-2])
    own = dict.fromkeys(
        name
        for owned in subclasses
        for name in owned.__annotations__
        if name in declared
    )
    inherited = [name for name in declared if name not in own]
    return {name: declared[name] for name in (*inherited[:2], *own, *inherited[2:])}
