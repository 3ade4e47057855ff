"""Analyzer: turns words into index terms.

A word has two forms: its stem without accents, and the stem of the word without
accents. The stemmer relies on accents, so stemming alone would miss words typed without
them; folding first alone would separate words of one family. Both forms are indexed at
one position, and either is enough to match.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial

import Stemmer

from indexer.analysis.irregular import english_base, french_base, stem_apart
from indexer.analysis.normalization import fold
from indexer.analysis.stopwords import STOP_WORDS
from indexer.analysis.tokens import CHUNK_TOKENS, ChunkCache, Token, chunks
from indexer.model.ids import Locale

# `word_forms` has its own cache: the stemmer's, of size 0, would only cost time.
_STEMMERS = {
    Locale.FR: Stemmer.Stemmer("french", 0),
    Locale.EN: Stemmer.Stemmer("english", 0),
}


@dataclass(frozen=True, slots=True)
class IndexTerm:
    """A word of a text: its forms, its folded spelling and its token."""

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
    """Return the index forms of one normalized word in one language."""
    apart = stem_apart(word, locale)
    if apart:
        return (apart,)
    stem = _STEMMERS[locale].stemWord
    base = french_base if locale is Locale.FR else english_base
    plain = fold(word)
    stemmed = stem(base(word))
    forms = [fold(stemmed), stemmed if word == plain else stem(base(plain))]
    if locale is Locale.FR and word == plain:
        # The stemmer misses an ending typed without its accent: « volee ».
        forms += [
            fold(stem(word.removesuffix(bare) + accented))
            for bare, accented in _ENDINGS
            if word.endswith(bare) and len(word) > len(bare) + 1
        ][:1]
    return tuple(dict.fromkeys(forms))


def analyze(text: str, locale: Locale) -> Iterator[IndexTerm]:
    """Yield the terms of a text, stop words included and marked as such."""
    terms = CHUNK_TERMS[locale]
    for start, chunk in chunks(text):
        for term in terms[chunk]:
            token = term.token
            shifted = Token(token.text, start + token.start, start + token.end)
            yield IndexTerm(term.forms, term.exact, term.is_stop_word, shifted)


def _terms(chunk: str, locale: Locale) -> tuple[IndexTerm, ...]:
    return tuple(
        IndexTerm(
            word_forms(token.text, locale),
            fold(token.text),
            is_stop_word(token.text, locale),
            token,
        )
        for token in CHUNK_TOKENS[chunk]
    )


CHUNK_TERMS = {locale: ChunkCache(partial(_terms, locale=locale)) for locale in Locale}
"""The terms of each chunk, with token positions from the start of the chunk.

`analyze` copies each term with its position in the text; highlighting reads these.
"""


def is_stop_word(word: str, locale: Locale) -> bool:
    """Return whether a word is a stop word of a language."""
    return fold(word) in STOP_WORDS[locale]
