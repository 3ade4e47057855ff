"""Puts the records that match a query in order, by the rules of `indexer.search`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from indexer.engines.whoosh.index.doc_values import LOCALES
from indexer.engines.whoosh.search.matching import RecordMatcher
from indexer.engines.whoosh.search.score_lists import (
    NO_IDS,
    ScoredIds,
    indices_in,
    run_max,
)
from indexer.engines.whoosh.search.snapshot import Snapshot
from indexer.model.arrays import Ids, Mask, Scores
from indexer.model.facets import FacetName
from indexer.model.query import CloseRecord, Node, Query, Sort
from indexer.search.facet_order import SORT_SCALES, selected_values
from indexer.search.rank_fusion import fused
from indexer.search.ranking import BEST_PASSAGE_WEIGHT, RERANKED, named_bonus
from indexer.search.relaxation import RelaxedMatch

ABOVE_KEYS = 2.0**25
"""More than any score, and more than the number of records."""


@dataclass(frozen=True, slots=True)
class RecordOrder:
    """Puts the records of one query in order."""

    snapshot: Snapshot
    matcher: RecordMatcher
    query: Query
    match: RelaxedMatch[ScoredIds]
    close: Mapping[int, CloseRecord]
    """The records that are close in meaning, the closest first."""
    named: Ids
    """The records that the query names."""

    def page_of(self, matching: ScoredIds) -> tuple[ScoredIds, ScoredIds]:
        """Return the records of the page in order, and their matching passages."""
        start = self.query.first_place
        stop = start + self.query.page_size
        passages, root = NO_IDS, self.match.root
        if root is None:
            return self._shown(matching, start, stop), passages
        candidates, reranked = matching, NO_IDS
        if self.query.is_by_score:
            best = _best(matching)
            passages = self._passages(root, best.ids)
            reranked = self._preferred(self._with_passages(best, passages), best)
            if self.match.is_fused:
                candidates = self._fused(_with_scores(matching, reranked))
            elif len(best) == len(matching) or (
                _are_first(reranked, best, stop)
                and not self._is_last(reranked.ids).any()
            ):
                return self._shown(reranked, start, stop), passages
            else:
                candidates = _with_scores(matching, reranked)
        shown = self._shown(candidates, start, stop)
        # Other records of equal score may be shown than those that were reranked.
        if not self.query.only_ids and not bool(
            (indices_in(reranked.ids, shown.ids) >= 0).all()
        ):
            passages = self._passages(root, np.sort(shown.ids))
        return shown, passages

    def _passages(self, root: Node, records: Ids) -> ScoredIds:
        """Score the passages of some records, in the languages that filters select."""
        passages = self.matcher.passages(root, records)
        selected = selected_values(self.query.filters).get(FacetName.LOCALE)
        if not selected:
            return passages
        codes = [code for code, locale in enumerate(LOCALES) if locale in selected]
        return passages.masked(np.isin(self.snapshot.locale_of[passages.ids], codes))

    def _with_passages(self, best: ScoredIds, passages: ScoredIds) -> ScoredIds:
        """Add to each score that of the best passage of the record, weighted."""
        record_of = self.snapshot.record_of
        added = run_max(record_of[passages.ids], passages.scores)
        added = added.weighted(BEST_PASSAGE_WEIGHT)
        scores = best.scores.copy()
        scores[best.ids.searchsorted(added.ids)] += added.scores
        return ScoredIds(best.ids, scores)

    def _preferred(self, scored: ScoredIds, before: ScoredIds) -> ScoredIds:
        """Change the scores of records, but those named, as the query prefers."""
        preferences, names = self.query.preferences, self.snapshot.record_ids
        if not preferences.parts or not len(scored):
            return scored
        least, scores = float(before.scores.min()), scored.scores.copy()
        is_named = np.isin(scored.ids, self.named)
        for index in np.flatnonzero(~is_named).tolist():
            name = names[int(scored.ids[index])]
            scores[index] = preferences.score(name, float(scores[index]), least)
        return ScoredIds(scored.ids, scores)

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
        fixed = {*self.match.exact.ids.tolist(), *self.named.tolist()}
        is_last, names = self.query.preferences.is_last, self.snapshot.record_ids
        fixed |= {number for number, _ in scored if is_last(names[number])}
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
        return [number_of[record_id] for record_id in linked if record_id in number_of]

    def _is_last(self, ids: Ids) -> Mask:
        """Return which of some records come after the others."""
        return self.snapshot.mask_of(self.query.last).take(ids)

    def _shown(self, matching: ScoredIds, start: int, stop: int) -> ScoredIds:
        """Return the records from `start` to `stop`, with `Query.last` at the end."""
        is_last, kept_places = self._is_last(matching.ids), self.query.kept_places
        if kept_places and is_last.any():
            kept = self._sorted(matching, 0, kept_places)
            is_last[matching.ids.searchsorted(kept.ids)] = False
        return self._sorted(matching, start, stop, is_last)

    def _sorted(
        self, matching: ScoredIds, start: int, stop: int, is_last: Mask | None = None
    ) -> ScoredIds:
        """Return the records from `start` to `stop`, in order."""
        ids, scores = matching.ids, matching.scores
        stop = min(stop, len(ids))
        keys = self._sort_keys(matching)
        if is_last is not None:
            keys = keys - np.where(is_last, ABOVE_KEYS, 0.0)
        if stop * 2 < len(ids):
            # Only the records that may be on the page are sorted.
            least = np.partition(keys, len(keys) - stop)[len(keys) - stop]
            may_be_shown = keys >= least
            ids, scores, keys = (column[may_be_shown] for column in (ids, scores, keys))
        order = np.lexsort((*self._tie_breaks(ids), -keys))[start:stop]
        return ScoredIds(ids[order], scores[order])

    def _sort_keys(self, matching: ScoredIds) -> Scores:
        """Return the key of each record: the record of the highest key comes first."""
        query, snapshot, ids = self.query, self.snapshot, matching.ids
        if self.query.is_by_score:
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


def with_named_bonus(matching: ScoredIds, named: Sequence[int]) -> ScoredIds:
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


def _are_first(reranked: ScoredIds, best: ScoredIds, stop: int) -> bool:
    """Return whether no other record comes before the record at `stop`.

    Args:
        reranked: the best records with the scores of their passages.
        best: the same records with the scores by which they are the best.
        stop: the number of records up to the end of the page.
    """
    if stop > len(best):
        return False
    least: np.bool_ = np.sort(reranked.scores)[-stop] > best.scores.min()
    return bool(least)


def _best(matching: ScoredIds) -> ScoredIds:
    """Return the records of highest score, by rising id."""
    if len(matching) <= RERANKED:
        return matching
    indices = np.argpartition(matching.scores, len(matching) - RERANKED)[-RERANKED:]
    indices.sort()
    return ScoredIds(matching.ids[indices], matching.scores[indices])
