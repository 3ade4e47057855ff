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

_KeyedProposal = tuple[str, Proposal]
"""A proposal after its normalized quotation."""

_RANKS = (Likelihood.LOW, Likelihood.MEDIUM, Likelihood.HIGH)


def merged_proposals(proposals: Iterable[Proposal]) -> tuple[Proposal, ...]:
    """Return proposals without duplicates, in the order of the document.

    Of two duplicates the more likely one stays, then the longer, then the later one:
    the summary comes before the text.
    """
    merged: list[_KeyedProposal] = []
    for proposal in proposals:
        keyed = (fold(normalize(proposal.quotation)), proposal)
        for number, other in enumerate(merged):
            if _is_same(keyed, other):
                merged[number] = _best(other, keyed)
                break
        else:
            merged.append(keyed)
    # A later duplicate may have replaced an earlier proposal.
    return tuple(
        sorted((each for _, each in merged), key=lambda proposal: proposal.page or 0)
    )


def _is_same(keyed: _KeyedProposal, other_keyed: _KeyedProposal) -> bool:
    key, one = keyed
    other_key, other = other_keyed
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
        return fuzz.ratio(key, other_key, score_cutoff=MIN_SIMILARITY_ON_ONE_PAGE) > 0
    # Items of one list have similar words; a summary is on another page.
    is_same_page = one.page == other.page
    min_similarity = MIN_SIMILARITY_ON_ONE_PAGE if is_same_page else MIN_SIMILARITY
    return fuzz.token_sort_ratio(key, other_key, score_cutoff=min_similarity) > 0


def _best(earlier: _KeyedProposal, later: _KeyedProposal) -> _KeyedProposal:
    ranks = [_RANKS.index(proposal.likelihood) for _, proposal in (earlier, later)]
    if ranks[0] != ranks[1]:
        return earlier if ranks[0] > ranks[1] else later
    words = [word_count(proposal.quotation) for _, proposal in (earlier, later)]
    return earlier if words[0] > MUCH_LONGER_RATIO * words[1] else later
