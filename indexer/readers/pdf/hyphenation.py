"""Words hyphenated at the end of a line, and compounds that keep their hyphen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_HYPHENATED = re.compile(r"([^\W\d_]{2,})[-\u00ad]$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
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


def word_counts(texts: Iterable[str]) -> Counter[str]:
    """Count the words of texts in lower case."""
    return Counter(word for text in texts for word in _WORD.findall(text.casefold()))


def is_hyphenated(line: str) -> bool:
    """Return whether a line ends in a hyphen."""
    return line.endswith(("-", "\u00ad")) and not line.endswith((" -", "--"))


def keeps_hyphen(line: str, following: str, counts: Counter[str]) -> bool:
    """Return whether the hyphen at the end of a line belongs to a compound.

    `counts` has the words of the file, without those at the ends of lines.
    """
    first_half, second_half = _HYPHENATED.search(line), _FIRST_WORD.match(following)
    if first_half is None or second_half is None or not following[0].islower():
        return True
    before, after = first_half[1], second_half[0].casefold()
    if before[0].isupper() and after in _PLACE_NAME_PARTS:
        return True
    before = before.casefold()
    joined, compound = counts[before + after], counts[f"{before}-{after}"]
    if joined or compound:
        return compound > joined
    if line.endswith("\u00ad"):
        return False
    if after in _HYPHEN_BEFORE or before in _HYPHEN_AFTER:
        return True
    # Two words that occur apart, and never as one word, are a compound.
    is_long = min(len(before), len(after)) >= 3
    return is_long and counts[before] > 0 and counts[after] > 0
