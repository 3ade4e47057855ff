"""Merges segments, so that many small changes do not make many small segments.

What stands in them is put together as it is, without analysing a word again.
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
    Numbers,
    SegmentContent,
)
from indexer.model.facets import FacetName

MAX_SMALL_SEGMENTS = 8

SMALL_DOCUMENTS = 20_000
"""A segment of fewer documents is small; so is one below a quarter of the largest."""


def segments_to_merge(segments: Sequence[W3Segment]) -> list[int]:
    """Choose the segments that should become one: none, as long as that is well.

    A segment is written anew when more than a third of it is deleted. When there are
    many small ones, the smallest are merged, each with those that are together no
    smaller: so no document is written anew more often than sizes double.
    """
    chosen = {
        place
        for place, segment in enumerate(segments)
        if 3 * segment.deleted_count() > segment.doc_count_all()
    }
    sizes = [segment.doc_count() for segment in segments]
    limit = max(SMALL_DOCUMENTS, max(sizes, default=0) // 4)
    small = sorted((size, place) for place, size in enumerate(sizes) if size < limit)
    if len(small) > MAX_SMALL_SEGMENTS:
        total = 0
        for number, (size, place) in enumerate(small):
            if number > 1 and size > total:
                break
            chosen.add(place)
            total += size
    return sorted(chosen)


def merged_segments(
    contents: Sequence[SegmentContent], deleted: Sequence[frozenset[int]]
) -> SegmentContent:
    """Give the content of several segments as one, in order, without the deleted."""
    parts = []
    count = 0
    for content, gone in zip(contents, deleted, strict=True):
        part = _Part.of(content, gone, count)
        parts.append(part)
        count += int(part.is_kept.sum())
    names = sorted({name for content in contents for name in content.fields})
    fields = {name: _merged_field(name, parts) for name in names}
    return SegmentContent(
        {name: postings for name, postings in fields.items() if postings.terms},
        [
            value
            for part in parts
            for value in compress(part.content.stored, part.is_kept.tolist())
        ],
        _merged_facts(parts),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """A segment, which documents of it are kept, and the number that each is given."""

    content: SegmentContent
    is_kept: NDArray[np.bool_]
    numbers: Numbers

    @classmethod
    def of(cls, content: SegmentContent, deleted: frozenset[int], start: int) -> _Part:
        is_kept = np.ones(content.document_count, np.bool_)
        is_kept[list(deleted)] = False
        numbers = start - 1 + np.cumsum(is_kept)
        return cls(content, is_kept, numbers.astype(np.int32))


def _merged_field(name: str, parts: Sequence[_Part]) -> FieldPostings:
    held = [
        (part, part.content.fields[name])
        for part in parts
        if name in part.content.fields
    ]
    vocabulary = sorted({term for _, postings in held for term in postings.terms})
    rank = {term: number for number, term in enumerate(vocabulary)}
    ranks, documents, positions = [], [], []
    for part, postings in held:
        # Each posting counts for as many words as its frequency tells.
        of_term = np.fromiter(
            map(rank.__getitem__, postings.terms), np.int32, len(postings.terms)
        )
        of_posting = np.repeat(of_term, np.diff(postings.starts))
        old = np.repeat(postings.documents, postings.frequencies)
        kept = part.is_kept[old]
        ranks.append(np.repeat(of_posting, postings.frequencies)[kept])
        documents.append(part.numbers[old[kept]])
        if postings.positions is not None:
            positions.append(postings.positions[kept])
    return FieldPostings.gathered(
        vocabulary,
        np.concatenate(ranks),
        np.concatenate(documents),
        np.concatenate(positions) if positions else None,
    )


def _merged_facts(parts: Sequence[_Part]) -> DocValues:
    facts = [part.content.facts for part in parts]
    kept_documents = [part.is_kept for part in parts]
    # A record is kept when its documents are: they are deleted all at once.
    kept = [
        np.bincount(each.record_of[is_kept], minlength=len(each.ids)) > 0
        for each, is_kept in zip(facts, kept_documents, strict=True)
    ]
    counts = [int(each.sum()) for each in kept]
    starts = np.cumsum(counts) - counts
    numbers = [
        (start - 1 + np.cumsum(each)).astype(np.int32)
        for start, each in zip(starts.tolist(), kept, strict=True)
    ]

    def texts(held: Sequence[Texts]) -> Texts:
        return Texts.of(
            text
            for each, is_kept in zip(held, kept, strict=True)
            for text in compress(each, is_kept.tolist())
        )

    def of_kept(arrays: Sequence[NDArray[np.generic]]) -> NDArray[np.generic]:
        return np.concatenate(
            [
                each[is_kept]
                for each, is_kept in zip(arrays, kept_documents, strict=True)
            ]
        )

    return DocValues(
        ids=texts([each.ids for each in facts]),
        dates=texts([each.dates for each in facts]),
        heads=texts([each.heads for each in facts]),
        record_of=of_kept(
            [new[each.record_of] for new, each in zip(numbers, facts, strict=True)]
        ).astype(np.int32),
        locale_of=of_kept([each.locale_of for each in facts]).astype(np.int8),
        is_head=of_kept([each.is_head for each in facts]).astype(np.bool_),
        columns={
            facet: _merged_column(
                [each.columns[facet] for each in facts], kept, numbers
            )
            for facet in FacetName
        },
    )


def _merged_column(
    columns: Sequence[FacetColumn],
    kept: Sequence[NDArray[np.bool_]],
    numbers: Sequence[Numbers],
) -> FacetColumn:
    """Put columns together; values that no record has any more are left out."""
    known = sorted({value for column in columns for value in column.values})
    place = {value: number for number, value in enumerate(known)}
    records, codes = [], []
    for column, is_kept, new in zip(columns, kept, numbers, strict=True):
        held = is_kept[column.records]
        records.append(new[column.records[held]])
        code_of = np.array([place[value] for value in column.values], np.int32)
        codes.append(code_of[column.codes[held]])
    used, compact = np.unique(np.concatenate(codes), return_inverse=True)
    return FacetColumn(
        tuple(known[code] for code in used.tolist()),
        np.concatenate(records),
        compact.astype(np.int32),
    )
