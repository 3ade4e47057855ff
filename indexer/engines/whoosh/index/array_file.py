"""Several arrays in one file, which are views of the bytes of the file when read.

    length of the JSON (8 bytes) | names, types, offsets, lengths in JSON | arrays

NumPy's own archives are read into new arrays, which would double the memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

ALIGNMENT = 8


def joined(parts: Iterable[NDArray[Any]], dtype: type[np.generic]) -> NDArray[Any]:
    """Concatenate arrays, perhaps none, as an array of a type."""
    return np.concatenate([*parts, np.empty(0, dtype)]).astype(dtype, copy=False)


def packed(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return the bytes of a file of one-dimensional arrays, by name."""
    index = []
    parts: list[bytes] = []
    offset = 0
    for name, array in arrays.items():
        content = np.ascontiguousarray(array).tobytes()
        index.append((name, array.dtype.str, offset, len(array)))
        parts += [content, bytes(-len(content) % ALIGNMENT)]
        offset += len(content) + -len(content) % ALIGNMENT
    header = json.dumps(index).encode("ascii")
    header += b" " * (-len(header) % ALIGNMENT)
    return b"".join((len(header).to_bytes(ALIGNMENT, "little"), header, *parts))


def unpacked(content: bytes) -> dict[str, NDArray[Any]]:
    """Return the arrays of a file made by `packed`; they are read-only.

    Raises:
        ValueError, TypeError: `packed` did not make the bytes.
    """
    start = ALIGNMENT + int.from_bytes(content[:ALIGNMENT], "little")
    return {
        name: np.frombuffer(content, np.dtype(kind), count, start + offset)
        for name, kind, offset, count in json.loads(content[ALIGNMENT:start])
    }
