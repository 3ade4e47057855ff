"""What is known of the words of the two languages, and which go together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from indexer.model.ids import Locale


@dataclass(frozen=True, slots=True)
class WordPair:
    """A French word, and an English one."""

    french: str
    english: str

    def word(self, locale: Locale) -> str:
        """Give the one of a language."""
        return self.french if locale is Locale.FR else self.english


@dataclass(frozen=True, slots=True)
class Corrections:
    """What staff decided: pairs that always go together, and pairs that never do."""

    always: tuple[WordPair, ...] = ()
    never: tuple[WordPair, ...] = ()


LearnedWords = Mapping[Locale, Mapping[str, tuple[str, ...]]]
"""By a word of each language, its equivalents in the other, the best first."""


@dataclass(frozen=True, slots=True)
class WordLinks:
    """What an index keeps of the words of both languages."""

    corrections: Corrections = Corrections()
    learned: LearnedWords = field(default_factory=dict)


NO_LINKS = WordLinks()
