"""The words of a snapshot, for the correction and the expansion of queries."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.analysis.analyzer import word_forms
from indexer.analysis.normalization import fold
from indexer.analysis.tokens import tokenize
from indexer.engines.whoosh.index.schema import EXACT
from indexer.engines.whoosh.search.scoring import ScoredTerm, TermScores, TermType
from indexer.engines.whoosh.search.snapshot import Snapshot
from indexer.model.ids import Locale
from indexer.search.fuzzy_words import similar_words


class SnapshotVocabulary:
    """Implements `indexer.search.spelling.Vocabulary` for a snapshot."""

    def __init__(self, snapshot: Snapshot, scores: TermScores) -> None:
        self._snapshot = snapshot
        self._scores = scores

    def contains(self, word: str, locale: Locale) -> bool:
        """Return whether a record contains a form of a word in a language."""
        return self._snapshot.postings.contains(word_forms(word, locale), locale)

    def record_count(self, word: str, locale: Locale) -> int:
        """Return how many records contain a form of a word in a language."""
        term = ScoredTerm(TermType.WORD, word_forms(word, locale), locale)
        return len(self._scores.records(term))

    def spelling_count(self, spelling: str, locale: Locale) -> int:
        """Return how many documents contain a spelling in a language."""
        return self._snapshot.postings.count(f"{EXACT}_{locale}", spelling)

    def similar(self, spelling: str, distance: int, *, limit: int) -> Sequence[str]:
        """Return the spellings within an edit distance, the nearest first.

        Words of deleted documents may be among them.
        """
        words = self._snapshot.postings.fuzzy_words
        return similar_words(spelling, words, distance, limit=limit)

    def accented(self, spelling: str, locale: Locale) -> str | None:
        """Return a spelling with its accents, as a stored text in the language has it.

        Keywords and questions are not stored: a word of theirs alone has no accents.
        """
        postings = self._snapshot.postings.of(f"{EXACT}_{locale}", spelling)
        for document in postings.documents:
            for value in self._snapshot.stored(int(document)).values():
                for token in tokenize(value) if isinstance(value, str) else ():
                    if fold(token.text) == spelling:
                        return token.text
        return None

    def warm_up(self) -> None:
        """Read the spellings now, rather than at the first misspelt word."""
        _ = self._snapshot.postings.fuzzy_words
