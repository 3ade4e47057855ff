"""View of the report card of a file, and of the facts extracted from it."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.extraction.report.report_card import LANGUAGE_NAMES, PROPERTY_NAMES, ranges
from indexer.model.dates import PartialDate
from indexer.model.document import ReportCard, TextRepair, Verdict
from indexer.model.ids import Locale
from indexer.model.proposals import ExtractedFact, MetadataField
from kb.publishing.drafts.proposal_review import FileOwner
from kb.publishing.extractions.draft_texts import origin_text
from kb.publishing.extractions.extraction_store import Extraction
from kb.publishing.extractions.proposal_records import LIKELIHOOD_WORDS
from kb.staff.base.field_labels import choice_label, field_label
from kb.staff.base.links import RecordLinks, owner_file_url
from kb.web.date_text import date_text, number_text
from kb.web.locale import LazyString, as_sentence, page_locale
from kb.web.locale import lazy_gettext as _l

VERDICTS: dict[Verdict, tuple[LazyString, str]] = {
    Verdict.GOOD: (_l("Good: it can be used as it is"), "full"),
    Verdict.USABLE: (_l("Usable, with something to check"), ""),
    Verdict.NEEDS_WORK: (_l("Needs work before it is published"), "dash"),
    Verdict.REFUSED: (_l("Refused"), "dash"),
}
FACTS: dict[MetadataField, LazyString] = {
    MetadataField.TITLE: _l("Title"),
    MetadataField.SUMMARY: _l("Summary"),
    MetadataField.LEAD: _l("Lead"),
    MetadataField.LICENCE: _l("Licence"),
    MetadataField.GRANT: _l("Grant agreement"),
    MetadataField.DISSEMINATION: _l("Dissemination level"),
    MetadataField.RESTRICTION: _l("Not for the public"),
}
"""The labels that differ from those of the fields of a draft, or have no field."""


@dataclass(frozen=True, slots=True)
class CardRow:
    """A row of the report card."""

    label: str
    text: str
    icon: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact extracted from a file; `origin` names the page or property."""

    label: str
    value: str
    likelihood: str
    origin: str
    url: str
    lang: str


def lost_pages(card: ReportCard) -> list[int]:
    """Return the pages of which no text was read, not even by OCR."""
    pictures = {*card.scanned_pages, *card.unreadable_pages}
    return sorted(pictures - {*card.recognised_pages})


def card_rows(card: ReportCard, links: RecordLinks) -> Iterator[CardRow]:
    """Yield the rows of a report card."""
    if card.type is not None:
        yield CardRow(_("Format"), card.type.value.upper())
    yield from _page_rows(card)
    yield CardRow(_("Words"), number_text(card.words, page_locale()))
    languages = _languages(card)
    if languages:
        yield CardRow(_("Language"), languages)
    corrected = list(_repairs(card.repairs))
    if corrected:
        yield CardRow(_("Corrected"), ", ".join(corrected))
    for label, names in (
        (_("Same file"), [card.duplicate_of]),
        (_("Other language"), [card.sibling_of]),
        (_("Close to"), [duplicate.name for duplicate in card.near_duplicates]),
    ):
        for name in filter(None, names):
            title, url = links.link(name)
            yield CardRow(label, title, url=url)
    if card.missing_properties:
        names = [PROPERTY_NAMES[missing].text(_) for missing in card.missing_properties]
        yield CardRow(_("Missing from its properties"), ", ".join(names))


def _repairs(repairs: TextRepair) -> Iterator[str]:
    """Yield what was corrected in the text, with its number."""
    locale = page_locale()
    if repairs.spaces:
        yield _("spaces: %(count)s", count=number_text(repairs.spaces, locale))
    if repairs.hyphens:
        count = number_text(repairs.hyphens, locale)
        yield _("hyphens at the end of lines: %(count)s", count=count)
    if repairs.accents:
        yield _("accents: %(count)s", count=number_text(repairs.accents, locale))


def _page_rows(card: ReportCard) -> Iterator[CardRow]:
    if not card.pages:
        return
    lost = lost_pages(card)
    if lost:
        text = _(
            "%(count)s, of which these could not be read: %(pages)s",
            count=card.pages,
            pages=ranges(lost),
        )
        yield CardRow(_("Pages"), text, "warn")
    else:
        yield CardRow(_("Pages"), _("%(count)s, all read", count=card.pages), "check")
    if card.empty_pages:
        yield CardRow(_("Empty pages"), ranges(card.empty_pages))
    if card.recognised_pages:
        pages = ranges(card.recognised_pages)
        yield CardRow(_("Recognised in images"), pages, "warn")


def _languages(card: ReportCard) -> str:
    spans: dict[Locale | None, list[int]] = {}
    for locale, first, last in card.locales:
        spans.setdefault(locale, []).extend(range(first, last + 1) if first else ())
    if len(spans) == 1:
        return LANGUAGE_NAMES[next(iter(spans))].text(_)
    return ", ".join(
        f"{LANGUAGE_NAMES[locale].text(_)} ({_('p. %(number)s', number=ranges(pages))})"
        for locale, pages in spans.items()
    )


def fact_row(
    fact: ExtractedFact, extraction: Extraction, owner: FileOwner | None
) -> FactRow:
    """Return the row of a fact, with a link to its page in the file."""
    is_text = fact.field in {MetadataField.TITLE, MetadataField.SUMMARY}
    return FactRow(
        label=str(FACTS.get(fact.field) or field_label(fact.field)),
        value=_fact_value(fact),
        likelihood=LIKELIHOOD_WORDS[fact.likelihood].text(_),
        origin=as_sentence(origin_text(fact.origin, _)),
        url=owner_file_url(owner, fact.origin.page) if fact.origin.page else "",
        lang=_language_of(extraction) if is_text else "",
    )


def _fact_value(fact: ExtractedFact) -> str:
    if fact.field is MetadataField.DATE:
        date = PartialDate.parse(fact.value)
        return fact.value if date is None else date_text(date, page_locale())
    return choice_label(fact.field, fact.value)


def _language_of(extraction: Extraction) -> str:
    """Return the `lang` attribute of words of the file; empty for the page's own."""
    values = (
        fact.value for fact in extraction.facts if fact.field is MetadataField.LANGUAGE
    )
    language = next(values, "")
    is_other = language in set(Locale) and language != page_locale()
    return language if is_other else ""
