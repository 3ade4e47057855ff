"""Merges segments, so that many small changes do not make many small segments.

Postings are concatenated as arrays; no text is analysed again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Segment

from indexer.engines.whoosh.index.doc_values import (
    DocValues,
    FacetColumn,
    Texts,
    record_numbers,
)
from indexer.engines.whoosh.index.segment_content import (
    FieldPostings,
    SegmentContent,
)
from indexer.model.arrays import Ids, Mask
from indexer.model.facets import FacetName

MAX_SMALL_SEGMENTS = 8

SMALL_DOCUMENTS = 20_000
"""A segment of fewer documents is small; so is one below a quarter of the largest."""


def segments_to_merge(segments: Sequence[W3Segment]) -> list[int]:
    """Return the indices of the segments to merge into one, perhaps none.

    A segment is rewritten when more than a third of it is deleted. When there are many
    small segments, the smallest are merged, each with others that are together no
    smaller. So the number of times a document is rewritten is logarithmic.
    """
    chosen = {
        index
        for index, segment in enumerate(segments)
        if 3 * segment.deleted_count() > segment.doc_count_all()
    }
    sizes = [segment.doc_count() for segment in segments]
    limit = max(SMALL_DOCUMENTS, max(sizes, default=0) // 4)
    small = sorted((size, index) for index, size in enumerate(sizes) if size < limit)
    if len(small) > MAX_SMALL_SEGMENTS:
        total = 0
        for number, (size, index) in enumerate(small):
            if number > 1 and size > total:
                break
            chosen.add(index)
            total += size
    return sorted(chosen)


def merged_segments(
    contents: Sequence[SegmentContent], deleted: Sequence[frozenset[int]]
) -> SegmentContent:
    """Return the content of several segments as one, without deleted documents."""
    parts = []
    count = 0
    for content, deleted_docs in zip(contents, deleted, strict=True):
        part = _Part.of(content, deleted_docs, count)
        parts.append(part)
        count += int(part.is_alive.sum())
    names = sorted({name for content in contents for name in content.fields})
    fields = {name: _merged_field(name, parts) for name in names}
    return SegmentContent(
        {name: postings for name, postings in fields.items() if postings.terms},
        [
            value
            for part in parts
            for value in compress(part.content.stored, part.is_alive.tolist())
        ],
        _merged_doc_values(parts),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """A segment, its documents that are not deleted, and their new numbers."""

    content: SegmentContent
    is_alive: Mask
    numbers: Ids

    @classmethod
    def of(cls, content: SegmentContent, deleted: frozenset[int], start: int) -> _Part:
        is_alive = np.ones(content.document_count, np.bool_)
        is_alive[list(deleted)] = False
        numbers = start - 1 + np.cumsum(is_alive)
        return cls(content, is_alive, numbers.astype(np.int32))


def _merged_field(name: str, parts: Sequence[_Part]) -> FieldPostings:
    fields = [
        (part, part.content.fields[name])
        for part in parts
        if name in part.content.fields
    ]
    vocabulary = sorted({term for _, postings in fields for term in postings.terms})
    rank = {term: number for number, term in enumerate(vocabulary)}
    ranks, documents, positions = [], [], []
    for part, postings in fields:
        # A posting is repeated as many times as its frequency.
        of_term = np.fromiter(
            map(rank.__getitem__, postings.terms), np.int32, len(postings.terms)
        )
        of_posting = np.repeat(of_term, np.diff(postings.starts))
        old = np.repeat(postings.documents, postings.frequencies)
        alive = part.is_alive[old]
        ranks.append(np.repeat(of_posting, postings.frequencies)[alive])
        documents.append(part.numbers[old[alive]])
        if postings.positions is not None:
            positions.append(postings.positions[alive])
    return FieldPostings.gathered(
        vocabulary,
        np.concatenate(ranks),
        np.concatenate(documents),
        np.concatenate(positions) if positions else None,
    )


def _merged_doc_values(parts: Sequence[_Part]) -> DocValues:
    # The documents of a record are deleted together.
    doc_values = [part.content.doc_values for part in parts]
    numbers = record_numbers(doc_values, [part.is_alive for part in parts])

    def texts(name: str) -> Texts:
        return Texts.of(
            text
            for each, number in zip(doc_values, numbers, strict=True)
            for text in compress(getattr(each, name), (number >= 0).tolist())
        )

    def of_alive(arrays: Iterable[NDArray[Any]]) -> NDArray[Any]:
        return np.concatenate(
            [each[part.is_alive] for each, part in zip(arrays, parts, strict=True)]
        )

    return DocValues(
        ids=texts("ids"),
        dates=texts("dates"),
        heads=texts("heads"),
        record_of=of_alive(
            number[each.record_of]
            for number, each in zip(numbers, doc_values, strict=True)
        ),
        locale_of=of_alive(each.locale_of for each in doc_values),
        is_head=of_alive(each.is_head for each in doc_values),
        columns={
            facet: FacetColumn.joined(
                [each.columns[facet] for each in doc_values], numbers
            )
            for facet in FacetName
        },
    )
