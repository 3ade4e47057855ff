"""Sentences that were translated before, from the editions of our own records.

The paragraphs of the two editions of a record are aligned; so are their list items and
sentences, where both paragraphs have as many.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from indexer.corpus.corpus import Corpus
from indexer.extraction.proposals.wording import sentences
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.records import PRACTICE_NOTES, Edition, Record
from kb.publishing.history.differences import paragraphs_of
from kb.publishing.history.edition_words import Rows, compared_words, counterpart
from kb.publishing.records.form_fields import BODY

MIN_SCORE = 70
MIN_WORDS = 3
MAX_CHARACTERS = 600
MAX_MATCHES = 3
MAX_QUERIES = 30
_ITEM = re.compile(r"\n(?=[-*+] |\d+[.)] )")
_BULLET = re.compile(r"^(?:[-*+]|\d+[.)]) +")
_TEXT_FIELDS = ("title", "summary", "who", "host", *PRACTICE_NOTES)


@dataclass(frozen=True, slots=True)
class MemoryMatch:
    """A text that was translated before: `score` from 0 to 100 is how alike it is."""

    source: str
    target: str
    record: RecordId
    score: int


class TranslationMemory:
    """The translated texts of a corpus, in both directions."""

    def __init__(self, corpus: Corpus) -> None:
        self._texts: list[tuple[RecordId, Mapping[Locale, str]]] = []
        for record in corpus.records.values():
            self._texts += ((record.id, pair) for pair in _pairs(record))
        self._words = {
            locale: [compared_words(pair[locale]) for _, pair in self._texts]
            for locale in Locale
        }

    def __len__(self) -> int:
        """Return the number of translated texts."""
        return len(self._texts)

    def matches(
        self, text: str, source: Locale, *, excluded: RecordId | None = None
    ) -> tuple[MemoryMatch, ...]:
        """Return texts like those of a paragraph, with their translation, best first.

        Each sentence and each list item of the paragraph is looked up. The record
        `excluded` is left out.
        """
        found: dict[tuple[str, str], MemoryMatch] = {}
        for piece in dict.fromkeys(_units(text)[:MAX_QUERIES]):
            for match in self._matches(piece, source, excluded):
                key = (compared_words(match.source), compared_words(match.target))
                if key not in found or found[key].score < match.score:
                    found[key] = match
        ranked = sorted(found.values(), key=lambda each: (-each.score, each.source))
        return tuple(ranked[:MAX_MATCHES])

    def _matches(
        self, piece: str, source: Locale, excluded: RecordId | None
    ) -> Iterator[MemoryMatch]:
        query = compared_words(piece)
        if len(query.split()) < MIN_WORDS:
            return
        found = process.extract(
            query,
            self._words[source],
            scorer=fuzz.ratio,
            score_cutoff=MIN_SCORE,
            limit=MAX_MATCHES + MAX_QUERIES,
        )
        for _, score, index in found:
            record, pair = self._texts[index]
            if record != excluded:
                yield MemoryMatch(
                    pair[source], pair[source.other], record, round(score)
                )


def _pairs(record: Record) -> Iterator[Mapping[Locale, str]]:
    """Yield the texts of a record that are the translations of each other."""
    editions = {each.locale: each for each in record.editions}
    if len(editions) < len(Locale):
        return
    french, english = editions[Locale.FR], editions[Locale.EN]
    # The titles of terms are the glossary, which stands beside the memory.
    is_term = record.id.kind is Kind.TERM
    for name in (each for each in _TEXT_FIELDS if each != "title" or not is_term):
        yield from _aligned(getattr(french, name), getattr(english, name))
    rows, other_rows = _body_rows(french), _body_rows(english)
    for place, text in enumerate(rows[BODY]):
        other = counterpart(rows, other_rows, BODY, place)
        if other is not None and other < len(other_rows[BODY]):
            yield from _aligned(text, other_rows[BODY][other])


def _body_rows(edition: Edition) -> Rows:
    return {BODY: tuple(paragraphs_of(str(edition.body)))}


def _aligned(french: str, english: str) -> Iterator[Mapping[Locale, str]]:
    """Yield the parts of two texts that correspond, or the whole texts."""
    ours, theirs = _units(french), _units(english)
    if len(ours) != len(theirs):
        ours, theirs = [french], [english]
    for one, other in zip(ours, theirs, strict=True):
        is_short = max(len(one), len(other)) <= MAX_CHARACTERS
        if (
            is_short
            and len(compared_words(one).split()) >= MIN_WORDS
            and compared_words(other)
        ):
            yield {Locale.FR: one, Locale.EN: other}


def _units(text: str) -> list[str]:
    """Return the sentences of a text and of its list items, without their bullets."""
    if text.startswith("#"):
        return [text]
    items: Iterable[str] = _ITEM.split(text)
    return [
        sentence
        for item in items
        for sentence in sentences(_BULLET.sub("", " ".join(item.split())))
    ]
