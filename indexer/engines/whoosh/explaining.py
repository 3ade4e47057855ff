"""Tells why a record was found: by which words, and where they stand in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.analyzer import word_forms
from indexer.engines.whoosh.impacts import FIELD_WEIGHTS, Impact
from indexer.engines.whoosh.matching import Matcher, is_common, weighed
from indexer.engines.whoosh.snapshot import Snapshot
from indexer.model.ids import Locale
from indexer.model.query import (
    And,
    Expanded,
    Node,
    Or,
    Phrase,
    Prefix,
    SomeOf,
    Word,
)
from indexer.model.results import Place, Reason

PLACES = {
    "title": Place.TITLE,
    "keywords": Place.KEYWORDS,
    "summary": Place.SUMMARY,
    "heading": Place.TEXT,
    "text": Place.TEXT,
}
FIELDS = sorted(FIELD_WEIGHTS, key=lambda field: -FIELD_WEIGHTS[field])

Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class _Name:
    """A name of a part of the query, and what it is worth, its weight included."""

    node: Node
    impact: Impact

    def score(self, record: int) -> float:
        """Give what it is worth in a record; 0 where it does not stand."""
        place = _place(self.impact.records, record)
        return 0.0 if place is None else float(self.impact.record_scores[place])


class Explainer:
    """Explains the hits of one query to one reader."""

    def __init__(
        self, snapshot: Snapshot, matcher: Matcher, root: Node | None, reader: Locale
    ) -> None:
        self._snapshot = snapshot
        self._matcher = matcher
        self._locales = (reader, reader.other)
        self._holders: dict[tuple[str, tuple[str, ...]], Numbers] = {}
        self._parts = tuple(
            tuple(_names(part, matcher, 1.0))
            for part in (_parts(root) if root is not None else ())
        )

    def reasons(self, record: int) -> tuple[Reason, ...]:
        """Give, for each part of the query that a record matches, how it does."""
        found = (self._reason(names, record) for names in self._parts)
        return tuple(dict.fromkeys(each for each in found if each is not None))

    def _reason(self, names: tuple[_Name, ...], record: int) -> Reason | None:
        best = max(names, key=lambda name: name.score(record))
        if not best.score(record):
            return None
        typed, found = _text(names[0].node), _text(best.node)
        return Reason(typed, found, *self._where(best.node, record))

    def _where(self, node: Node, record: int) -> tuple[Locale, Place]:
        """Give the language of a name in a record, and the field of most weight."""
        if isinstance(node, And | SomeOf | Or | Expanded):
            inside = node.node if isinstance(node, Expanded) else node.nodes[0]
            return self._where(inside, record)
        if isinstance(node, Word) and not is_common(node.text):
            for field in FIELDS:
                for locale in self._locales:
                    if node.locale in {None, locale} and self._holds(
                        f"{field}_{locale}", word_forms(node.text, locale), record
                    ):
                        return locale, PLACES[field]
        passages = self._matcher.match(node).passages
        held = passages[self._snapshot.record_of[passages] == record]
        locale = self._locales[0]
        return locale, Place.TEXT if len(held) else Place.SUMMARY

    def _holds(self, field: str, forms: tuple[str, ...], record: int) -> bool:
        if (field, forms) not in self._holders:
            documents = self._snapshot.postings.union(field, forms).documents
            records = np.unique(self._snapshot.record_of[documents])
            self._holders[field, forms] = records.astype(np.int32)
        return _place(self._holders[field, forms], record) is not None


def _place(numbers: Numbers, number: int) -> int | None:
    place = int(np.searchsorted(numbers, number))
    is_there = place < len(numbers) and numbers[place] == number
    return place if is_there else None


def _parts(node: Node) -> Iterator[Node]:
    """Give the parts of a query that a reader would tell apart, as typed."""
    match node:
        case And() | Or() | SomeOf():
            for child in node.nodes:
                yield from _parts(child)
        case Word() | Phrase() | Prefix() | Expanded():
            yield node
        case _:
            return


def _names(node: Node, matcher: Matcher, weight: float) -> Iterator[_Name]:
    if isinstance(node, Expanded):
        yield from _names(node.node, matcher, weight)
        for other in node.others:
            yield from _names(other.node, matcher, weight * other.weight)
    else:
        yield _Name(node, weighed(matcher.match(node), weight))


def _text(node: Node) -> str:
    match node:
        case Prefix():
            return f"{node.text}*"
        case Word() | Phrase():
            return node.text
        case And() | Or() | SomeOf():
            return " ".join(filter(None, (_text(child) for child in node.nodes)))
        case Expanded():
            return _text(node.node)
        case _:
            return ""
