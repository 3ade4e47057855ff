"""The list of common passwords and words: digests, sorted, in one file."""

from __future__ import annotations

import hashlib
import unicodedata
from bisect import bisect_left
from functools import cache
from pathlib import Path

LIST_FILE = Path(__file__).with_name("common_passwords.sha256")
DIGEST_BYTES = 8
MIN_WORD = 3
MAX_WORD = 48
"""The shortest and the longest entry that is looked up, in characters."""

SYMBOLS = "@(€!|$+"
"""The symbols that stand for letters: all other symbols are removed."""

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l"})


def folded(text: str) -> str:
    """Return a text in lower case without accents: letters, digits and `SYMBOLS`."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    return "".join(each for each in plain if each.isalnum() or each in SYMBOLS)


def digest(word: str) -> bytes:
    """Return the stored form of a folded word."""
    return hashlib.sha256(word.encode()).digest()[:DIGEST_BYTES]


def is_listed(word: str) -> bool:
    """Return whether a folded word is in the list."""
    digests = _digests()
    wanted = digest(word)

    def at(index: int) -> bytes:
        return digests[index * DIGEST_BYTES : (index + 1) * DIGEST_BYTES]

    numbers = range(len(digests) // DIGEST_BYTES)
    return at(bisect_left(numbers, wanted, key=at)) == wanted


@cache
def _digests() -> bytes:
    return LIST_FILE.read_bytes()
