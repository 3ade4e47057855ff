"""Arrays in one run of bytes, read back without a copy.

    the length of what follows (8 bytes) | names, types and places, in JSON | arrays

NumPy's own archives are read into new arrays, which would keep everything twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

ALIGNMENT = 8


def packed(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Put arrays of one dimension together, by name."""
    index = []
    parts: list[bytes] = []
    place = 0
    for name, array in arrays.items():
        content = np.ascontiguousarray(array).tobytes()
        index.append((name, array.dtype.str, place, len(array)))
        parts += [content, bytes(-len(content) % ALIGNMENT)]
        place += len(content) + -len(content) % ALIGNMENT
    header = json.dumps(index).encode("ascii")
    header += b" " * (-len(header) % ALIGNMENT)
    return b"".join((len(header).to_bytes(ALIGNMENT, "little"), header, *parts))


def unpacked(content: bytes) -> dict[str, NDArray[Any]]:
    """Give the arrays that `packed` put together, which can't be written to.

    Raises:
        ValueError, TypeError: it is something else.
    """
    start = ALIGNMENT + int.from_bytes(content[:ALIGNMENT], "little")
    return {
        name: np.frombuffer(content, np.dtype(kind), count, start + place)
        for name, kind, place, count in json.loads(content[ALIGNMENT:start])
    }
