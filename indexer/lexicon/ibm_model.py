"""Learns which words go together from the records that stand in both languages.

Two passages that say the same hold words that say the same: the first model of IBM
(Brown et al., 1993, "The mathematics of statistical machine translation") finds which,
by expectation and maximization. It is run in both directions, and a pair is as strong
as the geometric mean of what both say. A word that stands everywhere explains little,
so the model needs no list of the words to leave out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.analyzer import analyze
from indexer.lexicon.alignment import align
from indexer.model.ids import Locale
from indexer.model.indexed_record import IndexedEdition, IndexedRecord
from indexer.model.word_links import LearnedWords

MAX_PAIRS = 24_000_000
"""Pairs of words that are looked at, at most: some 500 MB while it is done."""

CHUNK_PAIRS = 2_000_000

MAX_WORDS = 120
ROUNDS = 5
MIN_TOGETHER = 2
MIN_STRENGTH = 0.15
MIN_COUNT = 2
MAX_EQUIVALENTS = 8

PairNumbers = NDArray[np.int64]
WordIndices = NDArray[np.int32]
Probabilities = NDArray[np.float64]

AlignedBlock = tuple[PairNumbers, PairNumbers]
"""The French and the English words of what says the same in both languages."""


@dataclass(slots=True)
class _Words:
    """The words of one language: a number for each family, and how they are written."""

    locale: Locale
    numbers: dict[str, int] = field(default_factory=dict)
    spellings: list[Counter[str]] = field(default_factory=list)

    def read(self, text: str) -> PairNumbers:
        """Give the numbers of the words of a text, each once."""
        found = {}
        for term in analyze(text, self.locale):
            word = term.token.text
            if term.is_stop_word or len(word) < 2 or word.isdigit():
                continue
            number = self.numbers.setdefault(term.forms[0], len(self.numbers))
            if number == len(self.spellings):
                self.spellings.append(Counter())
            self.spellings[number][word] += 1
            found[number] = True
            if len(found) == MAX_WORDS:
                break
        return np.fromiter(found, np.int64, len(found))

    def spelling(self, number: int) -> str:
        """Give the spelling of a family of words that is met most."""
        return self.spellings[number].most_common(1)[0][0]


def learn_word_pairs(records: Iterable[IndexedRecord]) -> LearnedWords:
    """Give the words that go together in the two editions of these records."""
    words = {locale: _Words(locale) for locale in Locale}
    blocks: list[AlignedBlock] = []
    size = 0
    for french, english in _twin_texts(records):
        block = words[Locale.FR].read(french), words[Locale.EN].read(english)
        size += len(block[0]) * len(block[1])
        if size > MAX_PAIRS:
            break
        blocks.append(block)
    if not blocks:
        return {}
    french_words, english_words, strengths = _strengths(
        blocks, len(words[Locale.FR].numbers), len(words[Locale.EN].numbers)
    )
    found: dict[Locale, defaultdict[int, list[tuple[float, int]]]] = {
        locale: defaultdict(list) for locale in Locale
    }
    triples = zip(
        french_words.tolist(), english_words.tolist(), strengths.tolist(), strict=True
    )
    for one, other, strength in triples:
        found[Locale.FR][one].append((-strength, other))
        found[Locale.EN][other].append((-strength, one))
    return {
        locale: {
            words[locale].spelling(number): tuple(
                words[locale.other].spelling(other)
                for _, other in sorted(others)[:MAX_EQUIVALENTS]
            )
            for number, others in by_word.items()
        }
        for locale, by_word in found.items()
    }


def _twin_texts(records: Iterable[IndexedRecord]) -> Iterator[tuple[str, str]]:
    for record in records:
        editions = {edition.locale: edition for edition in record.editions}
        if len(editions) < len(Locale):
            continue
        french, english = editions[Locale.FR], editions[Locale.EN]
        yield french.title, english.title
        yield french.summary, english.summary
        yield from align(_texts(french), _texts(english))


def _texts(edition: IndexedEdition) -> list[str]:
    # A file of an edition is in one language, and nothing stands beside it.
    return [
        f"{passage.heading}\n{passage.text}"
        for passage in edition.passages
        if not passage.file
    ]


def _strengths(
    blocks: Sequence[AlignedBlock], french_count: int, english_count: int
) -> tuple[PairNumbers, PairNumbers, Probabilities]:
    """Give the pairs that are strong enough: their two words, and how strong."""
    chunks = tuple(_chunks(blocks))
    pairs = _met_together(chunks, english_count)
    french, english = pairs // english_count, pairs % english_count
    places = [_Places(pairs, french_count, english_count, chunk) for chunk in chunks]
    to_english, count = _expectations(
        _joined([place.pairs for place in places]),
        _shifted([place.english for place in places]),
        french,
    )
    to_french, other_count = _expectations(
        _joined([place.pairs for place in places]),
        _shifted([place.french for place in places]),
        english,
    )
    strengths = np.sqrt(to_english * to_french)
    strong = (strengths >= MIN_STRENGTH) & (np.minimum(count, other_count) >= MIN_COUNT)
    return french[strong], english[strong], strengths[strong]


def _chunks(blocks: Sequence[AlignedBlock]) -> Iterator[list[AlignedBlock]]:
    """Take so many blocks at a time that their pairs fit in memory."""
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


def _keys(chunk: Sequence[AlignedBlock], english_count: int) -> PairNumbers:
    """Give a number for each pair of words of each block."""
    return np.concatenate(
        [(f[:, None] * english_count + e[None, :]).ravel() for f, e in chunk]
    )


def _met_together(
    chunks: Iterable[Sequence[AlignedBlock]], english_count: int
) -> PairNumbers:
    """Give the pairs that stand together in several blocks, rising.

    What is met together once can't be told from chance, and is most of what is met.
    """
    met = [np.unique(_keys(c, english_count), return_counts=True) for c in chunks]
    pairs, places = np.unique(
        np.concatenate([keys for keys, _ in met]), return_inverse=True
    )
    times = np.bincount(places, np.concatenate([counts for _, counts in met]))
    return pairs[times >= MIN_TOGETHER]


class _Places:
    """Where the pairs stand in one chunk: for each time, the pair, and its two words.

    A word of a block is a number from 0, as many as there are in the chunk.
    """

    def __init__(
        self,
        pairs: PairNumbers,
        french_count: int,
        english_count: int,
        chunk: Sequence[AlignedBlock],
    ) -> None:
        keys = _keys(chunk, english_count)
        sizes = [len(french) * len(english) for french, english in chunk]
        blocks = np.repeat(np.arange(len(chunk)), sizes)
        found = np.minimum(np.searchsorted(pairs, keys), max(0, len(pairs) - 1))
        kept = pairs[found] == keys if len(pairs) else np.zeros(len(keys), np.bool_)
        self.pairs = found[kept].astype(np.int32)
        self.french = _numbered(blocks * french_count + keys // english_count, kept)
        self.english = _numbered(blocks * english_count + keys % english_count, kept)


def _numbered(keys: PairNumbers, kept: NDArray[np.bool_]) -> WordIndices:
    return np.unique(keys[kept], return_inverse=True)[1].astype(np.int32)


def _joined(parts: Sequence[WordIndices]) -> WordIndices:
    return np.concatenate(parts)


def _shifted(parts: Sequence[WordIndices]) -> WordIndices:
    """Join numbers that each begin from 0, so that none stands for two words."""
    shift = 0
    shifted = []
    for part in parts:
        shifted.append(part + np.int32(shift))
        shift += int(part.max()) + 1 if len(part) else 0
    return np.concatenate(shifted)


def _expectations(
    pairs: WordIndices, explained: WordIndices, source: PairNumbers
) -> tuple[Probabilities, Probabilities]:
    """Run the model one way: each word of a block is explained by those of its twin.

    Gives, for each pair, how likely its first word is translated by its second, and how
    many times that is thought to have happened.
    """
    likely: Probabilities = np.ones(len(source))
    expected: Probabilities = likely
    for _ in range(ROUNDS):
        weights = likely[pairs]
        shares = weights / np.bincount(explained, weights)[explained]
        expected = np.bincount(pairs, shares, len(source)).astype(np.float64)
        totals = np.bincount(source, expected)
        likely = (expected / totals[source]).astype(np.float64)
    return likely, expected
