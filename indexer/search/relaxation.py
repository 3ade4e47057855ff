"""Matches a query, and widens it step by step when it matches few records.

The query is matched as typed first, with its synonyms. While it matches few records,
these steps are tried in order:

1. correct the spelling;
2. add translations, or synonyms of the glossary, where the reader had turned both off;
3. match the words of a phrase apart;
4. let one word be missing, then all words but one.

Each step that matches more records is reported. Filters are never relaxed, nor do they
count here: the records that a filter leaves are a part of the same results.
"""

from __future__ import annotations

from collections.abc import Iterable, Sized
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from indexer.analysis.normalization import fold
from indexer.lexicon.expansion import Expander
from indexer.lexicon.lexicon import Lexicon
from indexer.lexicon.thesaurus import TermName, Thesaurus
from indexer.model.indexed_record import RecordEntry
from indexer.model.query import Alternative, Expansion, Node, Query, Synonyms
from indexer.model.results import Relaxation, RelaxationStep
from indexer.search.query_rewriting import (
    has_phrase,
    has_stop_words,
    relaxable_words,
    with_minimum,
    without_phrases,
    without_stop_words,
)
from indexer.search.spelling import Speller, Vocabulary

FEW = 20
FEW_SHARE = 0.02
"""A query is widened when it matches fewer records than both, or this share of all."""

SENTENCE_WORDS = 4
"""No record is expected to contain all of this many words: any word may match."""

Records = TypeVar("Records", bound=Sized)
Records_co = TypeVar("Records_co", bound=Sized, covariant=True)


class Matcher(Protocol[Records_co]):
    """Matches trees of queries against one index, for one reader."""

    @property
    def record_count(self) -> int:
        """The number of records of the index."""
        ...

    def match(self, node: Node) -> Records_co:
        """Return the records that match a tree."""
        ...

    def everything(self) -> Records_co:
        """Return all records."""
        ...

    def nothing(self) -> Records_co:
        """Return no record."""
        ...


@dataclass(frozen=True, slots=True)
class RelaxedMatch(Generic[Records]):
    """The records that match a query, perhaps after widening it.

    `root` is the tree that was matched in the end; None when no word was typed. The
    other attributes are those of `ResultPage`.
    """

    root: Node | None
    records: Records
    asked_total: int
    relaxed: tuple[Relaxation, ...] = ()
    expansions: tuple[Expansion, ...] = ()


@dataclass(frozen=True, slots=True)
class _Attempt(Generic[Records]):
    """A tree as typed or corrected, the same tree as matched, and its records."""

    typed: Node
    root: Node
    records: Records
    expansions: tuple[Expansion, ...] = ()

    def __len__(self) -> int:
        return len(self.records)


class Relaxer:
    """Matches and widens queries of one index."""

    def __init__(self, expander: Expander, speller: Speller) -> None:
        self._expander = expander
        self._speller = speller

    @classmethod
    def of(
        cls, terms: Iterable[RecordEntry], lexicon: Lexicon, vocabulary: Vocabulary
    ) -> Relaxer:
        """Make a relaxer for an index.

        Args:
            terms: the glossary terms of the index.
            lexicon: the translations of words.
            vocabulary: the words of the index.
        """
        thesaurus = Thesaurus(map(_term_names, terms))
        expander = Expander(thesaurus, lexicon, vocabulary.contains)
        return cls(expander, Speller(vocabulary, lexicon))

    def search(self, query: Query, matcher: Matcher[Records]) -> RelaxedMatch[Records]:
        """Match a query, widened as far as it has to be."""
        root = query.root
        if root is None:
            records = matcher.nothing() if query.text else matcher.everything()
            return RelaxedMatch(None, records, len(records))
        if query.is_exact:
            exact = _without_stop_words(root, query, self._expander)
            records = matcher.match(exact)
            return RelaxedMatch(exact, records, len(records))
        return _RelaxedSearch(query, matcher, self._expander, self._speller).run(root)


