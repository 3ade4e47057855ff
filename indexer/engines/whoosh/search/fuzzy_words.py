"""A sorted list of words: those that begin so, and those that nearly do."""

from __future__ import annotations

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
"""Shorter words are near too many others to tell which was meant."""


@dataclass(frozen=True, slots=True)
class WordRange:
    """Words that follow one another in the list, and how far from what was typed.

    `is_doubtful` says that they differ from it by its first letter, where slips are
    rare, or by its last ones only, where it may be another word that is not finished.
    """

    start: int
    stop: int
    distance: int = 0
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class _Beginnings:
    """The distinct beginnings of one length, in order.

    `firsts` are the first words that have each; `letters` are sets of letters, as bits.
    """

    texts: list[str]
    firsts: list[int]
    letters: NDArray[np.uint64]


class SortedWords:
    """Distinct words in order; they go by their number."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = sorted(set(words))
        self._longest = max(map(len, self.words), default=0)
        self._beginnings: dict[int, _Beginnings] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def beginning_with(self, prefix: str) -> WordRange:
        """Give the words that begin so."""
        start = bisect_left(self.words, prefix)
        return WordRange(
            start, bisect_left(self.words, prefix + LAST_CHARACTER, lo=start)
        )

    def resembling(self, prefix: str, distance: int) -> Iterator[WordRange]:
        """Give the words of which a beginning is no more than some edits from this.

        Letters that are added, dropped, changed, or swapped with their neighbours are
        edits.
        """
        shortest, longest = len(prefix) - distance, len(prefix) + distance
        if not 0 < shortest <= self._longest:
            return
        letters = _letters([prefix], len(prefix))[0]
        for length in range(shortest, longest + 1):
            beginnings = self._of_length(length)
            near = _may_be_near(beginnings.letters, letters, distance)
            if near:
                yield from self._measured(prefix, beginnings, near, distance)

    def _measured(
        self, prefix: str, beginnings: _Beginnings, near: list[int], distance: int
    ) -> Iterator[WordRange]:
        texts = [beginnings.texts[number] for number in near]
        measures = process.cdist(
            [prefix], texts, scorer=OSA.distance, score_cutoff=distance, dtype=np.uint8
        )[0].tolist()
        for number, text, measure in zip(near, texts, measures, strict=True):
            if 0 < measure <= distance:
                start = beginnings.firsts[number]
                stop = bisect_left(self.words, text + LAST_CHARACTER, lo=start)
                is_other = text[0] != prefix[0]
                is_tail = text.startswith(prefix[: len(prefix) - measure])
                yield WordRange(start, stop, measure, is_other or is_tail)

    def _of_length(self, length: int) -> _Beginnings:
        """Give the beginnings of one length, made when they are first asked for."""
        if length not in self._beginnings:
            texts: list[str] = []
            firsts: list[int] = []
            for number, word in enumerate(self.words):
                text = word[:length]
                if len(text) == length and (not texts or text != texts[-1]):
                    texts.append(text)
                    firsts.append(number)
            self._beginnings[length] = _Beginnings(
                texts, firsts, _letters(texts, length)
            )
        return self._beginnings[length]


class NearWords:
    """Distinct words, to find those that a few slips make of another.

    Those that are too short are left out.
    """

    def __init__(self, words: Iterable[str]) -> None:
        by_length: defaultdict[int, list[str]] = defaultdict(list)
        for word in sorted(set(words)):
            if len(word) >= MIN_LENGTH:
                by_length[len(word)].append(word)
        self._by_length = {
            length: (each, _letters(each, length)) for length, each in by_length.items()
        }

    def may_be_near(self, word: str, distance: int) -> Iterator[str]:
        """Give the words that may be no more than so many slips from another."""
        letters = _letters([word], len(word))[0]
        for length in range(len(word) - distance, len(word) + distance + 1):
            words, sets = self._by_length.get(length, ([], None))
            if sets is not None:
                near = _may_be_near(sets, letters, distance)
                yield from map(words.__getitem__, near)


def nearest(
    word: str, lists: Iterable[NearWords], distance: int, *, limit: int
) -> list[str]:
    """Give the words of some lists of no more slips than `distance`, the nearest first.

    They are in order where they are equally near; there are no more than `limit`.
    """
    found = {near for each in lists for near in each.may_be_near(word, distance)}
    measured = process.extract(
        word, sorted(found), scorer=OSA.distance, score_cutoff=distance, limit=limit
    )
    return [each for each, _, _ in measured]


def _may_be_near(
    sets: NDArray[np.uint64], letters: np.uint64, distance: int
) -> list[int]:
    """Give the places of the sets of letters that so many slips can make of another.

    A slip changes the set by two letters at most. This leaves a few of thousands, for a
    fraction of what it costs to measure them all.
    """
    near: list[int] = np.flatnonzero(
        np.bitwise_count(sets ^ letters) <= 2 * distance
    ).tolist()
    return near


def _letters(texts: list[str], length: int) -> NDArray[np.uint64]:
    """Give the set of letters of each text, as bits; far alphabets share bits."""
    codes = np.array(texts, dtype=f"U{length}").view(np.uint32).reshape(-1, length)
    bits = np.uint64(1) << (codes & np.uint32(63)).astype(np.uint64)
    found: NDArray[np.uint64] = np.bitwise_or.reduce(bits, axis=1)
    return found
