"""Words hyphenated at the end of a line, and compounds that keep their hyphen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_HYPHENATED = re.compile(r"([^\W\d_]{2,})[-\u00ad]$")
_FIRST_WORD = re.compile(r"([^\W\d_]+)")
_HYPHEN_BEFORE = frozenset(
    "ci là delà dessus dessous moi toi lui elle elles il ils on nous vous leur leurs "
    "même mêmes ce être je tu".split()
)
_HYPHEN_AFTER = frozenset(
    "non ex semi quasi self well half all co-op peut celui celle ceux celles quelques "
    "grand saint sainte vice demi mi sous centre après avant nord sud".split()
)
_PLACE_NAME_PARTS = frozenset("la le les sur sous en de du des aux lès et d l".split())
"""Words between the hyphens of place names: Villeneuve-sur-Lot."""


class KnownWords:
    """Counts of the words of a file, without those at the ends of lines."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._counts: Counter[str] = Counter()
        for text in texts:
            self._counts.update(_WORD.findall(text.casefold()))

    def count(self, word: str) -> int:
        """Return how often a word occurs."""
        return self._counts[word.casefold()]


def is_hyphenated(line: str) -> bool:
    """Return whether a line ends in a hyphen."""
    return line.endswith(("-", "\u00ad")) and not line.endswith((" -", "--"))


def join_hyphenated(line: str, following: str, words: KnownWords) -> tuple[str, bool]:
    """Join a line that ends in a hyphen with the next.

    Return the text, and whether the hyphen was removed.
    """
    first_half, second_half = _HYPHENATED.search(line), _FIRST_WORD.match(following)
    without_hyphen = line[:-1]
    if first_half is None or second_half is None or not following[0].islower():
        return without_hyphen + "-" + following, False
    if _keeps_hyphen(first_half[1], second_half[1], words, line):
        return without_hyphen + "-" + following, False
    return without_hyphen + following, True


def _keeps_hyphen(before: str, after: str, words: KnownWords, line: str) -> bool:
    if before[0].isupper() and after in _PLACE_NAME_PARTS:
        return True
    joined = words.count(before + after)
    compound = words.count(f"{before}-{after}")
    if joined or compound:
        return compound > joined
    if line.endswith("\u00ad"):
        return False
    if after.casefold() in _HYPHEN_BEFORE or before.casefold() in _HYPHEN_AFTER:
        return True
    # Two words that occur apart, and never as one word, are a compound.
    return (
        min(len(before), len(after)) >= 3
        and words.count(before) > 0
        and words.count(after) > 0
    )
