"""The glossary: terms by their names, and the page of a term."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from indexer.analysis.normalization import fold, normalize
from indexer.analysis.tokens import tokenize
from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale
from indexer.model.records import Record
from kb.presenters.cards import Card, record_card


@dataclass(frozen=True, slots=True)
class LetterGroup:
    """The terms that begin with a letter."""

    letter: str
    cards: tuple[Card, ...]


def term_named(corpus: Corpus, text: str, locale: Locale) -> Record | None:
    """Give the term that a text names in either language, the reader's first."""
    key = _key(text)
    if not key:
        return None
    for name in (locale, locale.other):
        for record in corpus.of_kind(Kind.TERM):
            if record.has_edition(name):
                edition = record.edition(name)
                if key in {_key(form) for form in (edition.title, *edition.variants)}:
                    return record
    return None


def letter_groups(records: Iterable[Record], locale: Locale) -> tuple[LetterGroup, ...]:
    """Put terms in alphabetical order, by first letter."""
    ordered = sorted(records, key=lambda record: _key(record.edition(locale).title))
    groups: defaultdict[str, list[Card]] = defaultdict(list)
    for record in ordered:
        letter = _key(record.edition(locale).title)[:1].upper()
        groups[letter].append(record_card(record, locale))
    return tuple(LetterGroup(letter, tuple(cards)) for letter, cards in groups.items())


def _key(text: str) -> str:
    return " ".join(fold(token.text) for token in tokenize(fold(normalize(text))))
