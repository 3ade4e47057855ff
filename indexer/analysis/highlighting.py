"""Marks the searched words in a text, and picks the sentences that hold them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.analysis.analyzer import STRETCH_TERMS, Term
from indexer.analysis.tokens import stretches
from indexer.model.ids import Locale
from indexer.model.results import MarkedText

MAX_EXCERPT_WORDS = 45

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\s\u00a0\u202f]+(?=[A-ZÀ-Þ«“\"(\d])")


@dataclass(frozen=True, slots=True)
class SearchedWords:
    """What was searched: forms by language, phrases, beginnings."""

    forms: dict[Locale, frozenset[str]]
    phrases: tuple[tuple[str, ...], ...] = ()
    prefixes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to mark."""
        has_forms = any(self.forms.values())
        return not (has_forms or self.phrases or self.prefixes)

    def found_in(self, text: str, locale: Locale) -> list[tuple[int, Term]]:
        """Give the terms of a text that were searched, in order.

        Each comes with where the stretch begins that it stands in.
        """
        forms = self.forms.get(locale, frozenset())
        terms_of = STRETCH_TERMS[locale]
        placed = [
            (start, term)
            for start, stretch in stretches(text)
            for term in terms_of[stretch]
        ]
        found = {
            number
            for number, (_, term) in enumerate(placed)
            if not (forms.isdisjoint(term.forms) or term.is_stop_word)
        }
        if self.phrases:
            found |= self._in_phrases([term.exact for _, term in placed])
        if self.prefixes:
            found.update(
                number
                for number, (_, term) in enumerate(placed)
                if term.exact.startswith(self.prefixes)
            )
        return [placed[number] for number in sorted(found)]

    def _in_phrases(self, words: Sequence[str]) -> set[int]:
        """Give the places of the words that stand in a phrase."""
        by_first: defaultdict[str, list[list[str]]] = defaultdict(list)
        for phrase in filter(None, self.phrases):
            by_first[phrase[0]].append(list(phrase))
        found: set[int] = set()
        if by_first.keys().isdisjoint(words):
            return found
        for start, word in enumerate(words):
            for sought in by_first.get(word, ()):
                if words[start : start + len(sought)] == sought:
                    found.update(range(start, start + len(sought)))
        return found


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
    if searched.is_empty:
        return ()
    spans = sorted(
        (start + term.token.start, start + term.token.end)
        for start, term in searched.found_in(text, locale)
    )
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _distinct(text: str, locale: Locale, searched: SearchedWords) -> set[str]:
    return {term.forms[0] for _, term in searched.found_in(text, locale)}
