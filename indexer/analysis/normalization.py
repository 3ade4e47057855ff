"""One spelling for what readers see as one word."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_LIGATURES = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"}
)
APOSTROPHES = "’\u02bc\u02b9\u00b4\u2032\uff07"
"""What stands for an apostrophe in texts: curly, modifier letter, prime, wide."""

_APOSTROPHES = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))


def normalize(text: str) -> str:
    """Compose letters and accents (NFKC), fold case, and use one apostrophe."""
    if text.isascii():
        return text.lower()
    # Apostrophes go first: NFKC makes a space and an accent of one of them.
    return unicodedata.normalize("NFKC", text.translate(_APOSTROPHES)).casefold()


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """Drop accents and open ligatures: `œuvré` gives `oeuvre`."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    return "".join(char for char in decomposed if not unicodedata.combining(char))
