"""The sections of a draft form that have both shared facts and texts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from indexer.model.ids import Kind
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l


class Fold(Enum):
    """When a group of fields is folded; one with a problem never is."""

    NEVER = auto()
    WHILE_EMPTY = auto()
    ALWAYS = auto()


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields under a heading, by name: each row is facts side by side, or one text.

    The form shows a text in both languages. A group that folds has a title.
    """

    rows: tuple[tuple[str, ...], ...]
    title: LazyString | None = None
    fold: Fold = Fold.NEVER


@dataclass(frozen=True, slots=True)
class FormSection:
    """Groups of fields under a heading; `name` is the id of the heading.

    A section `with_texts` precedes the shared facts, the others follow them.
    """

    name: str
    title: LazyString
    hint: LazyString
    groups: tuple[FieldGroup, ...]
    with_texts: bool = False


_TO_DECIDE = FormSection(
    "decide",
    _l("To decide"),
    _l(
        "What a city asks before it does the same. Write only what the sources say: "
        "the page names as “Not known” what is left empty."
    ),
    (
        FieldGroup(
            (("stage", "stage_date"), ("stage_note",)),
            _l("Stage"),
            Fold.ALWAYS,
        ),
        FieldGroup(
            (("means_people",), ("means_time",), ("means_money",), ("means_tools",)),
            _l("Means"),
            Fold.ALWAYS,
        ),
        FieldGroup(
            (
                *(("evaluation_by",), ("evaluation_method",), ("evaluation_measured",)),
                ("evidence", "result"),
            ),
            _l("Evaluation"),
            Fold.ALWAYS,
        ),
        FieldGroup(
            (("transfer_needs",), ("transfer_obstacles",)),
            _l("Elsewhere"),
            Fold.ALWAYS,
        ),
        FieldGroup(
            (("contact",), ("contact_page",), ("legal_basis",)),
            _l("Contact and law"),
            Fold.ALWAYS,
        ),
    ),
)
_FRAME = FormSection(
    "frame",
    _l("The practice, part by part"),
    _l(
        "The page shows each part under its heading, and leaves out the heading of an "
        "empty one. - begins an item of a list."
    ),
    (
        FieldGroup((("body-problem",), ("body-done",))),
        FieldGroup((("body-tools",),), _l("Tools"), Fold.WHILE_EMPTY),
        FieldGroup((("body-results",),), _l("Results"), Fold.WHILE_EMPTY),
        FieldGroup((("did_not_work",),), _l("What did not work"), Fold.WHILE_EMPTY),
        FieldGroup((("body-lessons",),), _l("Lessons"), Fold.WHILE_EMPTY),
        FieldGroup((("body-limits",),), _l("Limits"), Fold.WHILE_EMPTY),
        FieldGroup((("body-other",), ("body-order",))),
    ),
    with_texts=True,
)

SECTIONS: dict[Kind, tuple[FormSection, ...]] = {Kind.PRACTICE: (_FRAME, _TO_DECIDE)}
"""The sections of each kind, in the order in which one reads a report."""


GROUPS: dict[Kind, tuple[FieldGroup, ...]] = {
    Kind.PRACTICE: (
        FieldGroup(
            (("figures",), ("date_note",)),
            _l("Figures, note on the date"),
            Fold.ALWAYS,
        ),
        FieldGroup((("questions",),), _l("Questions"), Fold.ALWAYS),
        FieldGroup((("date", "end_date"),)),
        FieldGroup(
            (("events",), ("deliverables",)), _l("Events, deliverables"), Fold.ALWAYS
        ),
        FieldGroup(
            (("former_ids",), ("checked",)),
            _l("Former numbers, warnings"),
            Fold.ALWAYS,
        ),
        FieldGroup((("quotations",),), _l("Quotations"), Fold.WHILE_EMPTY),
        FieldGroup((("inferred",),), _l("What was inferred"), Fold.ALWAYS),
    )
}
"""The groups among the other fields of each kind: texts, facts and sources."""

MORE_OF_ROWS = {
    "sources": ("publisher", "title", "date", "language", "accessed", "status")
}
"""The fields of the rows of a list that are folded."""


def section_fields(kind: Kind) -> tuple[str, ...]:
    """Return the names of the fields that are in the sections of a kind, in order."""
    return tuple(
        name
        for section in SECTIONS.get(kind, ())
        for group in section.groups
        for row in group.rows
        for name in row
    )
