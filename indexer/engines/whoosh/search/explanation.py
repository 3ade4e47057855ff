"""Match reasons: which word of a query a record matches, and in which field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from indexer.analysis.analyzer import word_forms
from indexer.engines.whoosh.search.matching import RecordMatcher
from indexer.engines.whoosh.search.score_lists import indices_in
from indexer.engines.whoosh.search.snapshot import Snapshot
from indexer.model.arrays import Ids, Indices, Scores
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
from indexer.search.query_parts import (
    FIELDS_BY_WEIGHT,
    MATCH_FIELDS,
    PartTexts,
    contains_exactly,
    query_parts,
    weighted_names,
)

Location = tuple[Locale, MatchField]


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the query, and the best of its names in each record shown.

    `names` begins with the typed one, which wins when scores are equal. `best` are
    indices into `names`; `scores` are 0 for records that do not match.
    """

    names: tuple[Node, ...]
    best: Indices
    scores: Scores


class Explainer:
    """Explains the hits of one page to one reader."""

    def __init__(
        self,
        snapshot: Snapshot,
        matcher: RecordMatcher,
        root: Node | None,
        expansions: tuple[Expansion, ...],
        shown: Ids,
    ) -> None:
        self._snapshot = snapshot
        self._matcher = matcher
        self._locales = (matcher.reader, matcher.reader.other)
        self._words: dict[Word, Mapping[int, Location]] = {}
        self._texts = PartTexts(expansions)
        self._shown = shown.tolist()
        self._spans = snapshot.starts[shown], snapshot.ends[shown]
        self._parts = tuple(
            _part(part, matcher, shown)
            for part in (query_parts(root) if root is not None else ())
        )

    def reasons(self, index: int) -> tuple[MatchReason, ...]:
        """Return why a hit matches, for each part of the query that it matches.

        `index` is that of the hit among the records shown.
        """
        reasons = (self._reason(part, index) for part in self._parts)
        return tuple(dict.fromkeys(each for each in reasons if each is not None))

    def _reason(self, part: _Part, index: int) -> MatchReason | None:
        if not part.scores[index]:
            return None
        best = part.names[part.best[index]]
        location = self._locate(best, self._shown[index])
        if location is None:
            return None
        text = self._texts.text
        return MatchReason(text(part.names[0]), text(best), *location)

    def _locate(self, node: Node, record: int) -> Location | None:
        """Return the language and the field of highest weight that match a node."""
        match node:
            case Word():
                return self._locate_word(node, record)
            case Phrase() | Prefix():
                return self._locate_exact(node, record)
            case And() | MinimumMatch() | Or():
                return self._locate_first(node.nodes, record)
            case Synonyms():
                others = (other.node for other in node.others)
                return self._locate_first((node.node, *others), record)
            case _:
                return None

    def _locate_first(self, nodes: Iterable[Node], record: int) -> Location | None:
        locations = (self._locate(each, record) for each in nodes)
        return next((each for each in locations if each is not None), None)

    def _locate_word(self, word: Word, record: int) -> Location | None:
        if word not in self._words:
            self._words[word] = self._locations_of(word)
        return self._words[word].get(record)

    def _locations_of(self, word: Word) -> Mapping[int, Location]:
        """Return the field of highest weight with a word, for each record shown."""
        fields = {
            locale: self._snapshot.postings.spans_with(
                word_forms(word.text, locale), locale, *self._spans
            )
            for locale in self._locales
            if word.locale in {None, locale}
        }
        locations: dict[int, Location] = {}
        for field in FIELDS_BY_WEIGHT:
            for locale, by_field in fields.items():
                for index in by_field.get(field, ()):
                    location = (locale, MATCH_FIELDS[field])
                    locations.setdefault(self._shown[index], location)
        return locations

    def _locate_exact(self, node: Phrase | Prefix, record: int) -> Location | None:
        """Return where a record contains a phrase or a prefix.

        The index has one field for all texts of the head, so the texts
        of title and summary are read again.
        """
        entry = self._snapshot.entries[record]
        for locale in self._locales:
            matching = self._matcher.in_locale(node, locale).ids
            if indices_in(matching, np.array([record], np.int32))[0] < 0:
                continue
            edition = entry.editions.get(locale)
            if edition is not None and contains_exactly(node, edition.title):
                return locale, MatchField.TITLE
            if edition is not None and contains_exactly(node, edition.summary):
                return locale, MatchField.SUMMARY
            is_in_text = self._matcher.has_passage(node, locale, record)
            return locale, MatchField.TEXT if is_in_text else MatchField.KEYWORDS
        return None


def _part(node: Node, matcher: RecordMatcher, shown: Ids) -> _Part:
    weighted = tuple(weighted_names(node))
    scores = np.zeros((len(weighted), len(shown)), np.float32)
    for row, (name, weight) in zip(scores, weighted, strict=True):
        matching = matcher.match(name)
        indices = indices_in(matching.ids, shown)
        is_there = indices >= 0
        row[is_there] = matching.scores[indices[is_there]] * np.float32(weight)
    best = scores.argmax(axis=0)
    return _Part(tuple(name for name, _ in weighted), best, scores.max(axis=0))
