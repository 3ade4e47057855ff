"""The sections of a draft form that have both shared facts and texts."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.model.ids import Kind
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields under a heading, by name: each row is facts side by side, or one text.

    The form shows a text in both languages.
    """

    rows: tuple[tuple[str, ...], ...]
    title: LazyString | None = None


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
        ),
        FieldGroup(
            (("means_people",), ("means_time",), ("means_money",), ("means_tools",)),
            _l("Means"),
        ),
        FieldGroup(
            (
                *(("evaluation_by",), ("evaluation_method",), ("evaluation_measured",)),
                ("evidence", "result"),
            ),
            _l("Evaluation"),
        ),
        FieldGroup(
            (("transfer_needs",), ("transfer_obstacles",)),
            _l("Elsewhere"),
        ),
        FieldGroup(
            (("contact",), ("contact_page",), ("legal_basis",)),
            _l("Contact and law"),
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
        FieldGroup((("body-problem",), ("body-done",), ("body-tools",))),
        FieldGroup(
            (("body-results",), ("did_not_work",), ("body-lessons",), ("body-limits",))
        ),
        FieldGroup((("body-other",), ("body-order",))),
    ),
    with_texts=True,
)

SECTIONS: dict[Kind, tuple[FormSection, ...]] = {Kind.PRACTICE: (_FRAME, _TO_DECIDE)}
"""The sections of each kind, in the order in which one reads a report."""


def section_fields(kind: Kind) -> tuple[str, ...]:
    """Return the names of the fields that are in the sections of a kind, in order."""
    return tuple(
        name
        for section in SECTIONS.get(kind, ())
        for group in section.groups
        for row in group.rows
        for name in row
    )
