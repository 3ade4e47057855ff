"""The postings of terms over all segments.

The postings of stems are slices of arrays in memory. Those of exact words are decoded
from the files of Whoosh.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from heapq import merge
from itertools import groupby, islice

import numpy as np

from indexer.engines.whoosh.index.array_postings import positions_in_sequence
from indexer.engines.whoosh.index.segment_content import NO_POSTINGS, Postings
from indexer.engines.whoosh.search.score_lists import run_max
from indexer.engines.whoosh.search.segment_reader import IndexSegment
from indexer.model.arrays import Ids, Mask, Scores
from indexer.model.ids import Locale
from indexer.search.fuzzy_words import FuzzyWords

MAX_PREFIX_TERMS = 200


class PostingsReader:
    """Reads postings, positions and lengths from open segments; safe among threads.

    Documents are numbered over all segments.
    """

    def __init__(self, segments: Sequence[IndexSegment], alive: Sequence[Mask]) -> None:
        """Read segments, with masks of their documents that are not deleted."""
        self.segments = segments
        sizes = [segment.size for segment in segments]
        self.bases = tuple(int(base) for base in np.cumsum([0, *sizes]))
        masks = [None if mask.all() else mask for mask in alive]
        self._parts = tuple(zip(segments, self.bases, masks, strict=False))
        self._lengths: dict[str, Scores] = {}

    def of(self, field: str, *texts: str, without: str = "") -> Postings:
        """Return the union of the postings of some terms.

        The frequency in a document is the highest of the terms: two forms of a word
        have the same positions, which must not count twice. What the field `without`,
        a part of `field`, has of a term is left out.
        """
        lists = []
        for segment, base, alive in self._parts:
            for text in texts:
                postings = segment.postings(field, text)
                if without:
                    postings = postings.without(segment.postings(without, text))
                lists.append(_renumbered(postings, base, alive))
        return _union(lists, len(texts))

    def stems(
        self,
        forms: tuple[str, ...],
        locale: Locale,
        fields: Collection[str],
        among: Mask | None = None,
    ) -> Iterator[tuple[str, Postings]]:
        """Yield the postings of a word by field; the lists of a field are disjoint.

        The frequency in a document is the highest of the forms.

        Args:
            forms: the forms of the word.
            locale: the language of the fields.
            fields: the fields to read, without the language.
            among: for each document, whether it is wanted; deleted ones must not be.
        """
        by_field: defaultdict[str, list[Postings]] = defaultdict(list)
        for segment, base, alive in self._parts:
            wanted = alive if among is None else among[base : base + segment.size]
            for field, of_segment in segment.stems(forms, locale):
                if field in fields:
                    by_field[field].append(_renumbered(of_segment, base, wanted))
        for field, lists in by_field.items():
            for postings in lists if len(forms) == 1 else [_union(lists, len(forms))]:
                if len(postings):
                    yield field, postings

    def spans_with(
        self, forms: tuple[str, ...], locale: Locale, starts: Ids, ends: Ids
    ) -> Mapping[str, set[int]]:
        """Return, for each field, the indices of the spans in which it has a word.

        A span is the documents from a start to before its end, none of them deleted.
        """
        spans: defaultdict[str, set[int]] = defaultdict(set)
        bounds = np.concatenate([starts, ends])
        for segment, base, _ in self._parts:
            for field, postings in segment.stems(forms, locale):
                before = postings.documents.searchsorted(bounds - base)
                is_there = before[len(starts) :] > before[: len(starts)]
                spans[field].update(np.flatnonzero(is_there).tolist())
        return spans

    def contains(self, forms: tuple[str, ...], locale: Locale) -> bool:
        """Return whether a document in a language contains a form of a word."""
        return any(
            alive is None or bool(alive[postings.documents].any())
            for segment, _, alive in self._parts
            for _, postings in segment.stems(forms, locale)
        )

    def count(self, field: str, text: str) -> int:
        """Count the documents that contain a term."""
        return sum(
            segment.count(field, text)
            if alive is None
            else len(_renumbered(segment.postings(field, text), 0, alive))
            for segment, _, alive in self._parts
        )

    def with_prefix(
        self, field: str, prefix: str, *, limit: int = MAX_PREFIX_TERMS
    ) -> tuple[str, ...]:
        """Return up to `limit` terms of a field that begin with a prefix, in order."""
        terms = merge(
            *(segment.with_prefix(field, prefix) for segment in self.segments)
        )
        return tuple(islice((text for text, _ in groupby(terms)), limit))

    @property
    def fuzzy_words(self) -> tuple[FuzzyWords, ...]:
        """The words of each segment as spelled, those of deleted documents too."""
        return tuple(segment.fuzzy_words for segment in self.segments)

    def phrase(
        self, field: str, texts: tuple[str, ...], *, without: str = ""
    ) -> Postings:
        """Return the documents with consecutive terms, and how often they occur.

        What the field `without`, a part of `field`, has of them is left out.
        """
        lists = []
        for segment, base, alive in self._parts:
            postings = _phrase_in(segment, field, texts)
            if without:
                postings = postings.without(_phrase_in(segment, without, texts))
            lists.append(_renumbered(postings, base, alive))
        return _union(lists, 1)

    def lengths(self, field: str) -> Scores:
        """Return the length of a field in each document, in terms."""
        if field not in self._lengths:
            each = [segment.lengths(field) for segment in self.segments]
            self._lengths[field] = np.concatenate(each or [np.empty(0, np.float32)])
        return self._lengths[field]


def _phrase_in(segment: IndexSegment, field: str, texts: tuple[str, ...]) -> Postings:
    stored = segment.phrase(field, texts)
    if stored is not None:
        return stored
    counts = [segment.count(field, text) for text in texts]
    return positions_in_sequence(
        counts,
        lambda word, among: segment.positions(field, texts[word], among),
    )


def _renumbered(postings: Postings, base: int, wanted: Mask | None) -> Postings:
    """Number documents over all segments, and remove those that are not wanted."""
    if wanted is not None:
        postings = postings.among(wanted)
    if not base:
        return postings
    return Postings(postings.documents + np.int32(base), postings.frequencies)


def _union(lists: list[Postings], texts: int) -> Postings:
    """Return the union of lists; `texts` is the number of terms they are of."""
    lists = [each for each in lists if len(each)]
    if len(lists) < 2:
        return lists[0] if lists else NO_POSTINGS
    documents = np.concatenate([postings.documents for postings in lists])
    frequencies = np.concatenate([postings.frequencies for postings in lists])
    if texts == 1:
        return Postings(documents, frequencies)
    order = np.argsort(documents, kind="stable")
    documents, frequencies = documents[order], frequencies[order]
    best = run_max(documents, frequencies)
    return Postings(best.ids, best.scores)
