"""Highlighting: marks searched words in texts, and picks excerpts that contain them."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from operator import add

from indexer.analysis.analyzer import CHUNK_TERMS, IndexTerm
from indexer.analysis.known_chunks import EXACT, KNOWN_CHUNKS
from indexer.analysis.tokens import (
    chunks,
    distinct_chunks,
    occurrences,
    split_at_spaces,
)
from indexer.model.ids import Locale
from indexer.model.results import MarkedText

LocatedChunk = tuple[int, str]
"""The start position of a chunk in its text, and the chunk."""

MAX_EXCERPT_WORDS = 45

_SENTENCE_END = re.compile(r"[.!?…]([\s\u00a0\u202f]+)(?=[A-ZÀ-Þ«“\"(\d])")

LocatedTerm = tuple[int, IndexTerm]
"""A searched term, after the start of its chunk in the text."""


@dataclass(frozen=True)
class SearchedWords:
    """The words to highlight: forms by language, phrases and prefixes."""

    forms: dict[Locale, frozenset[str]]
    phrases: tuple[tuple[str, ...], ...] = ()
    prefixes: tuple[str, ...] = ()

    def locate(self, text: str, locale: Locale) -> list[LocatedTerm]:
        """Return the searched terms of a text, in order."""
        candidates = self._candidates(text, locale)
        if not candidates:
            return []
        forms = self.forms.get(locale, frozenset())
        terms_of = CHUNK_TERMS[locale]
        # A phrase needs the neighbouring words; forms need the candidates only.
        has_phrase = self._may_have_phrase(candidates, locale)
        located = [
            (start, term)
            for start, chunk in (chunks(text) if has_phrase else candidates)
            for term in terms_of[chunk]
        ]
        matching = {
            number
            for number, (_, term) in enumerate(located)
            if term.exact.startswith(self.prefixes)
            or not (term.is_stop_word or forms.isdisjoint(term.forms))
        }
        if has_phrase:
            matching |= self._in_phrases([term.exact for _, term in located])
        return [located[number] for number in sorted(matching)]

    def _candidates(self, text: str, locale: Locale) -> list[LocatedChunk]:
        """Return the chunks of a text that may contain a searched word.

        A phrase is looked up by its longest word; with prefixes, any chunk may match.
        """
        if self.prefixes:
            return chunks(text)
        keys = self._keys[locale]
        if not keys:
            return []
        wanted = KNOWN_CHUNKS[locale].with_keys(distinct_chunks(text), keys)
        return occurrences(wanted, text)

    def _may_have_phrase(self, candidates: list[LocatedChunk], locale: Locale) -> bool:
        if not self.phrases or self.prefixes:
            return bool(self.phrases)
        found = {chunk for _, chunk in candidates}
        return bool(KNOWN_CHUNKS[locale].with_keys(found, self._phrase_keys))

    @cached_property
    def _phrase_keys(self) -> frozenset[str]:
        longest = (max(phrase, key=len) for phrase in self.phrases if phrase)
        return frozenset(EXACT + word for word in longest)

    @cached_property
    def _keys(self) -> dict[Locale, frozenset[str]]:
        """The keys of a chunk with a searched word, by language."""
        return {
            locale: self.forms.get(locale, frozenset()) | self._phrase_keys
            for locale in Locale
        }

    def _in_phrases(self, words: Sequence[str]) -> set[int]:
        """Return the indices of the words that are part of a searched phrase."""
        by_first: defaultdict[str, list[list[str]]] = defaultdict(list)
        for phrase in filter(None, self.phrases):
            by_first[phrase[0]].append(list(phrase))
        return {
            number
            for start, word in enumerate(words)
            if word in by_first
            for phrase_words in by_first[word]
            if words[start : start + len(phrase_words)] == phrase_words
            for number in range(start, start + len(phrase_words))
        }


def mark(text: str, located: Sequence[LocatedTerm]) -> MarkedText:
    """Return a text with each searched word marked as a whole."""
    return MarkedText(text, tuple(_merged_spans(located)))


def excerpt(text: str, located: Sequence[LocatedTerm]) -> MarkedText:
    """Return the sentences that contain the most searched words, marked.

    A sentence that is too long is cut between words. An ellipsis replaces the text
    before and after.
    """
    text = text.rstrip()
    if not _is_long(text):
        return mark(text, located)
    positions = [start + term.token.start for start, term in located]
    sentences = _sentences(text)
    best = _best_sentence(sentences, located, positions)
    start, stop = _extended(text, sentences[best:])
    if _is_long(text[start:stop]):
        first_mark = bisect_left(positions, start)
        is_inside = first_mark < len(positions) and positions[first_mark] < stop
        middle = positions[first_mark] if is_inside else start
        start, stop = _cut(text, start, stop, middle)
    lead = "… " if start else ""
    tail = " …" if stop < len(text) else ""
    shown = " ".join(split_at_spaces(text[start:stop]))
    return MarkedText(
        f"{lead}{shown}{tail}",
        tuple(
            (first - start + len(lead), last - start + len(lead))
            for first, last in _merged_spans(located)
            if start <= first and last <= stop
        ),
    )


def _is_long(text: str) -> bool:
    """Return whether a text has more words than an excerpt; counts no others."""
    return len(text.split(None, MAX_EXCERPT_WORDS)) > MAX_EXCERPT_WORDS


def _sentences(text: str) -> list[tuple[int, int]]:
    """Return the start and stop of each sentence."""
    ends = [match.span(1) for match in _SENTENCE_END.finditer(text)]
    starts = (0, *(end for _, end in ends))
    return list(zip(starts, (*(start for start, _ in ends), len(text)), strict=True))


def _best_sentence(
    sentences: Sequence[tuple[int, int]],
    located: Sequence[LocatedTerm],
    positions: Sequence[int],
) -> int:
    """Return the index of the first sentence with the most distinct searched stems."""
    starts = [start for start, _ in sentences]
    stems: dict[int, set[str]] = {}
    for position, (_, term) in zip(positions, located, strict=True):
        number = bisect_right(starts, position) - 1
        stems.setdefault(number, set()).add(term.forms[0])
    # Located terms are in order, so `max` returns the first of equal sentences.
    return max(stems, key=lambda number: len(stems[number]), default=0)


def _extended(text: str, sentences: list[tuple[int, int]]) -> tuple[int, int]:
    """Return the span of the first sentence and of those after it that fit."""
    start, stop = sentences[0]
    words = 0
    for first, last in sentences:
        words += len(text[first:last].split())
        if words > MAX_EXCERPT_WORDS:
            break
        stop = last
    return start, stop


def _cut(text: str, start: int, stop: int, middle: int) -> tuple[int, int]:
    """Return the span of the words around a position of a too long sentence."""
    words = split_at_spaces(text[start:stop])
    # Each word ends before the space that separates it from the next one.
    spaces = range(len(words))
    ends = list(map(add, accumulate(map(len, words)), spaces))
    nearest = bisect_right(ends, middle - start)
    first = max(
        0, min(nearest - MAX_EXCERPT_WORDS // 3, len(words) - MAX_EXCERPT_WORDS)
    )
    last = min(first + MAX_EXCERPT_WORDS, len(words)) - 1
    return start + ends[first] - len(words[first]), start + ends[last]


def _merged_spans(located: Sequence[LocatedTerm]) -> list[tuple[int, int]]:
    """Return the spans of terms, in order; those of a compound and its parts merge."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(
        (start + term.token.start, start + term.token.end) for start, term in located
    ):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
