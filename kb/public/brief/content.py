"""Makes a brief of the records of a dossier: the texts that its files contain."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.corpus.typography import NARROW_NO_BREAK, typeset
from indexer.model.edition import Edition
from indexer.model.ids import Kind, Locale
from indexer.model.record import Record
from indexer.model.records import Practice
from indexer.model.schema.frame import HEADINGS, FramePart
from kb.briefs.brief import (
    Brief,
    BriefRecord,
    BriefSection,
    BriefSource,
    BriefTable,
    BriefWords,
)
from kb.briefs.rich_text import (
    Span,
    TextBlock,
    TextList,
    TextParagraph,
    blocks_of,
    plain_blocks,
)
from kb.citations.cited_work import PUBLISHER_NAME, SITE_NAMES
from kb.public.brief.comparison_rows import comparison_rows
from kb.public.brief.comparison_table import comparison_table
from kb.public.brief.request import BriefDepth, BriefRequest
from kb.public.record.assessment_view import AssessmentView, assessment_view
from kb.public.record.facts import StripFact, fact_strip, practice_facts
from kb.public.record.sources import Provenance, provenance
from kb.public.record.text_parts import first_sentences, first_title, text_parts
from kb.web.help_box import help_box
from kb.web.labels import FIRMNESS, KINDS, KINDS_PLURAL
from kb.web.locale import as_sentence, lang_if_other
from kb.web.page_content import PageContent
from kb.web.records.markup import PageSection, sections, text_of_html
from kb.web.records.record_state import day_text
from kb.web.urls import (
    COMPARED_KINDS,
    MAX_COMPARED,
    absolute,
    home_url,
    record_url,
)

SHORT_LENGTH = 320
"""Some three lines of a page: the first whole sentences that are no longer."""

ElementT = TypeVar("ElementT")
_DONE_TITLES = set(HEADINGS[FramePart.DONE].values())


def brief_of(
    request: BriefRequest,
    records: Iterable[Record],
    notes: Iterable[str],
    content: PageContent,
    *,
    url: str,
    today: dt.date,
) -> Brief:
    """Return the brief that a request asks for.

    Args:
        request: title, note, depth, and whether there are tables.
        records: the records, in their order, as they are to be shown.
        notes: which records went, and what changed since.
        content: the corpus, and the language of the brief.
        url: the permanent address of the dossier.
        today: the day of the brief, unless the request has one.
    """
    locale = content.locale
    shown = tuple(records)
    views = tuple(_record(record, request.depth, content) for record in shown)
    brief = brief_with(
        views, shown, content, day=day_text(request.at or today), url=url
    )
    return replace(
        brief,
        title=typeset(request.title, locale) or _("A selection of records"),
        note=plain_blocks(typeset(request.note, locale)),
        tables=tuple(_tables(shown, views, content)) if request.has_table else (),
        notes=(*notes, *brief.notes),
    )


def brief_with(
    views: tuple[BriefRecord, ...],
    records: Sequence[Record],
    content: PageContent,
    *,
    day: str,
    url: str,
) -> Brief:
    """Return a brief without title and tables; its notes say whom to call.

    Args:
        views: its records as it shows them.
        records: the records that it is about, which decide whom to call.
        content: the corpus, and the language of the brief.
        day: its date in words.
        url: the permanent address of its content.
    """
    locale = content.locale
    return Brief(
        locale=locale,
        title="",
        note=(),
        date=day,
        site=SITE_NAMES[locale],
        publisher=PUBLISHER_NAME.text(locale),
        count=ngettext("%(num)s record", "%(num)s records", len(records)),
        records=views,
        tables=(),
        notes=tuple(_help_notes(records, content)),
        about=_about(day, locale),
        home=absolute(home_url(locale)),
        url=url,
        words=_words(),
    )


def _help_notes(records: Iterable[Record], content: PageContent) -> Iterator[str]:
    """Yield whom to call, if a record concerns somebody who is the target of an act."""
    box = help_box(records, content.corpus, content.locale)
    for line in (*box.lines, *box.others) if box is not None else ():
        day = _("read on %(date)s", date=line.checked)
        facts = (line.country, line.name, line.purpose, line.hours, day)
        yield _(
            "%(name)s: %(text)s", name=line.text, text=", ".join(filter(None, facts))
        )


def _words() -> BriefWords:
    return BriefWords(
        contents=_("Contents"),
        comparison=_("Side by side"),
        figures=_("In figures"),
        limits=_("Limits"),
        worth=_("What is this source worth?"),
        sources=_("Sources"),
        address=_("Permanent address:"),
        about=_("About this brief"),
        strength=_("Reliability of the source"),
        record=_("Record"),
        strengths=_("How strong each source is"),
        no_source=_("No source is named."),
        page=_("Page"),
        table=_("Table"),
        number=_("Number"),
        kind=_("Kind"),
        summary=_("Summary"),
        facts=_("Facts"),
        updated=_("Updated"),
        url=_("Address"),
    )


def _about(day: str, locale: Locale) -> tuple[str, ...]:
    return (
        _(
            "This brief shows the content of the knowledge base Innovation and "
            "Security (%(address)s) on %(date)s.",
            address=absolute(home_url(locale)),
            date=day,
        ),
        _(
            "Each record names its sources. Where something is inferred or not known, "
            "it says so."
        ),
        _(
            "Content under the Creative Commons Attribution 4.0 licence (CC BY 4.0): "
            "it may be copied and changed if its author is named."
        ),
    )


def _record(record: Record, depth: BriefDepth, content: PageContent) -> BriefRecord:
    locale = content.locale
    edition = record.edition(locale)
    parts = text_parts(record.id.kind, sections(edition, locale))
    assessment = assessment_view(record, locale)
    origin = provenance(record, locale)
    badge = FIRMNESS[record.firmness] if record.firmness is not None else None
    is_full = depth is BriefDepth.FULL
    return BriefRecord(
        kind=record.id.kind.value,
        kind_name=str(KINDS[record.id.kind]),
        title=edition.title,
        lang=lang_if_other(edition.locale, locale),
        summary=edition.summary,
        facts=tuple(
            (fact.name, text)
            for fact in fact_strip(record, edition, content, assessment)
            if fact.badge is None and (text := _fact_text(fact, locale))
        ),
        figures=tuple((figure.value, figure.label) for figure in edition.figures),
        sections=tuple(_sections(record, edition, content, is_full=is_full)),
        limits=_limits(parts.limits, is_full=is_full),
        strength=str(badge.label) if badge is not None else "",
        bars=badge.strength if badge is not None else 0,
        worth=tuple(_worth(record, origin)),
        sources=tuple(_sources(origin, is_full=is_full)),
        updated_day=record.updated.isoformat(),
        updated=_("Record updated on %(date)s.", date=day_text(record.updated)),
        url=absolute(record_url(record.id, locale)),
    )


def _fact_text(fact: StripFact, locale: Locale) -> str:
    """Return a fact of the strip as one text; titles may have commas of their own."""
    separator = f"{NARROW_NO_BREAK}; " if locale is Locale.FR else "; "
    links = separator.join(card.plain_title for card in fact.links)
    texts = (text_of_html(fact.text), fact.detail, links, fact.absence)
    return " · ".join(filter(None, texts))


def _sections(
    record: Record, edition: Edition, content: PageContent, *, is_full: bool
) -> Iterator[BriefSection]:
    """Yield the whole text of a record without its limits, then its assessment.

    The whole text has what did not work. Of a text that is not full, only what a
    recommendation asks to do, or in three lines what was done or came out; then what
    did not work.
    """
    parts = text_parts(record.id.kind, sections(edition, content.locale))
    if not is_full:
        yield from () if parts.action is None else (_section(parts.action, ""),)
        done = next((part for part in parts.rest if part.title in _DONE_TITLES), None)
        for part in filter(None, (done, parts.outcome)):
            yield _shortened(part)
        yield from _failures(edition)
        return
    first = first_title(record.id.kind) or _("In short")
    named = (parts.action, *parts.rest, parts.origin)
    yield from (_section(section, first) for section in named if section is not None)
    if isinstance(record, Practice):
        yield from _practice(record, edition)
    assessment = assessment_view(record, content.locale)
    if assessment is not None:
        yield BriefSection(assessment.title, tuple(_assessment(assessment)))


def _shortened(section: PageSection) -> BriefSection:
    """Return a section as its first whole sentences."""
    text = first_sentences(section.html, SHORT_LENGTH)
    return BriefSection(section.title, (TextParagraph((Span(text),)),))


def _limits(section: PageSection | None, *, is_full: bool) -> BriefSection | None:
    if section is None:
        return None
    return _section(section, "") if is_full else _shortened(section)


def _failures(edition: Edition) -> Iterator[BriefSection]:
    """Yield what did not work, if the record says it."""
    items = tuple((TextParagraph((Span(text),)),) for text in edition.did_not_work)
    if items:
        yield BriefSection(_("What did not work"), (TextList(items),))


def _practice(practice: Practice, edition: Edition) -> Iterator[BriefSection]:
    facts = practice_facts(practice, edition)
    items = [
        *((fact.name, fact.statements, fact.url) for fact in facts.known),
        *([(_("Not known"), (("", facts.unknown),), "")] if facts.unknown else []),
    ]
    if items:
        paragraphs = (
            TextParagraph(
                (
                    Span(_("%(name)s:", name=name) + " ", is_bold=True),
                    Span(_statements(statements), url=url),
                )
            )
            for name, statements, url in items
        )
        yield BriefSection(
            _("To decide"), (TextList(tuple((paragraph,) for paragraph in paragraphs)),)
        )


def _statements(statements: Iterable[tuple[str, str]]) -> str:
    """Return statements as sentences, each after its name if it has one."""
    return " ".join(
        as_sentence(f"{_('%(name)s:', name=name)} {text}" if name else text)
        for name, text in statements
    )


def _assessment(view: AssessmentView) -> Iterator[TextBlock]:
    if view.note:
        yield TextParagraph((Span(view.note),))
    yield TextList(
        tuple(
            (
                TextParagraph(
                    (
                        Span(_("%(name)s:", name=row.criterion) + " ", is_bold=True),
                        Span(
                            " ".join(
                                filter(None, (as_sentence(row.answer), row.reason))
                            )
                        ),
                    )
                ),
            )
            for row in view.rows
        )
    )
    yield TextParagraph((Span(view.signature),))


def _section(section: PageSection, untitled: str) -> BriefSection:
    title = section.title or untitled
    return BriefSection(title, blocks_of(section.html, absolute("/")))


def _worth(record: Record, origin: Provenance) -> Iterator[str]:
    """Yield what a reader must know of the source of a record, in sentences."""
    if record.firmness is not None:
        badge = FIRMNESS[record.firmness]
        yield str(badge.meaning)
        if badge.mark is not None:
            yield str(badge.mark)
    if origin.confidence:
        yield origin.confidence
    if origin.inferred:
        yield _("Inferred: %(what)s.", what=origin.inferred)
    if origin.wording:
        yield origin.wording


def _sources(origin: Provenance, *, is_full: bool) -> Iterator[BriefSource]:
    for source in origin.sources:
        known = source.details if is_full else source.origin
        details = ", ".join(filter(None, (source.publisher, known)))
        yield BriefSource(source.label, details, source.address, source.lang)


def _tables(
    records: Sequence[Record], views: Sequence[BriefRecord], content: PageContent
) -> Iterator[BriefTable]:
    """Yield tables of the records of each kind that has two or more, side by side."""
    named = [
        (f"{number}. {view.title}", record, view)
        for number, (record, view) in enumerate(zip(records, views, strict=True), 1)
    ]
    for kind in Kind:
        own = [columns for columns in named if columns[1].id.kind is kind]
        for columns in _parts(own) if len(own) > 1 else ():
            names, compared, shown = zip(*columns, strict=True)
            title = str(KINDS_PLURAL[kind])
            if kind in COMPARED_KINDS:
                rows = comparison_rows(kind, compared, content)
                yield comparison_table(title, names, rows, is_short=True)
            elif any(view.facts for view in shown):
                yield _fact_table(title, names, [dict(view.facts) for view in shown])


def _parts(records: Sequence[ElementT]) -> Iterator[Sequence[ElementT]]:
    """Yield as few parts as can be compared, of nearly the same length."""
    number = -(-len(records) // MAX_COMPARED)
    ends = [place * len(records) // number for place in range(number + 1)]
    yield from (records[start:end] for start, end in pairwise(ends))


def _fact_table(
    title: str, names: Sequence[str], facts: Sequence[Mapping[str, str]]
) -> BriefTable:
    questions = dict.fromkeys(name for own in facts for name in own)
    rows = ((name, *(own.get(name, "–") for own in facts)) for name in questions)
    return BriefTable(title, (_("Criterion"), *names), tuple(rows))
