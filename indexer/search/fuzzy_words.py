"""Sorted words: those with a prefix, and those within an edit distance.

An edit adds, removes or changes a letter, or swaps two neighbours (OSA).
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

LAST_CHARACTER = "\U0010ffff"

MIN_LENGTH = 4
"""Shorter words are within an edit of too many others."""

LetterSets = NDArray[np.uint64]
"""The set of letters of each word, one bit for each letter modulo 64."""


@dataclass(frozen=True, slots=True)
class WordRange:
    """A range of indices into `SortedWords.words`, and its distance from the query.

    `is_doubtful`: the words differ in their first letter, where edits are rare, or only
    in the last letters typed, so that another word may be meant.
    """

    start: int
    stop: int
    distance: int = 0
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class _Prefixes:
    """The distinct prefixes of one length, sorted.

    `firsts` has the index of the first word with each prefix.
    """

    texts: list[str]
    firsts: list[int]
    letters: LetterSets


class SortedWords:
    """Distinct words in order, addressed by index."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = sorted(set(words))
        self._max_length = max(map(len, self.words), default=0)
        self._prefixes: dict[int, _Prefixes] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def with_prefix(self, prefix: str) -> WordRange:
        """Return the range of the words that begin with a prefix."""
        start = bisect_left(self.words, prefix)
        return WordRange(
            start, bisect_left(self.words, prefix + LAST_CHARACTER, lo=start)
        )

    def with_similar_prefix(self, prefix: str, distance: int) -> Iterator[WordRange]:
        """Yield ranges of words with a prefix 1 to `distance` edits from `prefix`."""
        shortest, longest = len(prefix) - distance, len(prefix) + distance
        if not 0 < shortest <= self._max_length:
            return
        letters = _letters([prefix], len(prefix))[0]
        for length in range(shortest, longest + 1):
            prefixes = self._of_length(length)
            near = _maybe_near(prefixes.letters, letters, distance)
            if near:
                yield from self._measured(prefix, prefixes, near, distance)

    def _measured(
        self, prefix: str, prefixes: _Prefixes, near: list[int], distance: int
    ) -> Iterator[WordRange]:
        texts = [prefixes.texts[index] for index in near]
        measures = process.cdist(
            [prefix], texts, scorer=OSA.distance, score_cutoff=distance, dtype=np.uint8
        )[0].tolist()
        for index, text, measure in zip(near, texts, measures, strict=True):
            if 0 < measure <= distance:
                start = prefixes.firsts[index]
                stop = bisect_left(self.words, text + LAST_CHARACTER, lo=start)
                is_other = text[0] != prefix[0]
                is_tail = text.startswith(prefix[: len(prefix) - measure])
                yield WordRange(start, stop, measure, is_other or is_tail)

    def _of_length(self, length: int) -> _Prefixes:
        if length not in self._prefixes:
            texts: list[str] = []
            firsts: list[int] = []
            for index, word in enumerate(self.words):
                text = word[:length]
                if len(text) == length and (not texts or text != texts[-1]):
                    texts.append(text)
                    firsts.append(index)
            self._prefixes[length] = _Prefixes(texts, firsts, _letters(texts, length))
        return self._prefixes[length]


class FuzzyWords:
    """Distinct words of at least `MIN_LENGTH` letters, to find similar spellings."""

    def __init__(self, words: Iterable[str]) -> None:
        by_length: defaultdict[int, list[str]] = defaultdict(list)
        for word in sorted(set(words)):
            if len(word) >= MIN_LENGTH:
                by_length[len(word)].append(word)
        self._by_length = {
            length: (each, _letters(each, length)) for length, each in by_length.items()
        }

    def maybe_near(self, word: str, distance: int) -> Iterator[str]:
        """Yield all words within `distance` edits of `word`, and some others."""
        letters = _letters([word], len(word))[0]
        for length in range(len(word) - distance, len(word) + distance + 1):
            words, sets = self._by_length.get(length, ([], None))
            if sets is not None:
                near = _maybe_near(sets, letters, distance)
                yield from map(words.__getitem__, near)


def similar_words(
    word: str, lists: Iterable[FuzzyWords], distance: int, *, limit: int
) -> list[str]:
    """Return up to `limit` words within `distance` edits of `word`, nearest first.

    Words at the same distance are in alphabetical order.
    """
    candidates = {near for each in lists for near in each.maybe_near(word, distance)}
    measured = process.extract(
        word,
        sorted(candidates),
        scorer=OSA.distance,
        score_cutoff=distance,
        limit=limit,
    )
    return [each for each, _, _ in measured]


def _maybe_near(sets: LetterSets, letters: np.uint64, distance: int) -> list[int]:
    """Return the indices of the sets of letters that `distance` edits can make.

    An edit changes the set by two letters at most. The test leaves a few of thousands
    of words, for a fraction of the time that their edit distances take.
    """
    near: list[int] = np.flatnonzero(
        np.bitwise_count(sets ^ letters) <= 2 * distance
    ).tolist()
    return near


def _letters(texts: list[str], length: int) -> LetterSets:
    codes = np.array(texts, dtype=f"U{length}").view(np.uint32).reshape(-1, length)
    bits = np.uint64(1) << (codes & np.uint32(63)).astype(np.uint64)
    letters: LetterSets = np.bitwise_or.reduce(bits, axis=1)
    return letters
