"""Lexicon: the equivalents of words in the other language, best first."""

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
    """The corrections of staff, the learned pairs and the shipped table."""

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
        self, word: str, locale: Locale, *, is_indexed: bool = True
    ) -> tuple[str, ...]:
        """Return at most 8 equivalents of a word of a language in the other language.

        Corrections come first, then learned pairs, then the table. A word that is not
        indexed has no learned pairs: the records they came from were removed.
        """
        forms = word_forms(word, locale)
        learned = _lookup(self._learned, forms, locale) if is_indexed else ()
        excluded = {
            form
            for other in _lookup(self._never, forms, locale)
            for form in word_forms(other, locale.other)
        }
        by_stem: dict[str, str] = {}
        for other in (
            *_lookup(self._always, forms, locale),
            *learned,
            *self._table.equivalents(word, locale),
        ):
            other_forms = word_forms(other, locale.other)
            if excluded.isdisjoint(other_forms):
                by_stem.setdefault(other_forms[0], other)
        return tuple(by_stem.values())[:MAX_EQUIVALENTS]

    def contains(self, word: str, locale: Locale) -> bool:
        """Return whether a word of a language has an equivalent."""
        forms = word_forms(word, locale)
        return bool(
            _lookup(self._always, forms, locale)
            or _lookup(self._learned, forms, locale)
            or self._table.equivalents(word, locale)
        )


def _lookup(words: _ByForm, forms: tuple[str, ...], locale: Locale) -> tuple[str, ...]:
    by_form = words[locale]
    return next((by_form[form] for form in forms if form in by_form), ())


def _by_form(pairs: Iterable[WordPair]) -> _ByForm:
    words: dict[Locale, defaultdict[str, list[str]]] = {
        locale: defaultdict(list) for locale in Locale
    }
    for pair in pairs:
        for locale in Locale:
            for form in word_forms(normalize(pair.word(locale)), locale):
                words[locale][form].append(normalize(pair.word(locale.other)))
    return {
        locale: {form: tuple(others) for form, others in by_form.items()}
        for locale, by_form in words.items()
    }
