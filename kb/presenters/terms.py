"""The glossary, by first letter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from indexer.model.ids import Locale
from indexer.model.records import Record
from kb.presenters.cards import Card, record_card
from kb.presenters.vocabulary import name_key


@dataclass(frozen=True, slots=True)
class LetterGroup:
    """The terms that begin with a letter."""

    letter: str
    cards: tuple[Card, ...]


def letter_groups(records: Iterable[Record], locale: Locale) -> tuple[LetterGroup, ...]:
    """Put terms in alphabetical order, by first letter."""
    ordered = sorted(records, key=lambda record: name_key(record.edition(locale).title))
    groups: defaultdict[str, list[Card]] = defaultdict(list)
    for record in ordered:
        letter = name_key(record.edition(locale).title)[:1].upper()
        groups[letter].append(record_card(record, locale))
    return tuple(LetterGroup(letter, tuple(cards)) for letter, cards in groups.items())
