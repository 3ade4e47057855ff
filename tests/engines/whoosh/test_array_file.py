"""Arrays in one file."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.engines.whoosh.index.doc_values import packed, unpacked


def test_arrays_are_read_as_they_were_written() -> None:
    """Of each type, empty ones included."""
    arrays: dict[str, NDArray[Any]] = {
        "bytes": np.array([1, 2, 255], np.uint8),
        "none": np.empty(0, np.int32),
        "large": np.array([2**40, -1], np.int64),
        "flags": np.array([True, False, True], np.bool_),
    }

    read = unpacked(packed(arrays))

    assert {name: each.dtype for name, each in read.items()} == {
        name: each.dtype for name, each in arrays.items()
    }
    assert {name: each.tolist() for name, each in read.items()} == {
        name: each.tolist() for name, each in arrays.items()
    }


def test_arrays_that_were_read_are_read_only() -> None:
    """All threads share the bytes."""
    read = unpacked(packed({"numbers": np.array([1], np.int32)}))

    with pytest.raises(ValueError, match="read-only"):
        read["numbers"][0] = 2


def test_other_bytes_raise_an_error() -> None:
    """Such as a text."""
    with pytest.raises(ValueError):  # noqa: PT011  # of whatever sort
        unpacked(b"something else altogether")
