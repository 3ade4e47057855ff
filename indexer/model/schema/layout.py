"""Where forms and pages have their fields: sections, groups, rows and lines."""

from collections.abc import Sequence

from indexer.model.problems import message
from indexer.model.schema.field import (
    ComparisonRow,
    Field,
    Fold,
    FormGroup,
    FormSection,
    StripLine,
)

TEXTS = FormSection("words", message("Texts, in both languages"))
FRAME = FormSection(
    "frame",
    message("The practice, part by part"),
    message(
        "The page shows each part under its heading, and leaves out the heading of an "
        "empty one. - begins an item of a list."
    ),
)
FACTS = FormSection("facts", message("Facts shared by both languages"))
DECIDE = FormSection(
    "decide",
    message("To decide"),
    message(
        "What a city asks before it does the same. Write only what the sources say: "
        "the page names as “Not known” what is left empty."
    ),
)
SOURCING = FormSection("sourcing", message("Sources and reliability"))

SECTIONS = (TEXTS, FRAME, FACTS, DECIDE, SOURCING)
"""The sections of a form, in order; the needs of a record follow its facts."""


def form_section(field: Field) -> FormSection:
    """Return the section of the form that has a field."""
    grouped = field.group.section if field.group is not None else None
    return grouped or field.section or (TEXTS if field.is_localized else FACTS)


def in_form_order(fields: Sequence[Field]) -> tuple[Field, ...]:
    """Return fields by section; a group stands at the place of its first field."""
    first: dict[FormGroup | str, int] = {}
    for field in fields:
        first.setdefault(field.group or field.name, len(first))

    def position(field: Field) -> tuple[int, int, int]:
        place = field.group.place if field.group is not None else 1
        own = first[field.group or field.name]
        return SECTIONS.index(form_section(field)), place, own

    return tuple(sorted(fields, key=position))


SUMMARY_ROW = ComparisonRow(
    message("In short"), 10, name_for_practices=message("What was done")
)
ACTION_ROW = ComparisonRow(message("What to do"), 34)
AUDIENCE_ROW = ComparisonRow(message("For whom"), 36)
EXAMPLE_ROW = ComparisonRow(message("Who already does it"), 38)
ORIGIN_ROW = ComparisonRow(message("Where it comes from"), 39)
FIGURES_ROW = ComparisonRow(message("In figures"), 40)
EVALUATION_ROW = ComparisonRow(
    message("Evaluation"),
    42,
    is_fact=True,
    name_for_practices=message("Effect"),
)
FAILURE_ROW = ComparisonRow(message("What did not work"), 44)
MEANS_ROW = ComparisonRow(message("Means"), 60, is_fact=True)
ELSEWHERE_ROW = ComparisonRow(message("Elsewhere"), 66, is_fact=True)
STAGE_ROW = ComparisonRow(message("When"), 68)
CONTACT_ROW = ComparisonRow(message("Contact"), 70, is_fact=True)
LEGAL_ROW = ComparisonRow(message("Legal basis"), 72, is_fact=True)
LIMITS_ROW = ComparisonRow(message("Limits"), 90)
SOURCE_ROW = ComparisonRow(message("Reliability of the source"), 92)
ASSESSMENT_ROW = ComparisonRow(message("Signed assessment"), 94)

FIGURES = FormGroup(message("Figures, note on the date"), Fold.ALWAYS)
QUESTIONS = FormGroup(message("Questions"), Fold.ALWAYS)
FRAME_FIRST = FormGroup(section=FRAME)
FRAME_TOOLS = FormGroup(message("Tools"), Fold.WHILE_EMPTY, FRAME)
FRAME_RESULTS = FormGroup(message("Results"), Fold.WHILE_EMPTY, FRAME)
FRAME_FAILURES = FormGroup(
    message("What did not work"), Fold.WHILE_EMPTY, FRAME, row=FAILURE_ROW
)
FRAME_LESSONS = FormGroup(message("Lessons"), Fold.WHILE_EMPTY, FRAME)
FRAME_LIMITS = FormGroup(message("Limits"), Fold.WHILE_EMPTY, FRAME)
FRAME_OTHER = FormGroup(section=FRAME)
PERIOD = FormGroup()
AIM = FormGroup(message("Aim"), Fold.ALWAYS)
LINKS = FormGroup(message("Events, deliverables"), Fold.ALWAYS)
FORMER = FormGroup(message("Former numbers, warnings"), Fold.ALWAYS)
QUOTATIONS = FormGroup(message("Quotations"), Fold.WHILE_EMPTY, SOURCING)
INFERRED = FormGroup(message("What was inferred"), Fold.ALWAYS, SOURCING)
STAGE = FormGroup(message("Stage"), Fold.ALWAYS, DECIDE, place=0, row=STAGE_ROW)
MEANS = FormGroup(message("Means"), Fold.ALWAYS, DECIDE, row=MEANS_ROW)
EVALUATION = FormGroup(message("Evaluation"), Fold.ALWAYS, DECIDE, row=EVALUATION_ROW)
ELSEWHERE = FormGroup(message("Elsewhere"), Fold.ALWAYS, DECIDE, row=ELSEWHERE_ROW)
CONTACT = FormGroup(message("Contact and law"), Fold.ALWAYS, DECIDE)
EXPERIENCES = FormGroup(message("Experiences of other towns"), Fold.WHILE_EMPTY, DECIDE)
TOWNS = FormGroup()

_NOT_KNOWN = message("Not known")
TYPE_LINE = StripLine(message("Type"), 10)
WHERE_LINE = StripLine(
    message("Where and who"), 10, message("Place and body not known")
)
FOR_WHOM_LINE = StripLine(message("For whom"), 10)
WHEN_LINE = StripLine(message("When"), 20)
DATE_LINE = StripLine(message("Date"), 20, message("Date not known"))
SOURCE_LINE = StripLine(message("Reliability of the source"), 30)
EXPRESSED_LINE = StripLine(message("Expressed at"), 40, message("No event on record"))
CONCERNED_LINE = StripLine(message("Who is concerned"), 50, _NOT_KNOWN)
EFFECT_LINE = StripLine(message("Measured effect"), 50, _NOT_KNOWN)
EVENT_DATE_LINE = StripLine(message("When"), 1, message("Date not known"))
EVENT_PLACE_LINE = StripLine(message("Where"), 2, message("Place not known"))
HOST_LINE = StripLine(message("Organised by"), 30, _NOT_KNOWN)
PARTICIPANTS_LINE = StripLine(message("Participants"), 40, _NOT_KNOWN)
LEAD_LINE = StripLine(message("Led by"), 30, _NOT_KNOWN)
PAGES_LINE = StripLine(message("Pages and language"), 40, _NOT_KNOWN)
TEXT_LINE = StripLine(message("Text"), 50)
