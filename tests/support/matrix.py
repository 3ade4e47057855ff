"""Matrices of test cases: `make test` runs a part of them, `make check` all."""

from collections.abc import Iterable

import pytest
from _pytest.mark import ParameterSet


def matrix(*quick: object, rest: Iterable[object]) -> list[ParameterSet]:
    """Return cases for `pytest.mark.parametrize`; those of `rest` are marked long.

    Args:
        quick: values, or tuples of values, that `make test` runs.
        rest: those that only `make check` runs; the quick ones among them are left out.
    """

    def case(values: object, *, long: bool) -> ParameterSet:
        together = values if isinstance(values, tuple) else (values,)
        return pytest.param(*together, marks=pytest.mark.long if long else ())

    return [
        *(case(each, long=False) for each in quick),
        *(case(each, long=True) for each in rest if each not in quick),
    ]
