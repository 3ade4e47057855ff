"""Merges segments, so that many small changes do not make many small segments.

Postings are concatenated as arrays; no text is analysed again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Segment

from indexer.engines.whoosh.index.doc_values import DocValues, FacetColumn, Texts
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
        # A posting stands for as many words as its frequency.
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
    doc_values = [part.content.doc_values for part in parts]
    alive_documents = [part.is_alive for part in parts]
    # The documents of a record are deleted together.
    alive = [
        np.bincount(each.record_of[is_alive], minlength=len(each.ids)) > 0
        for each, is_alive in zip(doc_values, alive_documents, strict=True)
    ]
    counts = [int(each.sum()) for each in alive]
    starts = np.cumsum(counts) - counts
    numbers = [
        (start - 1 + np.cumsum(each)).astype(np.int32)
        for start, each in zip(starts.tolist(), alive, strict=True)
    ]

    def texts(columns: Sequence[Texts]) -> Texts:
        return Texts.of(
            text
            for each, is_alive in zip(columns, alive, strict=True)
            for text in compress(each, is_alive.tolist())
        )

    def of_alive(arrays: Sequence[NDArray[np.generic]]) -> NDArray[np.generic]:
        return np.concatenate(
            [
                each[is_alive]
                for each, is_alive in zip(arrays, alive_documents, strict=True)
            ]
        )

    return DocValues(
        ids=texts([each.ids for each in doc_values]),
        dates=texts([each.dates for each in doc_values]),
        heads=texts([each.heads for each in doc_values]),
        record_of=of_alive(
            [new[each.record_of] for new, each in zip(numbers, doc_values, strict=True)]
        ).astype(np.int32),
        locale_of=of_alive([each.locale_of for each in doc_values]).astype(np.int8),
        is_head=of_alive([each.is_head for each in doc_values]).astype(np.bool_),
        columns={
            facet: _merged_column(
                [each.columns[facet] for each in doc_values], alive, numbers
            )
            for facet in FacetName
        },
    )


def _merged_column(
    columns: Sequence[FacetColumn],
    alive: Sequence[Mask],
    numbers: Sequence[Ids],
) -> FacetColumn:
    """Concatenate columns; values that no record has any more are left out."""
    known = sorted({value for column in columns for value in column.values})
    code = {value: index for index, value in enumerate(known)}
    records, codes = [], []
    for column, is_alive, new in zip(columns, alive, numbers, strict=True):
        of_alive = is_alive[column.records]
        records.append(new[column.records[of_alive]])
        code_of = np.array([code[value] for value in column.values], np.int32)
        codes.append(code_of[column.codes[of_alive]])
    used, compact = np.unique(np.concatenate(codes), return_inverse=True)
    return FacetColumn(
        tuple(known[code] for code in used.tolist()),
        np.concatenate(records),
        compact.astype(np.int32),
    )
