"""The note of a plan: its steps in text, each line with the number of its record."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace

from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.model.ids import RecordId
from indexer.model.records import Need
from kb.briefs.brief import Brief, BriefRecord, BriefSection, BriefSource
from kb.briefs.rich_text import (
    Span,
    TextBlock,
    TextList,
    TextParagraph,
    TextTable,
    plain_blocks,
)
from kb.public.brief.content import brief_with
from kb.public.plan.page import PlanBox, PlanView
from kb.web.locale import as_sentence
from kb.web.page_content import PageContent
from kb.web.records.cards import Card
from kb.web.records.record_state import day_text
from kb.web.urls import absolute


def plan_note(
    view: PlanView, need: Need, content: PageContent, *, url: str, today: dt.date
) -> Brief:
    """Return the note of a plan, as the formats of dossiers write it."""
    steps = _Steps()
    sections = tuple(steps.sections(view))
    missing = plain_blocks(", ".join(view.missing))
    record = BriefRecord(
        kind=need.id.kind.value,
        kind_name=_("What can my town do?"),
        title=_("Plan in five steps"),
        lang=view.need.lang,
        summary=need.edition(content.locale).summary,
        facts=(),
        figures=(),
        sections=sections,
        limits=BriefSection(_("What this plan lacks"), missing) if missing else None,
        strength="",
        bars=0,
        worth=(),
        sources=tuple(map(_source, steps.cited.values())),
        updated=_("From the records that answer the need, without a word added."),
        updated_day=today.isoformat(),
        url=url,
    )
    brief = brief_with((record,), [need], content, day=day_text(today), url=url)
    return replace(
        brief,
        title=view.title,
        note=plain_blocks(", ".join(map(str, view.chosen))),
        count=ngettext("%(num)s record", "%(num)s records", len(steps.cited)),
        words=replace(brief.words, sources=_("Records cited")),
    )


def _source(card: Card) -> BriefSource:
    worth = str(card.badge.label) if card.badge is not None else ""
    details = ", ".join(filter(None, (card.kind_label, worth)))
    return BriefSource(card.plain_title, details, absolute(card.url), card.lang)


class _Steps:
    """Writes the steps, and numbers the records in the order in which they come."""

    def __init__(self) -> None:
        self.cited: dict[RecordId, Card] = {}

    def sections(self, view: PlanView) -> Iterator[BriefSection]:
        """Yield the steps, then a place for the opinion of the town."""
        steps = (
            (_("Where to start"), self._start(view)),
            (_("Who has done it"), self._practices(view)),
            (_("What it takes"), self._boxes(view.needed)),
            (_("What to watch"), self._boxes(view.watched)),
            (_("What to measure"), self._measured(view)),
            (_("Our opinion"), plain_blocks(_("For the town to write."))),
        )
        for number, (title, blocks) in enumerate(steps, 1):
            is_step = number < len(steps)
            heading = f"{number}. {title}" if is_step else title
            yield BriefSection(heading, tuple(blocks) or (_unknown(),))

    def _cite(self, card: Card) -> Span:
        self.cited.setdefault(card.id, card)
        number = [*self.cited].index(card.id) + 1
        return Span(f"\u00a0[{number}]", url=absolute(card.url))

    def _start(self, view: PlanView) -> Iterator[TextBlock]:
        for card in view.start:
            title = Span(card.plain_title, is_bold=True)
            yield TextParagraph((title, self._cite(card)))
            if card is view.start[0] and view.points:
                yield TextList(
                    tuple(
                        (TextParagraph((Span(point.text, url=point.url),)),)
                        for point in view.points
                    )
                )

    def _practices(self, view: PlanView) -> Iterator[TextBlock]:
        rows = []
        for card in view.practices:
            figure = card.figure
            summary = "".join(text for text, _is_marked in card.summary)
            effect = f"{figure.value} {figure.label}" if figure else _("No figure")
            title = Span(card.plain_title, is_bold=True)
            rows.append(((title, self._cite(card)), (Span(summary),), (Span(effect),)))
        if rows:
            names = (_("Practice"), _("What was done"), _("Figure"))
            yield TextTable(tuple((Span(name),) for name in names), tuple(rows))

    def _boxes(self, boxes: Iterable[PlanBox]) -> Iterator[TextBlock]:
        for box in boxes:
            name = Span(_("%(name)s:", name=box.title) + " ", is_bold=True)
            if not box.lines:
                yield TextParagraph((name, *_unknown().spans))
            for place, line in enumerate(box.lines):
                detail = _("%(name)s:", name=line.detail) + " " if line.detail else ""
                text = Span(line.text, url=line.url)
                cited = self._cite(line.record)
                first = () if place else (name,)
                yield TextParagraph((*first, Span(detail), text, cited))

    def _measured(self, view: PlanView) -> Iterator[TextBlock]:
        for line in view.measured:
            texts = map(as_sentence, filter(None, (line.text, line.detail)))
            text = Span(" ".join(texts))
            yield TextParagraph((text, self._cite(line.record)))


def _unknown() -> TextParagraph:
    return TextParagraph((Span(_("The sources do not say"), is_italic=True),))
