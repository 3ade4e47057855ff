"""Columns of Whoosh, a value for each document: what is stored, and how long it is."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from whoosh.util import numeric

COMPRESSION = 1
COMPRESSED_FROM_BYTES = 300
"""Of stored values: what is shorter takes time to compress, and is no shorter."""

_LENGTH_OF_BYTE = np.array(
    [numeric.byte_to_length(byte) for byte in range(256)], np.int64
)


def stored_value(fields: Mapping[str, str]) -> bytes:
    """Give what Whoosh keeps for the stored fields of a document."""
    value = pickle.dumps(dict(fields), 4)
    return zlib.compress(
        value, COMPRESSION if len(value) >= COMPRESSED_FROM_BYTES else 0
    )


def stored_column(values: Sequence[bytes]) -> bytes:
    """Give the column of stored values: the values, their lengths, their places."""
    lengths = np.fromiter(map(len, values), np.int64, len(values))
    starts = np.cumsum(lengths) - lengths
    # Lengths and starts are named by their types; the last byte says that both stand.
    return b"".join(
        (
            *values,
            lengths.astype(">i4").tobytes(),
            starts.astype(">i8").tobytes(),
            b"iqX",
        )
    )


def stored_values(column: bytes, count: int) -> list[bytes]:
    """Give the stored values of as many documents, from a column of them."""
    starts_at = len(column) - 3 - 8 * count
    starts = np.frombuffer(column, ">i8", count, starts_at)
    lengths = np.frombuffer(column, ">i4", count, starts_at - 4 * count)
    stops = starts + lengths
    return [
        column[start:stop]
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)
    ]


def length_bytes(lengths: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Round lengths, as Whoosh does, to those that a byte can name."""
    codes = np.searchsorted(_LENGTH_OF_BYTE, lengths, side="left")
    return np.minimum(codes, 255).astype(np.uint8)
