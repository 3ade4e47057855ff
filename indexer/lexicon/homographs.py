"""Words of one language that the search also finds as other words of the other.

The search compares stems: the English `march` also finds the French « marché ». The
shipped table has the words of both languages, and their equivalents.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from indexer.analysis.analyzer import word_forms
from indexer.analysis.tokens import fold, tokenize
from indexer.lexicon.expansion import TermName
from indexer.lexicon.lexicon import shipped_words
from indexer.model.ids import Locale

MIN_EQUIVALENTS = 4
"""The fewest equivalents of an everyday word; another word of one stem has one more.

The table has no frequencies, but frequent words have more equivalents than rare ones.
"""

_SHARED_LETTERS = 3
"""How many letters the words of one stem have in common, accents aside."""


class Homographs:
    """The words of the shipped table that the search may take for some names."""

    def __init__(self, names: Sequence[TermName]) -> None:
        """Read the words that the search may take for one of the names."""
        self._best: dict[tuple[Locale, str], str] = {}
        self._equivalents: dict[tuple[Locale, str], set[str]] = defaultdict(set)
        starts, spellings = _starts(names), _spellings(names)
        for locale, word, spaced in shipped_words() if any(starts.values()) else ():
            others = spaced.split(" ")
            if _start_of(word[:_SHARED_LETTERS]) in starts[locale]:
                self._best[locale, word] = others[0]
                self._equivalents[locale, word].update(others)
            # The table has one line for all words of a stem: some are equivalents only.
            if not spellings[locale].isdisjoint(others):
                for other in spellings[locale].intersection(others):
                    self._equivalents[locale.other, other].add(word)
        self._by_form: dict[tuple[Locale, str], list[str]] = defaultdict(list)
        for locale, word in self._equivalents:
            # Without the cache of `word_forms`: the words of the table would fill it.
            for form in word_forms.__wrapped__(word, locale):
                self._by_form[locale, form].append(word)

    def other_word(self, name: TermName, names: Iterable[TermName]) -> str:
        """Return the everyday word of the other language that a name also finds.

        `names` are those of the term: a word of one of them, or with the meaning of
        one, is no other word. Empty for a name of several words, or without such word.
        """
        words, language, other = _words(name), name.locale, name.locale.other
        forms = _forms(words, other)
        if len(words) != 1 or forms & _forms_of(names, other):
            return ""
        meanings = _forms_of(names, language) - _forms(words, language)
        candidates = [
            word
            for word in self._everyday_words(words[0], other)
            if not _forms(self._equivalents[other, word], language) & meanings
            and not self._is_the_same(word, words[0], other)
        ]
        return max(
            candidates,
            key=lambda each: (len(self._equivalents[other, each]), each),
            default="",
        )

    def _everyday_words(self, word: str, locale: Locale) -> Iterator[str]:
        """Yield the words of a language that have the spelling of a word, or its stem.

        Those of its stem only, if none has its spelling.
        """
        found = {
            each
            for form in word_forms(word, locale)
            for each in self._by_form.get((locale, form), ())
        }
        count = {each: len(self._equivalents[locale, each]) for each in found}
        same = [
            each
            for each in found
            if fold(each) == fold(word) and count[each] >= MIN_EQUIVALENTS
        ]
        yield from same or (each for each in found if count[each] > MIN_EQUIVALENTS)

    def _is_the_same(self, word: str, name: str, locale: Locale) -> bool:
        """Return whether a name means the same as a word that it also finds.

        The best equivalent of a word of its spelling decides, and any equivalent of
        another word of its stem.
        """
        equivalents = self._equivalents[locale, word]
        if fold(word) == fold(name):
            equivalents = {self._best.get((locale, word), "")}
        return fold(name) in map(fold, equivalents)


def _starts(names: Sequence[TermName]) -> dict[Locale, set[str]]:
    """Return the first letters of the forms that names have in the other language."""
    starts: dict[Locale, set[str]] = {locale: set() for locale in Locale}
    for name in names:
        words, other = _words(name), name.locale.other
        if len(words) == 1:
            forms = _forms(words, other)
            starts[other] |= {_start_of(form[:_SHARED_LETTERS]) for form in forms}
    return starts


def _spellings(names: Sequence[TermName]) -> dict[Locale, set[str]]:
    return {
        locale: {
            spelling
            for name in names
            if name.locale is locale
            for word in _words(name)
            for spelling in (word, fold(word))
        }
        for locale in Locale
    }


def _words(name: TermName) -> list[str]:
    return [token.text for token in tokenize(name.text)]


def _forms(words: Iterable[str], locale: Locale) -> set[str]:
    return {form for word in words for form in word_forms(word, locale)}


def _forms_of(names: Iterable[TermName], locale: Locale) -> set[str]:
    """Return the forms of the words of the names of a language."""
    own = (name for name in names if name.locale is locale)
    return _forms((word for name in own for word in _words(name)), locale)


@lru_cache(maxsize=16_384)
def _start_of(letters: str) -> str:
    return fold(letters)[:_SHARED_LETTERS]
