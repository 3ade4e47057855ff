"""Unions and intersections of scored ids equal those of plain dictionaries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.engines.whoosh.search.score_lists import (
    ScoredIds,
    Workspace,
    indices_in,
    union_max,
    union_sum,
)

SIZES = (40, 4000)
"""Numbers of ids: most lists are dense in the first, and sparse in the second."""

Plain = dict[int, float]

lists = st.lists(
    st.dictionaries(
        st.integers(0, 39), st.integers(1, 9).map(float), min_size=0, max_size=40
    ),
    min_size=1,
    max_size=5,
)


def scored(plain: Plain) -> ScoredIds:
    """Make sorted arrays of ids and scores."""
    ids = sorted(plain)
    return ScoredIds(
        np.array(ids, np.int32), np.array([plain[each] for each in ids], np.float32)
    )


def plain(scored_ids: ScoredIds) -> Plain:
    """Return the ids with their scores; check that the ids rise."""
    ids = scored_ids.ids.tolist()
    assert ids == sorted(set(ids))
    return dict(zip(ids, scored_ids.scores.tolist(), strict=True))


def expected(
    parts: Iterable[Plain], at_least: int, combine: Callable[[list[float]], float]
) -> Plain:
    """Combine the scores of each id that is in `at_least` parts."""
    scores: defaultdict[int, list[float]] = defaultdict(list)
    for part in parts:
        for each, score in part.items():
            scores[each].append(score)
    return {i: combine(each) for i, each in scores.items() if len(each) >= at_least}


@pytest.mark.parametrize("size", SIZES)
@given(parts=lists)
def test_union_max_returns_the_highest_score_of_each_id(
    size: int, parts: list[Plain]
) -> None:
    """A second call has the same result: the workspace was cleared."""
    space = Workspace(size, np.arange(size, dtype=np.int32))

    for _ in range(2):
        union = union_max([scored(part) for part in parts], space)
        assert plain(union) == expected(parts, 1, max)


@pytest.mark.parametrize("size", SIZES)
@given(parts=lists, data=st.data())
def test_union_sum_adds_the_scores_of_ids_in_enough_parts(
    size: int, parts: list[Plain], data: st.DataObject
) -> None:
    """A second call has the same result: the workspace was cleared."""
    space = Workspace(size, np.arange(size, dtype=np.int32))
    at_least = data.draw(st.integers(1, len(parts)))

    for _ in range(2):
        union = union_sum([scored(part) for part in parts], at_least, space)
        assert plain(union) == expected(parts, at_least, sum)


@given(present=st.sets(st.integers(0, 40)), sought=st.sets(st.integers(0, 40)))
def test_indices_in_returns_minus_one_for_missing_ids(
    present: set[int], sought: set[int]
) -> None:
    """The others get their index in the sorted list."""
    ids = np.array(sorted(present), np.int32)

    indices = indices_in(ids, np.array(sorted(sought), np.int32)).tolist()

    assert indices == [
        sorted(present).index(each) if each in present else -1
        for each in sorted(sought)
    ]
