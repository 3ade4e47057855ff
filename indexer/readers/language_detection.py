"""Tells the language of a text by its commonest words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from indexer.analysis.normalization import fold
from indexer.analysis.stopwords import STOP_WORDS
from indexer.model.document import Block
from indexer.model.ids import Locale
from indexer.model.readings import FileReading

_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH_WORDS = 8
_STRETCH_BLOCKS = 30
_SHARE = 0.12
_LEAD = 1.35
_OTHERS = {
    "es": "el los las y con por para una del que se es su al como mas pero sus este "
    "ha son no lo entre sobre desde muy la de en se un",
    "it": "il lo gli e di che non per una della dei delle del con sono alla nel anche "
    "piu come dal ha questo si le i da la un in ai nell",
    "de": "der die das und in den von zu mit sich des auf fur ist im dem nicht ein "
    "eine als auch es an werden aus er hat dass sie nach bei",
    "pt": "o os as e em um uma para com nao por mais dos como mas ao ele das seu sua "
    "ou quando muito nos ja eu tambem pelo pela ate",
    "nl": "de het een en van in is dat op te zijn met voor niet aan er om ook als dan "
    "maar bij door naar uit nog over",
    "ca": "el els les i amb per una dels que es al com mes pero aquest son no entre "
    "des molt ha va la de en un",
}


def language_of(text: str) -> Locale | None:
    """Give the language that most common words of a text are of.

    None when there are few words, or when they are of another language than ours:
    the commonest words of its neighbours are counted too.
    """
    counts = Counter(fold(word) for word in _WORD.findall(text.casefold()))
    total = sum(counts.values())
    if total < _ENOUGH_WORDS:
        return None
    scores = {
        name: sum(counts[word] for word in words) for name, words in _LISTS.items()
    }
    best, second, *_ = sorted(scores, key=scores.__getitem__, reverse=True)
    if scores[best] < _SHARE * total or scores[best] < _LEAD * scores[second]:
        return None
    return Locale(best) if best in set(Locale) else None


def with_languages(reading: FileReading) -> FileReading:
    """Tell the language of a file, and of each of its pages.

    A file in both is of that of most of its words: it is looked at page by page, or
    stretch by stretch where it has no pages.
    """
    texts = _by_page(reading.document.blocks)
    locales = {part: language_of(text) for part, text in texts.items()}
    votes: Counter[Locale] = Counter()
    for part, locale in locales.items():
        if locale is not None:
            votes[locale] += len(texts[part])
    pages = tuple(
        replace(page, locale=locales.get(page.number)) for page in reading.pages
    )
    locale = max(votes, key=votes.__getitem__) if votes else None
    return replace(reading, pages=pages, locale=locale)


def _by_page(blocks: Sequence[Block]) -> dict[int, str]:
    """Join the texts of each page; stretches of what has no pages have numbers too."""
    parts: dict[int, list[str]] = {}
    for index, block in enumerate(blocks):
        part = -1 - index // _STRETCH_BLOCKS if block.page is None else block.page
        parts.setdefault(part, []).append(block.text)
    return {part: " ".join(texts) for part, texts in parts.items()}


def _distinct() -> dict[str, frozenset[str]]:
    """Give the common words of each language; those of two of ours tell nothing."""
    french, english = STOP_WORDS[Locale.FR], STOP_WORDS[Locale.EN]
    lists = {
        Locale.FR.value: french - english,
        Locale.EN.value: english - french,
    }
    return lists | {name: frozenset(words.split()) for name, words in _OTHERS.items()}


_LISTS = _distinct()
