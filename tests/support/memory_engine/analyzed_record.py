"""A record as words, by edition, part and field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from indexer.analysis.analyzer import analyze, word_forms
from indexer.analysis.tokens import phrase_words
from indexer.model.document import Passage
from indexer.model.ids import Locale
from indexer.model.indexed_record import (
    EditionEntry,
    IndexedEdition,
    IndexedRecord,
    RecordEntry,
)
from indexer.model.query import Phrase, Prefix, Word
from indexer.search.query_parts import Typed
from indexer.search.ranking import FIELD_WEIGHTS, HEAD_WEIGHTS, TEXT_WEIGHTS


@dataclass(frozen=True)
class AnalyzedField:
    """The words of one field: its forms, without stop words, and its spellings."""

    forms: Counter[str]
    spellings: tuple[str, ...]

    @classmethod
    def of(cls, text: str, locale: Locale) -> AnalyzedField:
        """Analyze a text."""
        terms = list(analyze(text, locale))
        forms = (form for term in terms if not term.is_stop_word for form in term.forms)
        return cls(Counter(forms), tuple(each.exact for each in terms))

    def count_phrase(self, words: tuple[str, ...]) -> int:
        """Count where consecutive words occur."""
        if not words or not self._distinct.issuperset(words):
            return 0
        starts = range(len(self.spellings) - len(words) + 1)
        return sum(self.spellings[i : i + len(words)] == words for i in starts)

    @cached_property
    def _distinct(self) -> frozenset[str]:
        return frozenset(self.spellings)


@dataclass(frozen=True)
class Part:
    """The head of an edition, with title, summary and keywords; or one passage."""

    locale: Locale
    fields: Mapping[str, AnalyzedField]
    texts: tuple[str, ...]
    """The texts in which spellings with their accents are looked up."""
    passage: Passage | None = None

    @classmethod
    def head(cls, edition: IndexedEdition) -> Part:
        """Analyze the title, the summary and the keywords of an edition."""
        fields = {
            name: AnalyzedField.of(getattr(edition, name), edition.locale)
            for name in HEAD_WEIGHTS
        }
        return cls(edition.locale, fields, (edition.title, edition.summary))

    @classmethod
    def of_passage(cls, passage: Passage, locale: Locale) -> Part:
        """Analyze a passage of an edition in a language."""
        fields = {
            name: AnalyzedField.of(getattr(passage, name), locale)
            for name in TEXT_WEIGHTS
        }
        return cls(locale, fields, (passage.text, passage.heading), passage)

    def frequency(self, node: Typed) -> float:
        """Count the matches of a node; those of a word are weighted by field."""
        fields = self._fields(node)
        match node:
            case Word():
                forms = word_forms(node.text, self.locale)
                return sum(
                    FIELD_WEIGHTS[name] * max(field.forms[form] for form in forms)
                    for name, field in fields.items()
                )
            case Phrase():
                words = phrase_words(node.text)
                return sum(field.count_phrase(words) for field in fields.values())
            case Prefix():
                counts = Counter(
                    spelling
                    for field in fields.values()
                    for spelling in field.spellings
                    if spelling.startswith(node.text)
                )
                return max(counts.values(), default=0)

    def length(self, node: Typed) -> float:
        """Return the length of the part in the unit of `frequency`."""
        fields = self._fields(node)
        if isinstance(node, Word):
            return sum(
                FIELD_WEIGHTS[name] * field.forms.total()
                for name, field in fields.items()
            )
        return sum(len(field.spellings) for field in fields.values())

    @cached_property
    def spellings(self) -> frozenset[str]:
        """The distinct spellings of all fields."""
        return frozenset(s for field in self.fields.values() for s in field.spellings)

    def restricted_to(self, field: str) -> Part:
        """Return the part with one of its fields only."""
        return replace(self, fields={field: self.fields[field]})

    def _fields(self, node: Typed) -> Mapping[str, AnalyzedField]:
        if not node.is_title_only:
            return self.fields
        return {k: v for k, v in self.fields.items() if k == "title"}


@dataclass(frozen=True)
class AnalyzedRecord:
    """A record, and the parts of its editions: each head, then its passages."""

    record: IndexedRecord
    parts: tuple[Part, ...]

    @classmethod
    def of(cls, record: IndexedRecord) -> AnalyzedRecord:
        """Analyze a record."""
        return cls(record, tuple(_parts(record)))

    def in_locale(self, locale: Locale) -> tuple[Part, ...]:
        """Return the parts of the edition in a language."""
        return tuple(part for part in self.parts if part.locale is locale)

    @cached_property
    def entry(self) -> RecordEntry:
        """The record as it is shown."""
        editions = {
            edition.locale: EditionEntry(edition.title, edition.summary, edition.names)
            for edition in self.record.editions
        }
        places = {place.slug: place.names for place in self.record.places}
        return RecordEntry(self.record.id, editions, places)


def _parts(record: IndexedRecord) -> Iterator[Part]:
    for edition in record.editions:
        yield Part.head(edition)
        for passage in edition.passages:
            yield Part.of_passage(passage, edition.locale)
