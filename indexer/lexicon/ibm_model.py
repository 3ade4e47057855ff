"""IBM model 1: learns pairs of words that translate each other from bilingual records.

The texts of a record are aligned with those of its translation first.

The model estimates translation probabilities from aligned texts by expectation
maximization (Brown et al., 1993, "The mathematics of statistical machine translation").
It runs in both directions; the score of a pair is the geometric mean of its two
probabilities. Frequent words explain little, so the model needs no list of stop words.

The texts of both editions are in one order, but a translator may have split or joined
some. The alignment uses lengths only: a long text has a long translation (Gale and
Church, 1993, "A program for aligning sentences in bilingual corpora").
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.analyzer import analyze
from indexer.model.ids import Locale
from indexer.model.indexed_record import IndexedEdition, IndexedRecord
from indexer.model.word_links import LearnedWords

VARIANCE = 6.8
"""Variance of a translation's length, per character (Gale and Church, table 3)."""

PENALTIES = {(1, 1): 0.0, (1, 0): 4.5, (0, 1): 4.5, (2, 1): 2.3, (1, 2): 2.3}
"""Minus the logarithm of the frequency of each match of m texts with n texts."""

MAX_LENGTH_COST = 25.0
MAX_TEXTS = 400
BAND = 10
"""Maximal distance of a match from the diagonal, in texts."""

_Point = tuple[int, int]


