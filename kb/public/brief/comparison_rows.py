"""The rows of a comparison: what each asks of a practice or a recommendation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup

from indexer.model.ids import Kind, Locale
from indexer.model.records import (
    Edition,
    Figure,
    Practice,
    Record,
)
from kb.public.record.assessment_view import assessment_view
from kb.public.record.facts import dated_stage
from kb.web.assessment_labels import STATUSES
from kb.web.labels import EVIDENCE, FIRMNESS, RESULTS, Badge, audience_list
from kb.web.locale import LazyString, lang_if_other
from kb.web.locale import lazy_gettext as _l
from kb.web.page_content import PageContent
from kb.web.records.cards import Card, inferred_mark, record_cards
from kb.web.records.markup import sections
from kb.web.urls import record_url

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
    """A question, and the answer of each record."""

    title: str
    cells: tuple[Cell, ...]


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


_Question = Callable[[_Asked], Cell]


def comparison_rows(
    kind: Kind, records: Sequence[Record], content: PageContent
) -> tuple[Row, ...]:
    """Return the rows for records that are all practices, or all recommendations."""
    asked = [_asked(record, content) for record in records]
    questions = _PRACTICE_ROWS if kind is Kind.PRACTICE else _RECOMMENDATION_ROWS
    return tuple(
        Row(str(title), tuple(answer(each) for each in asked))
        for title, answer in questions
    )


def _asked(record: Record, content: PageContent) -> _Asked:
    edition = record.edition(content.locale)
    by_title = {each.title: each.html for each in sections(edition, content.locale)}
    return _Asked(record, edition, by_title, content)


def _cell(
    asked: _Asked,
    *statements: Statement,
    html: Markup = _NO_HTML,
    items: tuple[str, ...] = (),
    figures: tuple[Figure, ...] = (),
) -> Cell:
    """Return what a record says in its own words, without empty statements."""
    known = tuple(each for each in statements if each[1])
    if not (known or html or items or figures):
        return Cell(absence=_("Not known"))
    return Cell(known, html, items=items, figures=figures, lang=asked.lang)


def _section(french: str, english: str) -> _Question:
    titles = {Locale.FR: french, Locale.EN: english}
    return lambda asked: _cell(asked, html=asked.section(titles))


def _field(name: str) -> _Question:
    return lambda asked: _cell(asked, ("", getattr(asked.edition, name)))


def _figures(asked: _Asked) -> Cell:
    return _cell(asked, figures=asked.edition.figures)


def _failures(asked: _Asked) -> Cell:
    return _cell(asked, items=asked.edition.did_not_work)


def _stage(asked: _Asked) -> Cell:
    record = asked.record
    if not isinstance(record, Practice) or record.stage is None:
        return _cell(asked, ("", asked.edition.stage_note))
    stage = dated_stage(record, asked.edition, asked.content.locale)
    stage = inferred_mark(record, "stage", stage)
    return _cell(asked, ("", stage), ("", asked.edition.stage_note))


def _means(asked: _Asked) -> Cell:
    edition = asked.edition
    return _cell(
        asked,
        (_("People"), edition.means_people),
        (_("Time"), edition.means_time),
        (_("Money"), edition.means_money),
        (_("Tools"), edition.means_tools),
        html=_NO_HTML if edition.means_tools else asked.section(_TOOLS),
    )


def _evaluation(asked: _Asked) -> Cell:
    record, edition, evidence = asked.record, asked.edition, ""
    if isinstance(record, Practice) and record.evidence is not None:
        evidence = inferred_mark(record, "evidence", str(EVIDENCE[record.evidence]))
    return _cell(
        asked,
        (_("Evidence"), evidence),
        (_("By"), edition.evaluation_by),
        (_("Method"), edition.evaluation_method),
        (_("Measured"), edition.evaluation_measured),
    )


def _result(asked: _Asked) -> Cell:
    record, result = asked.record, ""
    if isinstance(record, Practice) and record.result is not None:
        result = inferred_mark(record, "result", str(RESULTS[record.result]))
    return _cell(asked, ("", result), html=asked.section(_RESULTS))


def _transfer(asked: _Asked) -> Cell:
    return _cell(
        asked,
        (_("What it takes"), asked.edition.transfer_needs),
        (_("What would stop it"), asked.edition.transfer_obstacles),
    )


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
    badge = FIRMNESS[firmness]
    return Cell((("", str(badge.mark or badge.meaning)),), badge=badge)


def _assessment(asked: _Asked) -> Cell:
    record, locale = asked.record, asked.content.locale
    view = assessment_view(record, locale)
    status = record.assessment_status
    if view is None or status is None:
        return Cell(absence=_("Not assessed"))
    return Cell(
        (
            *((each.criterion, each.answer) for each in view.rows),
            ("", view.signature),
        ),
        link=str(STATUSES[status]),
        url=record_url(record.id, locale, anchor=_("assessment")),
    )


_TOOLS = {Locale.FR: "Outils", Locale.EN: "Tools"}
_RESULTS = {Locale.FR: "Résultats", Locale.EN: "Results"}

_LIMITS = _section("Limites", "Limits")

_LAST_ROWS: tuple[tuple[LazyString, _Question], ...] = (
    (_l("Limits"), _LIMITS),
    (_l("Reliability of the source"), _source),
    (_l("Signed assessment"), _assessment),
)
_PRACTICE_ROWS: tuple[tuple[LazyString, _Question], ...] = (
    (_l("In short"), _field("summary")),
    (_l("Who"), _field("who")),
    (_l("The problem"), _section("Le problème", "The problem")),
    (_l("What was done"), _section("Ce qui a été fait", "What was done")),
    (_l("In figures"), _figures),
    (_l("Stage"), _stage),
    (_l("Means"), _means),
    (_l("Evaluation"), _evaluation),
    (_l("Result"), _result),
    (_l("Elsewhere"), _transfer),
    (_l("Contact"), _contact),
    (_l("Legal basis"), _field("legal_basis")),
    (_l("What did not work"), _failures),
    (_l("Lessons"), _section("Ce qu’on en retient", "Lessons")),
    *_LAST_ROWS,
)
_RECOMMENDATION_ROWS: tuple[tuple[LazyString, _Question], ...] = (
    (_l("In short"), _field("summary")),
    (_l("What to do"), _section("En pratique", "In practice")),
    (_l("For whom"), _audiences),
    (_l("Who already does it"), _done_by),
    (_l("Where it comes from"), _section("D’où elle vient", "Where it comes from")),
    *_LAST_ROWS,
)