class _RelaxedSearch(Generic[Records]):
    """The steps by which one query is widened."""

    def __init__(
        self,
        query: Query,
        matcher: Matcher[Records],
        expander: Expander,
        speller: Speller,
    ) -> None:
        self._query = query
        self._matcher = matcher
        self._expander = expander
        self._speller = speller

    def run(self, root: Node) -> RelaxedMatch[Records]:
        best = self._attempt(root, is_expandable=self._query.is_expandable)
        asked_total = len(best)
        relaxed: list[Relaxation] = []
        few = max(FEW, int(FEW_SHARE * self._matcher.record_count))
        for step in (
            self._corrected,
            self._with_translations,
            self._with_synonyms,
            self._without_phrases,
            self._with_one_dropped,
            self._with_any_word,
        ):
            if len(best) >= few and relaxable_words(best.root) < SENTENCE_WORDS:
                break
            wider = step(best)
            if wider is not None and wider.is_better_than(best):
                best = wider.attempt
                detail = wider.detail or self._query.text
                relaxed.append(Relaxation(wider.name, detail))
        return RelaxedMatch(
            best.root,
            best.records,
            asked_total,
            tuple(relaxed) if len(best) else (),
            best.expansions,
        )

    def _corrected(self, before: _Attempt[Records]) -> _Step[Records] | None:
        query = self._query
        correction = self._speller.correct(before.typed, query.text, query.locale)
        if correction is None:
            return None
        corrected = self._attempt(correction.root, is_expandable=query.is_expandable)
        if len(before):
            # The typed words may be right: some records contain them.
            corrected = self._either(corrected, before)
        return _Step(RelaxationStep.SPELLING, corrected, correction.text)

    def _with_translations(self, before: _Attempt[Records]) -> _Step[Records] | None:
        if len(before) or self._query.is_expandable:
            return None
        root = _without_stop_words(before.typed, self._query, self._expander)
        widened = self._expander.with_lexicon(root, self._query.locale)
        attempt = _Attempt(
            before.typed,
            widened.root,
            self._matcher.match(widened.root),
            widened.expansions,
        )
        return _Step(RelaxationStep.OTHER_LANGUAGE, attempt)

    def _with_synonyms(self, before: _Attempt[Records]) -> _Step[Records] | None:
        if len(before) or self._query.is_expandable:
            return None
        attempt = self._attempt(before.typed, is_expandable=True)
        return _Step(RelaxationStep.THESAURUS, attempt)

    def _without_phrases(self, before: _Attempt[Records]) -> _Step[Records] | None:
        if len(before) or not has_phrase(before.typed):
            return None
        attempt = self._attempt(
            without_phrases(before.typed), is_expandable=self._query.is_expandable
        )
        return _Step(RelaxationStep.PHRASE, attempt)

    def _with_one_dropped(self, before: _Attempt[Records]) -> _Step[Records] | None:
        count = relaxable_words(before.root)
        if not 1 < count < SENTENCE_WORDS:
            return None
        return _Step(RelaxationStep.ONE_DROPPED, self._minimum(before, count - 1))

    def _with_any_word(self, before: _Attempt[Records]) -> _Step[Records] | None:
        if relaxable_words(before.root) < 3:
            return None
        return _Step(RelaxationStep.ANY_WORD, self._minimum(before, 1))

    def _attempt(self, typed: Node, *, is_expandable: bool) -> _Attempt[Records]:
        query, match = self._query, self._matcher.match
        if not is_expandable:
            root = _without_stop_words(typed, query, self._expander)
            return _Attempt(typed, root, match(root))
        named = self._expander.with_glossary(typed)
        root = _without_stop_words(named.root, query, self._expander)
        widened = self._expander.with_lexicon(root, query.locale)
        names = {(fold(each.name), each.locale) for each in named.expansions}
        translations = (
            each
            for each in widened.expansions
            if (fold(each.name), each.locale) not in names
        )
        expansions = (*named.expansions, *translations)
        return _Attempt(typed, widened.root, match(widened.root), expansions)

    def _either(
        self, corrected: _Attempt[Records], typed: _Attempt[Records]
    ) -> _Attempt[Records]:
        root = Synonyms(corrected.root, (Alternative(typed.root, 1),))
        expansions = dict.fromkeys((*corrected.expansions, *typed.expansions))
        records = self._matcher.match(root)
        return _Attempt(corrected.typed, root, records, tuple(expansions))

    def _minimum(self, attempt: _Attempt[Records], count: int) -> _Attempt[Records]:
        root = with_minimum(attempt.root, count)
        return replace(attempt, root=root, records=self._matcher.match(root))


@dataclass(frozen=True, slots=True)
class _Step(Generic[Records]):
    """The attempt that a step made; `detail` is a text to show."""

    name: RelaxationStep
    attempt: _Attempt[Records]
    detail: str = ""

    def is_better_than(self, before: _Attempt[Records]) -> bool:
        """Return whether more records match, or a later step may match more.

        A wider tree is used by later steps when no record matched before.
        """
        is_wider = not len(before) and self.attempt.root != before.root
        return len(self.attempt) > len(before) or is_wider


def _without_stop_words(root: Node, query: Query, expander: Expander) -> Node:
    if not has_stop_words(root):
        return root
    return without_stop_words(root, expander.language(root, query.locale))


def _term_names(term: RecordEntry) -> list[TermName]:
    """Return the names of a glossary term, its titles first."""
    editions = term.editions.items()
    return [
        *(TermName(edition.title, locale) for locale, edition in editions),
        *(
            TermName(name, locale)
            for locale, edition in editions
            for name in edition.names
        ),
    ]
