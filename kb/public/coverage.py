"""How many practices and recommendations answer a need, as squares and as words."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import ngettext

from indexer.corpus.corpus import Corpus
from indexer.model.records import Need
from kb.web.date_text import number_text
from kb.web.locale import page_locale


@dataclass(frozen=True, slots=True)
class CoveragePart:
    """The answers of one kind: a square for each, and their number in words."""

    squares: int
    text: str
    is_light: bool = False


@dataclass(frozen=True, slots=True)
class Coverage:
    """What answers a need; `parts` is empty when nothing does."""

    parts: tuple[CoveragePart, ...]


def need_coverage(need: Need, corpus: Corpus) -> Coverage:
    """Return the published answers to a need: practices, then recommendations."""
    practices = sum(each in corpus.records for each in need.practices)
    advice = sum(each in corpus.records for each in need.recommendations)
    if not practices and not advice:
        return Coverage(())
    locale = page_locale()
    return Coverage(
        (
            CoveragePart(
                practices,
                ngettext(
                    "%(number)s practice",
                    "%(number)s practices",
                    practices,
                    number=number_text(practices, locale),
                ),
            ),
            CoveragePart(
                advice,
                ngettext(
                    "%(number)s recommendation",
                    "%(number)s recommendations",
                    advice,
                    number=number_text(advice, locale),
                ),
                is_light=True,
            ),
        )
    )
