"""Columns of Whoosh with a value for each document: stored fields, and lengths."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from whoosh.util import numeric

COMPRESSION = 1
COMPRESSED_FROM_BYTES = 300
"""Compressing shorter values takes time, and saves nothing."""

LENGTH_OF_BYTE = np.array(
    [numeric.byte_to_length(byte) for byte in range(256)], np.int64
)
"""The field lengths that Whoosh stores in a byte, with an error of up to 3 %."""


def stored_value(fields: Mapping[str, str]) -> bytes:
    """Return the stored fields of a document in the format of Whoosh."""
    value = pickle.dumps(dict(fields), 4)
    return zlib.compress(
        value, COMPRESSION if len(value) >= COMPRESSED_FROM_BYTES else 0
    )


def stored_column(values: Sequence[bytes]) -> bytes:
    """Return a column: the values, then their lengths, then their offsets."""
    lengths = np.fromiter(map(len, values), np.int64, len(values))
    starts = np.cumsum(lengths) - lengths
    # The last three bytes are the types of lengths and offsets, and a flag for both.
    return b"".join(
        (
            *values,
            lengths.astype(">i4").tobytes(),
            starts.astype(">i8").tobytes(),
            b"iqX",
        )
    )


def stored_values(column: bytes, count: int) -> list[bytes]:
    """Return the values of a column with a number of documents."""
    starts_at = len(column) - 3 - 8 * count
    starts = np.frombuffer(column, ">i8", count, starts_at)
    lengths = np.frombuffer(column, ">i4", count, starts_at - 4 * count)
    stops = starts + lengths
    return [
        column[start:stop]
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)
    ]


def length_bytes(lengths: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Encode lengths in bytes, rounded as Whoosh rounds them."""
    codes = np.searchsorted(LENGTH_OF_BYTE, lengths, side="left")
    return np.minimum(codes, 255).astype(np.uint8)
