"""Merges proposals that say the same: a summary at the front, and the text later."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz

from indexer.analysis.normalization import fold, normalize
from indexer.extraction.proposals.wording import word_count
from indexer.model.proposals import Likelihood, Proposal

ALIKE = 90.0
ALIKE_ON_ONE_PAGE = 97.0
ALIKE_WITH_SAME_LABEL = 62.0
MUCH_LONGER = 1.25

_RANKS = (Likelihood.LOW, Likelihood.MEDIUM, Likelihood.HIGH)


def merged_proposals(proposals: Iterable[Proposal]) -> tuple[Proposal, ...]:
    """Give each proposal once, in the order of the document.

    Of two that say the same, the fuller one is kept, else the later: the text, and not
    the summary before it.
    """
    kept: list[Proposal] = []
    keys: list[str] = []
    for proposal in proposals:
        key = _key(proposal)
        twin = next(
            (
                number
                for number, other in enumerate(kept)
                if _is_same(proposal, key, other, keys[number])
            ),
            None,
        )
        if twin is None:
            kept.append(proposal)
            keys.append(key)
        else:
            best = _best(kept[twin], proposal)
            kept[twin], keys[twin] = best, _key(best)
    # What was kept of two may be the later one.
    return tuple(sorted(kept, key=lambda each: each.page or 0))


def _key(proposal: Proposal) -> str:
    return fold(normalize(proposal.quotation))


def _is_same(one: Proposal, key: str, other: Proposal, other_key: str) -> bool:
    if one.kind is not other.kind:
        return False
    if one.label and one.label == other.label:
        # The same number: the wording may have been shortened for the summary.
        likeness = max(
            fuzz.token_set_ratio(key, other_key),
            fuzz.token_set_ratio(normalize(one.title), normalize(other.title)),
        )
        return likeness >= ALIKE_WITH_SAME_LABEL
    if one.label and other.label:
        return fuzz.ratio(key, other_key, score_cutoff=97.0) > 0
    # Items of one list are often worded alike; a summary stands on another page.
    is_near = one.page == other.page
    least = ALIKE_ON_ONE_PAGE if is_near else ALIKE
    return fuzz.token_sort_ratio(key, other_key, score_cutoff=least) > 0


def _best(earlier: Proposal, later: Proposal) -> Proposal:
    if _rank(earlier) != _rank(later):
        return max(earlier, later, key=_rank)
    longer = word_count(earlier.quotation) > MUCH_LONGER * word_count(later.quotation)
    return earlier if longer else later


def _rank(proposal: Proposal) -> int:
    return _RANKS.index(proposal.sureness)
