"""The words of records in memory, for the correction and the expansion of queries."""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from indexer.model.ids import Locale
from indexer.model.query import Word
from indexer.search.fuzzy_words import FuzzyWords, similar_words
from indexer.search.spelling import accented_in
from tests.support.memory_engine.record_scorer import TermScorer


class RecordVocabulary:
    """Implements `indexer.search.spelling.Vocabulary` for records in memory."""

    def __init__(self, scorer: TermScorer) -> None:
        self._scorer = scorer

    def contains(self, word: str, locale: Locale) -> bool:
        """Return whether a record contains a form of a word in a language."""
        return self.record_count(word, locale) > 0

    def record_count(self, word: str, locale: Locale) -> int:
        """Return how many records contain a form of a word in a language."""
        records, _ = self._scorer.score(Word(word), locale)
        return len(records)

    def spelling_count(self, spelling: str, locale: Locale) -> int:
        """Return how many parts of records contain a spelling in a language."""
        return self._spellings[locale][spelling]

    def similar(self, spelling: str, distance: int, *, limit: int) -> Sequence[str]:
        """Return the spellings within an edit distance, the nearest first."""
        return similar_words(spelling, [self._fuzzy_words], distance, limit=limit)

    def accented(self, spelling: str, locale: Locale) -> str | None:
        """Return a spelling with its accents, as a text in the language has it."""
        records = self._scorer.records
        parts = (part for record in records for part in record.in_locale(locale))
        return accented_in((text for part in parts for text in part.texts), spelling)

    @cached_property
    def _spellings(self) -> dict[Locale, Counter[str]]:
        return {
            locale: Counter(
                spelling
                for record in self._scorer.records
                for part in record.in_locale(locale)
                for spelling in part.spellings
            )
            for locale in Locale
        }

    @cached_property
    def _fuzzy_words(self) -> FuzzyWords:
        spellings = (word for spelling in self._spellings.values() for word in spelling)
        return FuzzyWords(filter(str.isalpha, spellings))
