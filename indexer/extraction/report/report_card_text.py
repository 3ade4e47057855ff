"""A report card as text for the command line."""

from __future__ import annotations

from collections.abc import Iterator

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
_HEADLINE = message("%(name)s: %(verdict)s")


def card_text(card: ReportCard, translate: Translate = str) -> str:
    """Format a report card: its verdict, content and findings."""
    verdict = _VERDICTS[card.verdict].text(translate)
    headline = Message(_HEADLINE.template, {"name": card.name, "verdict": verdict})
    lines = [headline.text(translate)]
    lines += (f"  {line.text(translate)}" for line in _lines(card, translate))
    lines += (f"  - {reason.text(translate)}" for reason in card.reasons)
    return "\n".join(lines)


def _lines(card: ReportCard, translate: Translate) -> Iterator[Message]:
    if card.type is None:
        return
    yield message("type: %(type)s", type=card.type.value)
    if card.pages:
        yield message("pages: %(count)s", count=card.pages)
    yield message("words: %(count)s", count=card.words)
    yield from _page_lines(card)
    languages = _languages(card, translate)
    if languages:
        yield message("languages: %(languages)s", languages=languages)
    if any((card.repairs.spaces, card.repairs.hyphens)) or card.repairs.accents:
        yield message(
            "corrected: spaces %(spaces)s, hyphens %(hyphens)s, ligatures "
            "%(ligatures)s, accents %(accents)s",
            spaces=card.repairs.spaces,
            hyphens=card.repairs.hyphens,
            ligatures=card.repairs.ligatures,
            accents=card.repairs.accents,
        )
    if card.sibling_of:
        yield message("in the other language: %(name)s", name=card.sibling_of)
    if card.missing_properties:
        names = [
            PROPERTY_NAMES[name].text(translate) for name in card.missing_properties
        ]
        yield message(
            "missing from the file’s properties: %(lacks)s",
            lacks=", ".join(names),
        )
    if card.proposals is not None:
        yield message("proposals found: %(count)s", count=card.proposals)


def _page_lines(card: ReportCard) -> Iterator[Message]:
    if card.empty_pages:
        yield message("empty pages: %(pages)s", pages=ranges(card.empty_pages))
    if card.scanned_pages:
        yield message("scanned pages: %(pages)s", pages=ranges(card.scanned_pages))


def _languages(card: ReportCard, translate: Translate) -> str:
    parts = []
    for locale, first, last in card.locales:
        name = LANGUAGE_NAMES[locale].text(translate)
        pages = ranges(range(first, last + 1)) if first else ""
        parts.append(f"{name} ({pages})" if pages else name)
    return ", ".join(parts)
