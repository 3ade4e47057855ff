"""The report card of a file as its page shows it, and the facts that it gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.extraction.report.report_card import ranges
from indexer.model.dates import PartialDate
from indexer.model.ids import Locale
from indexer.model.proposals import ExtractedFact, MetadataField
from indexer.model.records import DeliverableType
from indexer.model.report_cards import MissingProperty, ReportCard, Verdict
from kb.publishing.drafts.proposal_review import FileOwner
from kb.publishing.extractions.draft_texts import where
from kb.publishing.extractions.extraction_store import Extraction
from kb.publishing.extractions.proposal_records import SURENESS
from kb.staff.base.links import FACTS, holder_link, page_url
from kb.web.date_text import date_text, number_text
from kb.web.labels import DELIVERABLE_TYPES
from kb.web.locale import LazyString, as_sentence, page_locale
from kb.web.locale import lazy_gettext as _l

VERDICTS: dict[Verdict, tuple[LazyString, str, str]] = {
    Verdict.GOOD: (_l("Good: it can be used as it is"), "check", "full"),
    Verdict.USABLE: (_l("Usable, with something to look at"), "info", ""),
    Verdict.NEEDS_WORK: (_l("Needs work before it is published"), "warn", "dash"),
    Verdict.REFUSED: (_l("Refused"), "warn", "dash"),
}


LACKS: dict[MissingProperty, LazyString] = {
    MissingProperty.TITLE: _l("title"),
    MissingProperty.AUTHORS: _l("authors"),
    MissingProperty.DATE: _l("date"),
    MissingProperty.LANGUAGE: _l("language"),
}


LANGUAGES: dict[Locale | None, LazyString] = {
    Locale.FR: _l("French"),
    Locale.EN: _l("English"),
    None: _l("another language"),
}


@dataclass(frozen=True, slots=True)
class CardRow:
    """A line of the report card."""

    label: str
    text: str
    icon: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact that the file gives of itself."""

    label: str
    value: str
    sureness: str
    where: str
    url: str
    lang: str


def lost_pages(card: ReportCard) -> list[int]:
    """Give the pages of which nothing was read."""
    pictures = {*card.scanned_pages, *card.unreadable_pages}
    return sorted(pictures - {*card.recognised_pages})


def card_rows(card: ReportCard) -> Iterator[CardRow]:
    """Give the lines of a report card."""
    if card.type is not None:
        yield CardRow(_("Format"), card.type.value.upper())
    yield from _page_rows(card)
    yield CardRow(_("Words"), number_text(card.words, page_locale()))
    languages = _languages(card)
    if languages:
        yield CardRow(_("Language"), languages)
    if card.mended.spaces or card.mended.hyphens or card.mended.accents:
        told = _(
            "spaces: %(spaces)s, hyphens: %(hyphens)s, accents: %(accents)s",
            spaces=number_text(card.mended.spaces, page_locale()),
            hyphens=number_text(card.mended.hyphens, page_locale()),
            accents=number_text(card.mended.accents, page_locale()),
        )
        yield CardRow(_("Mended"), told)
    for label, names in (
        (_("Same file"), [card.duplicate_of]),
        (_("Other language"), [card.sibling_of]),
        (_("Close to"), [each.name for each in card.near_duplicates]),
    ):
        for name in filter(None, names):
            title, url = holder_link(name)
            yield CardRow(label, title, url=url)
    if card.lacks:
        names = [str(LACKS[each]) for each in card.lacks]
        yield CardRow(_("Missing from its properties"), ", ".join(names))


def _page_rows(card: ReportCard) -> Iterator[CardRow]:
    if not card.pages:
        return
    lost = lost_pages(card)
    if lost:
        told = _(
            "%(count)s, of which these could not be read: %(pages)s",
            count=card.pages,
            pages=ranges(lost),
        )
        yield CardRow(_("Pages"), told, "warn")
    else:
        yield CardRow(_("Pages"), _("%(count)s, all read", count=card.pages), "check")
    if card.empty_pages:
        yield CardRow(_("Empty pages"), ranges(card.empty_pages))
    if card.recognised_pages:
        pages = ranges(card.recognised_pages)
        yield CardRow(_("Recognised in pictures"), pages, "warn")


def _languages(card: ReportCard) -> str:
    spans: dict[Locale | None, list[int]] = {}
    for locale, first, last in card.locales:
        spans.setdefault(locale, []).extend(range(first, last + 1) if first else ())
    if len(spans) == 1:
        return str(LANGUAGES[next(iter(spans))])
    return ", ".join(
        f"{LANGUAGES[locale]} ({_('p. %(number)s', number=ranges(pages))})"
        for locale, pages in spans.items()
    )


def fact_row(
    fact: ExtractedFact, found: Extraction, holder: FileOwner | None
) -> FactRow:
    """Present a fact, and where in the file it stands."""
    is_words = fact.field in {MetadataField.TITLE, MetadataField.SUMMARY}
    return FactRow(
        label=str(FACTS[fact.field]),
        value=_fact_value(fact),
        sureness=SURENESS[fact.sureness].text(_),
        where=as_sentence(where(fact.whence, _)),
        url=page_url(holder, fact.whence.page) if fact.whence.page else "",
        lang=_language_of(found) if is_words else "",
    )


def _fact_value(fact: ExtractedFact) -> str:
    if fact.field is MetadataField.TYPE and fact.value in set(DeliverableType):
        return str(DELIVERABLE_TYPES[DeliverableType(fact.value)])
    if fact.field is MetadataField.LANGUAGE and fact.value in set(Locale):
        return str(LANGUAGES[Locale(fact.value)])
    if fact.field is MetadataField.DATE:
        date = PartialDate.parse(fact.value)
        return fact.value if date is None else date_text(date, page_locale())
    return fact.value


def _language_of(found: Extraction) -> str:
    told = next(
        (each.value for each in found.facts if each.field is MetadataField.LANGUAGE), ""
    )
    return told if told in set(Locale) and told != page_locale() else ""
