"""Lists of numbers with scores are put together as by the plainest of means."""

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
    places_in,
    union_max,
    union_sum,
)

SIZES = (40, 4000)
"""In the first, most lists are long beside all the numbers; in the second, few are."""

Plain = dict[int, float]

lists = st.lists(
    st.dictionaries(
        st.integers(0, 39), st.integers(1, 9).map(float), min_size=0, max_size=40
    ),
    min_size=1,
    max_size=5,
)


def scored(plain: Plain) -> ScoredIds:
    """Make arrays of numbers and their scores."""
    numbers = sorted(plain)
    return ScoredIds(
        np.array(numbers, np.int32),
        np.array([plain[number] for number in numbers], np.float32),
    )


def plain(found: ScoredIds) -> Plain:
    """Give numbers and their scores, which must rise."""
    numbers = found.numbers.tolist()
    assert numbers == sorted(set(numbers))
    return dict(zip(numbers, found.scores.tolist(), strict=True))


def expected(
    parts: Iterable[Plain], at_least: int, merge: Callable[[list[float]], float]
) -> Plain:
    """Put lists together one number after another."""
    held: defaultdict[int, list[float]] = defaultdict(list)
    for part in parts:
        for number, score in part.items():
            held[number].append(score)
    return {n: merge(each) for n, each in held.items() if len(each) >= at_least}


@pytest.mark.parametrize("size", SIZES)
@given(parts=lists)
def test_the_best_of_several(size: int, parts: list[Plain]) -> None:
    """What stands in any list, with its best score; and nothing is left behind."""
    space = Workspace(size, np.arange(size, dtype=np.int32))

    for _ in range(2):
        found = union_max([scored(part) for part in parts], space)
        assert plain(found) == expected(parts, 1, max)


@pytest.mark.parametrize("size", SIZES)
@given(parts=lists, data=st.data())
def test_the_sum_of_several(size: int, parts: list[Plain], data: st.DataObject) -> None:
    """What stands in so many lists, with the sum of its scores, twice over."""
    space = Workspace(size, np.arange(size, dtype=np.int32))
    at_least = data.draw(st.integers(1, len(parts)))

    for _ in range(2):
        found = union_sum([scored(part) for part in parts], at_least, space)
        assert plain(found) == expected(parts, at_least, sum)


@given(held=st.sets(st.integers(0, 40)), sought=st.sets(st.integers(0, 40)))
def test_where_numbers_stand(held: set[int], sought: set[int]) -> None:
    """Those that do not stand there are nowhere."""
    numbers = np.array(sorted(held), np.int32)
    wanted = np.array(sorted(sought), np.int32)

    places = places_in(numbers, wanted).tolist()

    assert places == [
        sorted(held).index(each) if each in held else -1 for each in sorted(sought)
    ]
