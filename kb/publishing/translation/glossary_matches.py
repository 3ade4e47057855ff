"""The glossary terms of a text, with their names in the other language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.analysis.tokens import tokenize
from indexer.corpus.corpus import Corpus
from indexer.lexicon.thesaurus import TermName, term_name_key, words_key
from indexer.model.ids import Kind, Locale, RecordId

MAX_TERMS = 8


@dataclass(frozen=True, slots=True)
class GlossaryMatch:
    """A term in a text: its name there, and its title in the other language."""

    record: RecordId
    name: str
    translation: str


class GlossaryMatcher:
    """Finds the terms of a glossary in texts."""

    def __init__(self, corpus: Corpus) -> None:
        self._terms: defaultdict[
            tuple[Locale, tuple[str, ...]], dict[RecordId, GlossaryMatch]
        ] = defaultdict(dict)
        for record in corpus.records.values():
            editions = {each.locale: each for each in record.editions}
            if record.id.kind is not Kind.TERM or len(editions) < len(Locale):
                continue
            for locale, edition in editions.items():
                translation = editions[locale.other].title
                for name in (edition.title, *edition.variants):
                    match = GlossaryMatch(record.id, name, translation)
                    key = term_name_key(TermName(name, locale))
                    self._terms[key].setdefault(record.id, match)
        self._longest = max((len(words) for _, words in self._terms), default=0)

    def matches(self, text: str, locale: Locale) -> tuple[GlossaryMatch, ...]:
        """Return the terms of a text in their order, the longest name at each place."""
        words = [token.text for token in tokenize(text)]
        found = {each.record: each for each in self._matches(words, locale)}
        return tuple(found.values())[:MAX_TERMS]

    def _matches(self, words: Sequence[str], locale: Locale) -> Iterator[GlossaryMatch]:
        start = 0
        while start < len(words):
            for length in range(min(self._longest, len(words) - start), 0, -1):
                key = words_key(words[start : start + length], locale)
                if terms := self._terms.get((locale, key)):
                    yield from terms.values()
                    start += length - 1
                    break
            start += 1
