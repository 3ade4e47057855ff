"""Gives the equivalents of a word in the other language, the surest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from indexer.analysis.analyzer import word_forms
from indexer.analysis.normalization import normalize
from indexer.lexicon.shipped_table import Table
from indexer.model.ids import Locale
from indexer.model.word_links import WordLinks, WordPair

MAX_EQUIVALENTS = 8

_ByForm = dict[Locale, dict[str, tuple[str, ...]]]


class Lexicon:
    """What staff decided, what was learned from twins, and the shipped table."""

    def __init__(self, links: WordLinks, table: Table) -> None:
        self._always = _by_form(links.corrections.always)
        self._never = _by_form(links.corrections.never)
        self._learned: _ByForm = {
            locale: {
                form: others
                for word, others in links.learned.get(locale, {}).items()
                for form in word_forms(word, locale)
            }
            for locale in Locale
        }
        self._table = table

    def equivalents(
        self, word: str, locale: Locale, *, is_held: bool = True
    ) -> tuple[str, ...]:
        """Give the equivalents of a word of one language in the other, no more than 8.

        What staff decided comes first, then what was learned, then the table. What was
        learned of a word that no record holds any more was learned from one that is no
        longer there, and is not told.
        """
        forms = word_forms(word, locale)
        learned = _of(self._learned, forms, locale) if is_held else ()
        never = {
            form
            for other in _of(self._never, forms, locale)
            for form in word_forms(other, locale.other)
        }
        found: dict[str, str] = {}
        for other in (
            *_of(self._always, forms, locale),
            *learned,
            *self._table.equivalents(word, locale),
        ):
            family = word_forms(other, locale.other)
            if never.isdisjoint(family):
                found.setdefault(family[0], other)
        return tuple(found.values())[:MAX_EQUIVALENTS]

    def knows(self, word: str, locale: Locale) -> bool:
        """Tell whether a word is known to be of a language."""
        forms = word_forms(word, locale)
        return bool(
            _of(self._always, forms, locale)
            or _of(self._learned, forms, locale)
            or self._table.equivalents(word, locale)
        )


def _of(words: _ByForm, forms: tuple[str, ...], locale: Locale) -> tuple[str, ...]:
    known = words[locale]
    return next((known[form] for form in forms if form in known), ())


def _by_form(pairs: Iterable[WordPair]) -> _ByForm:
    found: dict[Locale, defaultdict[str, list[str]]] = {
        locale: defaultdict(list) for locale in Locale
    }
    for pair in pairs:
        for locale in Locale:
            for form in word_forms(normalize(pair.word(locale)), locale):
                found[locale][form].append(normalize(pair.word(locale.other)))
    return {
        locale: {form: tuple(others) for form, others in by_form.items()}
        for locale, by_form in found.items()
    }
