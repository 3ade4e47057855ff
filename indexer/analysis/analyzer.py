"""Analyzer: turns words into index terms, of one text or of many texts at once.

`BatchAnalyzer` returns the terms that `analyze` yields for many texts, as NumPy arrays.

A word has two forms: its stem without accents, and the stem of the word without
accents. The stemmer relies on accents, so stemming alone would miss words typed without
them; folding first alone would separate words of one family. Both forms are indexed at
one position, and either is enough to match.

Each text is split at ASCII spaces, and each distinct chunk (a word with the punctuation
that touches it) is analysed once: no token crosses an ASCII space.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from itertools import count

import numpy as np
import Stemmer
from numpy.typing import NDArray

from indexer.analysis.tokens import (
    CHUNK_TOKENS,
    ChunkCache,
    Token,
    chunks,
    fold,
    normalize,
    tokenize,
)
from indexer.analysis.word_lists import (
    STOP_WORDS,
    english_base,
    french_base,
    stem_apart,
)
from indexer.model.ids import Locale

# `word_forms` has its own cache: the stemmer's, of size 0, would only cost time.
_STEMMERS = {
    Locale.FR: Stemmer.Stemmer("french", 0),
    Locale.EN: Stemmer.Stemmer("english", 0),
}


@dataclass(frozen=True, slots=True)
class IndexTerm:
    """A word of a text: its forms, its folded spelling and its token."""

    forms: tuple[str, ...]
    exact: str
    is_stop_word: bool
    token: Token


_ENDINGS = (
    ("ee", "ée"),
    ("ees", "ées"),
    ("iere", "ière"),
    ("ieres", "ières"),
    ("ite", "ité"),
    ("ites", "ités"),
)


@lru_cache(maxsize=100_000)
def word_forms(word: str, locale: Locale) -> tuple[str, ...]:
    """Return the index forms of one normalized word in one language."""
    apart = stem_apart(word, locale)
    if apart:
        return (apart,)
    stem = _STEMMERS[locale].stemWord
    base = french_base if locale is Locale.FR else english_base
    plain = fold(word)
    stemmed = stem(base(word))
    forms = [fold(stemmed), stemmed if word == plain else stem(base(plain))]
    if locale is Locale.FR and word == plain:
        # The stemmer misses an ending typed without its accent: « volee ».
        forms += [
            fold(stem(word.removesuffix(bare) + accented))
            for bare, accented in _ENDINGS
            if word.endswith(bare) and len(word) > len(bare) + 1
        ][:1]
    return tuple(dict.fromkeys(forms))


def searched_forms(word: str, locale: Locale) -> tuple[str, ...]:
    """Return the index forms by which a typed word is found.

    The last one is the word itself, as texts in other languages are indexed.
    """
    return tuple(dict.fromkeys((*word_forms(word, locale), fold(word))))


def analyze(text: str, locale: Locale) -> Iterator[IndexTerm]:
    """Yield the terms of a text, stop words included and marked as such."""
    terms = CHUNK_TERMS[locale]
    for start, chunk in chunks(text):
        for term in terms[chunk]:
            token = term.token
            shifted = Token(token.text, start + token.start, start + token.end)
            yield IndexTerm(term.forms, term.exact, term.is_stop_word, shifted)


def _terms(chunk: str, locale: Locale) -> tuple[IndexTerm, ...]:
    return tuple(
        IndexTerm(
            word_forms(token.text, locale),
            fold(token.text),
            is_stop_word(token.text, locale),
            token,
        )
        for token in CHUNK_TOKENS[chunk]
    )


CHUNK_TERMS = {locale: ChunkCache(partial(_terms, locale=locale)) for locale in Locale}
"""The terms of each chunk, with token positions from the start of the chunk.

