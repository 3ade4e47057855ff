"""Tells why a record was found: by which words, and where they stand in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.analyzer import is_stop_word, word_forms
from indexer.analysis.normalization import fold
from indexer.analysis.tokens import tokenize
from indexer.engines.whoosh.search.matching import Matcher
from indexer.engines.whoosh.search.score_lists import Numbers, places_in
from indexer.engines.whoosh.search.scoring import FIELD_WEIGHTS
from indexer.engines.whoosh.search.snapshot import Snapshot
from indexer.model.ids import Locale
from indexer.model.query import (
    And,
    Expansion,
    MinimumMatch,
    Node,
    Or,
    Phrase,
    Prefix,
    Synonyms,
    Word,
)
from indexer.model.results import MatchField, MatchReason

PLACES = {
    "title": MatchField.TITLE,
    "keywords": MatchField.KEYWORDS,
    "summary": MatchField.SUMMARY,
    "heading": MatchField.TEXT,
    "text": MatchField.TEXT,
}
FIELDS = sorted(FIELD_WEIGHTS, key=lambda field: -FIELD_WEIGHTS[field])


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the query: its names, and the best of them in each record shown.

    The first name is what was typed: it is the one to tell when others are equal.
    """

    names: tuple[Node, ...]
    best: NDArray[np.intp]
    scores: NDArray[np.float32]


class Explainer:
    """Explains the hits of one page to one reader."""

    def __init__(
        self,
        snapshot: Snapshot,
        matcher: Matcher,
        root: Node | None,
        expansions: tuple[Expansion, ...],
        shown: Numbers,
    ) -> None:
        self._snapshot = snapshot
        self._matcher = matcher
        self._locales = (matcher.reader, matcher.reader.other)
        self._words: dict[Word, Mapping[int, tuple[Locale, MatchField]]] = {}
        self._terms = {
            " ".join(w for w in each.typed.split() if not _is_common(w)): each.typed
            for each in expansions
        }
        self._shown = shown.tolist()
        self._spans = snapshot.starts[shown], snapshot.ends[shown]
        self._parts = tuple(
            _part(part, matcher, shown)
            for part in (_parts(root) if root is not None else ())
        )

    def reasons(self, place: int) -> tuple[MatchReason, ...]:
        """Give, for each part of the query that a hit matches, how it does.

        `place` is that of the hit among the records shown.
        """
        found = (self._reason(part, place) for part in self._parts)
        return tuple(dict.fromkeys(each for each in found if each is not None))

    def _reason(self, part: _Part, place: int) -> MatchReason | None:
        if not part.scores[place]:
            return None
        best = part.names[part.best[place]]
        where = self._where(best, self._shown[place])
        if where is None:
            return None
        return MatchReason(self._typed(part.names[0]), self._typed(best), *where)

    def _typed(self, node: Node) -> str:
        """Give a part as it was typed: a term with the small words that are in it."""
        text = _text(node)
        return self._terms.get(text, text)

    def _where(self, node: Node, record: int) -> tuple[Locale, MatchField] | None:
        """Give the language of a name in a record, and the field of most weight."""
        match node:
            case Word():
                return self._where_word(node, record)
            case Phrase() | Prefix():
                return self._where_spelt(node, record)
            case And() | MinimumMatch() | Or():
                found = (self._where(each, record) for each in node.nodes)
                return next((each for each in found if each is not None), None)
            case Synonyms():
                found = (
                    self._where(each, record)
                    for each in (node.node, *(other.node for other in node.others))
                )
                return next((each for each in found if each is not None), None)
            case _:
                return None

    def _where_word(self, word: Word, record: int) -> tuple[Locale, MatchField] | None:
        found = self._words.get(word)
        if found is None:
            found = self._words[word] = self._places_of(word)
        return found.get(record)

    def _places_of(self, word: Word) -> Mapping[int, tuple[Locale, MatchField]]:
        """Give the field of most weight that holds a word, for each record shown."""
        held = {
            locale: self._snapshot.postings.holders(
                word_forms(word.text, locale), locale, *self._spans
            )
            for locale in self._locales
            if word.locale in {None, locale}
        }
        found: dict[int, tuple[Locale, MatchField]] = {}
        for field in FIELDS:
            for locale, by_field in held.items():
                for place in by_field.get(field, ()):
                    found.setdefault(self._shown[place], (locale, PLACES[field]))
        return found

    def _where_spelt(
        self, node: Phrase | Prefix, record: int
    ) -> tuple[Locale, MatchField] | None:
        """Find a phrase or the beginning of a word, of which fields say too little.

        The title, the summary and the keywords are indexed as one for them: the two
        first are read again.
        """
        entry = self._snapshot.entries[record]
        for locale in self._locales:
            if not _stands_among(record, self._matcher.in_locale(node, locale).numbers):
                continue
            edition = entry.editions.get(locale)
            texts = (
                (
                    (edition.title, MatchField.TITLE),
                    (edition.summary, MatchField.SUMMARY),
                )
                if edition is not None
                else ()
            )
            for text, place in texts:
                if _stands_in(node, text):
                    return locale, place
            is_in_text = self._matcher.has_passage(node, locale, record)
            return locale, MatchField.TEXT if is_in_text else MatchField.KEYWORDS
        return None


