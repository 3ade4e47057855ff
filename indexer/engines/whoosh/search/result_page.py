"""Makes a page of results from the records that match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any

import numpy as np

from indexer.analysis.highlighting import LocatedTerm, SearchedWords, excerpt, mark
from indexer.engines.whoosh.index.doc_values import LOCALES
from indexer.engines.whoosh.search.explanation import Explainer
from indexer.engines.whoosh.search.facet_counts import FacetTables
from indexer.engines.whoosh.search.matching import RecordMatcher
from indexer.engines.whoosh.search.score_lists import (
    NO_IDS,
    ScoredIds,
    indices_in,
    run_max,
)
from indexer.engines.whoosh.search.snapshot import Snapshot
from indexer.errors import PageOutOfRangeError
from indexer.model.arrays import Ids, Mask, Scores
from indexer.model.facets import FacetName
from indexer.model.ids import Locale, RecordId
from indexer.model.indexed_record import EditionEntry
from indexer.model.query import CloseRecord, Node, Query, Sort
from indexer.model.results import Hit, MatchReason, ResultPage, Snippet
from indexer.search.facet_order import SORT_SCALES, selected_values
from indexer.search.query_rewriting import searched_words
from indexer.search.rank_fusion import fused
from indexer.search.ranking import (
    BEST_PASSAGE_WEIGHT,
    PAGE_WEIGHT,
    RERANKED,
    named_bonus,
)
from indexer.search.relaxation import RelaxedMatch


def result_page(
    snapshot: Snapshot,
    tables: FacetTables,
    matcher: RecordMatcher,
    query: Query,
    match: RelaxedMatch[ScoredIds],
    named: Sequence[RecordId] = (),
) -> ResultPage:
    """Filter, count and sort the records that match, and present one page of them.

    `named` are the records that the query names, the best first.

    Raises:
        PageOutOfRangeError: the requested page is after the last one.
    """
    facets = tables.count(match.records.ids, query.filters)
    named_numbers = snapshot.numbers_of(named)
    matching = _with_named_bonus(match.records, named_numbers.tolist())
    for facet, values in selected_values(query.filters).items():
        matching = matching.masked(tables.mask(facet, values)[matching.ids])
    pages = max(1, -(-len(matching) // query.page_size))
    if query.page > pages:
        raise PageOutOfRangeError(query.page, pages)
    is_exact = np.isin(matching.ids, match.exact.ids, assume_unique=True)
    exact = matching.masked(is_exact)
    number_of = snapshot.number_of if match.close else {}
    close = {
        number_of[str(each.id)]: each
        for each in match.close
        if str(each.id) in number_of
    }
    fixed = np.concatenate([match.exact.ids, named_numbers])
    ranking = _Ranking(snapshot, matcher, query, match, close, fixed)
    shown, passages = (
        ranking.page_of(exact, matching.masked(~is_exact))
        if query.is_grouped
        else ranking.page_of(matching, NO_IDS)
    )
    explained = match.root if query.max_passages else None
    page = _Page(
        snapshot,
        query,
        passages,
        exact.ids,
        searched_words(explained),
        Explainer(snapshot, matcher, explained, match.expansions, shown.ids),
        close,
    )
    return ResultPage(
        total=len(matching),
        page=query.page,
        pages=pages,
        hits=page.hits(shown),
        facets=facets,
        relaxed=match.relaxed,
        asked_total=match.asked_total,
        exact_total=len(exact),
        expansions=match.expansions,
        part_counts=match.part_counts,
        closest=match.closest,
    )


@dataclass(frozen=True, slots=True)
class _Ranking:
    """Puts the records of one query in order."""

    snapshot: Snapshot
    matcher: RecordMatcher
    query: Query
    match: RelaxedMatch[ScoredIds]
    close: Mapping[int, CloseRecord]
    """The records that are close in meaning, the closest first."""
    fixed: Ids
    """The records that match all words or are named."""

    def page_of(
        self, exact: ScoredIds, partial: ScoredIds
    ) -> tuple[ScoredIds, ScoredIds]:
        """Return the records of the page, exact ones first, and their passages."""
        start = (self.query.page - 1) * self.query.page_size
        stop = start + self.query.page_size
        if len(exact) >= stop or not len(partial):
            return self._rows(exact, start, stop)
        before = len(exact)
        if start >= before:
            return self._rows(partial, start - before, stop - before)
        first, passages = self._rows(exact, start, before)
        last, more = self._rows(partial, 0, stop - before)
        return _joined(first, last), _by_id(_joined(passages, more))

    def _rows(
        self, matching: ScoredIds, start: int, stop: int
    ) -> tuple[ScoredIds, ScoredIds]:
        """Return some rows of records put in order, and their matching passages."""
        passages, root = NO_IDS, self.match.root
        if root is None:
            return self._sorted(matching, start, stop), passages
        candidates, reranked = matching, NO_IDS
        if self._is_by_score:
            matching = self._with_page_weight(matching)
            best = _best(matching)
            passages = self._passages(root, best.ids)
            reranked = self._with_passages(best, passages)
            if self.match.is_fused:
                candidates = self._fused(_with_scores(matching, reranked))
            else:
                candidates = self._candidates(matching, best, reranked, stop)
        shown = self._sorted(candidates, start, stop)
        # Other records of equal score may be shown than those that were reranked.
        if not bool((indices_in(reranked.ids, shown.ids) >= 0).all()):
            passages = self._passages(root, np.sort(shown.ids))
        return shown, passages

    @property
    def _is_by_score(self) -> bool:
        return self.query.root is not None and self.query.sort is Sort.RELEVANCE

    def _passages(self, root: Node, records: Ids) -> ScoredIds:
        """Score the passages of some records, in the languages that filters select."""
        passages = self.matcher.passages(root, records)
        selected = selected_values(self.query.filters).get(FacetName.LOCALE)
        if not selected:
            return passages
        codes = [code for code, locale in enumerate(LOCALES) if locale in selected]
        return passages.masked(np.isin(self.snapshot.locale_of[passages.ids], codes))

    def _with_page_weight(self, matching: ScoredIds) -> ScoredIds:
        if not self.snapshot.has_pages:
            return matching
        scores = matching.scores.copy()
        scores[self.snapshot.is_page[matching.ids]] *= np.float32(PAGE_WEIGHT)
        return ScoredIds(matching.ids, scores)

    def _with_passages(self, best: ScoredIds, passages: ScoredIds) -> ScoredIds:
        """Add to each score that of the best passage of the record, weighted."""
        snapshot = self.snapshot
        added = run_max(snapshot.record_of[passages.ids], passages.scores)
        added = added.weighted(BEST_PASSAGE_WEIGHT)
        bonus = added.scores
        if snapshot.has_pages:
            bonus = np.where(snapshot.is_page[added.ids], bonus * PAGE_WEIGHT, bonus)
        scores = best.scores.copy()
        scores[best.ids.searchsorted(added.ids)] += bonus
        return ScoredIds(best.ids, scores)

    def _candidates(
        self, matching: ScoredIds, best: ScoredIds, reranked: ScoredIds, stop: int
    ) -> ScoredIds:
        """Return records that include the first `stop` of all.

        `best` and `reranked` are the same records, before and after their passages
        were scored. No other record scores more than the lowest of `best`.
        """
        if len(reranked) == len(matching):
            return reranked
        if stop <= len(reranked):
            index = len(reranked) - stop
            if np.partition(reranked.scores, index)[index] > best.scores.min():
                return reranked
        return _with_scores(matching, reranked)

    def _fused(self, matching: ScoredIds) -> ScoredIds:
        """Put the best records in the order of words, meaning and links.

        The record that is first then gets the highest score, and so on.
        """
        best = self._sorted(matching, 0, RERANKED)
        matches = indices_in(matching.ids, np.array([*self.close], np.int32)) >= 0
        close = {
            number: each
            for (number, each), is_in in zip(
                self.close.items(), matches.tolist(), strict=True
            )
            if is_in
        }
        scored = list(zip(best.ids.tolist(), best.scores.tolist(), strict=True))
        fixed = set(self.fixed.tolist())
        order = np.array(fused(scored, close, fixed, self._neighbours), np.int32)
        falling = np.full(len(order), best.scores[-1:].sum(), np.float32)
        falling[: len(best)] = best.scores
        for index in range(1, len(falling)):
            below = np.nextafter(falling[index - 1], np.float32(-np.inf))
            falling[index] = min(falling[index], below)
        scores = matching.scores.copy()
        scores[matching.ids.searchsorted(order)] = falling
        return ScoredIds(matching.ids, scores)

    def _neighbours(self, record: int) -> list[int]:
        """Return the records that a record is linked with."""
        number_of = self.snapshot.number_of
        linked = self.match.neighbours.of(self.snapshot.record_ids[record])
        return [number_of[each] for each in linked if each in number_of]

    def _sorted(self, matching: ScoredIds, start: int, stop: int) -> ScoredIds:
        """Return the records from `start` to `stop`, in order."""
        ids, scores = matching.ids, matching.scores
        stop = min(stop, len(ids))
        keys = self._sort_keys(matching)
        if stop * 2 < len(ids):
            # Only the records that may be on the page are sorted.
            least = np.partition(keys, len(keys) - stop)[len(keys) - stop]
            may_be_shown = keys >= least
            ids, scores, keys = (each[may_be_shown] for each in (ids, scores, keys))
        order = np.lexsort((*self._tie_breaks(ids), -keys))[start:stop]
        return ScoredIds(ids[order], scores[order])

    def _sort_keys(self, matching: ScoredIds) -> Scores:
        """Return the key of each record: the record of the highest key comes first."""
        query, snapshot, ids = self.query, self.snapshot, matching.ids
        if self._is_by_score:
            return matching.scores
        if query.sort in SORT_SCALES:
            ranks = -snapshot.scale_ranks[query.sort][ids]
        elif query.sort is Sort.TITLE:
            ranks = -snapshot.title_ranks[query.locale][ids]
        else:
            ranks = snapshot.date_ranks[ids]
        return ranks.astype(np.float32)

    def _tie_breaks(self, ids: Ids) -> Iterator[Ids]:
        """Yield the keys of records with equal sort keys, the decisive one last."""
        yield self.snapshot.title_ranks[self.query.locale].take(ids)
        if self.query.sort in SORT_SCALES:
            yield -self.snapshot.date_ranks.take(ids)


def _with_named_bonus(matching: ScoredIds, named: Sequence[int]) -> ScoredIds:
    """Put records first, in their order, if they match."""
    if not named or not len(matching):
        return matching
    scores = matching.scores.copy()
    best = float(scores.max())
    for rank, record in enumerate(reversed(named), 1):
        scores[matching.ids == record] += np.float32(named_bonus(best, rank))
    return ScoredIds(matching.ids, scores)


def _with_scores(matching: ScoredIds, changed: ScoredIds) -> ScoredIds:
    """Return records with other scores for some of them."""
    scores = matching.scores.copy()
    scores[matching.ids.searchsorted(changed.ids)] = changed.scores
    return ScoredIds(matching.ids, scores)


def _joined(first: ScoredIds, last: ScoredIds) -> ScoredIds:
    return ScoredIds(
        np.concatenate([first.ids, last.ids]),
        np.concatenate([first.scores, last.scores]),
    )


def _by_id(joined: ScoredIds) -> ScoredIds:
    order = np.argsort(joined.ids, kind="stable")
    return ScoredIds(joined.ids[order], joined.scores[order])


def _best(matching: ScoredIds) -> ScoredIds:
    """Return the records of highest score, by rising id."""
    if len(matching) <= RERANKED:
        return matching
    indices = np.argpartition(matching.scores, len(matching) - RERANKED)[-RERANKED:]
    indices.sort()
    return ScoredIds(matching.ids[indices], matching.scores[indices])


@dataclass(frozen=True, slots=True)
class _Presented:
    """The texts of a hit, without marks; passages as stored, with their language."""

    id: RecordId
    locale: Locale
    edition: EditionEntry
    passages: Sequence[tuple[Locale, Mapping[str, Any]]]

    @property
    def texts(self) -> Iterator[tuple[str, Locale]]:
        """The title, the summary, then the passages."""
        yield self.edition.title, self.locale
        yield self.edition.summary, self.locale
        for locale, stored in self.passages:
            yield stored["text"], locale

    def hit(
        self,
        terms: Iterator[Sequence[LocatedTerm]],
        score: float,
        reasons: tuple[MatchReason, ...],
        *,
        is_partial: bool,
        is_close: bool,
    ) -> Hit:
        """Return the hit, with `terms` marked: those of each text, in order."""
        return Hit(
            id=self.id,
            locale=self.locale,
            title=mark(self.edition.title, next(terms)),
            summary=mark(self.edition.summary, next(terms)),
            score=round(score, 4),
            snippets=tuple(
                Snippet(
                    excerpt=excerpt(stored["text"], next(terms)),
                    locale=Locale(stored.get("locale", locale)),
                    heading=stored["heading"],
                    anchor=stored["anchor"],
                    page=stored["page"],
                    file=stored.get("file", ""),
                )
                for locale, stored in self.passages
            ),
            reasons=reasons,
            is_partial=is_partial,
            is_close=is_close,
        )


@dataclass(frozen=True)
class _Page:
    """Makes the hits of one page."""

    snapshot: Snapshot
    query: Query
    passages: ScoredIds
    exact: Ids
    searched: SearchedWords
    explainer: Explainer
    close: Mapping[int, CloseRecord]

    def hits(self, records: ScoredIds) -> tuple[Hit, ...]:
        """Return the hits of some records, in their order."""
        presented = [self._presented(record) for record in records.ids.tolist()]
        terms = self._terms_of([each for one in presented for each in one.texts])
        is_partial = (indices_in(self.exact, records.ids) < 0).tolist()
        numbers, reasons = records.ids.tolist(), map(self.explainer.reasons, count())
        return tuple(
            one.hit(
                terms,
                score,
                why,
                is_partial=is_partial[index],
                is_close=is_partial[index] and not why and numbers[index] in self.close,
            )
            for index, (one, score, why) in enumerate(
                zip(presented, records.scores.tolist(), reasons, strict=False)
            )
        )

    def _presented(self, record: int) -> _Presented:
        entry = self.snapshot.entries[record]
        locale, edition = entry.edition(self.query.locale)
        passages = [
            (LOCALES[self.snapshot.locale_of[each]], self.snapshot.stored(each))
            for each in self._best_passages(record)
        ]
        return _Presented(entry.id, locale, edition, passages)

    def _terms_of(
        self, texts: Sequence[tuple[str, Locale]]
    ) -> Iterator[Sequence[LocatedTerm]]:
        """Return the searched terms of each text, in order.

        The texts of one language are read together, which is faster.
        """
        of_locale = {
            locale: iter(
                self.searched.locate(
                    [text for text, each in texts if each is locale], locale
                )
            )
            for locale in LOCALES
        }
        return (next(of_locale[locale]) for _, locale in texts)

    def _best_passages(self, record: int) -> list[int]:
        if not self.query.max_passages:
            return []
        bounds = self.snapshot.starts[record : record + 2]
        start, stop = self.passages.ids.searchsorted(bounds).tolist()
        scores = self.passages.scores[start:stop]
        order = np.lexsort((-scores, ~self._is_own[start:stop]))
        best = start + order[: self.query.max_passages]
        passages: list[int] = self.passages.ids[best].tolist()
        return passages or self._close_passage(record)

    def _close_passage(self, record: int) -> list[int]:
        """Return the passage that is close in meaning, where none has the words."""
        close = self.close.get(record)
        if close is None or close.passage is None:
            return []
        snapshot = self.snapshot
        span = slice(snapshot.starts[record], snapshot.ends[record])
        is_own = snapshot.record_of[span] == record
        passages = span.start + np.flatnonzero(is_own & ~snapshot.is_head[span])
        nearest: list[int] = passages[close.passage :][:1].tolist()
        return nearest

    @cached_property
    def _is_own(self) -> Mask:
        """Whether each passage is in the reader's language: those come first."""
        own = LOCALES.index(self.query.locale)
        is_own: Mask = self.snapshot.locale_of.take(self.passages.ids) == own
        return is_own
