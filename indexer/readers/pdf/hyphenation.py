"""Joins words that the end of a line cuts, and leaves compounds their hyphen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_CUT = re.compile(r"([^\W\d_]{2,})[-\u00ad]$")
_GOES_ON = re.compile(r"([^\W\d_]+)")
_KEEP_BEFORE = frozenset(
    "ci là delà dessus dessous moi toi lui elle elles il ils on nous vous leur leurs "
    "même mêmes ce être je tu".split()
)
_KEEP_AFTER = frozenset(
    "non ex semi quasi self well half all co-op peut celui celle ceux celles quelques "
    "grand saint sainte vice demi mi sous centre après avant nord sud".split()
)
_IN_NAMES = frozenset("la le les sur sous en de du des aux lès et d l".split())
"""What stands between hyphens in names of places: Villeneuve-sur-Lot."""


class KnownWords:
    """The words of a text and how often each stands in it, away from line ends."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._counts: Counter[str] = Counter()
        for text in texts:
            self._counts.update(_WORD.findall(text.casefold()))

    def count(self, word: str) -> int:
        """Tell how often a word was seen."""
        return self._counts[word.casefold()]


def is_cut(line: str) -> bool:
    """Tell whether a line ends within a word, or in a hyphen of one."""
    return line.endswith(("-", "\u00ad")) and not line.endswith((" -", "--"))


def join_cut(line: str, following: str, words: KnownWords) -> tuple[str, bool]:
    """Join a line that ends in a hyphen with the next.

    Gives the text, and whether the hyphen was one of the line only.
    """
    cut, goes_on = _CUT.search(line), _GOES_ON.match(following)
    bare = line[:-1]
    if cut is None or goes_on is None or not following[0].islower():
        return bare + "-" + following, False
    if _keeps_hyphen(cut[1], goes_on[1], words, line):
        return bare + "-" + following, False
    return bare + following, True


def _keeps_hyphen(before: str, after: str, words: KnownWords, line: str) -> bool:
    if before[0].isupper() and after in _IN_NAMES:
        return True
    joined = words.count(before + after)
    compound = words.count(f"{before}-{after}")
    if joined or compound:
        return compound > joined
    if line.endswith("\u00ad"):
        return False
    if after.casefold() in _KEEP_BEFORE or before.casefold() in _KEEP_AFTER:
        return True
    # Two words of the text that were never seen as one are a compound.
    return (
        min(len(before), len(after)) >= 3
        and words.count(before) > 0
        and words.count(after) > 0
    )
