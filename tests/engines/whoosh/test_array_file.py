"""Arrays are put into one run of bytes, and read in place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.engines.whoosh.index.array_file import packed, unpacked


def test_arrays_come_back_as_they_were() -> None:
    """Facts of every type, and those that there are none of, survive."""
    arrays: dict[str, NDArray[Any]] = {
        "bytes": np.array([1, 2, 255], np.uint8),
        "none": np.empty(0, np.int32),
        "large": np.array([2**40, -1], np.int64),
        "flags": np.array([True, False, True], np.bool_),
    }

    found = unpacked(packed(arrays))

    assert {name: each.dtype for name, each in found.items()} == {
        name: each.dtype for name, each in arrays.items()
    }
    assert {name: each.tolist() for name, each in found.items()} == {
        name: each.tolist() for name, each in arrays.items()
    }


def test_what_was_read_cannot_be_written_to() -> None:
    """All who search share the same bytes."""
    found = unpacked(packed({"numbers": np.array([1], np.int32)}))

    with pytest.raises(ValueError, match="read-only"):
        found["numbers"][0] = 2


def test_something_else_is_refused() -> None:
    """A file that is no such thing is not taken for one."""
    with pytest.raises(ValueError):  # noqa: PT011  # of whatever sort
        unpacked(b"something else altogether")
