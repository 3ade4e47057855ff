"""The words of names, found by the beginnings of words that a visitor types."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from indexer.analysis.tokens import Token, fold, tokenize
from indexer.model.arrays import Offsets
from indexer.search.fuzzy_words import SortedWords, WordRange
from indexer.search.query_parts import is_common

FAR = 10_000
"""Greater than any edit distance, position or rank."""


class NameIndex:
    """The words of names; names are addressed by their index."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_words: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        occurrences: list[tuple[str, int, int]] = []
        self._count = 0
        for name_index, name in enumerate(names):
            self._count += 1
            parsed = _parse(name)
            for words in parsed.names:
                self._by_words[words].append(name_index)
            occurrences += (
                (word, name_index, position) for word, position in parsed.positions
            )
        occurrences.sort()
        self.words = SortedWords(word for word, _, _ in occurrences)
        self._names = np.array([name for _, name, _ in occurrences], np.int64)
        self._positions = np.array([each for _, _, each in occurrences], np.int64)
        spellings = [word for word, _, _ in occurrences]
        self._starts = [bisect_left(spellings, word) for word in self.words]
        self._starts.append(len(occurrences))
        self.max_words = max((len(words) for words in self._by_words), default=0)
        """The number of words of the longest name."""

    def equal_to(self, readings: Iterable[tuple[str, ...]]) -> Iterator[int]:
        """Yield the names that consist of the words of a reading, articles aside."""
        for words in readings:
            yield from self._by_words.get(words, ())

    def match(self, query: Sequence[Sequence[WordRange]]) -> tuple[Offsets, Offsets]:
        """Match all names against a query: for each of its words, some ranges.

        Returns:
            The sum of the edit distances of each name, at least `FAR` when a word has
            no match; and its order: 0 when the name begins with the words, 1 when it
            contains them in the order of the query, else 2.
        """
        distance = np.zeros(self._count, np.int64)
        position = np.full(self._count, -1, np.int64)
        for ranges in query:
            distance += self._min_distance(ranges)
            position = self._next_position(ranges, position)
        is_start = position == len(query) - 1
        order = np.where(is_start, 0, np.where(position < FAR, 1, 2))
        return distance, order

    def _min_distance(self, ranges: Sequence[WordRange]) -> Offsets:
        distance = np.full(self._count, FAR, np.int64)
        for each in sorted(ranges, key=lambda each: each.distance, reverse=True):
            distance[self._names[self._slice(each)]] = each.distance
        return distance

    def _next_position(self, ranges: Sequence[WordRange], after: Offsets) -> Offsets:
        """Return the first position after another at which each name matches."""
        position = np.full(self._count, FAR, np.int64)
        for each in ranges:
            span = self._slice(each)
            names, positions = self._names[span], self._positions[span]
            is_after = positions > after[names]
            np.minimum.at(position, names[is_after], positions[is_after])
        return position

    def _slice(self, words: WordRange) -> slice:
        return slice(self._starts[words.start], self._starts[words.stop])


def readings_of(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the folded words of a text, once apart and once with compounds joined.

    « cyber-harc » is two words, or the beginning of « cyberharcèlement ». Without
    compounds there is one reading.
    """
    return _parse(text).readings


def names_of(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the readings of a text, then those without stop words at both ends."""
    return _parse(text).names


@dataclass(frozen=True, slots=True)
class _ParsedName:
    """The words of a text, and the compounds (start, stop, whole) they are parts of."""

    words: tuple[str, ...]
    compounds: tuple[tuple[int, int, str], ...]

    @property
    def readings(self) -> tuple[tuple[str, ...], ...]:
        joined = list(self.words)
        for start, stop, whole in reversed(self.compounds):
            joined[start:stop] = [whole]
        return tuple(filter(None, dict.fromkeys((self.words, tuple(joined)))))

    @property
    def names(self) -> tuple[tuple[str, ...], ...]:
        readings = self.readings
        return tuple(dict.fromkeys((*readings, *map(_without_articles, readings))))

    @property
    def positions(self) -> Iterator[tuple[str, int]]:
        """Each word with its position; a compound has that of its first part."""
        for position, word in enumerate(self.words):
            yield word, position
        for start, _, whole in self.compounds:
            yield whole, start


def _without_articles(words: tuple[str, ...]) -> tuple[str, ...]:
    """Remove the stop words at both ends, unless there is no other word."""
    content = [index for index, word in enumerate(words) if not is_common(word)]
    return words[content[0] : content[-1] + 1] if content else words


@lru_cache(maxsize=2**16)  # names of all records are parsed for each generation
def _parse(text: str) -> _ParsedName:
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
    return _ParsedName(tuple(words), tuple(compounds))


def _is_compound(token: Token, before: Token) -> bool:
    """Return whether a token is a compound whose last part is the token before."""
    return (
        token.start < before.end
        and len(token.text) > len(before.text)
        and token.text.endswith(before.text)
    )
