"""The words of a segment as they are spelt, one after another.

They stand among the terms of Whoosh too, which are read one by one: of an index of
100,000 passages, for a quarter of a second at each start.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from indexer.engines.whoosh.index.array_file import packed, unpacked
from indexer.engines.whoosh.index.phrase_postings import SPELT_FIELDS
from indexer.engines.whoosh.index.segment_content import FieldPostings

WORDS_EXTENSION = ".words"


def words_content(fields: Mapping[str, FieldPostings]) -> bytes:
    """Give the content of a file of the words of a segment that are letters alone."""
    texts = {
        field: "\n".join(filter(str.isalpha, map(bytes.decode, fields[field].terms)))
        for field in SPELT_FIELDS
        if field in fields
    }
    return packed(
        {
            field: np.frombuffer(text.encode("utf-8"), np.uint8)
            for field, text in texts.items()
        }
    )


def read_words(content: bytes, field: str) -> tuple[str, ...]:
    """Read the words of a field, in their order.

    Raises:
        ValueError, TypeError: it is something else.
    """
    held = unpacked(content).get(field)
    text = held.tobytes().decode("utf-8") if held is not None else ""
    return tuple(text.split("\n")) if text else ()
