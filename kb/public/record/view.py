"""The view model of a record's page: sections, facts, links, citation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.model.dates import PartialDate
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.records import Deliverable, Edition, Practice, Record
from kb.public.brief.comparison import COMPARED_KINDS
from kb.public.document.search import DocumentSearch, find_in_sections
from kb.public.maps.inset import InsetMap, inset_map
from kb.public.record.answers import (
    NeedHole,
    PracticeExamples,
    need_holes,
    practice_examples,
)
from kb.public.record.assessment_view import AssessmentView, assessment_view
from kb.public.record.citation_box import CitationBox, citation_box
from kb.public.record.event_state import EventState, event_state
from kb.public.record.facts import PracticeFacts, StripFact, fact_strip, practice_facts
from kb.public.record.linked_records import (
    SeeAlsoGroup,
    card_groups,
    link_groups,
    see_also,
    split_groups,
)
from kb.public.record.sources import (
    DocumentAccess,
    Provenance,
    document_access,
    provenance,
)
from kb.public.record.text_parts import (
    ContentsLink,
    TextParts,
    caveat_of,
    page_contents,
    text_parts,
)
from kb.web.date_text import date_text
from kb.web.labels import MISSING_EDITIONS
from kb.web.locale import lang_if_other
from kb.web.page_content import PageContent
from kb.web.records.cards import Card, CardGroup, record_card
from kb.web.records.coverage import CoverageView, coverage_of
from kb.web.records.file_links import (
    FileView,
    QuotationView,
    file_views,
    quotation_views,
)
from kb.web.records.markup import PageSection, sections
from kb.web.records.theme_looks import theme_class
from kb.web.urls import compare_url, list_url

LONG_FIGURE = 8


@dataclass(frozen=True, slots=True)
class Pair:
    """A fact with its name; `lang` is set if it is in another language."""

    name: str
    value: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class RecordView:
    """All that the page shows; `lang` is set if it is in the other language."""

    record: Record
    card: Card
    edition: Edition
    lang: str
    missing_note: str
    list_url: str
    compare_url: str
    """The address of a comparison to complete; "" for kinds that have none."""
    inset: InsetMap | None
    coverage: CoverageView | None
    holes: tuple[NeedHole, ...]
    strip: tuple[StripFact, ...]
    contents: tuple[ContentsLink, ...]
    sections: tuple[PageSection, ...]
    parts: TextParts
    caveat: str
    find: DocumentSearch | None
    first_title: str
    pairs: tuple[Pair, ...]
    practice: PracticeFacts | None
    event: EventState | None
    access: DocumentAccess | None
    examples: PracticeExamples
    assessment: AssessmentView | None
    first_groups: tuple[CardGroup, ...]
    groups: tuple[CardGroup, ...]
    """The linked records before the text, and those after it."""
    links: tuple[CardGroup, ...]
    see_also: tuple[SeeAlsoGroup, ...]
    provenance: Provenance
    citation: CitationBox
    updated: str
    is_in_dossier: bool
    is_page: bool
    is_recommendation: bool
    is_deliverable: bool
    theme_class: str
    own_class: str
    """The class of the look of a theme; for another record, that of none."""
    files: tuple[FileView, ...]
    quotations: tuple[QuotationView, ...]

    @property
    def opening(self) -> PageSection | None:
        """The text of a page before its first heading, shown above the contents."""
        first = self.parts.rest[0] if self.is_page and self.parts.rest else None
        return None if first is None or first.title else first

    @property
    def body(self) -> tuple[PageSection, ...]:
        """The sections without a role of their own, without the opening."""
        return self.parts.rest[1:] if self.opening else self.parts.rest

    @property
    def has_long_figures(self) -> bool:
        """Whether a figure is too long for a quarter of the column."""
        return any(len(each.value) > LONG_FIGURE for each in self.edition.figures)


def record_view(  # noqa: PLR0913  # the record, what it is beside, and who asks
    record: Record,
    content: PageContent,
    *,
    similar: Collection[RecordId],
    shown: Collection[RecordId],
    dossier: Collection[RecordId],
    today: dt.date,
    typed: str = "",
) -> RecordView:
    """Return the view of a record, in the language of the page if it is written in it.

    `similar` are ids of similar records, the most similar first; `shown` are the
    records that the rest of the page shows, `dossier` those of the visitor. An
    event is past or to come on `today`. The words `typed` are marked in a long text.
    """
    locale, kind, day = content.locale, record.id.kind, record.updated
    edition = record.edition(locale)
    lang = lang_if_other(edition.locale, locale)
    groups = card_groups(record, content)
    before, after = split_groups(kind, groups)
    links = link_groups(record, content)
    assessment = assessment_view(record, locale)
    strip = fact_strip(record, edition, content, assessment)
    cards = [card for group in (*groups, *links) for card in group.cards]
    cards += [card for fact in strip for card in fact.links]
    holes = need_holes(record, content.corpus)
    text, find = find_in_sections(sections(edition, locale), typed, edition.locale)
    parts = text_parts(kind, text)
    return RecordView(
        record=record,
        card=record_card(record, content),
        edition=edition,
        lang=lang,
        missing_note=str(MISSING_EDITIONS[locale]) if lang else "",
        list_url="" if kind is Kind.PAGE else list_url(kind, locale),
        compare_url=compare_url(locale, (record.id,)) if kind in COMPARED_KINDS else "",
        inset=inset_map(record, content),
        coverage=coverage_of(record),
        holes=holes,
        strip=strip,
        contents=page_contents(
            record,
            parts,
            (before, after),
            first_title=first_title(kind),
            has_assessment=assessment is not None,
            has_holes=bool(holes),
        ),
        sections=text,
        parts=parts,
        caveat=caveat_of(parts.limits) if edition.figures else "",
        find=find,
        first_title=first_title(kind),
        pairs=_pairs(record, locale),
        practice=practice_facts(record, edition)
        if isinstance(record, Practice)
        else None,
        event=event_state(record, parts, groups, locale, today),
        access=document_access(record, locale),
        examples=practice_examples(record, content),
        assessment=assessment,
        first_groups=before,
        groups=after,
        links=links,
        see_also=see_also(
            record, similar, content, shown={*shown, *(each.id for each in cards)}
        ),
        provenance=provenance(record, locale),
        citation=citation_box(record, locale),
        updated=date_text(PartialDate(day.year, day.month, day.day), locale),
        is_in_dossier=record.id in dossier,
        is_page=kind is Kind.PAGE,
        is_recommendation=kind is Kind.RECOMMENDATION,
        is_deliverable=kind is Kind.DELIVERABLE,
        theme_class=theme_class(record.themes[0] if record.themes else ""),
        own_class=theme_class(record.id.slug if kind is Kind.THEME else ""),
        files=file_views(record, content),
        quotations=quotation_views(record, content),
    )


def _pairs(record: Record, locale: Locale) -> tuple[Pair, ...]:
    pairs = [Pair(_("Also covers former records"), _former_ids(record))]
    if isinstance(record, Deliverable):
        title_lang = lang_if_other(record.language, locale)
        pairs += [
            Pair(_("Title on the cover"), record.original_title, title_lang),
            Pair(_("Project"), record.project),
            Pair(_("Authors"), ", ".join(record.authors)),
        ]
    return tuple(pair for pair in pairs if pair.value)


def _former_ids(record: Record) -> str:
    """Return the former ids of a record, those of other kinds with their folder."""
    kind = record.id.kind
    return ", ".join(
        each.slug if each.kind is kind else str(each) for each in record.former_ids
    )


def first_title(kind: Kind) -> str:
    """Return the title of the part of a text before its first heading."""
    titles = {
        Kind.NEED: _("Definition"),
        Kind.TERM: _("Usage"),
        Kind.EVENT: _("The meeting"),
        Kind.PAGE: "",
    }
    return titles.get(kind, _("In short"))
