"""Known words of French and English: of the shipped table, frequent, or inflected."""

from __future__ import annotations

import lzma
from functools import cache

from indexer.analysis.analyzer import word_forms
from indexer.analysis.irregular import stem_apart
from indexer.analysis.normalization import fold
from indexer.analysis.stopwords import STOP_WORDS
from indexer.lexicon.shipped_table import SHIPPED_FILE
from indexer.model.ids import Locale

_ELISIONS = frozenset("l d j m n s t c qu jusqu lorsqu puisqu".split())
_IRREGULAR_FORMS = (
    "était étaient étant êtes sera seront serait seraient avait avaient aura auront "
    "aurait auraient doit doivent devait devrait devraient peut peuvent pouvait "
    "pourrait pourraient veut veulent fait font faisait sait savent va vont vient "
    "viennent tient tiennent met mettent prend prennent voit voient dit disent lequel "
    "laquelle lesquels lesquelles duquel desquels desquelles auquel auxquels "
    "auxquelles"
)
"""Forms that share no stem with their infinitive."""

_ENDINGS = {
    "": "s x es ed ing",
    "e": "es ent ed ing",
    "y": "ies",
    "er": "ent ait aient é ée és ées ant era erait eront eraient",
    "ir": "ent ait aient u ue us ues ant issent it",
    "re": "ent ait aient u ue us ues ant",
    "oir": "ait aient u ue us ues",
    "ire": "it",
    "ettre": "et ettent",
    "tenir": "tient tiennent",
    "venir": "vient viennent",
    "duire": "duit duisent",
}
"""Endings of inflected forms, by the ending of the base form in the table."""


@cache
def frequent_words(locales: tuple[Locale, ...]) -> frozenset[str]:
    """Return the stop words of some languages, and frequent irregular forms."""
    words = {word for locale in locales for word in STOP_WORDS[locale]}
    if Locale.FR in locales:
        accented = "à où été même très là déjà près après être " + _IRREGULAR_FORMS
        words.update(accented.split())
    return frozenset(words)


@cache
def _table() -> tuple[frozenset[str], dict[Locale, set[str]]]:
    """Return the words of the shipped table, and the stems of long ones."""
    lines = lzma.decompress(SHIPPED_FILE.read_bytes()).decode("utf-8").split("\n")
    words: set[str] = set()
    stems: dict[Locale, set[str]] = {locale: set() for locale in Locale}
    for line in lines:
        code, word, _ = line.split("\t")
        if " " in word:
            continue
        words.add(word)
        if len(word) >= 4:
            stems[Locale(code)].update(word_forms.__wrapped__(word, Locale(code)))
    return frozenset(words), stems


def is_known(word: str) -> bool:
    """Return whether a word, with or without its elision, is in the table."""
    words, _ = _table()
    if word in words or word in frequent_words(tuple(Locale)) or fold(word) in words:
        return True
    if any(stem_apart(word, locale) for locale in Locale):
        return True
    rest = without_elision(word)
    return rest != word and is_known(rest)


def without_elision(word: str) -> str:
    """Remove an elided word before an apostrophe: « l’ », « qu’ »."""
    head, apostrophe, rest = word.replace("’", "'").partition("'")
    return rest if apostrophe and head in _ELISIONS else word


@cache
def is_inflected(word: str, locales: tuple[Locale, ...]) -> bool:
    """Return whether a word is an inflected form of one in the table."""
    word = without_elision(word)
    words, stems = _table()
    has_base_form = any(
        word.endswith(ending)
        and len(word) - len(ending) >= 3
        and word.removesuffix(ending) + base in words
        for base, endings in _ENDINGS.items()
        for ending in endings.split()
    )
    return has_base_form or (
        len(word) >= 5
        and any(
            form in stems[locale] and len(form) >= 4
            for locale in locales
            for form in word_forms.__wrapped__(word, locale)
        )
    )
