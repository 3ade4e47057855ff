"""The rows of a comparison: what each asks of a practice or a recommendation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _
from markupsafe import Markup

from indexer.model.edition import Edition
from indexer.model.ids import Kind, Locale
from indexer.model.problems import Message
from indexer.model.record import Record
from indexer.model.record_parts import Figure
from indexer.model.records import Practice
from indexer.model.schema import layout
from indexer.model.schema.field import ComparisonRow, Field
from indexer.model.schema.frame import COMPARED_PARTS
from indexer.model.schema.kinds import SCHEMAS
from kb.public.record.assessment_view import assessment_view
from kb.public.record.facts import dated_stage, law_lines, statement_name
from kb.web.labels import FIRMNESS, Badge, audience_list
from kb.web.locale import lang_if_other
from kb.web.page_content import PageContent
from kb.web.records.cards import Card, date_fact, inferred_mark, record_cards
from kb.web.records.markup import sections
from kb.web.urls import record_url
from kb.web.value_labels import STATUSES, value_label

Statement = tuple[str, str]
"""A text, after its name if it has one."""


_NO_HTML = Markup()


@dataclass(frozen=True, slots=True)
class Cell:
    """What a record says on a question; `absence` if it says nothing.

    `lang` is set if it is in the other language. The address `url` belongs to `link`.
    """

    statements: tuple[Statement, ...] = ()
    html: Markup = _NO_HTML
    items: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    cards: tuple[Card, ...] = ()
    badge: Badge | None = None
    link: str = ""
    url: str = ""
    absence: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A question, and the answer of each record.

    `asked` are the names of the statements that a whole answer has.
    """

    title: str
    cells: tuple[Cell, ...]
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A record with the sections of its text by title."""

    record: Record
    edition: Edition
    sections: Mapping[str, Markup]
    content: PageContent

    @property
    def lang(self) -> str:
        """The language of its words, if it is not that of the page."""
        return lang_if_other(self.edition.locale, self.content.locale)

    def section(self, titles: Mapping[Locale, str]) -> Markup:
        """Return the section with a title in the language of the text, or nothing."""
        return self.sections.get(titles[self.edition.locale], _NO_HTML)


_Answer = Callable[[_Asked], Cell]


def comparison_rows(
    kind: Kind, records: Sequence[Record], content: PageContent
) -> tuple[Row, ...]:
    """Return the rows for records that are all practices, or all recommendations."""
    asked = [_asked(record, content) for record in records]
    return tuple(
        Row(
            _name(row, kind).text(_),
            tuple(_answer(row, fields, each) for each in asked),
            tuple(filter(None, map(statement_name, fields))),
        )
        for row, fields in SCHEMAS[kind].rows.items()
    )


def _name(row: ComparisonRow, kind: Kind) -> Message:
    return (kind is Kind.PRACTICE and row.name_for_practices) or row.name


def _answer(row: ComparisonRow, fields: Sequence[Field], asked: _Asked) -> Cell:
    """Return what a record says on a question, in the words of its fields and text."""
    if row in _ANSWERS:
        return _ANSWERS[row](asked)
    kind = asked.record.id.kind
    headings = [heading for of, heading in COMPARED_PARTS.get(kind, ()) if of is row]
    statements = [(statement_name(field), _text(field, asked)) for field in fields]
    return _cell(
        asked,
        *sorted(statements, key=lambda statement: bool(statement[0])),
        html=asked.section(headings[0]) if headings else _NO_HTML,
        items=asked.edition.did_not_work if row is layout.FAILURE_ROW else (),
        figures=asked.edition.figures if row is layout.FIGURES_ROW else (),
    )


def _text(field: Field, asked: _Asked) -> str:
    """Return the value of a field as a text; "" for a list."""
    value = getattr(
        asked.edition if field.is_localized else asked.record, field.attribute
    )
    if isinstance(value, StrEnum):
        return inferred_mark(asked.record, field.attribute, value_label(value))
    return value if isinstance(value, str) else ""


def _asked(record: Record, content: PageContent) -> _Asked:
    edition = record.edition(content.locale)
    by_title = {
        section.title: section.html for section in sections(edition, content.locale)
    }
    return _Asked(record, edition, by_title, content)


def _cell(
    asked: _Asked,
    *statements: Statement,
    html: Markup = _NO_HTML,
    items: tuple[str, ...] = (),
    figures: tuple[Figure, ...] = (),
) -> Cell:
    """Return what a record says in its own words, without empty statements."""
    known = tuple(statement for statement in statements if statement[1])
    if not (known or html or items or figures):
        return Cell(absence=_("The sources do not say"))
    return Cell(known, html, items=items, figures=figures, lang=asked.lang)


def _when(asked: _Asked) -> Cell:
    record, edition, locale = asked.record, asked.edition, asked.content.locale
    date = ", ".join(filter(None, (date_fact(record, locale), edition.date_note)))
    stage = ""
    if isinstance(record, Practice) and record.stage is not None:
        stage = inferred_mark(record, "stage", dated_stage(record, edition, locale))
    return _cell(asked, ("", date), ("", stage), ("", edition.stage_note))


def _law(asked: _Asked) -> Cell:
    record = asked.record
    laws = law_lines(record) if isinstance(record, Practice) else ()
    texts = tuple(law.line for law in laws)
    return _cell(asked, ("", asked.edition.legal_basis), items=texts)


def _contact(asked: _Asked) -> Cell:
    record, text = asked.record, asked.edition.contact
    page = record.contact_page if isinstance(record, Practice) else ""
    if not page:
        return _cell(asked, ("", text))
    return Cell(link=text or page, url=page, lang=asked.lang if text else "")


def _audiences(asked: _Asked) -> Cell:
    text = audience_list(asked.record.audience_values)
    if not text:
        return Cell(absence=_("Not known"))
    return Cell((("", inferred_mark(asked.record, "audiences", text)),))


def _done_by(asked: _Asked) -> Cell:
    linked = asked.content.corpus.linked(asked.record, Kind.PRACTICE, field="practices")
    if not linked:
        return Cell(absence=_("No practice of the base illustrates it yet."))
    return Cell(cards=record_cards(linked, asked.content))


def _source(asked: _Asked) -> Cell:
    firmness = asked.record.firmness
    if firmness is None:
        return Cell(absence=_("Not known"))
    return Cell(badge=FIRMNESS[firmness])


def _assessment(asked: _Asked) -> Cell:
    record, locale = asked.record, asked.content.locale
    view = assessment_view(record, locale)
    status = record.assessment_status
    if view is None or status is None:
        return Cell(absence=_("Not assessed"))
    return Cell(
        (
            *((row.criterion, row.answer) for row in view.rows),
            ("", view.signature),
        ),
        link=str(STATUSES[status]),
        url=record_url(record.id, locale, anchor=_("assessment")),
    )


_ANSWERS: Mapping[ComparisonRow, _Answer] = {
    layout.AUDIENCE_ROW: _audiences,
    layout.EXAMPLE_ROW: _done_by,
    layout.STAGE_ROW: _when,
    layout.LEGAL_ROW: _law,
    layout.CONTACT_ROW: _contact,
    layout.SOURCE_ROW: _source,
    layout.ASSESSMENT_ROW: _assessment,
}
"""The rows that show more than the values of their fields."""
