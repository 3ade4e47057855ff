"""Analyses many texts at once: the same words as `analyze` gives, as arrays of numbers.

A text is cut at its blanks, and each distinct piece (a word, with the signs that touch
it) is analysed once: no rule of `tokenize` looks across a blank. A blank here is one of
ASCII, since others stand within numbers.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.analyzer import word_forms
from indexer.analysis.normalization import fold, normalize
from indexer.analysis.stopwords import STOP_WORDS
from indexer.analysis.tokens import tokenize
from indexer.model.ids import Locale

FIELD_BREAK = "\x1e"
"""Stands between two texts that are one field; their words are not side by side."""

Numbers = NDArray[np.int32]

_Key = TypeVar("_Key")

_ELIDED = re.compile(r"(?a:[ldjmtsncLDJMTSNC]|[Qq]u)['’]([^\W\d_]+)")
"""The commonest of what `tokenize` takes for an article before a word of letters."""

_SIGNS = " .,;:!?()[]{}<>«»“”\"'’…–—-/*\u00a0\u202f"
"""Signs that are no part of a word of letters when they touch it on either side."""


@dataclass(frozen=True, slots=True)
class WordTable:
    """The words of many texts, one after another: which word, and of which text.

    `numbers` are places in `vocabulary`, `texts` the numbers of the texts (rising).
    """

    vocabulary: Sequence[bytes]
    numbers: Numbers
    texts: Numbers


@dataclass(frozen=True, slots=True)
class AnalyzedTexts:
    """What many texts are indexed by.

    `stems` hold all the forms of each word that is no stop word; `exact` each word
    without its accents, stop words too, in order, with its `positions` in its text.
    `widths` tell how many positions each text takes: one for each word, and one for
    each break that stands in it.
    """

    stems: WordTable
    exact: WordTable
    positions: Numbers
    widths: Numbers


class BatchAnalyzer:
    """Gathers texts of one language; what was analysed once is not again."""

    def __init__(self, locale: Locale) -> None:
        self._locale = locale
        self._stop_words = STOP_WORDS[locale]
        self._number_of_piece = _Remembered(self._analyze)
        self._number_of_word = _Remembered(self._learn)
        self._exact_words = _Vocabulary()
        self._stem_words = _Vocabulary()
        self._exact = _Lists()
        self._stems = _Lists()
        self._offsets = array("i")
        self._widths = array("i")
        self._pieces = array("i")
        self._ends = array("q")

    def add(self, text: str) -> None:
        """Take one more text."""
        # Bytes are cut at the blanks of ASCII alone.
        pieces = text.encode("utf-8", "surrogatepass").split()
        self._pieces.extend(map(self._number_of_piece.__getitem__, pieces))
        self._ends.append(len(self._pieces))

    @property
    def size(self) -> int:
        """How many pieces of text were taken since they were last given back."""
        return len(self._pieces)

    def take(self) -> AnalyzedTexts:
        """Give the words of the texts that were taken, and forget these texts."""
        pieces = np.array(self._pieces, np.int32)
        ends = np.array(self._ends, np.int64)
        self._pieces, self._ends = array("i"), array("q")
        text_of = np.repeat(
            np.arange(len(ends), dtype=np.int32), np.diff(ends, prepend=0)
        )
        piece_widths = np.array(self._widths, np.int32)[pieces]
        before = np.cumsum(piece_widths, dtype=np.int64) - piece_widths
        totals = np.concatenate((before, [int(piece_widths.sum())]))
        text_starts = np.concatenate(([0], ends))
        text_widths = np.diff(totals[text_starts]).astype(np.int32)
        begins = (before - totals[text_starts[:-1]][text_of]).astype(np.int32)
        places, owners = self._exact.spread(pieces)
        stem_places, stem_owners = self._stems.spread(pieces)
        return AnalyzedTexts(
            stems=WordTable(
                list(self._stem_words),
                np.array(self._stems.values, np.int32)[stem_places],
                text_of[stem_owners],
            ),
            exact=WordTable(
                list(self._exact_words),
                np.array(self._exact.values, np.int32)[places],
                text_of[owners],
            ),
            positions=begins[owners] + np.array(self._offsets, np.int32)[places],
            widths=text_widths,
        )

    def _analyze(self, piece: bytes) -> int:
        """Give the number under which the words of a piece of text are kept."""
        written = piece.decode("utf-8", "surrogatepass")
        word = written.strip(_SIGNS)
        if found := _ELIDED.fullmatch(word):
            word = found.group(1)
        if word.isalpha() and (word := normalize(word)).isalpha():
            return self._number_of_word[word]
        position = 0
        exact: list[int] = []
        stems: list[int] = []
        offsets: list[int] = []
        for part in written.split(FIELD_BREAK):
            for token in tokenize(part):
                number = self._number_of_word[token.text]
                exact += self._exact[number]
                stems += self._stems[number]
                offsets.append(position)
                position += 1
            position += 1
        return self._keep(exact, stems, offsets, position - 1)

    def _learn(self, word: str) -> int:
        """Give the number under which a single word is kept, normalized."""
        exact = fold(word)
        is_stop_word = exact in self._stop_words
        forms = () if is_stop_word else word_forms(word, self._locale)
        stems = [self._stem_words[form.encode("utf-8")] for form in forms]
        return self._keep([self._exact_words[exact.encode("utf-8")]], stems, [0], 1)

    def _keep(
        self, exact: list[int], stems: list[int], offsets: list[int], width: int
    ) -> int:
        self._stems.append(stems)
        self._offsets.extend(offsets)
        self._widths.append(width)
        return self._exact.append(exact)


class _Vocabulary(dict[bytes, int]):
    """Numbers for words, in the order in which they are first asked for."""

    def __missing__(self, word: bytes) -> int:
        number = self[word] = len(self)
        return number


class _Remembered(dict[_Key, int]):
    """The numbers that a function gives; it is called once for each key."""

    def __init__(self, number_of: Callable[[_Key], int]) -> None:
        super().__init__()
        self._number_of = number_of

    def __missing__(self, key: _Key) -> int:
        number = self[key] = self._number_of(key)
        return number


class _Lists:
    """Many short lists of numbers, one after another in one array."""

    def __init__(self) -> None:
        self.values = array("i")
        self._starts = array("q", [0])

    def __getitem__(self, number: int) -> array[int]:
        return self.values[self._starts[number] : self._starts[number + 1]]

    def append(self, numbers: Sequence[int]) -> int:
        """Add a list, and give its number."""
        self.values.extend(numbers)
        self._starts.append(len(self.values))
        return len(self._starts) - 2

    def spread(self, chosen: Numbers) -> tuple[Numbers, Numbers]:
        """Give the places of all values of the chosen lists, and whose they are."""
        starts = np.array(self._starts, np.int32)
        owned = np.diff(starts)[chosen]
        owners = np.repeat(np.arange(len(chosen), dtype=np.int32), owned)
        shifts = starts[chosen] - (np.cumsum(owned, dtype=np.int32) - owned)
        places = shifts[owners]
        places += np.arange(len(owners), dtype=np.int32)
        return places, owners