def align(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the pairs of texts that translate each other, in order."""
    one, other = one[:MAX_TEXTS], other[:MAX_TEXTS]
    if len(one) == len(other):
        yield from zip(one, other, strict=True)
        return
    for (start, other_start), (stop, other_stop) in _cheapest_path(one, other):
        if start < stop and other_start < other_stop:
            yield (
                "\n".join(one[start:stop]),
                "\n".join(other[other_start:other_stop]),
            )


def _cheapest_path(
    one: Sequence[str], other: Sequence[str]
) -> Sequence[tuple[_Point, _Point]]:
    """Return the steps of the cheapest path, found by dynamic programming in a band."""
    lengths = [0, *accumulate(len(text) + 1 for text in one)]
    other_lengths = [0, *accumulate(len(text) + 1 for text in other)]
    ratio = other_lengths[-1] / max(1, lengths[-1])
    width = abs(len(one) - len(other)) + BAND
    costs: dict[_Point, float] = {(0, 0): 0.0}
    previous: dict[_Point, _Point] = {}
    for i in range(len(one) + 1):
        middle = i * len(other) // max(1, len(one))
        for j in range(max(0, middle - width), min(len(other), middle + width) + 1):
            if (i, j) not in costs:
                continue
            for (di, dj), penalty in PENALTIES.items():
                if i + di > len(one) or j + dj > len(other):
                    continue
                length = lengths[i + di] - lengths[i]
                other_length = other_lengths[j + dj] - other_lengths[j]
                cost = costs[i, j] + penalty
                cost += _length_cost(length * ratio, other_length)
                if cost < costs.get((i + di, j + dj), math.inf):
                    costs[i + di, j + dj] = cost
                    previous[i + di, j + dj] = (i, j)
    return _backtracked(previous, (len(one), len(other)))


def _length_cost(expected: float, length: float) -> float:
    deviation = math.sqrt(VARIANCE * (expected + length) / 2 + 1)
    return min(((length - expected) / deviation) ** 2 / 2, MAX_LENGTH_COST)


def _backtracked(
    previous: dict[_Point, _Point], point: _Point
) -> Sequence[tuple[_Point, _Point]]:
    steps = []
    while point in previous:
        steps.append((previous[point], point))
        point = previous[point]
    return steps[::-1]


MAX_PAIRS = 24_000_000
"""Maximal number of pairs of words in the model, which then uses some 500 MB."""

CHUNK_PAIRS = 2_000_000

MAX_WORDS = 120
ITERATIONS = 5
MIN_COOCCURRENCES = 2
MIN_SCORE = 0.15
MIN_EXPECTED_COUNT = 2
MAX_EQUIVALENTS = 8

Int64Array = NDArray[np.int64]
Int32Array = NDArray[np.int32]
FloatArray = NDArray[np.float64]

AlignedBlock = tuple[Int64Array, Int64Array]
"""The numbers of the French and the English words of two aligned texts."""


@dataclass(slots=True)
class _Vocabulary:
    """The words of one language: a number for each stem, and its spellings."""

    locale: Locale
    numbers: dict[str, int] = field(default_factory=dict)
    spellings: list[Counter[str]] = field(default_factory=list)

    def read(self, text: str) -> Int64Array:
        """Return the numbers of the distinct words of a text, in order (int64)."""
        numbers = {}
        for term in analyze(text, self.locale):
            word = term.token.text
            if term.is_stop_word or len(word) < 2 or word.isdigit():
                continue
            number = self.numbers.setdefault(term.forms[0], len(self.numbers))
            if number == len(self.spellings):
                self.spellings.append(Counter())
            self.spellings[number][word] += 1
            numbers[number] = True
            if len(numbers) == MAX_WORDS:
                break
        return np.fromiter(numbers, np.int64, len(numbers))

    def spelling(self, number: int) -> str:
        """Return the most frequent spelling of a stem."""
        return self.spellings[number].most_common(1)[0][0]


def learn_word_pairs(records: Iterable[IndexedRecord]) -> LearnedWords:
    """Return the words of each language with their equivalents, best first."""
    words = {locale: _Vocabulary(locale) for locale in Locale}
    blocks: list[AlignedBlock] = []
    size = 0
    for french, english in _aligned_texts(records):
        block = words[Locale.FR].read(french), words[Locale.EN].read(english)
        size += len(block[0]) * len(block[1])
        if size > MAX_PAIRS:
            break
        blocks.append(block)
    if not blocks:
        return {}
    french_words, english_words, scores = _scored_pairs(
        blocks, len(words[Locale.FR].numbers), len(words[Locale.EN].numbers)
    )
    ranked: dict[Locale, defaultdict[int, list[tuple[float, int]]]] = {
        locale: defaultdict(list) for locale in Locale
    }
    triples = zip(
        french_words.tolist(), english_words.tolist(), scores.tolist(), strict=True
    )
    for one, other, score in triples:
        ranked[Locale.FR][one].append((-score, other))
        ranked[Locale.EN][other].append((-score, one))
    return {
        locale: {
            words[locale].spelling(number): tuple(
                words[locale.other].spelling(other)
                for _, other in sorted(others)[:MAX_EQUIVALENTS]
            )
            for number, others in by_word.items()
        }
        for locale, by_word in ranked.items()
    }


def _aligned_texts(records: Iterable[IndexedRecord]) -> Iterator[tuple[str, str]]:
    for record in records:
        editions = {edition.locale: edition for edition in record.editions}
        if len(editions) < len(Locale):
            continue
        french, english = editions[Locale.FR], editions[Locale.EN]
        yield french.title, english.title
        yield french.summary, english.summary
        yield from align(_texts(french), _texts(english))


def _texts(edition: IndexedEdition) -> list[str]:
    # Passages of files have no translation in the other edition.
    return [
        f"{passage.heading}\n{passage.text}"
        for passage in edition.passages
        if not passage.file
    ]


def _scored_pairs(
    blocks: Sequence[AlignedBlock], french_count: int, english_count: int
) -> tuple[Int64Array, Int64Array, FloatArray]:
    """Return the pairs above the thresholds as parallel arrays.

    The arrays are the French words, the English words (int64) and scores (float64).
    """
    chunks = tuple(_chunks(blocks))
    pairs = _cooccurring_pairs(chunks, english_count)
    french, english = pairs // english_count, pairs % english_count
    occurrences = [
        _occurrences(pairs, french_count, english_count, chunk) for chunk in chunks
    ]
    parts, french_parts, english_parts = zip(*occurrences, strict=True)
    pair_of = np.concatenate(parts)
    to_english, count = _estimate(pair_of, _concatenate_shifted(english_parts), french)
    to_french, other_count = _estimate(
        pair_of, _concatenate_shifted(french_parts), english
    )
    scores = np.sqrt(to_english * to_french)
    is_frequent = np.minimum(count, other_count) >= MIN_EXPECTED_COUNT
    chosen = (scores >= MIN_SCORE) & is_frequent
    return french[chosen], english[chosen], scores[chosen]


def _chunks(blocks: Sequence[AlignedBlock]) -> Iterator[list[AlignedBlock]]:
    """Yield the blocks in chunks whose pairs fit in memory."""
    chunk: list[AlignedBlock] = []
    size = 0
    for block in blocks:
        chunk.append(block)
        size += len(block[0]) * len(block[1])
        if size >= CHUNK_PAIRS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _keys(chunk: Sequence[AlignedBlock], english_count: int) -> Int64Array:
    """Return a number for each pair of words of each block."""
    return np.concatenate(
        [(f[:, None] * english_count + e[None, :]).ravel() for f, e in chunk]
    )


def _cooccurring_pairs(
    chunks: Iterable[Sequence[AlignedBlock]], english_count: int
) -> Int64Array:
    """Return the keys of the pairs in at least `MIN_COOCCURRENCES` blocks, ascending.

    Most pairs occur in one block only, by chance.
    """
    counted = [np.unique(_keys(c, english_count), return_counts=True) for c in chunks]
    pairs, indices = np.unique(
        np.concatenate([keys for keys, _ in counted]), return_inverse=True
    )
    totals = np.bincount(indices, np.concatenate([counts for _, counts in counted]))
    return pairs[totals >= MIN_COOCCURRENCES]


def _occurrences(
    pairs: Int64Array,
    french_count: int,
    english_count: int,
    chunk: Sequence[AlignedBlock],
) -> tuple[Int32Array, Int32Array, Int32Array]:
    """Return the occurrences of the pairs in one chunk, as parallel arrays.

    The first array has indices of pairs; the others number the French and the English
    words of each block from 0, so that a word of another block has another number.
    """
    keys = _keys(chunk, english_count)
    sizes = [len(french) * len(english) for french, english in chunk]
    blocks = np.repeat(np.arange(len(chunk)), sizes)
    index = np.minimum(np.searchsorted(pairs, keys), max(0, len(pairs) - 1))
    is_pair = pairs[index] == keys if len(pairs) else np.zeros(len(keys), np.bool_)
    french = blocks * french_count + keys // english_count
    english = blocks * english_count + keys % english_count
    return (
        index[is_pair].astype(np.int32),
        _ranks(french[is_pair]),
        _ranks(english[is_pair]),
    )


def _ranks(keys: Int64Array) -> Int32Array:
    return np.unique(keys, return_inverse=True)[1].astype(np.int32)


def _concatenate_shifted(parts: Sequence[Int32Array]) -> Int32Array:
    """Concatenate arrays numbered from 0, shifted so that no number is in two parts."""
    shift = 0
    shifted = []
    for part in parts:
        shifted.append(part + np.int32(shift))
        shift += int(part.max()) + 1 if len(part) else 0
    return np.concatenate(shifted)


def _estimate(
    pairs: Int32Array, targets: Int32Array, sources: Int64Array
) -> tuple[FloatArray, FloatArray]:
    """Estimate IBM model 1 in one direction by expectation maximization.

    `pairs` and `targets` are the pair and the target word of each occurrence; `sources`
    is the source word of each pair. Returns the translation probability and the
    expected count of each pair (float64).
    """
    probabilities: FloatArray = np.ones(len(sources))
    counts: FloatArray = probabilities
    for _ in range(ITERATIONS):
        weights = probabilities[pairs]
        shares = weights / np.bincount(targets, weights)[targets]
        counts = np.bincount(pairs, shares, len(sources)).astype(np.float64)
        totals = np.bincount(sources, counts)
        probabilities = (counts / totals[sources]).astype(np.float64)
    return probabilities, counts
