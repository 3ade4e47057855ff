"""Learns which words go together from the records that stand in both languages.

Two passages that say the same hold words that say the same: the first model of IBM
(Brown et al., 1993, "The mathematics of statistical machine translation") finds which,
by expectation and maximization. It is run in both directions, and a pair is as strong
as the geometric mean of what both say. A word that stands everywhere explains little,
so the model needs no list of the words to leave out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.analyzer import analyze
from indexer.lexicon.alignment import align
from indexer.model.ids import Locale
from indexer.model.indexed import IndexedEdition, IndexedRecord
from indexer.model.lexicon import LearnedWords

MAX_PAIRS = 8_000_000
"""Pairs of words that are looked at, at most: some 500 MB while it is done."""

MAX_WORDS = 120
ROUNDS = 5
MIN_TOGETHER = 2
MIN_STRENGTH = 0.1
MIN_COUNT = 1.5
MAX_EQUIVALENTS = 8

Numbers = NDArray[np.int64]
Weights = NDArray[np.float64]


@dataclass(slots=True)
class _Words:
    """The words of one language: a number for each family, and how they are written."""

    locale: Locale
    numbers: dict[str, int] = field(default_factory=dict)
    spellings: list[Counter[str]] = field(default_factory=list)

    def read(self, text: str) -> Numbers:
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


def learn(records: Iterable[IndexedRecord]) -> LearnedWords:
    """Give the words that go together in the two editions of these records."""
    words = {locale: _Words(locale) for locale in Locale}
    blocks: list[tuple[Numbers, Numbers]] = []
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
    return [f"{passage.heading}\n{passage.text}" for passage in edition.passages]


def _strengths(
    blocks: list[tuple[Numbers, Numbers]], french_count: int, english_count: int
) -> tuple[Numbers, Numbers, Weights]:
    """Give the pairs that are strong enough: their two words, and how strong."""
    keys = np.concatenate(
        [(f[:, None] * english_count + e[None, :]).ravel() for f, e in blocks]
    )
    sizes = [len(french) * len(english) for french, english in blocks]
    block_of = np.repeat(np.arange(len(blocks)), sizes)
    pairs, pair_of, counts = np.unique(keys, return_inverse=True, return_counts=True)
    # What is met together once can't be told from chance, and is most of it.
    kept = counts[pair_of] >= MIN_TOGETHER
    block_of = block_of[kept]
    number_of = np.cumsum(counts >= MIN_TOGETHER) - 1
    pair_of = number_of[pair_of[kept]]
    pairs = pairs[counts >= MIN_TOGETHER]
    french, english = pairs // english_count, pairs % english_count
    to_english, count = _expectations(
        pair_of, block_of * english_count + english[pair_of], french, french_count
    )
    to_french, other_count = _expectations(
        pair_of, block_of * french_count + french[pair_of], english, english_count
    )
    strengths = np.sqrt(to_english * to_french)
    strong = (strengths >= MIN_STRENGTH) & (np.minimum(count, other_count) >= MIN_COUNT)
    return french[strong], english[strong], strengths[strong]


def _expectations(
    pair_of: Numbers, explained: Numbers, source: Numbers, source_count: int
) -> tuple[Weights, Weights]:
    """Run the model one way: each word of a block is explained by those of its twin.

    Gives, for each pair, how likely its first word is translated by its second, and how
    many times that is thought to have happened.
    """
    _, place_of = np.unique(explained, return_inverse=True)
    likely: Weights = np.ones(len(source))
    expected: Weights = likely
    for _ in range(ROUNDS):
        weights = likely[pair_of]
        shares = weights / np.bincount(place_of, weights)[place_of]
        expected = np.bincount(pair_of, shares, len(source)).astype(np.float64)
        totals = np.bincount(source, expected, source_count)
        likely = (expected / totals[source]).astype(np.float64)
    return likely, expected
