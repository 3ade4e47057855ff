"""The words of many names: which names hold words that begin as those that are asked.

The words stand in one list, in order, so that those that begin in some way are a
stretch of it, and the names that hold them a stretch of another. What is asked of a
name is then computed for all names at once.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.normalization import fold
from indexer.analysis.tokens import Token, tokenize
from indexer.engines.whoosh.search.fuzzy_words import SortedWords, WordRange

FAR = 10_000
"""A distance, a place or a rank that none has."""

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class NameMatches:
    """What can be said of each name.

    `distance` is how many slips there are between its words and those that were asked:
    `FAR` or more when it does not hold them. `order` is 0 when it begins with them, 1
    when it holds them in the order they were asked, 2 in any order.
    """

    distance: Numbers
    order: Numbers


class NameWords:
    """Names, by their words; they go by their number."""

    def __init__(self, names: Iterable[str]) -> None:
        self._numbers: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        held: list[tuple[str, int, int]] = []
        self._count = 0
        for number, name in enumerate(names):
            self._count += 1
            reading = _read(name)
            for words in reading.readings:
                self._numbers[words].append(number)
            held += ((word, number, place) for word, place in reading.placed)
        held.sort()
        self.words = SortedWords(word for word, _, _ in held)
        self._holders = np.array([number for _, number, _ in held], np.int64)
        self._places = np.array([place for _, _, place in held], np.int64)
        spellings = [word for word, _, _ in held]
        self._starts = [bisect_left(spellings, word) for word in self.words]
        self._starts.append(len(held))
        self.longest = max((len(words) for words in self._numbers), default=0)
        """How many words the longest name has."""

    def called(self, readings: Iterable[tuple[str, ...]]) -> Iterator[int]:
        """Give the names that are these words and no others."""
        for words in readings:
            yield from self._numbers.get(words, ())

    def match(self, asked: Sequence[Sequence[WordRange]]) -> NameMatches:
        """Tell which names hold, for each word that is asked, one in its ranges."""
        distance = np.zeros(self._count, np.int64)
        place = np.full(self._count, -1, np.int64)
        for ranges in asked:
            distance += self._nearest(ranges)
            place = self._next_places(ranges, place)
        order = np.where(place == len(asked) - 1, 0, np.where(place < FAR, 1, 2))
        return NameMatches(distance, order)

    def _nearest(self, ranges: Sequence[WordRange]) -> Numbers:
        nearest = np.full(self._count, FAR, np.int64)
        for each in sorted(ranges, key=lambda each: each.distance, reverse=True):
            nearest[self._holders[self._stretch(each)]] = each.distance
        return nearest

    def _next_places(self, ranges: Sequence[WordRange], before: Numbers) -> Numbers:
        """Give where each name first holds one of these words, after some place."""
        found = np.full(self._count, FAR, np.int64)
        for each in ranges:
            stretch = self._stretch(each)
            holders, places = self._holders[stretch], self._places[stretch]
            is_after = places > before[holders]
            np.minimum.at(found, holders[is_after], places[is_after])
        return found

    def _stretch(self, of: WordRange) -> slice:
        return slice(self._starts[of.start], self._starts[of.stop])


def readings_of(text: str) -> tuple[tuple[str, ...], ...]:
    """Give the words of a text and, if it has compounds, its words with these as one.

    « cyber-harc » is two words, or the beginning of « cyberharcèlement ».
    """
    return _read(text).readings


@dataclass(frozen=True, slots=True)
class _Reading:
    """The words of a text, and the compounds that some of them make.

    A compound is a word that can stand for those from one place to before another.
    """

    words: tuple[str, ...]
    compounds: tuple[tuple[int, int, str], ...]

    @property
    def readings(self) -> tuple[tuple[str, ...], ...]:
        """The words apart and, when it is something else, joined."""
        joined = list(self.words)
        for start, stop, whole in reversed(self.compounds):
            joined[start:stop] = [whole]
        return tuple(filter(None, dict.fromkeys((self.words, tuple(joined)))))

    @property
    def placed(self) -> Iterator[tuple[str, int]]:
        """Each word with its place; a compound is where its first word is."""
        for place, word in enumerate(self.words):
            yield word, place
        for start, _, whole in self.compounds:
            yield whole, start


def _read(text: str) -> _Reading:
    words: list[str] = []
    parts: list[Token] = []
    compounds: list[tuple[int, int, str]] = []
    for token in tokenize(text):
        word = fold(token.text)
        if parts and _is_compound(token, parts[-1]):
            start = bisect_left(parts, token.start, key=lambda part: part.start)
            compounds.append((start, len(parts), word))
        else:
            words.append(word)
            parts.append(token)
    return _Reading(tuple(words), tuple(compounds))


def _is_compound(token: Token, before: Token) -> bool:
    """Tell whether a word is the whole of which the one before is the last part."""
    return (
        token.start < before.end
        and len(token.text) > len(before.text)
        and token.text.endswith(before.text)
    )
