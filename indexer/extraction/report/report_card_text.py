"""A report card as text for the command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from indexer.extraction.report.report_card import ranges
from indexer.model.ids import Locale
from indexer.model.problems import Message, Translate, message
from indexer.model.report_cards import MissingProperty, ReportCard, Verdict

_VERDICTS = {
    Verdict.GOOD: message("good"),
    Verdict.USABLE: message("usable"),
    Verdict.NEEDS_WORK: message("needs work"),
    Verdict.REFUSED: message("refused"),
}
PROPERTY_NAMES = {
    MissingProperty.TITLE: message("title"),
    MissingProperty.AUTHORS: message("authors"),
    MissingProperty.DATE: message("date"),
    MissingProperty.LANGUAGE: message("language"),
}
LANGUAGE_NAMES = {
    Locale.FR: message("French"),
    Locale.EN: message("English"),
    None: message("another language"),
}


def card_text(card: ReportCard, translate: Translate = str) -> str:
    """Format a report card: its verdict, content and findings."""
    verdict = _VERDICTS[card.verdict].text(translate)
    headline = message("%(name)s: %(verdict)s", name=card.name, verdict=verdict)
    lines = [headline.text(translate)]
    if card.type is not None:
        lines += (f"  {line.text(translate)}" for line in _lines(card, translate))
    lines += (f"  - {reason.text(translate)}" for reason in card.reasons)
    return "\n".join(lines)


def _lines(card: ReportCard, translate: Translate) -> Iterator[Message]:
    yield message("type: %(type)s", type=card.type)
    if card.pages:
        yield message("pages: %(count)s", count=card.pages)
    yield message("words: %(count)s", count=card.words)
    yield from _page_lines(card)
    if card.locales:
        languages = ", ".join(_languages(card, translate))
        yield message("languages: %(languages)s", languages=languages)
    repairs = card.repairs
    if any((repairs.spaces, repairs.hyphens, repairs.accents)):
        yield message(
            "corrected: spaces %(spaces)s, hyphens %(hyphens)s, ligatures "
            "%(ligatures)s, accents %(accents)s",
            **asdict(repairs),
        )
    if card.sibling_of:
        yield message("in the other language: %(name)s", name=card.sibling_of)
    if card.missing_properties:
        names = (
            PROPERTY_NAMES[name].text(translate) for name in card.missing_properties
        )
        yield message(
            "missing from the file’s properties: %(lacks)s", lacks=", ".join(names)
        )
    if card.proposals is not None:
        yield message("proposals found: %(count)s", count=card.proposals)


def _page_lines(card: ReportCard) -> Iterator[Message]:
    if card.empty_pages:
        yield message("empty pages: %(pages)s", pages=ranges(card.empty_pages))
    if card.scanned_pages:
        yield message("scanned pages: %(pages)s", pages=ranges(card.scanned_pages))


def _languages(card: ReportCard, translate: Translate) -> Iterator[str]:
    for locale, first, last in card.locales:
        pages = f" ({ranges(range(first, last + 1))})" if first else ""
        yield LANGUAGE_NAMES[locale].text(translate) + pages
