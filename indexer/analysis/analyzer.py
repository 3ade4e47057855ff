"""Turns words into index terms.

A word gives two forms: the stem with its accents dropped, and the stem of the word
without accents. Stemming first alone would lose the readers who type no accents, since
the stemmer leans on them; folding first alone would lose word families. Both forms
stand at the same place, and either is enough to match.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial

import Stemmer

from indexer.analysis.irregular import english_base, french_base
from indexer.analysis.normalization import fold
from indexer.analysis.stopwords import STOP_WORDS
from indexer.analysis.tokens import STRETCH_TOKENS, ByStretch, Token, stretches
from indexer.model.ids import Locale

# Forms are kept below: a cache of the stemmer's own would only take time.
_STEMMERS = {
    Locale.FR: Stemmer.Stemmer("french", 0),
    Locale.EN: Stemmer.Stemmer("english", 0),
}


@dataclass(frozen=True, slots=True)
class IndexTerm:
    """A word of a text: its forms, its folded spelling, and where it stands."""

    forms: tuple[str, ...]
    exact: str
    is_stop_word: bool
    token: Token


_ENDINGS = (
    ("ee", "ée"),
    ("ees", "ées"),
    ("iere", "ière"),
    ("ieres", "ières"),
    ("ite", "ité"),
    ("ites", "ités"),
)


@lru_cache(maxsize=100_000)
def word_forms(word: str, locale: Locale) -> tuple[str, ...]:
    """Give the index forms of one normalized word in one language."""
    stem = _STEMMERS[locale].stemWord
    base = french_base if locale is Locale.FR else english_base
    plain = fold(word)
    stemmed = stem(base(word))
    forms = [fold(stemmed), stemmed if word == plain else stem(base(plain))]
    if locale is Locale.FR and word == plain:
        # An ending that has lost its accent is no ending to the stemmer: « volee ».
        forms += [
            fold(stem(word.removesuffix(bare) + accented))
            for bare, accented in _ENDINGS
            if word.endswith(bare) and len(word) > len(bare) + 1
        ][:1]
    return tuple(dict.fromkeys(forms))


def analyze(text: str, locale: Locale) -> Iterator[IndexTerm]:
    """Give the terms of a text, stop words included and marked as such."""
    terms = STRETCH_TERMS[locale]
    for start, stretch in stretches(text):
        for term in terms[stretch]:
            token = term.token
            placed = Token(token.text, start + token.start, start + token.end)
            yield IndexTerm(term.forms, term.exact, term.is_stop_word, placed)


def _terms(stretch: str, locale: Locale) -> tuple[IndexTerm, ...]:
    return tuple(_term(token, locale) for token in STRETCH_TOKENS[stretch])


def _term(token: Token, locale: Locale) -> IndexTerm:
    exact = fold(token.text)
    is_stop_word = exact in STOP_WORDS[locale]
    return IndexTerm(word_forms(token.text, locale), exact, is_stop_word, token)


STRETCH_TERMS = {locale: ByStretch(partial(_terms, locale=locale)) for locale in Locale}
"""The terms of a stretch without spaces, as they stand in it.

They are made once for all texts: this is for who reads many, and keeps few terms.
"""


def is_stop_word(word: str, locale: Locale) -> bool:
    """Tell whether a word finds nothing by itself in a language."""
    return fold(word) in STOP_WORDS[locale]
