"""View of the report card of a file, and of the facts extracted from it."""

from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.extraction.report.report_card import LANGUAGE_NAMES, PROPERTY_NAMES, ranges
from indexer.model.dates import PartialDate
from indexer.model.document import ReportCard, Verdict
from indexer.model.ids import Locale
from indexer.model.proposals import AppliedCorrection, ExtractedFact, MetadataField
from kb.publishing.drafts.proposal_review import FileOwner
from kb.publishing.extractions.draft_texts import origin_text
from kb.publishing.extractions.extraction_store import Extraction
from kb.publishing.extractions.proposal_records import LIKELIHOOD_WORDS
from kb.staff.base.field_labels import choice_label, field_label
from kb.staff.base.links import owner_file_url
from kb.web.date_text import date_text
from kb.web.locale import LazyString, as_sentence, lang_if_other, page_locale
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
class FactRow:
    """A fact extracted from a file; `origin` names the page or property.

    `corrected` says on which other file a person corrected it, `correction` is its
    number.
    """

    label: str
    value: str
    likelihood: str
    origin: str
    url: str
    lang: str
    corrected: str
    correction: int


def lost_pages(card: ReportCard) -> list[int]:
    """Return the pages of which no text was read, not even by OCR."""
    pictures = {*card.scanned_pages, *card.unreadable_pages}
    return sorted(pictures - {*card.recognised_pages})


def missing_properties(card: ReportCard) -> str:
    """Return the names of the properties that a file lacks, with commas."""
    return ", ".join(PROPERTY_NAMES[name].text(_) for name in card.missing_properties)


def card_languages(card: ReportCard) -> str:
    """Return the languages of a file, with the pages of each if there are several."""
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
    where, correction = fact.origin, fact.origin.correction
    is_constant = correction is not None and not where.quotation
    return FactRow(
        label=str(FACTS.get(fact.field) or field_label(fact.field)),
        value=_fact_value(fact),
        likelihood=LIKELIHOOD_WORDS[fact.likelihood].text(_),
        origin="" if is_constant else as_sentence(origin_text(where, _)),
        url=owner_file_url(owner, where.page) if where.page else "",
        lang=_language_of(extraction) if is_text else "",
        corrected="" if correction is None else _corrected_text(correction),
        correction=correction.id if correction is not None else 0,
    )


def _corrected_text(correction: AppliedCorrection) -> str:
    day = PartialDate.parse(correction.day)
    return _(
        "As corrected on %(day)s in %(file)s",
        day=date_text(day, page_locale()) if day is not None else correction.day,
        file=correction.file,
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
    return lang_if_other(language, page_locale())