def _stands_in(node: Phrase | Prefix, text: str) -> bool:
    words = [fold(token.text) for token in tokenize(text)]
    if isinstance(node, Prefix):
        return any(word.startswith(node.text) for word in words)
    sought = [fold(token.text) for token in tokenize(node.text)]
    starts = range(len(words) - len(sought) + 1)
    return any(words[start : start + len(sought)] == sought for start in starts)


def _stands_among(number: int, numbers: Numbers) -> bool:
    return bool(places_in(numbers, np.array([number], np.int32))[0] >= 0)


def _parts(node: Node) -> Iterator[Node]:
    """Give the parts of a query that a reader would tell apart, as typed."""
    match node:
        case And() | Or() | MinimumMatch():
            for child in node.nodes:
                yield from _parts(child)
        case Synonyms() if _is_whole_query(node.node):
            yield from _parts(node.node)
        case Word() | Phrase() | Prefix() | Synonyms():
            yield node
        case _:
            return


def _is_common(word: str) -> bool:
    return any(is_stop_word(word, locale) for locale in Locale)


def _is_whole_query(node: Node) -> bool:
    """Tell whether words only stand side by side, as those of one term do not."""
    return isinstance(node, MinimumMatch | Or) or (
        isinstance(node, And) and node.is_implicit
    )


def _part(node: Node, matcher: Matcher, shown: Numbers) -> _Part:
    weighed = tuple(_names(node, 1.0))
    scores = np.zeros((len(weighed), len(shown)), np.float32)
    for row, (name, weight) in zip(scores, weighed, strict=True):
        found = matcher.match(name)
        where = places_in(found.numbers, shown)
        is_there = where >= 0
        row[is_there] = found.scores[where[is_there]] * np.float32(weight)
    best = scores.argmax(axis=0)
    return _Part(tuple(name for name, _ in weighed), best, scores.max(axis=0))


def _names(node: Node, weight: float) -> Iterator[tuple[Node, float]]:
    if isinstance(node, Synonyms):
        yield from _names(node.node, weight)
        for other in node.others:
            yield from _names(other.node, weight * other.weight)
    else:
        yield node, weight


def _text(node: Node) -> str:
    match node:
        case Prefix():
            return f"{node.text}*"
        case Word() | Phrase():
            return node.text
        case And() | Or() | MinimumMatch():
            return " ".join(filter(None, (_text(child) for child in node.nodes)))
        case Synonyms():
            return _text(node.node)
        case _:
            return ""
