"""From a query to the records that match it, or nearly do.

What was typed is asked first, with its other names. When that finds few records, more
is lifted, step by step and always in this order: the spelling is mended; equivalents in
the other language and names from the glossary are added where the reader wanted only
the words typed; a phrase is taken as its words; then one of the words may miss, or
all but one. Each step that was taken is told. Filters are never lifted, nor do they
count here: what a filter leaves of an answer is a part of the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from indexer.analysis.normalization import fold
from indexer.engines.whoosh.search.matching import Matcher
from indexer.engines.whoosh.search.query_rewriting import (
    has_phrase,
    has_stop_words,
    relaxable_words,
    with_at_least,
    without_phrases,
    without_stop_words,
)
from indexer.engines.whoosh.search.score_lists import ScoredIds
from indexer.engines.whoosh.search.snapshot import Snapshot
from indexer.engines.whoosh.search.spelling import Speller
from indexer.lexicon.expansion import Expander
from indexer.model.query import Alternative, Expansion, Node, Query, Synonyms
from indexer.model.results import Relaxation, RelaxationStep

FEW = 20
FEW_SHARE = 0.02
"""Records, or part of all records: fewer, and more is looked for."""

SENTENCE_WORDS = 4
"""Of so many words no one expects a record to hold all: any will do, from the first."""


@dataclass(frozen=True, slots=True)
class Match:
    """A tree as it was typed or mended, as it was matched, and what that gave."""

    typed: Node
    root: Node
    records: ScoredIds
    expansions: tuple[Expansion, ...] = ()

    def __len__(self) -> int:
        return len(self.records)


@dataclass(frozen=True, slots=True)
class RelaxedMatch:
    """What matched in the end, how many did at first, and what was lifted."""

    attempt: Match
    asked_total: int
    relaxed: tuple[Relaxation, ...] = ()


class Relaxer:
    """Asks the queries of readers of one snapshot."""

    def __init__(
        self, snapshot: Snapshot, expander: Expander, speller: Speller
    ) -> None:
        self._snapshot = snapshot
        self._expander = expander
        self._speller = speller

    def ask(self, query: Query, root: Node, matcher: Matcher) -> RelaxedMatch:
        """Match a tree, or the nearest to it that finds more."""
        if query.is_exact:
            exact = self._without_stop_words(root, query)
            attempt = Match(root, exact, matcher.match(exact))
            return RelaxedMatch(attempt, len(attempt))
        best = self._attempt(query, root, matcher)
        asked_total = len(best)
        relaxed: list[Relaxation] = []
        few = max(FEW, int(FEW_SHARE * self._snapshot.record_count))
        for take in (
            self._mended,
            self._in_other_language,
            self._with_thesaurus,
            self._without_phrases,
            self._with_one_dropped,
            self._with_any_word,
        ):
            if len(best) >= few and relaxable_words(best.root) < SENTENCE_WORDS:
                break
            step = take(query, best, matcher)
            if step is not None and step.is_better_than(best):
                best = step.attempt
                relaxed.append(Relaxation(step.name, step.detail or query.text))
        return RelaxedMatch(best, asked_total, tuple(relaxed) if len(best) else ())

    def _mended(self, query: Query, before: Match, matcher: Matcher) -> _Step | None:
        correction = self._speller.correct(before.typed, query.text, query.locale)
        if correction is None:
            return None
        mended = self._attempt(query, correction.root, matcher)
        if len(before):
            # What was typed may be right all the same: some records hold it.
            mended = _either(mended, before, matcher)
        return _Step(RelaxationStep.SPELLING, mended, correction.text)

    def _in_other_language(
        self, query: Query, before: Match, matcher: Matcher
    ) -> _Step | None:
        if len(before) or query.is_expandable:
            return None
        widened = self._expander.with_lexicon(
            self._without_stop_words(before.typed, query), query.locale
        )
        attempt = Match(
            before.typed,
            widened.root,
            matcher.match(widened.root),
            widened.expansions,
        )
        return _Step(RelaxationStep.OTHER_LANGUAGE, attempt)

    def _with_thesaurus(
        self, query: Query, before: Match, matcher: Matcher
    ) -> _Step | None:
        if len(before) or query.is_expandable:
            return None
        wider = replace(query, is_expandable=True)
        attempt = self._attempt(wider, before.typed, matcher)
        return _Step(RelaxationStep.THESAURUS, attempt)

    def _without_phrases(
        self, query: Query, before: Match, matcher: Matcher
    ) -> _Step | None:
        if len(before) or not has_phrase(before.typed):
            return None
        attempt = self._attempt(query, without_phrases(before.typed), matcher)
        return _Step(RelaxationStep.PHRASE, attempt)

    def _with_one_dropped(
        self, _: Query, before: Match, matcher: Matcher
    ) -> _Step | None:
        count = relaxable_words(before.root)
        if not 1 < count < SENTENCE_WORDS:
            return None
        attempt = _with_at_least(before, count - 1, matcher)
        return _Step(RelaxationStep.ONE_DROPPED, attempt)

    def _with_any_word(self, _: Query, before: Match, matcher: Matcher) -> _Step | None:
        if relaxable_words(before.root) < 3:
            return None
        return _Step(RelaxationStep.ANY_WORD, _with_at_least(before, 1, matcher))

    def _attempt(self, query: Query, typed: Node, matcher: Matcher) -> Match:
        if not query.is_expandable:
            root = self._without_stop_words(typed, query)
            return Match(typed, root, matcher.match(root))
        named = self._expander.with_glossary(typed)
        root = self._without_stop_words(named.root, query)
        widened = self._expander.with_lexicon(root, query.locale)
        names = {(fold(each.name), each.locale) for each in named.expansions}
        equivalents = (
            each
            for each in widened.expansions
            if (fold(each.name), each.locale) not in names
        )
        expansions = (*named.expansions, *equivalents)
        return Match(typed, widened.root, matcher.match(widened.root), expansions)

    def _without_stop_words(self, root: Node, query: Query) -> Node:
        if not has_stop_words(root):
            return root
        language = self._expander.language(root, query.locale)
        return without_stop_words(root, language)


@dataclass(frozen=True, slots=True)
class _Step:
    """What a step away from what was asked gives; `detail` is a text to show."""

    name: RelaxationStep
    attempt: Match
    detail: str = ""

    def is_better_than(self, before: Match) -> bool:
        """Whether it finds more, or may lead to more where nothing was found yet."""
        is_wider = not len(before) and self.attempt.root != before.root
        return len(self.attempt) > len(before) or is_wider


def _either(mended: Match, typed: Match, matcher: Matcher) -> Match:
    root = Synonyms(mended.root, (Alternative(typed.root, 1),))
    expansions = dict.fromkeys((*mended.expansions, *typed.expansions))
    return Match(mended.typed, root, matcher.match(root), tuple(expansions))


def _with_at_least(attempt: Match, count: int, matcher: Matcher) -> Match:
    root = with_at_least(attempt.root, count)
    return replace(attempt, root=root, records=matcher.match(root))
