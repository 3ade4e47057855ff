"""Marks the searched words in a text, and picks the sentences that hold them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate
from operator import itemgetter

from indexer.analysis.analyzer import STRETCH_TERMS, IndexTerm
from indexer.analysis.prefix_filter import LocatedWord, PrefixFilter
from indexer.analysis.tokens import ByStretch, spaced, stretches
from indexer.model.ids import Locale
from indexer.model.results import MarkedText

MAX_EXCERPT_WORDS = 45

_SENTENCE_END = re.compile(r"[.!?…]([\s\u00a0\u202f]+)(?=[A-ZÀ-Þ«“\"(\d])")

FoundTerm = tuple[int, IndexTerm]
"""Where a stretch begins in its text, and a term of it that was searched."""

_EXACT = "="
"""Stands before a word as it is spelt, where forms stand too."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What to look for in texts of one language."""

    beginnings: PrefixFilter
    signs: frozenset[str]
    phrase_signs: frozenset[str]


@dataclass(frozen=True, slots=True)
class SearchedWords:
    """What was searched: forms by language, phrases, beginnings."""

    forms: dict[Locale, frozenset[str]]
    phrases: tuple[tuple[str, ...], ...] = ()
    prefixes: tuple[str, ...] = ()
    _looks: dict[Locale, _Look] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to mark."""
        has_forms = any(self.forms.values())
        return not (has_forms or self.phrases or self.prefixes)

    def found_in(self, texts: Sequence[str], locale: Locale) -> list[list[FoundTerm]]:
        """Give the terms of each of some texts that were searched, in order.

        Many texts are looked through in far less time than one after another.
        """
        if self.is_empty:
            return [[] for _ in texts]
        return [
            self._found_among(text, held, locale)
            for text, held in zip(texts, self._held_in(texts, locale), strict=True)
        ]

    def _found_among(
        self, text: str, held: list[LocatedWord], locale: Locale
    ) -> list[FoundTerm]:
        if not held:
            return []
        forms = self.forms.get(locale, frozenset())
        terms_of = STRETCH_TERMS[locale]
        # Where a phrase may be, it is one word after another; else a few are enough.
        has_phrase = self._may_hold_phrase(held, locale)
        looked_at = stretches(text) if has_phrase else held
        placed = [
            (start, term) for start, stretch in looked_at for term in terms_of[stretch]
        ]
        found = {
            number
            for number, (_, term) in enumerate(placed)
            if not (forms.isdisjoint(term.forms) or term.is_stop_word)
        }
        if has_phrase:
            found |= self._in_phrases([term.exact for _, term in placed])
        if self.prefixes:
            found.update(
                number
                for number, (_, term) in enumerate(placed)
                if term.exact.startswith(self.prefixes)
            )
        return [placed[number] for number in sorted(found)]

    def _held_in(self, texts: Sequence[str], locale: Locale) -> list[list[LocatedWord]]:
        """Give the stretches of texts in which something stands that was searched.

        Of a phrase, its longest word is looked for; of beginnings, all may be.
        """
        if self.prefixes:
            return [stretches(text) for text in texts]
        look = self._look(locale)
        signs_of = _SIGNS[locale]
        return [
            [each for each in placed if not look.signs.isdisjoint(signs_of[each[1]])]
            for placed in look.beginnings.find(texts)
        ]

    def _may_hold_phrase(self, held: list[LocatedWord], locale: Locale) -> bool:
        if not self.phrases or self.prefixes:
            return bool(self.phrases)
        signs, signs_of = self._look(locale).phrase_signs, _SIGNS[locale]
        return any(not signs.isdisjoint(signs_of[each]) for _, each in held)

    def _look(self, locale: Locale) -> _Look:
        look = self._looks.get(locale)
        if look is None:
            longest = {max(phrase, key=len) for phrase in filter(None, self.phrases)}
            forms = self.forms.get(locale, frozenset())
            phrase_signs = frozenset(_EXACT + word for word in longest)
            beginnings = PrefixFilter((*forms, *longest), locale)
            look = _Look(beginnings, forms | phrase_signs, phrase_signs)
            self._looks[locale] = look
        return look

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


def _signs_of(stretch: str, locale: Locale) -> frozenset[str]:
    terms = STRETCH_TERMS[locale][stretch]
    words = (form for term in terms if not term.is_stop_word for form in term.forms)
    return frozenset((*words, *(_EXACT + term.exact for term in terms)))


_SIGNS = {locale: ByStretch(partial(_signs_of, locale=locale)) for locale in Locale}
"""What the words of a stretch may be found by."""


def mark(text: str, found: Sequence[FoundTerm]) -> MarkedText:
    """Mark each word that was found in a text, whole."""
    return MarkedText(text, tuple(_merged(found)))


def excerpt(text: str, found: Sequence[FoundTerm]) -> MarkedText:
    """Give the stretch of whole sentences that holds most of the words that were found.

    A sentence that is too long is cut at words. An ellipsis shows where the text goes
    on.
    """
    text = text.rstrip()
    if len(text.split()) <= MAX_EXCERPT_WORDS:
        return mark(text, found)
    places = [start + term.token.start for start, term in found]
    sentences = _sentences(text)
    start, stop = _widened(text, sentences[_best(sentences, found, places) :])
    if len(text[start:stop].split()) > MAX_EXCERPT_WORDS:
        place = bisect_left(places, start)
        is_inside = place < len(places) and places[place] < stop
        start, stop = _cut(text, start, stop, places[place] if is_inside else start)
    lead = "… " if start else ""
    tail = " …" if stop < len(text) else ""
    chosen = " ".join(spaced(text[start:stop]))
    return MarkedText(
        f"{lead}{chosen}{tail}",
        tuple(
            (first - start + len(lead), last - start + len(lead))
            for first, last in _merged(found)
            if start <= first and last <= stop
        ),
    )


def _sentences(text: str) -> list[tuple[int, int]]:
    """Give where each sentence starts and stops."""
    ends = [found.span(1) for found in _SENTENCE_END.finditer(text)]
    starts = (0, *(end for _, end in ends))
    return list(zip(starts, (*(start for start, _ in ends), len(text)), strict=True))


def _best(
    sentences: Sequence[tuple[int, int]],
    found: Sequence[FoundTerm],
    places: Sequence[int],
) -> int:
    """Give the first of the sentences that hold most of the words that were found."""
    families: dict[int, set[str]] = {}
    for place, (_, term) in zip(places, found, strict=True):
        number = bisect_right(sentences, place, key=itemgetter(0)) - 1
        families.setdefault(number, set()).add(term.forms[0])
    # What is found rises: of equals the first comes first.
    return max(families, key=lambda number: len(families[number]), default=0)


def _widened(text: str, sentences: list[tuple[int, int]]) -> tuple[int, int]:
    """Take the first of some sentences, and as many more as there is room for.

    Gives where they start and stop.
    """
    start, stop = sentences[0]
    words = 0
    for first, last in sentences:
        words += len(text[first:last].split())
        if words > MAX_EXCERPT_WORDS:
            break
        stop = last
    return start, stop


def _cut(text: str, start: int, stop: int, middle: int) -> tuple[int, int]:
    """Give as much of a sentence as there is room for, around a place in it."""
    words = spaced(text[start:stop])
    ends = list(accumulate(map(len, words), lambda end, length: end + 1 + length))
    nearest = bisect_right(ends, middle - start)
    first = max(
        0, min(nearest - MAX_EXCERPT_WORDS // 3, len(words) - MAX_EXCERPT_WORDS)
    )
    last = min(first + MAX_EXCERPT_WORDS, len(words)) - 1
    return start + ends[first] - len(words[first]), start + ends[last]


def _merged(found: Sequence[FoundTerm]) -> list[tuple[int, int]]:
    """Give where the words that were found stand; a compound is one with its parts."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(
        (start + term.token.start, start + term.token.end) for start, term in found
    ):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
