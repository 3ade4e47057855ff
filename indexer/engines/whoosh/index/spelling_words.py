"""The words of a segment as spelled, for spelling correction.

They are among the terms of Whoosh too. Whoosh reads terms one by one, which takes a
quarter of a second at each start with 100,000 passages.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from indexer.engines.whoosh.index.array_file import packed, unpacked
from indexer.engines.whoosh.index.phrase_postings import EXACT_FIELDS
from indexer.engines.whoosh.index.segment_content import FieldPostings

WORDS_EXTENSION = ".words"


def words_content(fields: Mapping[str, FieldPostings]) -> bytes:
    """Return the content of a file of the words of a segment, without numbers."""
    texts = {
        field: "\n".join(filter(str.isalpha, map(bytes.decode, fields[field].terms)))
        for field in EXACT_FIELDS
        if field in fields
    }
    return packed(
        {
            field: np.frombuffer(text.encode("utf-8"), np.uint8)
            for field, text in texts.items()
        }
    )


def read_words(content: bytes, field: str) -> tuple[str, ...]:
    """Return the words of a field, in order.

    Raises:
        ValueError, TypeError: the content is not that of `words_content`.
    """
    encoded = unpacked(content).get(field)
    text = encoded.tobytes().decode("utf-8") if encoded is not None else ""
    return tuple(text.split("\n")) if text else ()
