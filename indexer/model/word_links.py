"""Pairs of words that translate each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from indexer.model.ids import Locale


@dataclass(frozen=True, slots=True)
class WordPair:
    """A French word and its English translation."""

    french: str
    english: str

    def word(self, locale: Locale) -> str:
        """Return the word of a language."""
        return self.french if locale is Locale.FR else self.english


@dataclass(frozen=True, slots=True)
class Corrections:
    """Decisions of staff: pairs of words that always or never are equivalents."""

    always: tuple[WordPair, ...] = ()
    never: tuple[WordPair, ...] = ()


LearnedWords = Mapping[Locale, Mapping[str, tuple[str, ...]]]
"""For each word of each language, its equivalents in the other, best first."""


@dataclass(frozen=True, slots=True)
class WordLinks:
    """The corrections and learned pairs that an index stores."""

    corrections: Corrections = Corrections()
    learned: LearnedWords = field(default_factory=dict)


NO_LINKS = WordLinks()
