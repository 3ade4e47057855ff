"""Themes of a text, as those of the records whose words are most like it."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from indexer.analysis.analyzer import analyze
from indexer.model.edition import Edition
from indexer.model.ids import Locale, RecordId
from indexer.model.record import Record
from indexer.model.records import Need, Theme
from indexer.model.vocabulary import ALL_THEMES

PROPOSED = 2
NEIGHBOURS = 10
MIN_SIMILARITY = 0.05
"""The cosine of the most similar record below which nothing is proposed."""

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
        scores: defaultdict[str, float] = defaultdict(float)
        for similarity, each in self._nearest(text, but)[:NEIGHBOURS]:
            for theme in each.themes:
                scores[theme] += similarity / math.sqrt(len(each.themes))
        return tuple(sorted(scores, key=lambda each: -scores[each])[:PROPOSED])

    def _nearest(
        self, text: str, but: RecordId | None
    ) -> list[tuple[float, _Neighbour]]:
        vector = self._vector(self._terms(text))
        similarities = [
            (_product(vector, neighbour.vector), neighbour)
            for neighbour in self._neighbours
            if neighbour.record != but
        ]
        similarities.sort(key=lambda pair: -pair[0])
        is_like = bool(similarities) and similarities[0][0] >= MIN_SIMILARITY
        return [pair for pair in similarities if pair[0] > 0] if is_like else []

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
        weights = {
            word: (1 + math.log(count)) * math.log(self._count / frequency)
            for word, count in words.items()
            if 0
            < (frequency := self._frequencies[word])
            <= max(1, _MAX_DOCUMENT_SHARE * self._count)
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {word: weight / length for word, weight in weights.items()}


def _themes_of(record: Record) -> tuple[str, ...]:
    if isinstance(record, Theme):
        return (record.id.slug,)
    return tuple(theme for theme in record.themes if theme != ALL_THEMES)


def _product(one: _Vector, other: _Vector) -> float:
    return sum(weight * other.get(word, 0.0) for word, weight in one.items())
