"""Themes of a text, as those of the records whose words are most like it."""

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter

from indexer.analysis.analyzer import analyze
from indexer.model.edition import Edition
from indexer.model.ids import Locale, RecordId
from indexer.model.record import Record
from indexer.model.records import Need, Theme
from indexer.model.vocabulary import ALL_THEMES

PROPOSED = 2
MIN_SHARE_OF_FIRST = 0.5
"""A second theme has half the score of the first: three of four offers are right."""
NEIGHBOURS = 10
MIN_SIMILARITY = 0.095
"""The mean cosine of the ten nearest records below which no theme is offered.

Measured on the first pages of 41 files about other things (data standards, budgets,
manuals) and on 450 other passages: themes for 0 and 8, where 0.05 for the nearest
record alone offered them for all. Of our own long texts, each left out, 169 of 170 get
an offer; it is right for 166, as before for 167.
"""

_TEXT_CHARACTERS = 1_500
_MAX_DOCUMENT_SHARE = 1 / 3
_TITLE_WEIGHT = 3
_SUMMARY_WEIGHT = 2

_Vector = dict[str, float]


@dataclass(frozen=True, slots=True)
class _Neighbour:
    record: RecordId
    themes: tuple[str, ...]
    vector: _Vector


class NearestRecords:
    """The records of a corpus in one language, as weighted words."""

    def __init__(self, records: Iterable[Record], locale: Locale) -> None:
        self._locale = locale
        counted: list[tuple[RecordId, tuple[str, ...], Counter[str]]] = []
        for record in records:
            themes = _themes_of(record)
            # The text of a need names its answers: it says little of other ones.
            most = 0 if isinstance(record, Need) else _TEXT_CHARACTERS
            counted.extend(
                (record.id, themes, self._words(edition, most))
                for edition in (record.editions if themes else ())
                if edition.locale is locale
            )
        self._frequencies = Counter(word for _, _, words in counted for word in words)
        self._count = len(counted)
        self._neighbours = [
            _Neighbour(record, themes, self._vector(words))
            for record, themes, words in counted
        ]

    def themes(self, text: str, *, but: RecordId | None = None) -> tuple[str, ...]:
        """Return up to two themes of a text, the most likely first.

        `but` is a record that does not count, for measurements.
        """
        nearest = self._nearest(text, but)
        if sum(similarity for similarity, _ in nearest) < MIN_SIMILARITY * len(nearest):
            return ()
        scores: defaultdict[str, float] = defaultdict(float)
        for similarity, neighbour in nearest:
            for theme in neighbour.themes if similarity else ():
                scores[theme] += similarity / math.sqrt(len(neighbour.themes))
        best = sorted(scores, key=lambda theme: -scores[theme])[:PROPOSED]
        least = MIN_SHARE_OF_FIRST * max(scores.values(), default=0.0)
        return tuple(theme for theme in best if scores[theme] >= least)

    def _nearest(
        self, text: str, but: RecordId | None
    ) -> list[tuple[float, _Neighbour]]:
        vector = self._vector(self._terms(text))
        similarities = [
            (_product(vector, neighbour.vector), neighbour)
            for neighbour in self._neighbours
            if neighbour.record != but
        ]
        return heapq.nlargest(NEIGHBOURS, similarities, key=itemgetter(0))

    def _words(self, edition: Edition, most: int) -> Counter[str]:
        text = " ".join(
            [
                *[edition.title] * _TITLE_WEIGHT,
                *[edition.summary] * _SUMMARY_WEIGHT,
                str(edition.text)[:most],
            ]
        )
        return self._terms(text)

    def _terms(self, text: str) -> Counter[str]:
        terms = analyze(text, self._locale)
        return Counter(
            term.forms[0] for term in terms if term.forms and not term.is_stop_word
        )

    def _vector(self, words: Mapping[str, int]) -> _Vector:
        """Return the weights of words; words that no record has make a text unlike."""
        most = max(1, _MAX_DOCUMENT_SHARE * self._count)
        weights = {
            word: (1 + math.log(count)) * math.log(self._count / max(1, frequency))
            for word, count in words.items()
            if self._count and (frequency := self._frequencies[word]) <= most
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {word: weight / length for word, weight in weights.items()}


def _themes_of(record: Record) -> tuple[str, ...]:
    if isinstance(record, Theme):
        return (record.id.slug,)
    return tuple(theme for theme in record.themes if theme != ALL_THEMES)


def _product(one: _Vector, other: _Vector) -> float:
    return sum(weight * other.get(word, 0.0) for word, weight in one.items())
