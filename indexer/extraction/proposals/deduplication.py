"""Deduplication of proposals that a summary and the text both contain."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz

from indexer.analysis.normalization import fold, normalize
from indexer.extraction.proposals.wording import word_count
from indexer.model.proposals import Likelihood, Proposal

MIN_SIMILARITY = 90.0
MIN_SIMILARITY_ON_ONE_PAGE = 97.0
MIN_SIMILARITY_WITH_SAME_LABEL = 62.0
MUCH_LONGER_RATIO = 1.25

_RANKS = (Likelihood.LOW, Likelihood.MEDIUM, Likelihood.HIGH)


def merged_proposals(proposals: Iterable[Proposal]) -> tuple[Proposal, ...]:
    """Return proposals without duplicates, in the order of the document.

    Of two duplicates the more likely one stays, then the longer, then the later one:
    the summary comes before the text.
    """
    merged: list[Proposal] = []
    keys: list[str] = []
    for proposal in proposals:
        key = _key(proposal)
        duplicate = next(
            (
                number
                for number, other in enumerate(merged)
                if _is_same(proposal, key, other, keys[number])
            ),
            None,
        )
        if duplicate is None:
            merged.append(proposal)
            keys.append(key)
        else:
            best = _best(merged[duplicate], proposal)
            merged[duplicate], keys[duplicate] = best, _key(best)
    # The later of two duplicates may have taken the place of the earlier.
    return tuple(sorted(merged, key=lambda each: each.page or 0))


def _key(proposal: Proposal) -> str:
    return fold(normalize(proposal.quotation))


def _is_same(one: Proposal, key: str, other: Proposal, other_key: str) -> bool:
    if one.kind is not other.kind:
        return False
    if one.label and one.label == other.label:
        # With the same number, the summary may have shortened the wording.
        similarity = max(
            fuzz.token_set_ratio(key, other_key),
            fuzz.token_set_ratio(normalize(one.title), normalize(other.title)),
        )
        return similarity >= MIN_SIMILARITY_WITH_SAME_LABEL
    if one.label and other.label:
        return fuzz.ratio(key, other_key, score_cutoff=97.0) > 0
    # Items of one list have similar words; a summary is on another page.
    is_same_page = one.page == other.page
    min_similarity = MIN_SIMILARITY_ON_ONE_PAGE if is_same_page else MIN_SIMILARITY
    return fuzz.token_sort_ratio(key, other_key, score_cutoff=min_similarity) > 0


def _best(earlier: Proposal, later: Proposal) -> Proposal:
    if _rank(earlier) != _rank(later):
        return max(earlier, later, key=_rank)
    longer = word_count(earlier.quotation) > MUCH_LONGER_RATIO * word_count(
        later.quotation
    )
    return earlier if longer else later


def _rank(proposal: Proposal) -> int:
    return _RANKS.index(proposal.likelihood)
