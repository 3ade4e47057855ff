"""Marks the searched words in a text, and picks the sentences that hold them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from indexer.analysis.analyzer import Term, analyze
from indexer.model.ids import Locale
from indexer.model.results import MarkedText

MAX_EXCERPT_WORDS = 45

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\s\u00a0\u202f]+(?=[A-ZÀ-Þ«“\"(\d])")


@dataclass(frozen=True, slots=True)
class SearchedWords:
    """What was searched: forms by language, folded words, beginnings of words."""

    forms: dict[Locale, frozenset[str]]
    exact: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()

    def found_in(self, locale: Locale) -> Callable[[Term], bool]:
        """Give the test that tells whether a term of that language was searched."""
        forms = self.forms.get(locale, frozenset())

        def is_searched(term: Term) -> bool:
            return (
                (not term.is_stop_word and not forms.isdisjoint(term.forms))
                or term.exact in self.exact
                or (bool(self.prefixes) and term.exact.startswith(self.prefixes))
            )

        return is_searched


def mark(text: str, locale: Locale, searched: SearchedWords) -> MarkedText:
    """Mark each searched word in a text, whole."""
    return MarkedText(text, _marks(text, locale, searched))


def excerpt(text: str, locale: Locale, searched: SearchedWords) -> MarkedText:
    """Give the stretch of whole sentences that holds most of the searched words.

    A sentence that is too long is cut at words, and an ellipsis shows where.
    """
    if len(text.split()) <= MAX_EXCERPT_WORDS:
        return mark(text, locale, searched)
    sentences = _SENTENCE_END.split(text)
    scores = [len(_distinct(sentence, locale, searched)) for sentence in sentences]
    best = max(range(len(sentences)), key=lambda number: scores[number])
    first, last = _widened(sentences, best)
    chosen = " ".join(sentences[first:last])
    if len(chosen.split()) > MAX_EXCERPT_WORDS:
        return _cut(chosen, locale, searched)
    lead = "… " if first else ""
    tail = " …" if last < len(sentences) else ""
    return mark(f"{lead}{chosen}{tail}", locale, searched)


def _widened(sentences: list[str], best: int) -> tuple[int, int]:
    first, last = best, best + 1
    words = len(sentences[best].split())
    while last < len(sentences):
        words += len(sentences[last].split())
        if words > MAX_EXCERPT_WORDS:
            break
        last += 1
    return first, last


def _cut(sentence: str, locale: Locale, searched: SearchedWords) -> MarkedText:
    marks = _marks(sentence, locale, searched)
    words = list(re.finditer(r"\S+", sentence))
    middle = marks[0][0] if marks else 0
    nearest = next((n for n, word in enumerate(words) if word.end() > middle), 0)
    first = max(
        0, min(nearest - MAX_EXCERPT_WORDS // 3, len(words) - MAX_EXCERPT_WORDS)
    )
    last = min(len(words), first + MAX_EXCERPT_WORDS)
    chosen = sentence[words[first].start() : words[last - 1].end()]
    lead = "… " if first else ""
    tail = " …" if last < len(words) else ""
    return mark(f"{lead}{chosen}{tail}", locale, searched)


def _marks(
    text: str, locale: Locale, searched: SearchedWords
) -> tuple[tuple[int, int], ...]:
    is_searched = searched.found_in(locale)
    spans = sorted(
        (term.token.start, term.token.end)
        for term in analyze(text, locale)
        if is_searched(term)
    )
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _distinct(text: str, locale: Locale, searched: SearchedWords) -> set[str]:
    is_searched = searched.found_in(locale)
    return {term.forms[0] for term in analyze(text, locale) if is_searched(term)}