`analyze` copies each term with its position in the text; highlighting reads these.
"""


def is_stop_word(word: str, locale: Locale) -> bool:
    """Return whether a word is a stop word of a language."""
    return fold(word) in STOP_WORDS[locale]


FIELD_BREAK = "\x1e"
"""Separates two texts of one field, so that no phrase crosses from one to the other."""

Numbers = NDArray[np.int32]

_ELIDED = re.compile(r"(?a:[ldjmtsncLDJMTSNC]|[Qq]u)['’]([^\W\d_]+)")
"""The most frequent elisions of `tokenize` before a word of letters."""

_SIGNS = " .,;:!?()[]{}<>«»“”\"'’…–—-/*\u00a0\u202f"
"""Punctuation that is not part of the word of letters that it touches."""


def only_word(chunk: str) -> str | None:
    """Return the normalized word of a chunk that is one word of letters, or None.

    `tokenize` yields the same word, and takes ten times as long.
    """
    word = chunk.strip(_SIGNS)
    if match := _ELIDED.fullmatch(word):
        word = match.group(1)
    if word.isalpha() and (word := normalize(word)).isalpha():
        return word
    return None


@dataclass(frozen=True, slots=True)
class WordTable:
    """The words of many texts, in text order, as two parallel arrays (int32).

    `numbers` are indices into `vocabulary`; `texts` are ascending indices of texts.
    """

    vocabulary: Sequence[bytes]
    numbers: Numbers
    texts: Numbers


@dataclass(frozen=True, slots=True)
class AnalyzedTexts:
    """The index terms of many texts.

    `stems` has all the forms of each word that is no stop word; `exact` has each word
    without its accents, stop words included, with its `positions` in its text (int32,
    parallel to `exact`). `widths` is the number of positions of each text (int32): one
    for each word and one for each `FIELD_BREAK`.
    """

    stems: WordTable
    exact: WordTable
    positions: Numbers
    widths: Numbers


class BatchAnalyzer:
    """Analyses texts of one language; each distinct chunk is analysed once."""

    def __init__(self, locale: Locale) -> None:
        self._locale = locale
        self._stop_words = STOP_WORDS[locale]
        self._number_of_chunk = cache(self._analyze)
        self._number_of_neutral_chunk = cache(partial(self._analyze, is_neutral=True))
        self._number_of_word = cache(self._add_word)
        self._exact_words = _vocabulary()
        self._stem_words = _vocabulary()
        self._exact = _Lists()
        self._stems = _Lists()
        self._offsets = array("i")
        self._widths = array("i")
        self._chunks = array("i")
        self._ends = array("q")

    def add(self, text: str, *, is_neutral: bool = False) -> None:
        """Add a text to the batch.

        The words of a text in another language are neither stemmed nor left out.
        """
        # `bytes.split` splits at ASCII spaces only.
        chunks = text.encode("utf-8", "surrogatepass").split()
        number = self._number_of_neutral_chunk if is_neutral else self._number_of_chunk
        self._chunks.extend(map(number, chunks))
        self._ends.append(len(self._chunks))

    @property
    def size(self) -> int:
        """The number of chunks added since the last flush."""
        return len(self._chunks)

    def flush(self) -> AnalyzedTexts:
        """Return the terms of the added texts, and start a new batch."""
        chunks = np.array(self._chunks, np.int32)
        ends = np.array(self._ends, np.int64)
        self._chunks, self._ends = array("i"), array("q")
        text_of = np.repeat(
            np.arange(len(ends), dtype=np.int32), np.diff(ends, prepend=0)
        )
        chunk_widths = np.array(self._widths, np.int32)[chunks]
        before = np.cumsum(chunk_widths, dtype=np.int64) - chunk_widths
        totals = np.concatenate((before, [int(chunk_widths.sum())]))
        text_starts = np.concatenate(([0], ends))
        text_widths = np.diff(totals[text_starts]).astype(np.int32)
        chunk_starts = (before - totals[text_starts[:-1]][text_of]).astype(np.int32)
        exact_at, owners = self._exact.expand(chunks)
        offsets = np.array(self._offsets, np.int32)[exact_at]
        stems_at, stem_owners = self._stems.expand(chunks)
        return AnalyzedTexts(
            stems=WordTable(
                list(self._stem_words),
                np.array(self._stems.values, np.int32)[stems_at],
                text_of[stem_owners],
            ),
            exact=WordTable(
                list(self._exact_words),
                np.array(self._exact.values, np.int32)[exact_at],
                text_of[owners],
            ),
            positions=chunk_starts[owners] + offsets,
            widths=text_widths,
        )

    def _analyze(self, chunk: bytes, *, is_neutral: bool = False) -> int:
        """Return the number of the words of a new chunk."""
        text = chunk.decode("utf-8", "surrogatepass")
        word = only_word(text)
        if word is not None:
            return self._number_of_word(word, is_neutral)
        position = 0
        exact: list[int] = []
        stems: list[int] = []
        offsets: list[int] = []
        for part in text.split(FIELD_BREAK):
            for token in tokenize(part):
                number = self._number_of_word(token.text, is_neutral)
                exact += self._exact[number]
                stems += self._stems[number]
                offsets.append(position)
                position += 1
            position += 1
        return self._store(exact, stems, offsets, position - 1)

    def _add_word(self, word: str, is_neutral: bool) -> int:  # noqa: FBT001  # cached
        """Return the number of a new normalized word."""
        exact = fold(word)
        forms: tuple[str, ...] = (exact,) if is_neutral else ()
        if not is_neutral and exact not in self._stop_words:
            forms = word_forms(word, self._locale)
        stems = [self._stem_words[form.encode("utf-8")] for form in forms]
        return self._store([self._exact_words[exact.encode("utf-8")]], stems, [0], 1)

    def _store(
        self, exact: list[int], stems: list[int], offsets: list[int], width: int
    ) -> int:
        self._stems.append(stems)
        self._offsets.extend(offsets)
        self._widths.append(width)
        return self._exact.append(exact)


def _vocabulary() -> defaultdict[bytes, int]:
    """Return a dictionary that numbers words in the order of their first lookup."""
    return defaultdict(count().__next__)


class _Lists:
    """Many short lists of numbers, concatenated in one array."""

    def __init__(self) -> None:
        self.values = array("i")
        self._starts = array("q", [0])

    def __getitem__(self, number: int) -> array[int]:
        return self.values[self._starts[number] : self._starts[number + 1]]

    def append(self, numbers: Sequence[int]) -> int:
        """Add a list and return its index."""
        self.values.extend(numbers)
        self._starts.append(len(self.values))
        return len(self._starts) - 2

    def expand(self, chosen: Numbers) -> tuple[Numbers, Numbers]:
        """Return the positions in `values` of all values of the chosen lists.

        The second array is, for each value, the index of its list in `chosen`.
        """
        starts = np.array(self._starts, np.int32)
        lengths = np.diff(starts)[chosen]
        owners = np.repeat(np.arange(len(chosen), dtype=np.int32), lengths)
        shifts = starts[chosen] - (np.cumsum(lengths, dtype=np.int32) - lengths)
        positions = shifts[owners]
        positions += np.arange(len(owners), dtype=np.int32)
        return positions, owners
