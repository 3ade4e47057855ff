"""Unicode normalization: one spelling for each word."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_LIGATURES = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"}
)
APOSTROPHES = "’\u02bc\u02b9\u00b4\u2032\uff07"
"""Variants of the apostrophe: curly, modifier letters, accent, prime, full width."""

_APOSTROPHES = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))


def normalize(text: str) -> str:
    """Return a text in NFKC, case-folded, with ASCII apostrophes."""
    if text.isascii():
        return text.lower()
    # Apostrophes go first: NFKC turns the acute accent into a space and an accent.
    return unicodedata.normalize("NFKC", text.translate(_APOSTROPHES)).casefold()


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """Return a text without accents and ligatures: `oeuvre` for `œuvré`."""
    if text.isascii():
        return text
    # Accents go first: Ǣ is an accent on the ligature Æ.
    decomposed = unicodedata.normalize("NFKD", text)
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return letters.translate(_LIGATURES)


def query_key(text: str) -> str:
    """Return a query without case, accents and repeated blanks: equal queries agree."""
    return " ".join(fold(normalize(text)).split())
